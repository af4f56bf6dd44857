/*
 * otpgated, the verifier: the only process that can read a secret, compute a
 * code or write the store.
 *
 * Rules:
 *   - What needs root is opened first; then root is given up, for good, and
 *     that is proven; only then are bytes of others parsed.  The policy, which
 *     only root can have written, is read before too, for its names of groups.
 *   - It MUST NOT stop for a bad policy or a bad store: it refuses, and says
 *     why.  It stops where it could not be sure of its own rights.
 */
#include <errno.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "daemon/daemon.h"
#include "daemon/discard.h"
#include "daemon/groups.h"
#include "daemon/init.h"
#include "daemon/quota.h"
#include "daemon/server.h"
#include "os/clock.h"
#include "os/drop.h"
#include "os/local_socket.h"
#include "os/peer.h"
#include "os/syslog.h"
#include "os/trusted_file.h"
#include "places.h"

static const char usage[] =
    "usage: otpgated [-d]        serve; -d: log to stderr\n"
    "       otpgated -t [FILE]   check the policy, change nothing\n"
    "       otpgated --init      make accounts, store and seal key, once\n"
    "       otpgated -V          print the version\n";

static const struct config_place installed = {
    .file = PATH_POLICY,
    .directory = PATH_POLICY_DIR,
    .owner = 0,
    .own_path = PATH_POLICY_OWN,
};

/* ---- checking ---- */

/* Anybody may check a policy, also one that is nowhere installed yet. */
static int
check_policy(const char *file)
{
	const struct config_place alone = {.file = file, .owner = (uid_t)-1};
	static struct config c;
	char shown[CONFIG_SOURCE_MAX];

	if (config_load(&c, file == NULL ? &installed : &alone) != OK) {
		(void)fputs(c.complaint, stderr);
		return 1;
	}
	printf("%s: good\n",
	    text_escape(
		shown, sizeof shown, file == NULL ? PATH_POLICY : file));
	return 0;
}

/* ---- serving ---- */

/* What was opened as root. */
struct opened {
	int listener;
	enum error key_error;
	size_t key_size;
	char key[SEAL_FILE_SIZE + 2]; /* one more: a longer file is seen */
	struct account account;
	struct account keys; /* that runs `keys`; PEER_NOBODY: none */
	struct group_names groups;
};

static int64_t
machine_clock(void *context)
{
	(void)context;
	return clock_now();
}

static bool
fatal(const char *what, enum error e)
{
	log_message(LOG_LEVEL_ERROR, "fatal", "%s: %s", what, error_text(e));
	return false;
}

/* A credential of systemd (systemd.exec(5), LoadCredential=), or the file. */
static void
read_key(struct opened *o)
{
	const char *directory = getenv("CREDENTIALS_DIRECTORY");
	char path[256] = PATH_SEAL_KEY;

	o->key_error = ERR_LONG;
	if (directory != NULL &&
	    text_print(path, sizeof path, "%s/seal.key", directory) != OK)
		return;
	if (directory != NULL && access(path, F_OK) != 0)
		(void)text_copy(path, sizeof path, PATH_SEAL_KEY);
	o->key_error = trusted_file_read(
	    path, 0, 077, o->key, SEAL_FILE_SIZE + 1, &o->key_size);
}

/*
 * One descriptor for each connection, those too that cannot be got rid of yet,
 * and for each origin, and some for the rest.
 */
static enum error
raise_limits(void)
{
	const rlim_t all = QUOTA_ALL + DISCARD_KEPT + ORIGINS_MAX + 64;
	const struct rlimit files = {all, all};

	return setrlimit(RLIMIT_NOFILE, &files) == 0 ? OK : ERR_SYSTEM;
}

