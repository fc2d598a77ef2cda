#include "broker/socket/footing.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/inotify.h>
#endif

struct footing {
	struct place place;
	struct loop *loop;
	struct loop_fd watch;
	int notify;
	void (*lost)(void *arg);
	void *arg;
};

static int is_same(const struct footing *f)
{
	struct place now;

	return place_find(&now, PLACE_GLANCE, NULL) == 0 &&
	       place_same(&now, &f->place);
}

static void noticed(void *arg, short revents)
{
	struct footing *f = arg;
	char events[4096];

	(void)revents;
	/* The event does not matter, only the current state. */
	while (read(f->notify, events, sizeof(events)) > 0)
		;
	if (is_same(f))
		return;
	loop_unwatch(f->loop, &f->watch);
	f->lost(f->arg);
}

#ifdef __linux__
/* The directory itself, and the one where it, or a link to it, could be
 * replaced. */
static int watch_one(struct footing *f, enum path_dir dir, struct err *e)
{
	const uint32_t self =
	    IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_ONLYDIR;
	const uint32_t above = IN_CREATE | IN_DELETE | IN_MOVE | IN_ONLYDIR;
	char path[PATH_MAX];
	int rc = path_in(dir, NULL, path, e);

	if (rc < 0)
		return rc;
	if (inotify_add_watch(f->notify, path, self) < 0)
		return err_sys(e, "watching the directory %s", path);
	*strrchr(path, '/') = '\0';
	if (inotify_add_watch(
		f->notify, path[0] ? path : "/", above | IN_MASK_ADD) < 0)
		return err_sys(e, "watching the directory %s", path);
	return 0;
}

static int watch(struct footing *f, struct err *e)
{
	int rc;

	f->notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (f->notify < 0)
		return err_sys(e, "watching directories");
	rc = watch_one(f, PATH_CONFIG, e);
	if (rc == 0)
		rc = watch_one(f, PATH_STATE, e);
	if (rc == 0 && loop_watch(f->loop, &f->watch, f->notify, POLLIN) < 0)
		rc = err_set(e, ERR_NOMEM, "out of memory");
	return rc;
}
#else
static int watch(struct footing *f, struct err *e)
{
	(void)f;
	return err_set(e, ERR_NOT_FOUND, "this system can't watch directories");
}
#endif

int footing_new(struct footing **out, struct loop *loop,
    const struct place *place, void (*lost)(void *arg), void *arg,
    struct err *e)
{
	struct footing *f = calloc(1, sizeof(*f));
	int rc;

	*out = NULL;
	if (!f)
		return err_set(e, ERR_NOMEM, "out of memory");
	f->place = *place;
	f->loop = loop;
	f->lost = lost;
	f->arg = arg;
	f->watch.fn = noticed;
	f->watch.arg = f;
	f->notify = -1;
	rc = watch(f, e);
	if (rc == 0 && !is_same(f))
		rc = err_set(e, ERR_REFUSED,
		    "the directories of configuration and state were replaced "
		    "while the broker started; try again");
	if (rc < 0) {
		footing_free(f);
		return rc;
	}
	*out = f;
	return 0;
}

void footing_free(struct footing *f)
{
	if (!f)
		return;
	loop_unwatch(f->loop, &f->watch);
	if (f->notify >= 0)
		(void)close(f->notify);
	free(f);
}
