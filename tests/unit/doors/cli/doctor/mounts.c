/* What lies on which mount. */
#include <criterion/criterion.h>
#include <string.h>

#include "doors/cli/doctor/mounts.h"

static const char table[] = "/dev/sda1 / ext4 rw 0 0\n"
			    "proc /proc proc rw,nosuid,hidepid=2,gid=33 0 0\n"
			    "server:/home /home nfs4 rw,addr=192.0.2.1 0 0\n"
			    "/dev/sdb1 /home/my\\040own ext4 rw 0 0\n"
			    "broken\n"
			    "/dev/sdc1 /homes ext4 rw 0 0\n"
			    "a /srv cifs rw 0 0\n"
			    "b /srv ext4 rw 0 0\n";

static const char *
type_of(const char *path)
{
	static struct mount m;

	return mounts_find(table, path, &m) ? m.type : "none";
}

Test(mounts, the_longest_place_counts)
{
	cr_expect_str_eq(type_of("/"), "ext4");
	cr_expect_str_eq(type_of("/root"), "ext4");
	cr_expect_str_eq(type_of("/home"), "nfs4");
	cr_expect_str_eq(type_of("/home/alice"), "nfs4");
	cr_expect_str_eq(type_of("/homes/alice"), "ext4");
	cr_expect_str_eq(type_of("/homework"), "ext4");
	cr_expect_str_eq(type_of("/proc/1"), "proc");
}

Test(mounts, blanks_in_names)
{
	cr_expect_str_eq(type_of("/home/my own/x"), "ext4");
	cr_expect_str_eq(type_of("/home/my"), "nfs4");
}

Test(mounts, the_last_of_one_place_counts)
{
	cr_expect_str_eq(type_of("/srv/x"), "ext4");
}

Test(mounts, an_empty_table_has_none)
{
	struct mount m;

	cr_expect(!mounts_find("", "/", &m));
	cr_expect(!mounts_find("\n \nx y", "/", &m));
}

Test(mounts, a_place_that_is_too_long_is_none)
{
	static char long_table[2 * MOUNT_PLACE_MAX];
	struct mount m;

	memset(long_table, '/', sizeof long_table - 20);
	memcpy(long_table, "x ", 2);
	memcpy(long_table + sizeof long_table - 20, " nfs rw 0 0\n", 13);
	cr_expect(!mounts_find(long_table, "/home", &m));
}

Test(mounts, other_machines)
{
	static const char *const remote[] = {
	    "nfs", "nfs4", "cifs", "fuse.sshfs", "autofs", "ceph"};
	static const char *const local[] = {"ext4", "xfs", "overlay", "tmpfs",
	    "fuse", "fuse.lxcfs", "nfsd", ""};
	struct mount m;

	for (size_t i = 0; i < sizeof remote / sizeof remote[0]; i++) {
		memcpy(m.type, remote[i], strlen(remote[i]) + 1);
		cr_expect(mount_is_remote(&m), "%s", remote[i]);
	}
	for (size_t i = 0; i < sizeof local / sizeof local[0]; i++) {
		memcpy(m.type, local[i], strlen(local[i]) + 1);
		cr_expect(!mount_is_remote(&m), "%s", local[i]);
	}
}

static bool
hides(const char *options)
{
	struct mount m = {.type = "proc"};

	memcpy(m.options, options, strlen(options) + 1);
	return mount_hides(&m, 33);
}

Test(mounts, a_proc_that_hides)
{
	struct mount m;

	cr_assert(mounts_find(table, "/proc", &m));
	cr_expect(mount_hides(&m, 34));
	cr_expect(!mount_hides(&m, 33));
	cr_expect(hides("rw,hidepid=2"));
	cr_expect(hides("hidepid=invisible,rw"));
	cr_expect(hides("hidepid=1,gid=3"));
	cr_expect(hides("hidepid=1,gid=333"));
	cr_expect(hides("hidepid=1,gid=x"));
	cr_expect(!hides("hidepid=1,gid=33,rw"));
	cr_expect(!hides("rw"));
	cr_expect(!hides("hidepid=0"));
	cr_expect(!hides("rw,hidepid=off"));
	cr_expect(!hides("xhidepid=2"));
}