static enum error
block_signals(void)
{
	sigset_t set;

	if (sigemptyset(&set) != 0 || sigaddset(&set, SIGHUP) != 0 ||
	    sigaddset(&set, SIGTERM) != 0 || sigaddset(&set, SIGINT) != 0 ||
	    sigprocmask(SIG_SETMASK, &set, NULL) != 0 ||
	    signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return ERR_SYSTEM;
	return OK;
}

/* Without it no key is ever handed out, and nothing else is lost. */
static void
find_keys_account(struct opened *o)
{
	enum error e = account_find(ACCOUNT_KEYS, &o->keys);

	if (e == OK)
		return;
	o->keys.uid = PEER_NOBODY;
	log_message(LOG_LEVEL_WARNING, "no-keys-account",
	    "the account " ACCOUNT_KEYS " ('otpgate init' makes it): %s: "
	    "trusted keys open nothing",
	    error_text(e));
}

static bool
open_as_root(struct opened *o)
{
	enum error e = ERR_UNSET;

	if (geteuid() != 0)
		return fatal("otpgated has to be started as root", ERR_REFUSED);
	if (!peer_uids_are_real())
		return fatal("this user namespace does not map the machine's "
			     "users (PrivateUsers=?)",
		    ERR_REFUSED);
	if ((e = block_signals()) != OK)
		return fatal("signals", e);
	if ((e = raise_limits()) != OK)
		return fatal("the limit of open files", e);
	if ((e = account_find(ACCOUNT_DAEMON, &o->account)) != OK)
		return fatal("the account " ACCOUNT_DAEMON
			     " ('otpgate init' makes it)",
		    e);
	find_keys_account(o);
	if ((e = init_directories(&o->account)) != OK)
		return fatal("the directories " PATH_SOCKET_DIR
			     " and " PATH_STORE_DIR,
		    e);
	groups_find(&installed, &o->groups);
	read_key(o);
	if ((e = socket_listen(PATH_SOCKET, &o->listener)) != OK)
		return fatal("the socket " PATH_SOCKET
			     " (does another otpgated run?)",
		    e);
	return true;
}

static bool
give_root_up(const struct opened *o)
{
	enum error e = drop_to(&o->account);

	if (e == OK)
		e = harden_process();
	return e == OK ? true : fatal("giving up root", e);
}

static void
take_store(struct daemon *d, struct opened *o)
{
	if (o->key_error == OK)
		daemon_take_store(d, o->key, o->key_size, PATH_STORE);
	else
		daemon_refuse_store(
		    d, "the seal key " PATH_SEAL_KEY, o->key_error);
	explicit_bzero(o->key, sizeof o->key);
}

static void
read_first_policy(struct daemon *d)
{
	if (d->store_good && store_begin(d->store) != OK)
		log_message(LOG_LEVEL_ERROR, "begin-failed", "%s",
		    store_complaint(d->store));
	(void)daemon_read_policy(d, true, NULL);
	if (d->store_good && store_commit(d->store) != OK)
		log_message(LOG_LEVEL_ERROR, "commit-failed", "%s",
		    store_complaint(d->store));
}

static int
serve(void)
{
	const struct time_source time = {machine_clock, NULL};
	struct opened o = {.listener = -1};
	struct supervisor supervisor;
	static struct daemon d;
	enum error e = ERR_UNSET;

	(void)umask(077);
	supervisor_open(&supervisor);
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	if (!open_as_root(&o) || !give_root_up(&o))
		return 1;
	e = daemon_open(&d, &installed, time);
	if (e != OK) {
		(void)fatal("the cryptographic library", e);
		return 1;
	}
	d.groups = o.groups;
	d.keys_uid = o.keys.uid;
	take_store(&d, &o);
	read_first_policy(&d);
	log_message(LOG_LEVEL_NOTICE, "ready", "version %s", OTPGATE_VERSION);
	e = server_run(&d, o.listener, &supervisor);
	supervisor_close(&supervisor);
	daemon_close(&d);
	log_message(LOG_LEVEL_NOTICE, "end", "%s", error_text(e));
	return e == OK ? 0 : 1;
}

int
main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";

	/* What the starter left open is nobody's to keep open with us. */
	closefrom(STDERR_FILENO + 1);
	if (argc == 1) {
		syslog_open("otpgated");
		log_open(syslog_sink);
		return serve();
	}
	if (strcmp(word, "-t") == 0 && argc <= 3)
		return check_policy(argc == 3 ? argv[2] : NULL);
	if (argc == 2 && strcmp(word, "-d") == 0)
		return serve();
	if (argc == 2 && strcmp(word, "--init") == 0)
		return init_machine() == OK ? 0 : 1;
	if (argc == 2 && strcmp(word, "-V") == 0) {
		printf("otpgated %s\n", OTPGATE_VERSION);
		return 0;
	}
	(void)fputs(usage, stderr);
	return 2;
}
