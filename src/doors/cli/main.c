/*
 * otpgate, the command.  main() reads the sentence, looks who says it, and
 * hands over to what carries it out.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "doors/cli/cli.h"
#include "doors/cli/say.h"
#include "os/drop.h"
#include "places.h"

#define CODE_VARIABLE "OTPGATE_CODE"

#define SENTENCE(name, who, pattern, help) [SENTENCE_##name] = do_##name,
static enum ending (*const actions[])(struct cli *) = {
#include "doors/cli/sentences.def"
};
#undef SENTENCE

/* What is shown may be a secret: it is wiped with this. */
static char output[BUFSIZ];

/* ---- what otpgated does itself ---- */

static enum ending
run_otpgated(char *const *words)
{
	(void)execv(PATH_OTPGATED, words);
	complain("cannot run %s: %s", PATH_OTPGATED, strerror(errno));
	return ENDING_FAILED;
}

enum ending
do_init(struct cli *c)
{
	static char name[] = "otpgated", init[] = "--init";
	char *const words[] = {name, init, NULL};

	(void)c;
	return run_otpgated(words);
}

enum ending
do_policy_check(struct cli *c)
{
	static char name[] = "otpgated", check[] = "-t";
	const char *given = c->given.text[SLOT_FILE];
	char *file = given == NULL ? NULL : strdup(given);
	char *const words[] = {name, check, file, NULL};

	if (given != NULL && file == NULL) {
		complain("%s", error_text(ERR_MEMORY));
		return ENDING_FAILED;
	}
	return run_otpgated(words);
}

/* ---- what needs nobody ---- */

enum ending
do_help(struct cli *c)
{
	(void)c;
	say_help(stdout, NULL);
	return ENDING_DONE;
}

enum ending
do_version(struct cli *c)
{
	(void)c;
	say("otpgate %s", OTPGATE_VERSION);
	return ENDING_DONE;
}

/* ---- start and end ---- */

/* A file that is opened later must not become standard output. */
static bool
fill_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0)
		return false;
	(void)close(fd);
	return true;
}

/* Programs started from here have no business with the code. */
static void
take_code(struct cli *c)
{
	char *value = getenv(CODE_VARIABLE);

	if (value == NULL)
		return;
	if (text_copy(c->code, sizeof c->code, value) != OK)
		complain(CODE_VARIABLE " holds no code: it is too long");
	explicit_bzero(value, strlen(value));
	(void)unsetenv(CODE_VARIABLE);
}

static bool
set_up(struct cli *c)
{
	memset(c, 0, sizeof *c);
	c->uid = geteuid();
	c->root = c->uid == 0;
	take_code(c);
	(void)setlocale(LC_CTYPE, "C.UTF-8"); /* without: one column a letter */
	if (setvbuf(stdout, output, isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF,
		sizeof output) != 0)
		return false;
	return fill_descriptors() && harden_process() == OK;
}

static enum ending
finish(struct cli *c, enum ending end)
{
	bool written = fflush(stdout) == 0 && ferror(stdout) == 0;

	explicit_bzero(output, sizeof output);
	explicit_bzero(c->code, sizeof c->code);
	if (written)
		return end;
	complain("cannot write: %s", strerror(errno));
	return ENDING_FAILED;
}

/* A question that a signal ended: die of it, as the shell expects. */
static void
die_of(int number)
{
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

/* In the middle of a sentence: it is about that one. */
static bool
asks_for_help(const char *const *words, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (strcmp(words[i], "--help") == 0)
			return true;
	return false;
}

static enum ending
obey(struct cli *c, const char *const *words, size_t count)
{
	struct misfit misfit;

	if (asks_for_help(words, count)) {
		say_help(stdout, words[0]);
		return ENDING_DONE;
	}
	if (grammar_read(words, count, &c->given, &misfit) != OK) {
		complain_misfit(words, count, &misfit);
		return ENDING_USAGE;
	}
	if (grammar_needs_root(c->given.sentence) && !c->root) {
		complain("only root may do this");
		return ENDING_FAILED;
	}
	c->json = c->given.text[SLOT_JSON] != NULL;
	return actions[c->given.sentence](c);
}

int
main(int argc, char **argv)
{
	static const int statuses[] = {
	    [ENDING_FAILED] = 1, [ENDING_DONE] = 0, [ENDING_USAGE] = 2};
	size_t count = argc > 1 ? (size_t)argc - 1 : 0;
	enum ending end = ENDING_FAILED;
	struct cli c;

	if (!set_up(&c)) {
		complain("cannot start: %s", strerror(errno));
		return statuses[ENDING_FAILED];
	}
	end = finish(&c, obey(&c, (const char *const *)argv + 1, count));
	if (c.signal != 0)
		die_of(c.signal);
	return statuses[end];
}
