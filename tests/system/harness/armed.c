#include "armed.h"

#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "machine.h"
#include "run.h"
#include "sshd.h"
#include "text.h"
#include "world.h"

#define KEPT MACHINE_RUN "/kept-armed"

/* sshd writes its pid file when it has read them. */
void
armed_reload(void)
{
	run_fine(COMMAND("bash", "-e", "-c",
	    "read -r pid </run/sshd.pid; rm /run/sshd.pid; kill -HUP $pid; "
	    "read -r pid < <(exec timeout 20 tail -q -n +1 -F /run/sshd.pid "
	    "2>/dev/null)"));
}

void
armed_only(void)
{
	run_fine(COMMAND("bash", "-c",
	    "read -r own </run/sshd.pid; for p in /proc/[0-9]*; do "
	    "pid=${p#/proc/}; "
	    "[[ $(readlink $p/exe) == */sshd && $pid != $own ]] || continue; "
	    "case $(tr '\\0' ' ' <$p/cmdline) in *': /'* | *' [listener] '*) "
	    "kill $pid; tail --pid=$pid -f /dev/null ;; "
	    "esac; done 2>/dev/null; true"));
}

void
armed_mend(void)
{
	world_break("rm -rf /etc/ssh /etc/pam.d; cp -a " KEPT "/* /etc");
	armed_reload();
}

void
armed_restore(void)
{
	if (access(KEPT, F_OK) == 0)
		armed_mend();
	else
		world_break("mkdir " KEPT "; cp -a /etc/ssh /etc/pam.d " KEPT);
	armed_only();
}

void
armed_auth_door(void)
{
	world_break(
	    "rm " SSHD_DROP_IN "; cp " SSHD_AUTH_DROP_INS
	    "00-otpgate-kbdint.conf " ARMED_KBDINT "; cp " SSHD_STACKS
	    "otpgate-sshd /etc/pam.d/; "
	    "sed -i -e 's/^@include common-auth/@include otpgate-sshd/' "
	    "-e '/^@include common-session/i session requisite pam_otpgate.so "
	    "fallback=publickey' /etc/pam.d/sshd");
	armed_reload();
}

/* ---- doctor ---- */

const char *
doctor_json(void)
{
	struct result r = run(COMMAND("otpgate", "doctor", "--json"));
	bool errors = !text_has(r.out->bytes, "\"errors\": 0,");

	cr_assert_str_empty(r.err->bytes, "%s", r.err->bytes);
	cr_assert_eq(r.status, errors ? 1 : 0, "%s", r.out->bytes);
	return r.out->bytes;
}

const char *
doctor_find(const char *report, const char *id, const char *severity)
{
	const char *start =
	    text_format("{\"id\": \"%s\", \"severity\": \"%s\",", id, severity);
	struct text *t = text_new();

	while ((report = strstr(report, start)) != NULL) {
		text_add(t, report, strcspn(report, "}"));
		report += strlen(start);
	}
	return t->bytes;
}

void
doctor_expect_none(void)
{
	const char *report = doctor_json();

	cr_assert(text_has(report, "\"errors\": 0,"), "%s", report);
}

void
doctor_expect_error(const char *id)
{
	const char *report = doctor_json();
	struct result r;

	cr_assert(*doctor_find(report, id, "error") != '\0', "no error %s: %s",
	    id, strstr(report, "\"error\""));
	run_fine(COMMAND("otpgate", "disable", "ssh"));
	r = run(COMMAND("otpgate", "enable", "ssh"));
	cr_assert_eq(r.status, 1);
	cr_assert(text_has(r.err->bytes, text_format("%s: ", id)), "%s",
	    r.err->bytes);
}
