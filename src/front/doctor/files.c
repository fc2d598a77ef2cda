/* Who owns our files and directories, and who else may read and write them. */

#include "front/doctor/doctor.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/core/text.h"
#include "base/sys/path.h"
#include "base/sys/sock.h"
#include "front/aws/awsconf.h"

enum {
	TEXT_MAX = 8192,
	ENTRIES = 1024, /* entries checked per directory */
	WRITABLE = S_IWGRP | S_IWOTH,
	OPEN = S_IRWXG | S_IRWXO,
};

/* Configuration owned by root is as good as the user's. */
static int is_strange(const struct stat *st, int private_)
{
	return st->st_uid != geteuid() && (private_ || st->st_uid != 0);
}

/* 1 if it is fine or missing. */
static int check(struct doctor *d, const char *path, int private_)
{
	struct buf shown = BUF_INIT(TEXT_MAX), word = BUF_INIT(TEXT_MAX);
	mode_t bad = private_ ? (mode_t)OPEN : (mode_t)WRITABLE;
	struct stat st;
	int good = 0;

	path_text(&shown, path);
	path_text_word(&word, path);
	if (stat(path, &st) < 0) {
		good = errno == ENOENT || errno == ENOTDIR;
		if (!good)
			findings_add(&d->f, FINDING_PROBLEM, "files",
			    "%s can't be looked at: %s", buf_str(&shown),
			    strerror(errno));
	} else if (is_strange(&st, private_)) {
		findings_add(&d->f, FINDING_PROBLEM, "files",
		    "%s is of another user (uid %lu)", buf_str(&shown),
		    (unsigned long)st.st_uid);
		findings_run(&d->f, "sudo chown %lu %s",
		    (unsigned long)geteuid(), buf_str(&word));
	} else if ((st.st_mode & bad & WRITABLE) != 0) {
		findings_add(&d->f, FINDING_PROBLEM, "files",
		    "others may write %s (mode %04o)", buf_str(&shown),
		    (unsigned)(st.st_mode & 07777));
		findings_run(&d->f, "chmod go-%s %s", private_ ? "rwx" : "w",
		    buf_str(&word));
	} else if ((st.st_mode & bad) != 0) {
		findings_add(&d->f, FINDING_WARNING, "files",
		    "others may look into %s (mode %04o)", buf_str(&shown),
		    (unsigned)(st.st_mode & 07777));
		findings_run(&d->f, "chmod go-rwx %s", buf_str(&word));
	} else {
		good = 1;
	}
	buf_release(&shown);
	buf_release(&word);
	return good;
}

/* The same for each file in a directory with this suffix. */
static int check_files(
    struct doctor *d, const char *dir, const char *ending, int private_)
{
	char path[PATH_MAX];
	struct dirent *one;
	DIR *all = opendir(dir);
	int good = 1;

	if (all == NULL)
		return 1;
	for (int n = 0; n < ENTRIES && (one = readdir(all)) != NULL; n++) {
		size_t len = strlen(one->d_name), tail = strlen(ending);

		if (one->d_name[0] == '.' || len < tail ||
		    strcmp(one->d_name + len - tail, ending) != 0 ||
		    snprintf(path, sizeof(path), "%s/%s", dir, one->d_name) >=
			PATH_MAX)
			continue;
		good &= check(d, path, private_);
	}
	(void)closedir(all);
	return good;
}

static int check_in(
    struct doctor *d, enum path_dir where, const char *tail, int private_)
{
	char path[PATH_MAX];

	return path_in(where, tail, path, NULL) < 0 || check(d, path, private_);
}

static int check_state(struct doctor *d)
{
	static const char *const dirs[] = {"trust", "cache"};
	char path[PATH_MAX];
	int good = check_in(d, PATH_STATE, NULL, 0);

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		if (path_in(PATH_STATE, dirs[i], path, NULL) < 0)
			continue;
		good &= check(d, path, 1);
		good &= check_files(d, path, ".json", 1);
	}
	return good & check_in(d, PATH_STATE, "log", 1);
}

static int check_config(struct doctor *d)
{
	/* The files in servers.d are checked when read. */
	return check_in(d, PATH_CONFIG, NULL, 0) &
	       check_in(d, PATH_CONFIG, "servers.d", 0) &
	       check_in(d, PATH_CONFIG, "broker.json", 0);
}

static int check_socket(struct doctor *d)
{
	char path[SOCK_PATH_MAX];
	struct place place;
	struct err e;
	int r = sock_path(path, &place, PLACE_CHECK, &e);

	if (r == 0)
		r = sock_check_dir(path, 0, &e);
	/* An unusable path is reported with the broker. */
	if (r < 0 && r != ERR_NOT_FOUND && d->r.h.kind != BROKER_STATUS_BAD)
		findings_add_raw(&d->f, FINDING_PROBLEM, "files", e.msg, e.run);
	return r == 0 || r == ERR_NOT_FOUND;
}

/* AWS key files are not ours, but whoever can read them has the keys. */
static int check_aws(struct doctor *d)
{
	char path[PATH_MAX];
	struct stat st;

	if (awsconf_path(AWSCONF_CREDENTIALS, path, NULL) < 0 ||
	    stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return 1;
	return check(d, path, 1);
}

void doctor_files(struct doctor *d)
{
	int good = check_config(d);

	good &= check_state(d);
	good &= check_socket(d);
	good &= check_aws(d);
	if (good)
		findings_add(&d->f, FINDING_OK, "files",
		    "configuration, trust and state are yours alone to write");
}
