#include "front/aws/profile.h"

#include <string.h>
#include <sys/stat.h>

#include "base/core/text.h"
#include "base/sys/file.h"
#include "base/sys/path.h"
#include "front/aws/awsconf_edit.h"

enum {
	NAME_LEN_MAX = 64,
	COMMAND_MAX = 2 * PATH_MAX,
	SHOWN_MAX = 64 * 1024,
};

/* --- what to write */

static int check_name(const char *name, struct err *e)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789._-";
	size_t len = strlen(name);

	if (len == 0 || len > NAME_LEN_MAX || strspn(name, letters) != len)
		return err_set(e, ERR_USAGE,
		    "a profile's name may have letters, digits, dots, dashes "
		    "and underscores");
	if (strcmp(name, "default") == 0)
		return err_set(e, ERR_USAGE,
		    "the default profile also applies outside projects, so "
		    "mairu does not use it. Run: mairu setup-profile");
	return 0;
}

/* Appends one word that both a shell and Python's shlex read as this path.
 * SDKs cut a value at a blank followed by a comment sign, even inside quotes.
 */
static int add_quoted(struct buf *out, const char *path, struct err *e)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789/._-+,@%";
	size_t len = strlen(path);
	int bad = !text_utf8(path, len);

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)path[i];

		bad |= c < 0x20 || c == 0x7f;
		bad |= c == ' ' && (path[i + 1] == '#' || path[i + 1] == ';');
	}
	if (bad)
		return err_set(e, ERR_FORMAT,
		    "AWS config files cannot hold the path of this program: "
		    "install mairu in a directory with a plain name");
	if (strspn(path, plain) == len) {
		buf_adds(out, path);
		return 0;
	}
	buf_addc(out, '\'');
	for (size_t i = 0; i < len; i++)
		if (path[i] == '\'')
			buf_adds(out, "'\\''");
		else
			buf_addc(out, path[i]);
	buf_addc(out, '\'');
	return 0;
}

static int make_command(struct profile *p, const char *program, struct err *e)
{
	int r = add_quoted(&p->command, program, e);

	if (r < 0)
		return r;
	buf_adds(&p->command, " credential-process auto");
	if (p->command.failed)
		return err_set(e, ERR_LIMIT,
		    "the path of this program is too long for a config file");
	if (!awsconf_is_ours(buf_str(&p->command), p->command.len))
		return err_set(e, ERR_REFUSED,
		    "the hook recognises the profile by the program's name, "
		    "and this one is not called mairu: install it as mairu");
	return 0;
}

int profile_place(struct profile *p, const char *name, struct err *e)
{
	int r = check_name(name, e);

	p->name = name;
	buf_init(&p->shown, COMMAND_MAX * 4);
	buf_init(&p->command, COMMAND_MAX);
	buf_init(&p->old, AWSCONF_MAX_BYTES);
	buf_init(&p->new, AWSCONF_MAX_BYTES);
	buf_init(&p->diff, SHOWN_MAX);
	if (r == 0)
		r = awsconf_path(AWSCONF_CONFIG, p->path, e);
	if (r == 0)
		path_text(&p->shown, p->path);
	return r;
}

/* --- existing settings */

/* Rejects other settings of the profile that would win over ours. */
static int check_rivals(const struct profile *p, struct err *e)
{
	struct awsconf a;
	struct buf b = BUF_INIT(COMMAND_MAX);
	const char *key;
	enum awsconf_file file = AWSCONF_CREDENTIALS;
	int r = 0;

	awsconf_load(&a, p->name);
	key = a.rival.key;
	if (key != NULL)
		file = a.rival.file;
	else if (a.other[AWSCONF_CREDENTIALS])
		key = "credential_process";
	if (key != NULL) {
		path_text(&b, a.path[file]);
		r = err_set(e, ERR_REFUSED,
		    "profile %s has %s in %s, which takes precedence over what "
		    "would be written: remove it there, or choose another name",
		    p->name, key, buf_str(&b));
	}
	buf_release(&b);
	return r;
}

static int read_config(struct profile *p, struct buf *to, struct err *e)
{
	int r = file_read(p->path, to, e);

	return r == ERR_NOT_FOUND ? 0 : r;
}

int profile_compose(struct profile *p, const char *program, struct err *e)
{
	int r = make_command(p, program, e);

	if (r == 0)
		r = check_rivals(p, e);
	if (r == 0)
		r = read_config(p, &p->old, e);
	if (r < 0)
		return r;
	r = awsconf_set_process((const char *)p->old.data, p->old.len, p->name,
	    buf_str(&p->command), &p->new, &p->diff);
	if (r > 0 && p->new.failed)
		return err_set(e, ERR_LIMIT, "%s is too large to add to",
		    buf_str(&p->shown));
	return r;
}

/* --- writing it */

/* Creates the directory of a new file; leaves an existing one alone. */
static int make_dir(const struct profile *p, struct err *e)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(p->path, '/');
	size_t len = slash != NULL ? (size_t)(slash - p->path) : 0;
	struct stat st;

	if (len == 0)
		return 0;
	memcpy(dir, p->path, len);
	dir[len] = '\0';
	return stat(dir, &st) == 0 ? 0 : file_make_dir(dir, 1, e);
}

int profile_write(struct profile *p, struct err *e)
{
	struct buf now = BUF_INIT(AWSCONF_MAX_BYTES);
	int r = read_config(p, &now, e);

	if (r == 0 &&
	    (now.len != p->old.len ||
		(now.len > 0 && memcmp(now.data, p->old.data, now.len) != 0)))
		r = err_set(e, ERR_FOREIGN,
		    "%s has changed in the meantime, so nothing was written. "
		    "Run the command again",
		    buf_str(&p->shown));
	if (r == 0)
		r = make_dir(p, e);
	if (r == 0)
		r = file_replace(p->path, p->new.data, p->new.len, e);
	buf_release(&now);
	return r;
}

void profile_release(struct profile *p)
{
	buf_release(&p->shown);
	buf_release(&p->command);
	buf_release(&p->old);
	buf_release(&p->new);
	buf_release(&p->diff);
}
