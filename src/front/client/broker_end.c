#include "front/client/broker_end.h"

#include <unistd.h>

#include "base/core/buf.h"
#include "base/core/bytes.h"
#include "base/sys/keeper_talk.h"
#include "base/sys/plat.h"
#include "front/client/broker_lock.h"
#include "front/client/client.h"
#include "front/terminal/say.h"

enum {
	ANSWER_MS = 2000,
	GONE_MS = 5000,
	BUSY_MS = 1000, /* for the keeper to notice the broker's end */
	NAP_MS = 5
};

/* Waits until the socket is gone or belongs to another broker. */
static int wait_gone(const char *path, pid_t pid, struct err *e)
{
	int64_t end = plat_ms() + GONE_MS;
	pid_t now;
	int fd, r;

	while (plat_ms() < end) {
		r = sock_connect(path, &fd, &now, NULL);
		if (r == ERR_NOT_FOUND)
			return 0;
		if (r == 0) {
			client_close(&(struct client){.fd = fd});
			if (now != pid)
				return 0;
		}
		plat_nap(5);
	}
	return err_set(
	    e, ERR_TIMEOUT, "the broker (pid %ld) did not end", (long)pid);
}

/* Kills one that does not answer (stopped, or stuck); the kernel then wipes its
 * memory.  0, or an error; `e` is unchanged if there is nothing to kill. */
static int end_hard(pid_t pid, struct err *e)
{
	struct err why;

	if (pid <= 0)
		return (int)e->code;
	if (plat_kill(pid, "mairu-broker", &why) < 0) {
		*e = why;
		return (int)why.code;
	}
	say("the broker (pid %ld) did not respond and was killed", (long)pid);
	return 0;
}

/* --- the keeper */

static int ask_keeper(
    int fd, enum keeper_type type, struct keeper_msg *m, struct err *e)
{
	unsigned char key[KEEPER_KEY];
	int came[KEEPER_FDS], r;

	bytes_random(key, sizeof(key));
	r = keeper_talk_ask(fd, type, key, NULL, 0, e);
	bytes_wipe(key, sizeof(key));
	if (r == 0)
		r = keeper_talk_answer(fd, ANSWER_MS, m, came, e);
	if (r == 0)
		keeper_talk_close(came);
	if (r != ERR_TIMEOUT)
		return r;
	return err_set(e, r,
	    "the keeper of the broker's port does not respond. Run: pkill "
	    "-KILL -x -U %lu mairu-keeper",
	    (unsigned long)geteuid());
}

static int end_keeper(const struct keeper_talk *k, int fd, struct err *e)
{
	struct keeper_msg m;
	enum keeper_talk_door door;
	int came[KEEPER_FDS], other, r = ask_keeper(fd, KEEPER_END, &m, e);

	if (r == 0 &&
	    keeper_talk_answer(fd, GONE_MS, &m, came, e) == ERR_TIMEOUT)
		r = err_set(e, ERR_TIMEOUT, "the keeper (pid %lu) did not end",
		    (unsigned long)m.pid);
	if (r < 0)
		return r;
	/* The keeper may be unable to remove its socket. */
	if (keeper_talk_connect(k, &other, &door, NULL) < 0)
		(void)unlink(keeper_talk_path(k));
	else
		(void)close(other);
	return 0;
}

/* A new key, so that the ended broker's tokens are worthless. */
static int renew_key(int fd, struct err *e)
{
	int64_t end = plat_ms() + BUSY_MS;
	struct keeper_msg m = {.type = 0};
	int r;

	while ((r = ask_keeper(fd, KEEPER_SET, &m, e)) == 0) {
		if (m.type == KEEPER_OK)
			return 0;
		if (m.type != KEEPER_BUSY || plat_ms() >= end)
			return err_set(e, ERR_FOREIGN,
			    "another broker has started in the meantime. Run: "
			    "mairu kill-agent");
		plat_nap(NAP_MS);
	}
	return r;
}

static int tell_keeper(const char *sock, int end, struct err *e)
{
	struct keeper_talk k;
	enum keeper_talk_door door;
	int fd, r;

	keeper_talk_of(&k, sock);
	r = keeper_talk_connect(&k, &fd, &door, e);
	if (r < 0)
		return r == ERR_NOT_FOUND ? 0 : r;
	r = end ? end_keeper(&k, fd, e) : renew_key(fd, e);
	(void)close(fd);
	return r;
}

/* --- the broker, and then the keeper */

/* Ends the broker at c, where opening c returned r. */
static int end_broker(struct client *c, int r, int *is_told, struct err *e)
{
	pid_t pid = c->pid;

	*is_told = 0;
	if (r == 0)
		r = client_call(
		    c, &(struct message){.type = WIRE_QUIT}, NULL, e);
	else if (r == ERR_TIMEOUT)
		/* Its queue is full, so nobody says who it is. */
		pid = broker_lock_pid(c->path);
	*is_told = r == 0;
	if (r == ERR_TIMEOUT)
		r = end_hard(pid, e);
	return r == 0 ? wait_gone(c->path, pid, e) : r;
}

int broker_end(int keeper_too, struct err *e)
{
	struct client c;
	int is_told = 0, r;

	r = client_open(&c, CLIENT_EXISTING, plat_ms() + ANSWER_MS, e);
	if (r == ERR_NOT_FOUND && c.path[0] != '\0') {
		say("no broker is running");
		r = 0;
	} else {
		r = end_broker(&c, r, &is_told, e);
	}
	/* A broker that was asked has renewed the key itself. */
	if (r == 0 && (keeper_too || !is_told))
		r = tell_keeper(c.path, keeper_too, e);
	client_close(&c);
	return r;
}
