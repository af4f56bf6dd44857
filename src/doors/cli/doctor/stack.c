#include "doors/cli/doctor/stack.h"

#include <string.h>

#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* One line, in its parts. */
struct part {
	char type[32], control[256], module[STACK_PATH_MAX];
	const char *words; /* behind the module */
};

/* A control in brackets has blanks in it. */
static bool
read_control(const char **at, char *out, size_t size)
{
	size_t length;

	*at += strspn(*at, " \t");
	if (**at != '[')
		return line_word(at, out, size);
	length = strcspn(*at, "]");
	if ((*at)[length] == '\0' ||
	    text_print(out, size, "%.*s", (int)length + 1, *at) != OK)
		return false;
	*at += length + 1;
	return true;
}

static bool
read_parts(struct part *out, const char *text)
{
	text += *text == '-'; /* silent where the module is missing */
	if (!line_word(&text, out->type, sizeof out->type) ||
	    !read_control(&text, out->control, sizeof out->control) ||
	    !line_word(&text, out->module, sizeof out->module))
		return false;
	out->words = text;
	return true;
}

static bool
has_word(const char *words, const char *wanted)
{
	char word[64];

	while (line_word(&words, word, sizeof word))
		if (strcmp(word, wanted) == 0)
			return true;
	return false;
}

/* True when the module is that file, wherever it lies. */
static bool
is_module(const struct part *p, const char *name)
{
	const char *slash = strrchr(p->module, '/');

	return strcmp(slash == NULL ? p->module : slash + 1, name) == 0;
}

static void
read_own_auth(struct stack *s, const struct part *p)
{
	if (has_word(p->words, "step"))
		s->step = true;
	else if (has_word(p->words, "split"))
		s->split = true;
	else
		s->ask = true;
}

static void
read_auth(struct stack *s, const struct part *p)
{
	bool own = s->step || s->split || s->ask;

	if (is_module(p, STACK_MODULE))
		read_own_auth(s, p);
	else if (is_module(p, "pam_permit.so") && !s->step &&
	    (strcmp(p->control, "sufficient") == 0 ||
		strstr(p->control, "success=done") != NULL))
		s->permits = true;
	else if (!own)
		s->preceded = true;
}

/* What runs as the user, or reads or makes what is the user's. */
static bool
serves_users(const struct part *p)
{
	static const char *const modules[] = {"pam_env.so", "pam_exec.so",
	    "pam_mkhomedir.so", "pam_mount.so", "pam_systemd.so",
	    "pam_xauth.so"};

	for (size_t i = 0; i < COUNT(modules); i++)
		if (is_module(p, modules[i]))
			return true;
	return false;
}

static void
read_session(struct stack *s, bool *served, const struct part *p)
{
	if (is_module(p, STACK_MODULE) && !has_word(p->words, "record")) {
		s->backstop = true;
		s->late = *served;
	}
	*served = *served || serves_users(p);
}

void
stack_read(struct stack *out, const struct lines *l)
{
	bool served = false;
	struct part p;

	memset(out, 0, sizeof *out);
	for (size_t n = 0; n < l->count; n++) {
		if (!read_parts(&p, l->line[n].text))
			continue;
		if (is_module(&p, STACK_MODULE) && out->module[0] == '\0')
			(void)text_copy(
			    out->module, sizeof out->module, p.module);
		if (strcmp(p.type, "auth") == 0)
			read_auth(out, &p);
		else if (strcmp(p.type, "session") == 0)
			read_session(out, &served, &p);
	}
	out->preceded = out->preceded && (out->step || out->split || out->ask);
}
