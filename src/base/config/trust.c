#include "base/config/trust.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/config/trust_record.h"
#include "base/core/bytes.h"
#include "base/core/text.h"
#include "base/sys/fault.h"
#include "base/sys/file.h"
#include "base/sys/path.h"

int trust_file(const char *project_path, char out[PATH_MAX], struct err *e)
{
	const struct hash_part parts[] = {
	    {"v0.trust_path\0", 15},
	    {project_path, strlen(project_path)},
	};
	char key[BYTES_ENCODED(HASH_SHA256)], tail[80];
	unsigned char hash[HASH_SHA256];

	hash_sha256(parts, 2, hash);
	(void)bytes_encode(
	    BYTES_BASE64URL, hash, sizeof(hash), key, sizeof(key));
	(void)snprintf(tail, sizeof(tail), "trust/trust.%s.json", key);
	return path_in(PATH_STATE, tail, out, e);
}

static int check_path(const char *path, struct err *e)
{
	char shown[FAULT_PATH];

	if (text_utf8(path, strlen(path)))
		return 0;
	return err_set(e, ERR_REFUSED,
	    "%s has a path that is not UTF-8, which the trust store cannot "
	    "hold: rename its directory",
	    fault_path(path, shown));
}

/* A directory above the store denies access: reports which, and why. */
static int unreachable(char dir[PATH_MAX], struct err *e)
{
	char w[FAULT_WORD];
	struct stat st;

	while (stat(dir, &st) < 0) {
		char *slash = strrchr(dir, '/');

		if (slash == NULL || slash == dir)
			return err_sys(e, "cannot reach the trust store");
		*slash = '\0';
	}
	if (st.st_uid != geteuid())
		return fault_foreign(
		    "a directory above the trust store", dir, st.st_uid, e);
	return err_set(e, ERR_REFUSED,
	    "the trust store cannot be reached; let yourself in: "
	    "chmod u+rwx %s",
	    fault_word(dir, w));
}

/* 1 if the store exists and only we can write it, 0 if there is none.  Reading
 * does not require it to be writable. */
static int check_store(char dir[PATH_MAX], int writes, struct err *e)
{
	char w[FAULT_WORD], shown[FAULT_PATH];
	struct stat st;

	if (stat(dir, &st) < 0) {
		if (errno == ENOENT)
			return 0;
		if (errno == EACCES)
			return unreachable(dir, e);
		return err_sys(e, "cannot look at the trust store %s",
		    fault_path(dir, shown));
	}
	if (!S_ISDIR(st.st_mode))
		return err_set(e, ERR_REFUSED,
		    "the trust store %s is not a directory: move it away",
		    fault_path(dir, shown));
	if (st.st_uid != geteuid())
		return fault_foreign("the trust store", dir, st.st_uid, e);
	/* Root may enter regardless of mode. */
	if ((st.st_mode & 0300) != 0300 && access(dir, W_OK | X_OK) < 0 &&
	    (access(dir, X_OK) < 0 || writes))
		return err_set(e, ERR_REFUSED,
		    "the trust store keeps you out yourself; let yourself in: "
		    "chmod 700 %s",
		    fault_word(dir, w));
	/* Others reading it is fixed if possible; others writing it must be
	 * fixed. */
	if ((st.st_mode & 077) != 0 && chmod(dir, 0700) < 0 &&
	    (st.st_mode & 022) != 0)
		return err_set(e, ERR_REFUSED,
		    "others can write the trust store; close it: chmod 700 %s",
		    fault_word(dir, w));
	return 1;
}

/* 1: out holds the record about that path; 0: there is none. */
static int read_record(const char *project_path, struct buf *out, struct err *e)
{
	char path[PATH_MAX], w[FAULT_WORD];
	int r = path_in(PATH_STATE, "trust", path, e);

	if (r < 0)
		return r;
	r = check_store(path, 0, e);
	if (r <= 0)
		return r;
	r = trust_file(project_path, path, e);
	if (r < 0)
		return r;
	r = file_read_own(path, out, e);
	if (r == ERR_NOT_FOUND)
		return 0;
	if (r == ERR_SYS && e != NULL && e->sys_errno == EACCES)
		return err_set(e, ERR_REFUSED,
		    "your verdict cannot be read; let yourself in: chmod 600 "
		    "%s",
		    fault_word(path, w));
	if (r == ERR_REFUSED)
		return err_set(e, r,
		    "others may have altered your verdict: it is no file that "
		    "only you can write; look at it, then: rm %s && mairu "
		    "allow",
		    fault_word(path, w));
	return r < 0 ? r : 1;
}

int trust_check(const struct project *p, enum trust_verdict *verdict,
    const char **key, struct err *e)
{
	struct buf record = BUF_INIT(TRUST_MAX_BYTES);
	int r;

	*verdict = TRUST_UNKNOWN;
	if (key != NULL)
		*key = NULL;
	if (p->server == NULL)
		return err_set(
		    e, ERR_USAGE, "a verdict takes a config that was parsed");
	r = check_path(p->path, e);
	if (r == 0)
		r = read_record(p->path, &record, e);
	if (r == 1)
		r = trust_judge(&record, p, verdict, key, e);
	buf_release(&record);
	return r;
}

int trust_denied(const char *project_path, struct err *e)
{
	struct buf record = BUF_INIT(TRUST_MAX_BYTES);
	struct json *doc = NULL;
	int r;

	r = read_record(project_path, &record, e);
	if (r == 1) {
		r = trust_parse(&record, project_path, &doc, e);
		if (r == 0)
			r = !json_bool(json_get(json_root(doc), "trust"));
		json_free(doc);
	}
	buf_release(&record);
	return r;
}

/* Writes the record, unless something of another user's is in the way. */
static int write_record(const char *path, struct buf *record, struct err *e)
{
	char dir[PATH_MAX];
	int r = path_in(PATH_STATE, "trust", dir, e);

	if (r < 0)
		return r;
	r = check_store(dir, 1, e);
	if (r < 0)
		return r;
	r = file_make_dir(dir, 1, e);
	if (r < 0)
		return r;
	return file_write(path, record->data, record->len, e);
}

int trust_record(const struct project *p, int allow, struct err *e)
{
	struct buf record = BUF_INIT(TRUST_MAX_BYTES);
	char path[PATH_MAX];
	struct timespec now;
	int r;

	if (p->path[0] != '/' || (allow && p->server == NULL))
		return err_set(
		    e, ERR_USAGE, "a verdict takes a config that was parsed");
	r = check_path(p->path, e);
	if (r == 0)
		r = trust_file(p->path, path, e);
	if (r < 0)
		return r;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	trust_print(p, allow, &now, &record);
	if (record.failed)
		r = err_set(e, ERR_NOMEM, "out of memory");
	else
		r = write_record(path, &record, e);
	buf_release(&record);
	return r;
}
