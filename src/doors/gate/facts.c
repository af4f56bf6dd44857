#include "doors/gate/facts.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "doors/gate/kind.h"
#include "term/prompt.h"

#define DEFAULT_SHELL "/bin/sh" /* passwd(5): for an empty field */

static enum error
gather_user(struct user *out)
{
	const struct passwd *p;

	out->uid = getuid();
	if (out->uid != geteuid() || getgid() != getegid())
		return ERR_UNSAFE;
	errno = 0;
	p = getpwuid(out->uid);
	if (p == NULL)
		return errno == 0 || errno == ENOENT ? ERR_ABSENT : ERR_SYSTEM;
	out->name = strdup(p->pw_name);
	out->home = strdup(p->pw_dir);
	out->shell =
	    strdup(p->pw_shell[0] == '\0' ? DEFAULT_SHELL : p->pw_shell);
	return out->name != NULL && out->home != NULL && out->shell != NULL
	    ? OK
	    : ERR_MEMORY;
}

/* SSH_CONNECTION, "ADDRESS PORT ADDRESS PORT", is always sshd's own word. */
static void
gather_address(char out[static ADDRESS_MAX])
{
	const char *connection = getenv("SSH_CONNECTION");
	size_t length = connection == NULL ? 0 : strcspn(connection, " ");

	out[0] = '\0';
	if (length < ADDRESS_MAX && length > 0) {
		memcpy(out, connection, length);
		out[length] = '\0';
	}
}

/* An empty one is none: it comes of a variable that nobody set. */
static const char *
gather_code(void)
{
	const char *code = getenv("OTPGATE_CODE");

	return code == NULL || code[0] == '\0' ? NULL : code;
}

enum error
facts_gather(struct facts *out)
{
	enum error e = ERR_UNSET;

	memset(out, 0, sizeof *out);
	out->terminal = prompt_terminal();
	out->command = getenv("SSH_ORIGINAL_COMMAND");
	out->kind = kind_of(out->command);
	out->code = gather_code();
	gather_address(out->address);
	e = gather_user(&out->user);
	if (e == OK)
		(void)authinfo_read(
		    &out->login, getenv("SSH_USER_AUTH"), out->user.uid);
	return e;
}

bool
facts_interactive(const struct facts *facts)
{
	return facts->terminal >= 0 && facts->kind == KIND_SHELL;
}

void
facts_free(struct facts *facts)
{
	free(facts->user.name);
	free(facts->user.home);
	free(facts->user.shell);
	authinfo_free(&facts->login);
	if (facts->terminal >= 0)
		(void)close(facts->terminal);
	memset(facts, 0, sizeof *facts);
	facts->terminal = -1;
}
