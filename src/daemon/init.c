#include "daemon/init.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/trusted_file.h"
#include "places.h"
#include "store/seal.h"
#include "store/store.h"

/* ---- directories ---- */

static enum error
make_directory(const char *path, mode_t mode, uid_t uid, gid_t gid)
{
	struct stat st;

	if (mkdir(path, mode) == 0) {
		if (chmod(path, mode) != 0 || chown(path, uid, gid) != 0)
			return ERR_SYSTEM;
		return OK;
	}
	if (errno != EEXIST || lstat(path, &st) != 0)
		return ERR_SYSTEM;
	if (!S_ISDIR(st.st_mode) || st.st_uid != uid || (st.st_mode & 022) != 0)
		return ERR_UNSAFE;
	return OK;
}

enum error
init_directories(const struct account *account)
{
	enum error e = make_directory(PATH_SOCKET_DIR, 0755, 0, 0);

	if (e != OK)
		return e;
	return make_directory(PATH_STORE_DIR, 0700, account->uid, account->gid);
}

/* ---- accounts ---- */

static enum error
await(pid_t child)
{
	int status;

	if (child < 0)
		return ERR_SYSTEM;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return ERR_SYSTEM;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? OK : ERR_SYSTEM;
}

static enum error
useradd(const char *name)
{
	pid_t child = fork();

	if (child == 0) {
		(void)execl("/usr/sbin/useradd", "useradd", "--system",
		    "--user-group", "--no-create-home", "--home-dir",
		    "/nonexistent", "--shell", "/usr/sbin/nologin", name,
		    (char *)NULL);
		_exit(127);
	}
	return await(child);
}

static enum error
make_account(const char *name)
{
	struct account account;
	enum error e = account_find(name, &account);

	if (e != ERR_ABSENT) {
		if (e != OK)
			fprintf(stderr,
			    "otpgate: the account %s is not usable: "
			    "it must be an ordinary system account\n",
			    name);
		return e;
	}
	if (useradd(name) != OK) {
		fprintf(stderr,
		    "otpgate: cannot make the account %s; make a "
		    "system account of that name and try again\n",
		    name);
		return ERR_SYSTEM;
	}
	printf("made the account %s\n", name);
	return OK;
}

/* ---- store and key ---- */

static enum error
lies_there(const char *path)
{
	struct stat st;

	if (lstat(path, &st) == 0) {
		fprintf(stderr,
		    "otpgate: %s is there already;\n"
		    "nothing was changed. Store and seal key belong together: "
		    "to begin anew,\nmove both away\n",
		    path);
		return ERR_EXISTS;
	}
	return errno == ENOENT ? OK : ERR_SYSTEM;
}

/* The store, by a child that is the account: its files are born as its own. */
static enum error
create_store(const struct account *account, const struct seal *seal)
{
	pid_t child = fork();

	if (child == 0) {
		(void)umask(077);
		_exit(drop_to(account) == OK &&
			    store_create(PATH_STORE, seal) == OK
			? 0
			: 1);
	}
	return await(child);
}

static enum error
create_both(const struct account *account)
{
	char text[SEAL_FILE_SIZE + 1];
	struct seal *seal = NULL;
	enum error e = seal_new(&seal);

	if (e != OK)
		return e;
	seal_write(seal, text);
	e = trusted_file_create(PATH_SEAL_KEY, text, SEAL_FILE_SIZE, 0600);
	if (e == OK) {
		e = create_store(account, seal);
		if (e != OK)
			(void)unlink(PATH_SEAL_KEY);
	}
	explicit_bzero(text, sizeof text);
	seal_free(&seal);
	if (e == OK)
		printf("made the store %s and the seal key\n"
		       "%s; back both up together\n",
		    PATH_STORE, PATH_SEAL_KEY);
	else
		fprintf(stderr, "otpgate: cannot make %s and %s: %s\n",
		    PATH_STORE, PATH_SEAL_KEY, error_text(e));
	return e;
}

/* otpgated reads the policy after it gave root up. */
static enum error
open_policy(const struct account *account)
{
	if (chown(PATH_POLICY, 0, account->gid) != 0 ||
	    chmod(PATH_POLICY, 0640) != 0) {
		fprintf(stderr, "otpgate: cannot give %s to the group %s: %s\n",
		    PATH_POLICY, ACCOUNT_DAEMON, strerror(errno));
		return ERR_SYSTEM;
	}
	return OK;
}

enum error
init_machine(void)
{
	struct account account;
	enum error e = ERR_UNSET;

	if (geteuid() != 0) {
		fprintf(stderr, "otpgate: init has to be run as root\n");
		return ERR_REFUSED;
	}
	if ((e = lies_there(PATH_STORE)) != OK ||
	    (e = lies_there(PATH_SEAL_KEY)) != OK ||
	    (e = make_account(ACCOUNT_DAEMON)) != OK ||
	    (e = make_account(ACCOUNT_KEYS)) != OK ||
	    (e = account_find(ACCOUNT_DAEMON, &account)) != OK ||
	    (e = open_policy(&account)) != OK)
		return e;
	if ((e = init_directories(&account)) != OK) {
		fprintf(stderr,
		    "otpgate: %s or %s is there with another owner "
		    "or mode\n",
		    PATH_SOCKET_DIR, PATH_STORE_DIR);
		return e;
	}
	return create_both(&account);
}
