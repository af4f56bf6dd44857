#include "unit/store/faults.h"

#include <criterion/criterion.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

#include "unit/store/power.h"

struct file {
	sqlite3_file base;
	const char *name;
	sqlite3_file *real;
};

static struct {
	int kinds, after, code, for_ever; /* of faults_set() */
	bool failed;
	int counts[6]; /* operations, by bit */
	sqlite3_vfs *real;
} faults;

/* Whether the operation that now comes has to fail, and how. */
static int
fault(int kind)
{
	for (int bit = 0; bit < 6; bit++)
		if (kind == 1 << bit)
			faults.counts[bit]++;
	if ((faults.kinds & kind) == 0)
		return SQLITE_OK;
	if (faults.after-- > 0)
		return SQLITE_OK;
	if (!faults.for_ever)
		faults.kinds = 0;
	faults.failed = true;
	return faults.code;
}

void
faults_set(int kinds, int after, int code, int for_ever)
{
	faults.kinds = kinds;
	faults.after = after;
	faults.code = code;
	faults.for_ever = for_ever;
	faults.failed = false;
}

int
faults_clear(void)
{
	faults.kinds = 0;
	return faults.failed;
}

int
faults_count(int kinds)
{
	int sum = 0;

	for (int bit = 0; bit < 6; bit++) {
		if ((kinds & 1 << bit) != 0)
			sum += faults.counts[bit];
		faults.counts[bit] = 0;
	}
	return sum;
}

/* ---- the methods of a file ---- */

static struct file *
of(sqlite3_file *file)
{
	return (struct file *)file;
}

static int
file_close(sqlite3_file *file)
{
	struct file *f = of(file);
	int status = f->real->pMethods->xClose(f->real);

	sqlite3_free(f->real);
	return status;
}

static int
file_read(sqlite3_file *file, void *out, int size, sqlite3_int64 at)
{
	struct file *f = of(file);
	int status = fault(FAULT_READ);

	return status != SQLITE_OK
	    ? status
	    : f->real->pMethods->xRead(f->real, out, size, at);
}

static int
file_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 at)
{
	struct file *f = of(file);
	int status = fault(FAULT_WRITE);

	if (status != SQLITE_OK)
		return status;
	power_note(f->name, f->real, at, bytes, (size_t)size);
	return f->real->pMethods->xWrite(f->real, bytes, size, at);
}

static int
file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	struct file *f = of(file);
	int status = fault(FAULT_TRUNCATE);

	if (status != SQLITE_OK)
		return status;
	power_note(f->name, f->real, size, NULL, 0);
	return f->real->pMethods->xTruncate(f->real, size);
}

/* The power fails in the test only: the real disk need not be waited for. */
static int
file_sync(sqlite3_file *file, int flags)
{
	int status = fault(FAULT_SYNC);

	(void)flags;
	if (status == SQLITE_OK)
		power_settle(of(file)->name);
	return status;
}

static int
file_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return of(file)->real->pMethods->xFileSize(of(file)->real, size);
}

static int
file_lock(sqlite3_file *file, int level)
{
	return of(file)->real->pMethods->xLock(of(file)->real, level);
}

static int
file_unlock(sqlite3_file *file, int level)
{
	return of(file)->real->pMethods->xUnlock(of(file)->real, level);
}

static int
file_reserved(sqlite3_file *file, int *out)
{
	return of(file)->real->pMethods->xCheckReservedLock(
	    of(file)->real, out);
}

static int
file_control(sqlite3_file *file, int operation, void *argument)
{
	return of(file)->real->pMethods->xFileControl(
	    of(file)->real, operation, argument);
}

static int
file_sector(sqlite3_file *file)
{
	return of(file)->real->pMethods->xSectorSize(of(file)->real);
}

static int
file_device(sqlite3_file *file)
{
	return of(file)->real->pMethods->xDeviceCharacteristics(of(file)->real);
}

/* ---- the file system ---- */

static int
vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
    int *out_flags)
{
	static const sqlite3_io_methods methods = {
	    .iVersion = 1,
	    .xClose = file_close,
	    .xRead = file_read,
	    .xWrite = file_write,
	    .xTruncate = file_truncate,
	    .xSync = file_sync,
	    .xFileSize = file_size,
	    .xLock = file_lock,
	    .xUnlock = file_unlock,
	    .xCheckReservedLock = file_reserved,
	    .xFileControl = file_control,
	    .xSectorSize = file_sector,
	    .xDeviceCharacteristics = file_device,
	};
	struct file *f = of(file);
	int status = fault(FAULT_OPEN);

	(void)vfs;
	f->base.pMethods = NULL;
	if (status != SQLITE_OK)
		return status;
	f->name = name; /* SQLite keeps it as long as the file is open */
	f->real = sqlite3_malloc(faults.real->szOsFile);
	if (f->real == NULL)
		return SQLITE_NOMEM;
	memset(f->real, 0, (size_t)faults.real->szOsFile);
	status =
	    faults.real->xOpen(faults.real, name, f->real, flags, out_flags);
	if (status != SQLITE_OK)
		sqlite3_free(f->real);
	else
		f->base.pMethods = &methods;
	return status;
}

static int
vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	int status = fault(FAULT_DELETE);

	(void)vfs;
	return status != SQLITE_OK
	    ? status
	    : faults.real->xDelete(faults.real, name, sync);
}

void
faults_install(void)
{
	static sqlite3_vfs vfs;

	faults.real = sqlite3_vfs_find(NULL);
	cr_assert_not_null(faults.real);
	vfs = *faults.real;
	vfs.zName = "faults";
	vfs.szOsFile = (int)sizeof(struct file);
	vfs.xOpen = vfs_open;
	vfs.xDelete = vfs_delete;
	cr_assert_eq(sqlite3_vfs_register(&vfs, 1), SQLITE_OK);
}
