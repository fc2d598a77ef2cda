#include "base/config/servers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/core/text.h"
#include "base/sys/fault.h"
#include "base/sys/file.h"
#include "base/sys/path.h"

/* GCC 12 reports strings stored through a pointer as leaks; LeakSanitizer finds
 * none. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

struct names {
	char *at[SERVERS_MAX];
	size_t count;
};

int servers_dir(char out[PATH_MAX], struct err *e)
{
	return path_in(PATH_CONFIG, "servers.d", out, e);
}

/* Skips what editors leave behind: "a.json~", ".a.json.swp", ".#a.json". */
static int counts(const char *name)
{
	size_t len = strlen(name);

	return name[0] != '.' && len > 5 &&
	       strcmp(name + len - 5, ".json") == 0;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int add_name(
    struct names *n, const char *dir, const char *name, struct err *e)
{
	char shown[FAULT_PATH];

	if (n->count == SERVERS_MAX)
		return err_set(e, ERR_LIMIT,
		    "%s holds more than %d files: move some away",
		    fault_path(dir, shown), SERVERS_MAX);
	n->at[n->count] = strdup(name);
	if (n->at[n->count] == NULL)
		return err_set(e, ERR_NOMEM, "out of memory");
	n->count++;
	return 0;
}

/* In a directory that others can write, they could place a link to a file of
 * ours. */
static int check_dir(int fd, const char *dir, struct err *e)
{
	char shown[FAULT_PATH], w[FAULT_WORD];
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(e, "cannot look at %s", fault_path(dir, shown));
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return fault_foreign(
		    "the directory of servers", dir, st.st_uid, e);
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return err_set(e, ERR_REFUSED,
		    "%s can be written by others: look at what it holds, then "
		    "run: chmod go-w %s",
		    fault_path(dir, shown), fault_word(dir, w));
	return 0;
}

static int read_names(struct names *n, DIR *d, const char *dir, struct err *e)
{
	char shown[FAULT_PATH];
	int r = 0;

	while (r == 0) {
		const struct dirent *one;

		errno = 0;
		one = readdir(d);
		if (one == NULL && errno != 0)
			r = err_sys(
			    e, "cannot read %s", fault_path(dir, shown));
		if (one == NULL)
			break;
		if (counts(one->d_name))
			r = add_name(n, dir, one->d_name, e);
	}
	qsort(n->at, n->count, sizeof(n->at[0]), by_bytes);
	return r;
}

static int list_names(struct names *n, const char *dir, struct err *e)
{
	char shown[FAULT_PATH];
	struct stat st;
	DIR *d;
	int r;

	d = opendir(dir);
	if (d == NULL && errno == ENOENT && lstat(dir, &st) < 0)
		return 0;
	if (d == NULL)
		return err_sys(
		    e, "cannot open the directory %s", fault_path(dir, shown));
	r = check_dir(dirfd(d), dir, e);
	if (r == 0)
		r = read_names(n, d, dir, e);
	(void)closedir(d);
	return r;
}

static char *dup_safe(const char *s)
{
	struct buf b = BUF_INIT(sizeof(((struct err *)0)->msg) * 4);
	char *copy;

	text_safe(&b, s, strlen(s), SIZE_MAX);
	copy = b.failed ? NULL : strdup(buf_str(&b));
	buf_release(&b);
	return copy;
}

/* Warns about a file that is still usable. */
static int warn_of(struct servers_entry *one, mode_t mode)
{
	struct buf b = BUF_INIT((size_t)PATH_MAX * 12);
	char shown[FAULT_PATH];

	if (!one->has_secret || (mode & (S_IRGRP | S_IROTH)) == 0)
		return 0;
	buf_addf(&b, "%s holds a client_secret, and others can read it" ERR_RUN,
	    fault_path(one->path, shown));
	one->warning_run = b.len;
	buf_adds(&b, "chmod go-r ");
	text_word(&b, one->path, strlen(one->path));
	one->warning = b.failed ? NULL : strdup(buf_str(&b));
	buf_release(&b);
	return one->warning == NULL ? ERR_NOMEM : 0;
}

int servers_take(struct servers *s, const struct servers_file *f,
    struct slab *secrets, struct err *e)
{
	struct servers_entry *one, *more;
	struct err why;
	int r = f->code;

	if (r == ERR_NOT_FOUND)
		return 0;
	if (s->count == SERVERS_MAX)
		return err_set(e, ERR_LIMIT, "there are too many files");
	more = realloc(s->at, (s->count + 1) * sizeof(s->at[0]));
	if (more == NULL)
		return err_set(e, ERR_NOMEM, "out of memory");
	s->at = more;
	one = &s->at[s->count++];
	memset(one, 0, sizeof(*one));
	one->path = strdup(f->path);
	if (r < 0)
		(void)err_set(&why, r, "%s", f->why);
	else if (one->path != NULL)
		r = servers_parse(one, f->text, f->len, secrets, &why);
	if (r == 0 && one->path != NULL)
		r = warn_of(one, f->mode);
	if (r < 0 && r != ERR_NOMEM)
		one->fault = dup_safe(why.msg);
	if (one->path == NULL || r == ERR_NOMEM ||
	    (r < 0 && one->fault == NULL))
		return err_set(e, ERR_NOMEM, "out of memory");
	return 0;
}

static int read_files(
    const struct names *n, const char *dir, servers_each *fn, void *arg)
{
	struct buf text = BUF_INIT(SERVERS_MAX_BYTES);
	int r = 0;

	for (size_t i = 0; r == 0 && i < n->count; i++) {
		char path[PATH_MAX + NAME_MAX + 2];
		struct servers_file f = {.path = path};
		struct err why = {.msg = ""};

		(void)snprintf(path, sizeof(path), "%s/%s", dir, n->at[i]);
		buf_clear(&text);
		f.code = file_read_config(path, &text, &f.mode, &why);
		f.why = why.msg;
		f.text = text.data;
		f.len = text.len;
		r = fn(arg, &f);
	}
	buf_release(&text);
	return r;
}

int servers_read(servers_each *fn, void *arg, struct err *e)
{
	struct names n = {.count = 0};
	char dir[PATH_MAX];
	int r;

	r = servers_dir(dir, e);
	if (r == 0)
		r = list_names(&n, dir, e);
	if (r == 0)
		r = read_files(&n, dir, fn, arg);
	for (size_t i = 0; i < n.count; i++)
		free(n.at[i]);
	return r;
}

struct loading {
	struct servers *s;
	struct slab *secrets;
	struct err *e;
};

static int load_one(void *arg, const struct servers_file *f)
{
	const struct loading *l = arg;

	return servers_take(l->s, f, l->secrets, l->e);
}

int servers_load(struct servers *s, struct slab *secrets, struct err *e)
{
	struct loading l = {s, secrets, e};
	int r;

	memset(s, 0, sizeof(*s));
	r = servers_read(load_one, &l, e);
	if (r < 0)
		servers_release(s);
	return r;
}

void servers_release(struct servers *s)
{
	for (size_t i = 0; i < s->count; i++) {
		servers_forget(&s->at[i]);
		free(s->at[i].path);
	}
	free(s->at);
	s->at = NULL;
	s->count = 0;
}
