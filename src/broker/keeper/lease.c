#include "broker/keeper/lease.h"

#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/core/bytes.h"
#include "base/sys/keeper_talk.h"
#include "base/sys/plat.h"
#include "broker/keeper/start.h"
#include "net/http/loopback.h"
#include "net/runtime/child_spawn.h"
#include "net/runtime/confine.h"
#include "net/runtime/helper.h"
#include "net/runtime/log.h"

enum {
	BUSY_MS = 1500, /* for a broker that is just exiting */
	BUSY_NAP_MS = 10,
	ANSWER_MS = 500,
	/* If it dies twice within this time, wait as long before a restart. */
	DEATHS_MS = 60 * 1000,
};

struct lease {
	struct loop *loop;
	struct slab *slab;
	struct log *log;
	struct health *problems;
	const char *sock;
	struct keeper_talk at;
	struct secret *key;
	char program[PATH_MAX]; /* as found at startup, or "" */
	struct err missing;	/* then why */
	int listener;		/* -1 when there is none */
	int fd;			/* to the keeper; -1 */
	pid_t child;		/* the keeper if we have started it */
	pid_t helped;		/* what the helper has started for it */
	int is_asked;		/* that has not answered yet */
	struct loop_fd watch;
	struct loop_timer again;
	int64_t died_at;
	int has_died;
};

static void say(struct lease *l, const char *why)
{
	char text[sizeof(((struct err *)0)->msg) + 128];

	if (why)
		(void)snprintf(text, sizeof(text),
		    "when the broker ends, its port is free for others and "
		    "running programs need a new prompt: %s",
		    why);
	health_set(l->problems, HEALTH_KEEPER, why ? text : NULL, l->log);
}

static int set_key(struct lease *l, const unsigned char key[KEEPER_KEY])
{
	/* The old one first: this works even if the slab is full. */
	secret_free(l->key);
	return secret_new(&l->key, l->slab, key, KEEPER_KEY);
}

static int draw_key(struct lease *l)
{
	unsigned char key[KEEPER_KEY];
	int rc;

	bytes_random(key, sizeof(key));
	rc = set_key(l, key);
	bytes_wipe(key, sizeof(key));
	return rc;
}

/* --- the keeper speaks */

static void leave(struct lease *l)
{
	loop_unwatch(l->loop, &l->watch);
	if (l->fd >= 0)
		(void)close(l->fd);
	l->fd = -1;
}

static void start(struct lease *l);

/* We still have the socket and the key for another keeper. */
static void lost(struct lease *l)
{
	int64_t now = loop_now(l->loop);
	int again = l->has_died && now - l->died_at < DEATHS_MS;

	leave(l);
	lease_reap(l);
	l->has_died = 1;
	l->died_at = now;
	if (!again) {
		log_warn(l->log, "the keeper ended; another is started");
		start(l);
		return;
	}
	say(l, "mairu-keeper ended twice within a minute");
	loop_arm(l->loop, &l->again, DEATHS_MS);
}

static void note(struct lease *l, const struct keeper_msg *m)
{
	/* Sanitizers need calls of their own. */
	say(l, m->confined || confine_is_off()
		   ? NULL
		   : "mairu-keeper runs, but its system calls are not "
		     "filtered");
}

/* From the helper: where the keeper will be found. */
static void give_rest(struct lease *l, const int doors[KEEPER_FDS])
{
	int fds[KEEPER_FDS] = {l->listener, -1, -1};
	size_t n = 1;
	struct err e;

	l->is_asked = 0;
	for (int i = 0; i < KEEPER_TALK_DOORS; i++)
		if (doors[i] >= 0)
			fds[n++] = doors[i];
	if (keeper_talk_ask(
		l->fd, KEEPER_GIVE, secret_bytes(l->key), fds, n, &e) < 0)
		say(l, e.msg);
}

