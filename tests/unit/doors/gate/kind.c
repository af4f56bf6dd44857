/* What a requested command is taken for. */
#include "doors/gate/kind.h"

#include <criterion/criterion.h>

Test(doors_gate_kind, tells_who_can_be_asked)
{
	static const struct {
		const char *command;
		enum kind kind;
	} cases[] = {
	    {NULL, KIND_SHELL},
	    {"", KIND_COMMAND},
	    {"id", KIND_COMMAND},
	    {"  id", KIND_COMMAND},
	    {"internal-sftp", KIND_SFTP},
	    {"internal-sftp -l INFO -u 0077", KIND_SFTP},
	    {"internal-sftp\t-l", KIND_SFTP},
	    {"internal-sftpd", KIND_COMMAND},
	    {"/usr/lib/openssh/sftp-server", KIND_SFTP},
	    {"/usr/libexec/sftp-server -l INFO", KIND_SFTP},
	    {"sftp-server", KIND_SFTP},
	    {"scp -t h2", KIND_SCP},
	    {"scp -v -p -f -- h1", KIND_SCP},
	    {"/usr/bin/scp -r -t .", KIND_SCP},
	    {"scp a b:", KIND_COMMAND},
	    {"scp -tx", KIND_COMMAND},
	    {"rsync --server -logDtpre.iLsfxCIvu . h3", KIND_RSYNC},
	    {"rsync -a x y", KIND_COMMAND},
	    {"git-upload-pack 'r.git'", KIND_GIT},
	    {"git-receive-pack 'r.git'", KIND_GIT},
	    {"git-upload-archive 'r.git'", KIND_GIT},
	    {"git status", KIND_COMMAND},
	    {"mosh-server new -s -c 256 -l LANG=C.UTF-8", KIND_MOSH},
	    {"/usr/bin/mosh-server new", KIND_MOSH},
	    {"mosh host", KIND_COMMAND},
	    {"/", KIND_COMMAND},
	    {"\377\n", KIND_COMMAND},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		cr_expect_eq(kind_of(cases[i].command), cases[i].kind, "%s",
		    cases[i].command);
}

Test(doors_gate_kind, asks_shells_and_commands_only)
{
	for (int k = -1; k <= KIND_COUNT; k++)
		cr_expect_eq(kind_askable((enum kind)k),
		    k == KIND_SHELL || k == KIND_COMMAND, "%d", k);
}

Test(doors_gate_kind, finds_the_arguments_of_the_inner_sftp_server)
{
	cr_expect_null(kind_internal_sftp(NULL));
	cr_expect_null(kind_internal_sftp("internal-sft"));
	cr_expect_null(kind_internal_sftp("internal-sftp2"));
	cr_expect_null(kind_internal_sftp(" internal-sftp"));
	cr_expect_str_eq(kind_internal_sftp("internal-sftp"), "");
	cr_expect_str_eq(kind_internal_sftp("internal-sftp -R"), " -R");
}
