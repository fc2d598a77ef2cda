/* mairu kill-agent: ends the broker, and with it all that it holds. */

#include <errno.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/plat.h"
#include "base/wire.h"
#include "front/client.h"
#include "front/cmd.h"
#include "front/holder.h"
#include "front/say.h"

enum {
	ANSWER_MS = 2000,
	GONE_MS = 5000
};

/* Waits until the socket is gone or is another broker's. */
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
	    e, ERR_TIMEOUT, "the broker (pid %ld) has not ended", (long)pid);
}

static int ask_to_quit(struct client *c, struct err *e)
{
	struct buf request = BUF_INIT(WIRE_MAX_BODY);
	struct wire_frame f;
	int r;

	wire_end(&request, client_begin(&request, WIRE_QUIT));
	r = client_call(c, &request, &f, e);
	buf_release(&request);
	return r;
}

/* One that does not answer (stopped, or stuck) is ended the hard way; the
 * kernel then wipes for it.  0, or an error, which is `e` as it was when there
 * is nobody to be ended. */
static int end_hard(pid_t pid, struct err *e)
{
	struct err why;

	if (pid <= 0)
		return (int)e->code;
	if (plat_kill(pid, "mairu-broker", &why) < 0) {
		*e = why;
		return (int)why.code;
	}
	say("the broker (pid %ld) did not answer and was killed", (long)pid);
	return 0;
}

static int kill_run(const struct cmd_line *line)
{
	struct client c;
	struct err e;
	pid_t pid;
	int r;

	(void)line;
	r = client_open(&c, CLIENT_EXISTING, plat_ms() + ANSWER_MS, &e);
	if (r == ERR_NOT_FOUND) {
		client_close(&c);
		say("no broker is running");
		return EXIT_OK;
	}
	pid = c.pid;
	if (r == 0)
		r = ask_to_quit(&c, &e);
	else if (r == ERR_TIMEOUT)
		/* Its queue is full, so that nobody says who it is. */
		pid = holder_pid(c.path);
	if (r == ERR_TIMEOUT)
		r = end_hard(pid, &e);
	if (r == 0)
		r = wait_gone(c.path, pid, &e);
	client_close(&c);
	return r < 0 ? say_err(&e) : EXIT_OK;
}

const struct cmd cmd_kill_agent = {
    .name = "kill-agent",
    .synopsis = "",
    .purpose = "ends the broker; all that it holds is wiped",
    .details = "The next prompt or command that needs one starts another.",
    .example = "mairu kill-agent",
    .run = kill_run,
};
