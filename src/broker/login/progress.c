/* Messages for a person when a login goes wrong. */

#include "broker/login/steps.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/core/text.h"
#include "base/sys/path.h"
#include "broker/kinds/pieces.h"
#include "net/http/loopback.h"

enum {
	/* Descriptors: a listener or two, the libraries', a few browser
	 * connections, one to the server, and one to check whose the
	 * connections are. */
	ROOM = 16,
};

int login_say(
    struct err *e, enum err_code code, const char *id, const char *what)
{
	(void)err_set(e, code, "%s", what);
	return provider_say_login(e, code, id);
}

static int ends_with(const struct buf *b, const char *end)
{
	size_t n = strlen(end);

	return b->len >= n && memcmp(b->data + b->len - n, end, n) == 0;
}

void login_say_again(struct err *e, const char *id)
{
	struct buf text = BUF_INIT(sizeof(e->msg) - 1);

	if (e->run)
		return;
	buf_adds(&text, e->msg);
	if (ends_with(&text, "Try again") ||
	    ends_with(&text, "Try again later"))
		buf_adds(&text, ": ");
	else if (ends_with(&text, "?"))
		buf_adds(&text, " To try again, run: ");
	else
		buf_adds(&text, ". To try again, run: ");
	buf_adds(&text, "mairu login ");
	text_word(&text, id, strlen(id));
	if (!text.failed)
		(void)err_set(e, e->code, "%s", buf_str(&text));
	buf_release(&text);
}

int login_say_late(const struct login *login, struct err *e)
{
	const char *who = login->grant == SERVERS_DEVICE
			      ? "nobody confirmed the code of the login"
			      : "nobody finished the login in the browser";
	int64_t n = login->seconds;
	struct buf what = BUF_INIT(256);
	int rc;

	if (n >= 120)
		buf_addf(&what, "%s within %d minutes", who, (int)(n / 60));
	else
		buf_addf(&what, "%s within %d seconds", who, (int)n);
	rc = login_say(e, ERR_TIMEOUT, login->id, buf_str(&what));
	buf_release(&what);
	return rc;
}

int login_say_lacks(
    const struct servers_entry *s, enum login_grant g, struct err *e)
{
	struct buf path = BUF_INIT(2 * PATH_MAX);
	int has = g == LOGIN_DEVICE ? s->has_device
		  : g == LOGIN_CODE ? s->has_code
				    : s->has_device || s->has_code;

	path_text(&path, s->path);
	if (has)
		(void)err_set(e, ERR_USAGE,
		    "mairu has no such login to %s yet, whatever %s says",
		    s->id, buf_str(&path));
	else if (g == LOGIN_DEVICE)
		(void)err_set(e, ERR_USAGE,
		    "%s has no login by a device code: %s says nothing of "
		    "device_grant",
		    s->id, buf_str(&path));
	else
		(void)err_set(e, ERR_USAGE,
		    "%s has no login by browser: %s says nothing of code_grant",
		    s->id, buf_str(&path));
	buf_release(&path);
	return ERR_USAGE;
}

int login_say_room(const char *id, struct err *e)
{
	struct rlimit limit = {0};
	int fd[ROOM], n = 0, failed = 0;

	while (n < ROOM &&
	       (fd[n] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) >= 0)
		n++;
	if (n < ROOM)
		failed = errno;
	for (int i = 0; i < n; i++)
		(void)close(fd[i]);
	if (failed != EMFILE && failed != ENFILE)
		return 0;
	(void)getrlimit(RLIMIT_NOFILE, &limit);
	(void)err_set(e, ERR_SYS,
	    "the broker has too few file descriptors left for a login to %s: "
	    "its limit (ulimit -n) is %llu. Raise that, then run: mairu "
	    "kill-agent",
	    id, (unsigned long long)limit.rlim_cur);
	e->sys_errno = failed;
	return ERR_SYS;
}

int login_say_taken(const struct logins *l, const struct servers_entry *s,
    uint16_t port, struct err *e)
{
	struct buf path = BUF_INIT(2 * PATH_MAX);
	struct buf who = BUF_INIT(128);
	const struct login *other;

	LIST_FOREACH(other, &l->running, entry)
	if (other->callback && callback_port(other->callback) == port)
		break;
	path_text(&path, s->path);
	if (!other)
		loopback_taken_by(&who, port, s->use_localhost);
	(void)err_set(e, ERR_SYS,
	    "port %u of this machine, where the browser comes back after the "
	    "login to %s, is taken by %s%s. Free it, or choose another: "
	    "MAIRU_LOCAL_PORT=PORT before the command, or local_port in %s",
	    (unsigned)port, s->id,
	    other ? "the login that is under way to " : buf_str(&who),
	    other ? other->id : "", buf_str(&path));
	e->sys_errno = EADDRINUSE;
	buf_release(&who);
	buf_release(&path);
	return ERR_SYS;
}