static void spoke(void *arg, short revents)
{
	struct lease *l = arg;
	int came[KEEPER_FDS], rc;
	struct keeper_msg m;

	(void)revents;
	while ((rc = keeper_talk_answer(l->fd, 0, &m, came, NULL)) == 0) {
		if (m.type == KEEPER_GIVE && l->is_asked)
			give_rest(l, came);
		else
			note(l, &m);
		bytes_wipe(&m, sizeof(m));
		keeper_talk_close(came);
	}
	if (rc != ERR_TIMEOUT)
		lost(l);
}

static int attend(struct lease *l, int fd)
{
	l->fd = fd;
	if (loop_watch(l->loop, &l->watch, fd, POLLIN) == 0)
		return 0;
	leave(l);
	return ERR_NOMEM;
}

/* --- starting one */

static int give(struct lease *l, struct err *e)
{
	int fds[KEEPER_FDS] = {l->listener, -1, -1}, fd, rc;
	size_t n = 1;

	for (int d = 0; d < KEEPER_TALK_DOORS; d++)
		if (keeper_talk_listen(
			&l->at, (enum keeper_talk_door)d, &fds[n], e) == 0)
			n++;
		else
			log_warn(l->log, "%s", e->msg);
	rc = child_spawn_keeper(
	    l->program, keeper_talk_path(&l->at), &l->child, &fd, e);
	if (rc == 0) {
		rc = keeper_talk_ask(
		    fd, KEEPER_GIVE, secret_bytes(l->key), fds, n, e);
		if (rc < 0)
			(void)close(fd);
		else if (attend(l, fd) < 0)
			rc = err_set(e, ERR_NOMEM, "out of memory");
	}
	while (n > 1)
		(void)close(fds[--n]);
	return rc;
}

/* The helper's child makes the sockets and becomes the keeper; spoke() gives it
 * the rest. */
static int ask_helper(struct lease *l, struct err *e)
{
	int fd, rc = helper_start("--keep", &l->helped, &fd, e);

	if (rc < 0)
		return rc;
	l->is_asked = 1;
	if (send(fd, l->sock, strlen(l->sock) + 1,
		MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
		rc = err_sys(e, "starting the keeper");
		(void)close(fd);
	} else if (attend(l, fd) < 0) {
		rc = err_set(e, ERR_NOMEM, "out of memory");
	}
	return rc;
}

static void start(struct lease *l)
{
	struct err e = l->missing;
	int rc = ERR_NOT_FOUND;

	if (l->program[0])
		rc = helper_is_there() ? ask_helper(l, &e) : give(l, &e);
	if (rc < 0)
		say(l, e.msg);
	/* A shortage of resources may pass. */
	if (rc < 0 && l->program[0] && l->fd < 0)
		loop_arm(l->loop, &l->again, DEATHS_MS);
}

static void start_again(void *arg)
{
	struct lease *l = arg;

	if (l->fd < 0)
		start(l);
}

/* --- a running one */

/* Whoever gave it, check that it is what we would have made. */
static int is_listener(int fd)
{
	struct sockaddr_in at = {.sin_family = 0};
	socklen_t len = sizeof(at), size = sizeof(int);
	int listens = 0;

	return getsockname(fd, (struct sockaddr *)&at, &len) == 0 &&
	       len == sizeof(at) && at.sin_family == AF_INET &&
	       at.sin_addr.s_addr == htonl(INADDR_LOOPBACK) &&
	       getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) ==
		   0 &&
	       listens;
}

/* 1: we have what it kept; 0: it is busy. */
static int take(
    struct lease *l, int fd, enum keeper_talk_door door, struct err *e)
{
	struct keeper_msg m = {.type = 0};
	int place = -1, came[KEEPER_FDS] = {-1, -1, -1}, rc;

