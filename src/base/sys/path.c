#include "base/sys/path.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/core/text.h"

static const char *absolute(const char *name)
{
	const char *v = getenv(name);

	return v && v[0] == '/' ? v : NULL;
}

const char *path_home(void)
{
	return absolute("HOME");
}

int path_home_is_foreign(void)
{
	const char *home = path_home();
	struct stat st;

	return home && stat(home, &st) == 0 && st.st_uid != geteuid();
}

/* Appends s at *len if it fits with its NUL. */
static int append(char out[PATH_MAX], size_t *len, const char *s, size_t n)
{
	if (n >= PATH_MAX - *len)
		return ERR_LIMIT;
	memcpy(out + *len, s, n);
	*len += n;
	out[*len] = '\0';
	return 0;
}

int path_in(
    enum path_dir dir, const char *tail, char out[PATH_MAX], struct err *e)
{
	int config = dir == PATH_CONFIG;
	const char *xdg = config ? "XDG_CONFIG_HOME" : "XDG_STATE_HOME";
	const char *below = "/mairu";
	const char *base = absolute(xdg);
	size_t n, len = 0;

	if (!base) {
		base = path_home();
		below = config ? "/.config/mairu" : "/.local/state/mairu";
	}
	if (!base)
		return err_set(e, ERR_NOT_FOUND,
		    "neither HOME nor %s is set to an absolute path: set HOME "
		    "to a directory of your own",
		    xdg);

	n = strlen(base);
	while (n && base[n - 1] == '/')
		n--;
	if (append(out, &len, base, n) ||
	    append(out, &len, below, strlen(below)) ||
	    (tail && (append(out, &len, "/", 1) ||
			 append(out, &len, tail, strlen(tail)))))
		return err_set(e, ERR_LIMIT,
		    "the path of a mairu directory is longer than %d bytes: "
		    "set %s or HOME to a shorter one",
		    PATH_MAX - 1, xdg);
	return 0;
}

int path_next(
    const char **list, const char *name, size_t name_len, char out[PATH_MAX])
{
	while (*list) {
		const char *dir = *list;
		size_t n = strcspn(dir, ":"), len = 0;

		*list = dir[n] == ':' ? dir + n + 1 : NULL;
		if (append(out, &len, n ? dir : ".", n ? n : 1) == 0 &&
		    append(out, &len, "/", 1) == 0 &&
		    append(out, &len, name, name_len) == 0)
			return 1;
	}
	return 0;
}

int path_program(const char *name, size_t name_len, char out[PATH_MAX])
{
	const char *list = getenv("PATH");

	while (path_next(&list, name, name_len, out))
		if (access(out, X_OK) == 0)
			return 1;
	return 0;
}

int path_same(const char *a, const char *b)
{
	struct stat sa, sb;

	return stat(a, &sa) == 0 && stat(b, &sb) == 0 &&
	       sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
}

size_t path_shared(const char *a, const char *b)
{
	size_t n = 0, i = 0;

	for (; a[i] != '\0' && a[i] == b[i]; i++)
		if (a[i] == '/')
			n = i;
	return a[i] == '\0' && b[i] == '/' ? i : n;
}

/* The rest of a path below HOME; else NULL. */
static const char *below_home(const char *path)
{
	const char *home = path_home();
	size_t n = home ? strlen(home) : 0;

	while (n && home[n - 1] == '/')
		n--;
	return home && strncmp(path, home, n) == 0 && path[n] == '/' &&
		       path[n + 1]
		   ? path + n
		   : NULL;
}

void path_text(struct buf *out, const char *path)
{
	const char *rest = below_home(path);

	if (rest)
		buf_addc(out, '~');
	else
		rest = path;
	text_safe(out, rest, strlen(rest), SIZE_MAX);
}

void path_text_word(struct buf *out, const char *path)
{
	const char *rest = below_home(path);

	if (rest && text_is_plain(rest, strlen(rest)))
		buf_addc(out, '~');
	else
		rest = path;
	text_word(out, rest, strlen(rest));
}
