#include "front/prompt/elsewhere.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/core/text.h"
#include "base/sys/group.h"
#include "base/sys/path.h"
#include "base/sys/place.h"
#include "front/shell/hook_mark.h"

enum {
	SENTENCE_MAX = 8192
};

static int is_set(const char *name)
{
	const char *v = getenv(name);

	return v != NULL && v[0] == '/';
}

static int is_at(
    const struct place_dir *dir, const char *home, const char *tail)
{
	char path[PATH_MAX];
	struct stat st;

	return snprintf(path, sizeof(path), "%s%s", home, tail) < PATH_MAX &&
	       stat(path, &st) == 0 && (uint64_t)st.st_dev == dir->dev &&
	       (uint64_t)st.st_ino == dir->ino;
}

/* Whether HOME is the login's.  A user without a passwd entry may have it from
 * elsewhere. */
static int is_logins(const char *home)
{
	char login[PATH_MAX];

	return !group_user_home(geteuid(), login) || strcmp(login, home) == 0 ||
	       path_same(login, home);
}

static int is_not_default(const struct place *p)
{
	const char *home = path_home();

	if (home == NULL ||
	    (!is_set("XDG_CONFIG_HOME") && !is_set("XDG_STATE_HOME")))
		return 0;
	if (is_at(&p->dir[PATH_CONFIG], home, "/.config/mairu") &&
	    is_at(&p->dir[PATH_STATE], home, "/.local/state/mairu"))
		return 0;
	return is_logins(home);
}

static int is_not_the_hooks(const char *name)
{
	static struct hook_mark m; /* large */

	hook_mark_read(&m);
	return m.pid != 0 && m.place[0] != '\0' && strcmp(m.place, name) != 0;
}

static int find(char name[PLACE_NAME], struct buf *out)
{
	char config[PATH_MAX], state[PATH_MAX];
	const char *than;
	struct place p;

	if (place_find(&p, PLACE_GLANCE, NULL) < 0)
		return 0;
	place_name(&p, 0, name);
	if (is_not_the_hooks(name))
		than = "when the hook was loaded";
	else if (is_not_default(&p))
		than = "by default";
	else
		return 0;
	if (path_in(PATH_CONFIG, NULL, config, NULL) < 0 ||
	    path_in(PATH_STATE, NULL, state, NULL) < 0)
		return 0;
	buf_adds(out, "this shell's mairu lives in ");
	path_text(out, config);
	buf_adds(out, " and ");
	path_text(out, state);
	buf_addf(out,
	    ", not where it does %s: other servers and another trust hold "
	    "here. See: mairu status",
	    than);
	return 1;
}

int elsewhere_find(struct buf *out)
{
	char name[PLACE_NAME];

	return find(name, out);
}

int elsewhere_tell(
    const struct state *old, struct state *next, struct buf *line)
{
	struct buf b = BUF_INIT(SENTENCE_MAX);
	unsigned char mark[STATE_MARK];
	char name[PLACE_NAME];
	int tells = 0;

	next->has_placed = old->has_placed && old->session == next->session;
	memcpy(next->placed, old->placed, STATE_MARK);
	if (find(name, &b)) {
		state_mark("", name, mark);
		tells = !next->has_placed ||
			memcmp(mark, next->placed, STATE_MARK) != 0;
		next->has_placed = 1;
		memcpy(next->placed, mark, STATE_MARK);
	}
	if (tells)
		buf_add(line, b.data, b.len);
	buf_release(&b);
	return tells;
}
