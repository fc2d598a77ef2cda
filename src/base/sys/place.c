#include "base/sys/place.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sys/fault.h"
#include "base/sys/file.h"
#include "base/sys/owner.h"

static const char *what(enum path_dir dir)
{
	return dir == PATH_CONFIG ? "mairu's configuration directory"
				  : "mairu's state directory";
}

static int check(
    enum path_dir dir, const char *path, const struct stat *st, struct err *e)
{
	char w[FAULT_WORD], shown[FAULT_PATH];
	enum owner_fault fault;

	if (!S_ISDIR(st->st_mode))
		return err_set(e, ERR_REFUSED,
		    "%s, which should be %s, is none: move it away",
		    fault_path(path, shown), what(dir));
	fault = owner_judge(path, st);
	if (fault == OWNER_OTHER ||
	    (dir == PATH_STATE && st->st_uid != geteuid()))
		return fault_foreign(what(dir), path, st->st_uid, e);
	if (fault == OWNER_OPEN)
		return err_set(e, ERR_REFUSED,
		    "others can write %s. Look at what it holds, then "
		    "run: chmod go-w %s",
		    what(dir), fault_word(path, w));
	return 0;
}

static int find_one(enum path_dir dir, struct place_dir *found,
    enum place_how how, struct err *e)
{
	char path[PATH_MAX], shown[FAULT_PATH];
	struct stat st;
	int r = path_in(dir, NULL, path, e);

	if (r < 0)
		return r;
	if (stat(path, &st) < 0) {
		if (errno == ENOENT && how != PLACE_MAKE)
			return err_set(
			    e, ERR_NOT_FOUND, "%s does not exist", what(dir));
		if (errno == ENOENT) {
			r = file_make_dir(path, 1, e);
			if (r < 0)
				return r;
		}
		if (stat(path, &st) < 0)
			return err_sys(
			    e, "cannot look at %s", fault_path(path, shown));
	}
	found->dev = (uint64_t)st.st_dev;
	found->ino = (uint64_t)st.st_ino;
	return how == PLACE_GLANCE ? 0 : check(dir, path, &st, e);
}

int place_find(struct place *p, enum place_how how, struct err *e)
{
	int r = find_one(PATH_CONFIG, &p->dir[PATH_CONFIG], how, e);

	return r < 0 ? r : find_one(PATH_STATE, &p->dir[PATH_STATE], how, e);
}

int place_same(const struct place *a, const struct place *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* Not cryptographic: too slow for a prompt. */
static uint64_t mix(uint64_t h, uint64_t n)
{
	h = (h ^ n) * 0xff51afd7ed558ccdU;
	return h ^ h >> 32;
}

void place_name(const struct place *p, uint64_t salt, char out[PLACE_NAME])
{
	static const char digits[] = "0123456789abcdef";
	uint64_t h = mix(0x9e3779b97f4a7c15U, salt);

	for (int i = 0; i < 2; i++)
		h = mix(mix(h, p->dir[i].dev), p->dir[i].ino);
	for (int i = 0; i < PLACE_NAME - 1; i++, h <<= 4)
		out[i] = digits[h >> 60];
	out[PLACE_NAME - 1] = '\0';
}
