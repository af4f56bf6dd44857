#include "os/sealed.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

enum error
sealed_new(int *fd)
{
	*fd = memfd_create("otpgate", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return *fd >= 0 ? OK : ERR_SYSTEM;
}

enum error
sealed_finish(int fd)
{
	return fcntl(fd, F_ADD_SEALS, SEALS) == 0 ? OK : ERR_SYSTEM;
}

enum error
sealed_map(struct sealed *out, int fd, size_t max)
{
	int seals = fcntl(fd, F_GET_SEALS);
	struct stat st;
	void *bytes;

	*out = (struct sealed){NULL, 0};
	if (seals < 0 || (seals & SEALS) != SEALS)
		return ERR_UNSAFE;
	if (fstat(fd, &st) != 0)
		return ERR_SYSTEM;
	if (st.st_size <= 0)
		return ERR_SHORT;
	if ((uint64_t)st.st_size > max)
		return ERR_LONG;
	bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return ERR_SYSTEM;
	*out = (struct sealed){bytes, (size_t)st.st_size};
	return OK;
}

void
sealed_unmap(struct sealed *s)
{
	/* Fails for what was never mapped only. */
	if (s->bytes != NULL)
		(void)munmap((void *)(uintptr_t)s->bytes, s->size);
	*s = (struct sealed){NULL, 0};
}
