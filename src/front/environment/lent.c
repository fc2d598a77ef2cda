#include "front/environment/lent.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config/region.h"
#include "base/core/buf.h"
#include "base/core/text.h"
#include "front/environment/state.h"
#include "front/terminal/say.h"

enum {
	MARK_TEXT = 2 * STATE_MARK + 1,
	LEVEL_MAX = 10000,
	REGION_TEXT = 64,
	REGIONS = 2
};

static const enum var_id region_id[REGIONS] = {VAR_REGION, VAR_DEFAULT_REGION};

/* "PID MARK LEVEL REGIONS PATH"; REGIONS is "-", or the region set and the
 * originals of its two variables ("" if absent), comma-separated. */
struct mark {
	long pid, level;
	const char *mark; /* MARK_TEXT - 1 bytes */
	char set[REGION_TEXT], before[REGIONS][REGION_TEXT];
	const char *path;
};

/* A mark of what gives the role: a token, or keys. */
static void mark_of(const char *const value[VAR_COUNT], char out[MARK_TEXT])
{
	enum var_id id = value[VAR_AUTH_TOKEN] != NULL ? VAR_AUTH_TOKEN
						       : VAR_SECRET_ACCESS_KEY;
	unsigned char mark[STATE_MARK] = {0};

	if (value[id] != NULL)
		state_mark(var_name(id), value[id], mark);
	for (size_t i = 0; i < STATE_MARK; i++)
		(void)snprintf(out + 2 * i, 3, "%02x", mark[i]);
}

/* --- reading it */

/* Reads a number and the blank after it, advancing *at. */
static int read_number(const char **at, long max, long *n)
{
	size_t digits = strspn(*at, "0123456789");

	if ((*at)[digits] != ' ' || text_number(*at, digits, 1, max, n) < 0)
		return -1;
	*at += digits + 1;
	return 0;
}

/* Reads a region or nothing, up to a character in `ends`. */
static int read_region(const char **at, const char *ends, char out[REGION_TEXT])
{
	size_t len = strcspn(*at, ends);

	if ((*at)[len] == '\0' || len >= REGION_TEXT ||
	    (len > 0 && !region_is(*at, len)))
		return -1;
	memcpy(out, *at, len);
	out[len] = '\0';
	*at += len + 1;
	return 0;
}

static int read_regions(const char **at, struct mark *m)
{
	if (strncmp(*at, "- ", 2) == 0) {
		*at += 2;
		return 0;
	}
	return read_region(at, ",", m->set) < 0 ||
		       read_region(at, ",", m->before[0]) < 0 ||
		       read_region(at, " ", m->before[1]) < 0
		   ? -1
		   : 0;
}

/* -1 if missing or malformed. */
static int read_mark(struct mark *m)
{
	const char *at = getenv(VAR_EXEC);

	memset(m, 0, sizeof(*m));
	if (at == NULL || read_number(&at, INT_MAX, &m->pid) < 0)
		return -1;
	m->mark = at;
	if (strcspn(at, " ") != MARK_TEXT - 1 || at[MARK_TEXT - 1] == '\0')
		return -1;
	at += MARK_TEXT;
	if (read_number(&at, LEVEL_MAX, &m->level) < 0 ||
	    read_regions(&at, m) < 0)
		return -1;
	m->path = at;
	return 0;
}

enum lent lent_look(
    const char *const now[VAR_COUNT], const char *config, int *holds)
{
	char mark[MARK_TEXT];
	struct mark m;

	*holds = 0;
	if (read_mark(&m) < 0)
		return LENT_NONE;
	mark_of(now, mark);
	*holds = memcmp(m.mark, mark, MARK_TEXT - 1) == 0;
	/* The pid may have been reused: then the hook only stays away from that
	 * one project for longer. */
	if (kill((pid_t)m.pid, 0) < 0 && errno != EPERM)
		return LENT_ENDED;
	return strcmp(m.path, config) == 0 ? LENT_HERE : LENT_ELSEWHERE;
}

long lent_level(void)
{
	struct mark m;

	return read_mark(&m) < 0 ? 0 : m.level;
}

/* --- writing it */

static void add_regions(struct buf *b, const char *region)
{
	if (region == NULL) {
		buf_addc(b, '-');
		return;
	}
	buf_adds(b, region);
	for (size_t i = 0; i < REGIONS; i++) {
		const char *was = getenv(var_name(region_id[i]));

		buf_addc(b, ',');
		if (was != NULL && region_is(was, strlen(was)))
			buf_adds(b, was);
	}
}

void lent_set(const char *const value[VAR_COUNT], const char *config)
{
	struct buf b = BUF_INIT(PATH_MAX + 512);
	char mark[MARK_TEXT];

	mark_of(value, mark);
	buf_addf(&b, "%ld %s %ld ", (long)getpid(), mark, lent_level() + 1);
	add_regions(&b, value[VAR_REGION]);
	buf_addc(&b, ' ');
	buf_adds(&b, config);
	if (b.failed || setenv(VAR_EXEC, buf_str(&b), 1) < 0)
		say_oom();
	buf_release(&b);
}

/* --- regions */

static void put_back(enum var_id id, const char *before)
{
	if (before == NULL || before[0] == '\0')
		(void)unsetenv(var_name(id));
	else if (setenv(var_name(id), before, 1) < 0)
		say_oom();
}

static void leave_hooks(void)
{
	const char *text = getenv(VAR_STATE), *now;
	struct state s;

	if (text == NULL)
		return;
	if (state_decode(&s, text, NULL) == 0)
		for (size_t i = 0; i < REGIONS; i++) {
			enum var_id id = region_id[i];

			now = getenv(var_name(id));
			if (s.var[id].touch == STATE_SET && now != NULL &&
			    state_is_ours(&s, id, now))
				put_back(id, s.var[id].original);
		}
	state_release(&s);
}

/* A nested shell's hook state lies on top of it. */
static void leave_execs(void)
{
	struct mark m;

	if (read_mark(&m) < 0 || m.set[0] == '\0')
		return;
	for (size_t i = 0; i < REGIONS; i++) {
		const char *now = getenv(var_name(region_id[i]));

		if (now != NULL && strcmp(now, m.set) == 0)
			put_back(region_id[i], m.before[i]);
	}
}

void lent_leave_regions(void)
{
	leave_hooks();
	leave_execs();
}