	/* Where it can be found from now on. */
	if (door == KEEPER_TALK_NAME)
		(void)!keeper_talk_listen(&l->at, KEEPER_TALK_PATH, &place, e);
	rc = keeper_talk_ask(fd, KEEPER_TAKE, NULL, &place, place >= 0, e);
	if (place >= 0)
		(void)close(place);
	if (rc == 0)
		rc = keeper_talk_answer(fd, ANSWER_MS, &m, came, e);
	if (rc < 0)
		return rc;
	if (m.type == KEEPER_HELD && came[0] >= 0 && is_listener(came[0]) &&
	    set_key(l, m.key) == 0) {
		l->listener = came[0];
		came[0] = -1;
		note(l, &m);
		rc = 1;
	} else if (m.type != KEEPER_BUSY) {
		rc = err_set(e, ERR_FORMAT, "the keeper makes no sense");
	}
	bytes_wipe(&m, sizeof(m));
	keeper_talk_close(came);
	return rc;
}

/* ERR_NOT_FOUND: there is no keeper. */
static int find(struct lease *l, struct err *e)
{
	int64_t until = plat_ms() + BUSY_MS;
	enum keeper_talk_door door;
	int fd, rc;

	for (;;) {
		rc = keeper_talk_connect(&l->at, &fd, &door, e);
		if (rc < 0)
			return rc;
		rc = take(l, fd, door, e);
		if (rc > 0)
			return attend(l, fd);
		(void)close(fd);
		if (rc < 0)
			return rc;
		if (plat_ms() >= until)
			return err_set(e, ERR_TIMEOUT,
			    "mairu-keeper keeps what another broker holds");
		plat_nap(BUSY_NAP_MS);
	}
}

/* --- what others see */

int lease_new(struct lease **out, struct loop *loop, struct slab *slab,
    struct log *log, struct health *problems, const char *sock_path,
    struct err *e)
{
	struct lease *l = calloc(1, sizeof(*l));
	int rc;

	*out = NULL;
	if (!l)
		return err_set(e, ERR_NOMEM, "out of memory");
	l->loop = loop;
	l->slab = slab;
	l->log = log;
	l->problems = problems;
	l->listener = l->fd = -1;
	l->watch.fn = spoke;
	l->again.fn = start_again;
	l->watch.arg = l->again.arg = l;
	l->sock = sock_path;
	keeper_talk_of(&l->at, sock_path);
	if (keep_child_program(l->program, &l->missing) < 0)
		l->program[0] = '\0';
	rc = find(l, e);
	if (rc < 0 && !l->key && draw_key(l) < 0) {
		lease_free(l);
		return err_set(e, ERR_NOMEM, "out of memory");
	}
	if (rc < 0 && rc != ERR_NOT_FOUND)
		say(l, e->msg);
	else if (rc < 0 && loopback_listen(0, &l->listener, e) == 0)
		start(l);
	*out = l;
	return 0;
}

void lease_free(struct lease *l)
{
	if (!l)
		return;
	leave(l);
	loop_disarm(l->loop, &l->again);
	secret_free(l->key);
	if (l->listener >= 0)
		(void)close(l->listener);
	free(l);
}

int lease_listener(struct lease *l, int *fd, struct err *e)
{
	int rc = 0;

	if (l->listener < 0) {
		rc = loopback_listen(0, &l->listener, e);
		if (rc == 0 && l->problems->text[HEALTH_KEEPER][0] == '\0')
			start(l);
	}
	if (rc < 0)
		return rc;
	*fd = fcntl(l->listener, F_DUPFD_CLOEXEC, 0);
	return *fd < 0 ? err_sys(e, "listening on 127.0.0.1") : 0;
}

const unsigned char *lease_key(const struct lease *l)
{
	return secret_bytes(l->key);
}

void lease_renew_key(struct lease *l)
{
	struct err e;

	if (draw_key(l) < 0 || l->fd < 0)
		return;
	/* The keeper reads this before it sees us close, however late. */
	if (keeper_talk_ask(
		l->fd, KEEPER_SET, secret_bytes(l->key), NULL, 0, &e) < 0)
		log_warn(l->log, "%s", e.msg);
}

void lease_reap(struct lease *l)
{
	if (l->child > 0 && waitpid(l->child, NULL, WNOHANG) != 0)
		l->child = 0;
	if (l->helped && helper_ended(l->helped))
		l->helped = 0;
}
