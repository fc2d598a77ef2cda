#include "broker/files/sum.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/config/servers.h"

enum {
	SETTLED = 2,	  /* seconds until a timestamp can be relied on */
	MAX_NAMES = 4096, /* entries of a directory, of any kind */
};

struct sweep {
	unsigned char sum[HASH_SHA256];
	time_t newest;
};

/* Adds everything about a file that an edit changes. */
static void sweep_one(struct sweep *w, const char *name, const struct stat *st)
{
	unsigned char one[HASH_SHA256];
	const int64_t stamp[] = {
	    (int64_t)st->st_dev,
	    (int64_t)st->st_ino,
	    (int64_t)st->st_mode,
	    (int64_t)st->st_uid,
	    (int64_t)st->st_size,
	    (int64_t)st->st_mtim.tv_sec,
	    (int64_t)st->st_mtim.tv_nsec,
	    (int64_t)st->st_ctim.tv_sec,
	    (int64_t)st->st_ctim.tv_nsec,
	};
	const struct hash_part parts[] = {
	    {name, strlen(name) + 1}, {stamp, sizeof(stamp)}};

	hash_sha256(parts, 2, one);
	/* Directory order is irrelevant. */
	for (size_t i = 0; i < sizeof(one); i++)
		w->sum[i] ^= one[i];
	if (st->st_ctim.tv_sec > w->newest)
		w->newest = st->st_ctim.tv_sec;
}

static void sweep_files(struct sweep *w, DIR *d)
{
	const struct dirent *one;
	struct stat st;

	for (int n = 0; n < MAX_NAMES && (one = readdir(d)); n++) {
		if (one->d_name[0] == '.' && strcmp(one->d_name, ".") != 0)
			continue;
		/* If stat fails, only the name is counted. */
		if (fstatat(dirfd(d), one->d_name, &st, 0) < 0)
			memset(&st, 0, sizeof(st));
		sweep_one(w, one->d_name, &st);
	}
}

/* Clock ticks are too coarse for files of the last two seconds. */
int files_sum(unsigned char sum[HASH_SHA256])
{
	struct sweep w = {.newest = 0};
	char path[PATH_MAX];
	struct timespec now;
	DIR *d;

	if (servers_dir(path, NULL) < 0)
		return -1;
	d = opendir(path);
	if (d) {
		sweep_files(&w, d);
		(void)closedir(d);
	} else if (errno != ENOENT) {
		return -1;
	}
	memcpy(sum, w.sum, sizeof(w.sum));
	clock_gettime(CLOCK_REALTIME, &now);
	return w.newest + SETTLED > now.tv_sec ? -1 : 0;
}
