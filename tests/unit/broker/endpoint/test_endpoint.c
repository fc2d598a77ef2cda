/* Where SDKs fetch credentials, over a real loopback connection:
 * broker/endpoint/endpoint.h and net/http/httpd.h.  The checker's child is this
 * very program; the roles are played by what stands below. */

#include "as_child.h"
#include "grants_world.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "broker/endpoint/endpoint.h"
#include "net/http/loopback.h"
#include "pty.h"

#define CONFIG "{\"server\":\"con toso\",\"role\":\"123/Dev\"}\n"

static struct endpoint *endpoint;
static char url[128], token[128], host[64];
static unsigned port;
static char answer[16 * 1024];
static int64_t frozen; /* the loop's clock, while not 0 */

static int64_t turned(void *arg)
{
	(void)arg;
	return frozen ? frozen : plat_ms();
}

/* --- the roles: what roles_ask() is answered with, and when */

static struct {
	struct credential credential; /* with a body: it is there */
	struct err e;		      /* else: the error */
	int64_t retry_after;
	int later; /* when released, not at once */
	struct waits waits;
	int asked, how, cached_how;
	int64_t got;   /* what there is */
	char ref[256]; /* what was asked for last */
} roles;

static void answer_role(struct role_wait *w)
{
	const struct role_result r = {
	    .credential = roles.credential.body ? &roles.credential : NULL,
	    .e = roles.credential.body ? NULL : &roles.e,
	    .retry_after = roles.retry_after,
	};

	w->fn(w->arg, &r);
}

int roles_cached(struct roles *r, const struct role_ref *ref, int how,
    int64_t since, const struct credential **c)
{
	(void)r;
	roles.cached_how = how;
	(void)snprintf(roles.ref, sizeof(roles.ref), "%s|%s|%s", ref->server,
	    ref->role, ref->chain);
	*c = &roles.credential;
	return roles.credential.body && !roles.later && since <= roles.got;
}

void roles_ask(
    struct roles *r, const struct role_ref *ref, int how, struct role_wait *w)
{
	(void)r;
	(void)ref;
	roles.how = how;
	roles.asked++;
	if (roles.later)
		waits_add(&roles.waits, &w->wait);
	else
		answer_role(w);
}

static void release(void)
{
	struct role_wait *w = waits_next(&roles.waits);

	assert_non_null(w);
	answer_role(w);
}

#define BODY                                                                   \
	"{\"AccessKeyId\":\"ASIAX\",\"SecretAccessKey\":\"s\",\"Token\":"      \
	"\"t\","                                                               \
	"\"Expiration\":\"2026-01-02T03:04:05Z\"}"

static void role_is_there(void)
{
	assert_int_equal(
	    secret_new(&roles.credential.body, slab, BODY, sizeof(BODY) - 1),
	    0);
}

/* --- logins */

static struct {
	int under_way, seek; /* the answers */
	int asked, needed;   /* how often */
	char terminal[64];   /* what was found */
	char server[64];
} login;

static int under_way(void *arg, const char *server)
{
	(void)arg;
	login.asked++;
	(void)snprintf(login.server, sizeof(login.server), "%s", server);
	return login.under_way;
}

static int needed(void *arg, const struct grant *grant)
{
	(void)arg;
	assert_string_equal(grant_project(grant)->role, "123/Dev");
	login.needed++;
	return login.seek;
}

static void found(void *arg, const struct grant *grant, const char *terminal)
{
	(void)arg;
	assert_string_equal(grant_project(grant)->role, "123/Dev");
	(void)snprintf(login.terminal, sizeof(login.terminal), "%s", terminal);
}

static void watch_logins(void)
{
	const struct endpoint_login l = {under_way, needed, found, NULL};

	memset(&login, 0, sizeof(login));
	endpoint_on_login(endpoint, &l);
}

/* The token that a shell in this project has. */
static void take_token(void)
{
	const struct project_ref what = {
	    config, digest, "con toso", "123/Dev", ""};
	struct buf b = BUF_INIT(256);
	struct grant *g = NULL;
	struct err e;

	assert_int_equal(grants_get(grants, &what, &g, &e), 0);
	grant_token(g, &b);
	(void)snprintf(token, sizeof(token), "%s", buf_str(&b));
	buf_release(&b);
}

/* The endpoint asks who its peers are in a network namespace where nobody is,
 * as it would for those of another one.  0 where there is none to be had. */
static int serve_from_afar(int listener, struct err *e)
{
	int back = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), rc;

	if (unshare(CLONE_NEWNET) < 0) {
		(void)close(back);
		(void)close(listener);
		return 0;
	}
	rc = endpoint_new(
	    &endpoint, loop, listener, grants, recalls, NULL, NULL, e);
	assert_int_equal(setns(back, CLONE_NEWNET), 0);
	(void)close(back);
	assert_int_equal(rc, 0);
	return 1;
}

static int afar;

static int setup(void **state)
{
	struct buf b = BUF_INIT(256);
	struct err e;
	int listener;

	if (grants_setup(state, CONFIG, turned) != 0 ||
	    loopback_listen(0, &listener, &e) < 0)
		return -1;
	(void)signal(SIGPIPE, SIG_IGN);
	if (!afar && endpoint_new(&endpoint, loop, listener, grants, recalls,
			 NULL, NULL, &e) < 0)
		return -1;
	if (afar && !serve_from_afar(listener, &e))
		return 0;
	endpoint_url(endpoint, &b);
	(void)snprintf(url, sizeof(url), "%s", buf_str(&b));
	buf_release(&b);
	memset(&roles, 0, sizeof(roles));
	(void)err_set(
	    &roles.e, ERR_LOGIN, "login required. Run: mairu login 'con toso'");
	take_token();
	if (sscanf(url, "http://127.0.0.1:%u/v1/credentials", &port) != 1)
		return -1;
	(void)snprintf(host, sizeof(host), "127.0.0.1:%u", port);
	return 0;
}

static int setup_afar(void **state)
{
	int rc;

	afar = 1;
	rc = setup(state);
	afar = 0;
	return rc;
}

#define ONLY_AFAR()                                                            \
	do {                                                                   \
		if (!endpoint) {                                               \
			print_message("no network namespace to be had\n");     \
			skip();                                                \
		}                                                              \
	} while (0)

static int teardown(void **state)
{
	endpoint_free(endpoint);
	endpoint = NULL;
	return grants_teardown(state);
}

static int dial(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

static void say(int fd, const char *what)
{
	assert_int_equal(
	    send(fd, what, strlen(what), MSG_NOSIGNAL), strlen(what));
}

/* Waits for one whole answer, header and body. */
static void hear(int fd)
{
	int64_t end = plat_ms() + PUMP_MS;
	char *body, *length;
	size_t have = 0;
	ssize_t n;

	memset(answer, 0, sizeof(answer));
	for (;;) {
		assert_int_equal(
		    loop_once(loop, pump_readable(fd) ? 0 : 20, NULL), 0);
		assert_true(plat_ms() < end);
		if (!pump_readable(fd))
			continue;
		n = recv(fd, answer + have, sizeof(answer) - 1 - have, 0);
		if (n <= 0)
			return;
		have += (size_t)n;
		body = strstr(answer, "\r\n\r\n");
		length = strstr(answer, "Content-Length: ");
		if (body && length &&
		    strlen(body + 4) >= strtoul(length + 16, NULL, 10))
			return;
	}
}

static void request(const char *what)
{
	int fd = dial();

	say(fd, what);
	hear(fd);
	assert_int_equal(close(fd), 0);
}

/* method, target, host, more header lines; with the right token. */
static void ask(
    const char *method, const char *target, const char *at, const char *more)
{
	char text[8192];

	(void)snprintf(text, sizeof(text),
	    "%s %s HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\n%s\r\n", method,
	    target, at, token, more);
	request(text);
}

static void get(void)
{
	int64_t end = plat_ms() + PUMP_MS;

	/* On a slow machine the checker may need another try. */
	do {
		ask("GET", "/v1/credentials", host, "");
		assert_true(plat_ms() < end);
	} while (strstr(answer, "HTTP/1.1 503"));
}

static void expect(int status, const char *what)
{
	char line[32];

	(void)snprintf(line, sizeof(line), "HTTP/1.1 %d ", status);
	if (strncmp(answer, line, strlen(line)) != 0 || !strstr(answer, what))
		fail_msg("not %d %s but %s", status, what, answer);
	/* Whatever it says, it never says the token. */
	assert_null(strstr(answer, token + 7));
	assert_non_null(
	    strstr(answer, "\r\nContent-Type: application/json\r\n"));
	assert_non_null(strstr(answer, "\r\nCache-Control: no-store\r\n"));
}

static void a_trusted_grant_is_told_to_log_in(void **state)
{
	(void)state;
	get();
	expect(403, "{\"code\":\"LoginRequired\",\"message\":\"mairu: login "
		    "required. Run: mairu login 'con toso'\"}");
}

static void a_role_that_is_there_is_given_to_the_byte(void **state)
{
	(void)state;
	role_is_there();
	get();
	expect(200, "\r\n\r\n" BODY);
	assert_string_equal(roles.ref, "con toso|123/Dev|");
	/* No second time of waiting, and nothing asked of a server. */
	assert_int_equal(roles.asked, 0);
}

/* The token that a process of `mairu exec` has: this one. */
static struct grant *take_lent_token(void)
{
	const struct project_ref what = {"", digest, "con toso", "123/Dev", ""};
	struct buf b = BUF_INIT(256);
	struct grant *g = NULL;
	struct err e;

	assert_int_equal(grants_lend(grants, &what, getpid(), &g, &e), 0);
	grant_lent(g);
	grant_token(g, &b);
	(void)snprintf(token, sizeof(token), "%s", buf_str(&b));
	buf_release(&b);
	return g;
}

static void a_lent_role_is_asked_for_as_its_process_wants_it(void **state)
{
	struct grant *g = take_lent_token();

	(void)state;
	role_is_there();
	roles.got = INT64_MIN;
	get();
	expect(200, BODY);
	assert_int_equal(roles.asked, 0);
	/* Not what came before it was lent. */
	grant_set_since(g);
	get();
	expect(200, BODY);
	assert_int_equal(roles.asked, 1);
	assert_int_equal(roles.how, ROLES_FRESH);
	grant_set_lazy(g);
	get();
	assert_int_equal(roles.how, ROLES_FRESH | ROLES_LAZY);
	roles.got = INT64_MAX;
	get();
	expect(200, BODY);
	assert_int_equal(roles.asked, 2);
	assert_int_equal(roles.cached_how, ROLES_LAZY);
	secret_free(roles.credential.body);
	roles.credential.body = NULL;
	get();
	assert_int_equal(roles.how, ROLES_LAZY);
}

static void what_a_server_refused_is_not_worth_another_try(void **state)
{
	(void)state;
	(void)err_set(&roles.e, ERR_DENIED, "contoso refuses 123/Dev: no");
	get();
	expect(403, "{\"code\":\"AccessDenied\",\"message\":\"mairu: contoso "
		    "refuses 123/Dev: no\"}");
}

static void a_server_that_is_not_configured_is_named(void **state)
{
	(void)state;
	(void)err_set(&roles.e, ERR_NOT_FOUND, "there is no server x");
	get();
	expect(403, "\"code\":\"NotConfigured\"");
}

static void a_server_that_is_down_is_worth_another_try(void **state)
{
	(void)state;
	(void)err_set(&roles.e, ERR_UPSTREAM, "contoso does not answer");
	roles.retry_after = 17;
	ask("GET", "/v1/credentials", host, "");
	expect(503, "\"code\":\"ServerUnavailable\"");
	/* SDKs sleep for that long. */
	expect(503, "\r\nRetry-After: 2\r\n");
	roles.retry_after = 0;
	ask("GET", "/v1/credentials", host, "");
	expect(503, "\r\nRetry-After: 1\r\n");
}

static void a_want_of_room_here_is_worth_another_try(void **state)
{
	(void)state;
	(void)err_set(&roles.e, ERR_BUSY, "too many requests wait. Try again");
	roles.retry_after = 1;
	ask("GET", "/v1/credentials", host, "");
	expect(503, "\"message\":\"mairu: too many requests wait. Try again\"");
	expect(503, "\r\nRetry-After: 1\r\n");
}

/* Asks with this User-Agent while the server says nothing, and says after how
 * many milliseconds there is an answer. */
static int64_t patience(const char *agent)
{
	char text[1024];
	int64_t from;
	int fd = dial();

	(void)snprintf(text, sizeof(text),
	    "GET /v1/credentials HTTP/1.1\r\nHost: %s\r\n%s%s%s"
	    "Authorization: %s\r\n\r\n",
	    host, agent ? "User-Agent: " : "", agent ? agent : "",
	    agent ? "\r\n" : "", token);
	/* What it takes to come as far as that is not what is measured. */
	from = frozen = plat_ms();
	say(fd, text);
	while (waits_empty(&roles.waits))
		assert_int_equal(loop_once(loop, 20, NULL), 0);
	while (!waits_empty(&roles.waits) && frozen < from + 10000) {
		frozen += 20;
		assert_int_equal(loop_once(loop, 0, NULL), 0);
	}
	from = frozen - from;
	frozen = 0;
	hear(fd);
	expect(503, "\"code\":\"CredentialsPending\"");
	expect(503, "mairu: con toso has not answered yet");
	expect(503, "\r\nRetry-After: 1\r\n");
	assert_true(waits_empty(&roles.waits));
	(void)close(fd);
	return from;
}

static void a_slow_server_never_outlasts_an_sdk(void **state)
{
	(void)state;
	roles.later = 1;
	assert_in_range(patience(NULL), 700, 920);
	assert_in_range(patience("python-urllib3/1.26.12"), 1600, 1820);
	assert_in_range(patience("aws-sdk-go-v2/1.2"), 3800, 4020);
}

/* What its trust took to be looked at is part of it. */
static void time_counts_from_the_arrival_of_a_request(void **state)
{
	char text[1024], stopped[PATH_MAX];
	siginfo_t info;
	int64_t from;
	int fd = dial();

	(void)state;
	roles.later = 1;
	/* One that is not there yet may take longer than one look. */
	(void)snprintf(stopped, sizeof(stopped), "%s/stop", getenv("HOME"));
	assert_int_equal(close(creat(stopped, 0600)), 0);
	checker_warm(checker);
	assert_int_equal(waitid(P_PID, (id_t)checker_pid(checker), &info,
			     WSTOPPED | WNOWAIT),
	    0);
	assert_int_equal(unlink(stopped), 0);
	(void)snprintf(text, sizeof(text),
	    "GET /v1/credentials HTTP/1.1\r\nHost: %s\r\n"
	    "Authorization: %s\r\n\r\n",
	    host, token);
	from = frozen = plat_ms();
	say(fd, text);
	/* It comes, and waits for the one who looks. */
	for (int i = 0; i < 4; i++)
		assert_int_equal(loop_once(loop, 5, NULL), 0);
	frozen += 500;
	assert_int_equal(loop_once(loop, 0, NULL), 0);
	assert_int_equal(kill((pid_t)checker_pid(checker), SIGCONT), 0);
	for (int i = 0; i < 500 && waits_empty(&roles.waits); i++)
		assert_int_equal(loop_once(loop, 20, NULL), 0);
	assert_false(waits_empty(&roles.waits));
	while (!waits_empty(&roles.waits) && frozen < from + 10000) {
		frozen += 20;
		assert_int_equal(loop_once(loop, 0, NULL), 0);
	}
	from = frozen - from;
	frozen = 0;
	assert_in_range(from, 700, 920);
	hear(fd);
	expect(503, "\"code\":\"CredentialsPending\"");
	(void)close(fd);
}

static void what_comes_in_time_is_given(void **state)
{
	char text[512];
	int fd = dial();

	(void)state;
	role_is_there();
	roles.later = 1;
	(void)snprintf(text, sizeof(text),
	    "GET /v1/credentials HTTP/1.1\r\nHost: %s\r\nAuthorization: "
	    "%s\r\n\r\n",
	    host, token);
	say(fd, text);
	while (waits_empty(&roles.waits))
		assert_int_equal(loop_once(loop, 20, NULL), 0);
	release();
	hear(fd);
	expect(200, BODY);
	/* And what was revoked meanwhile is not. */
	say(fd, text);
	while (waits_empty(&roles.waits))
		assert_int_equal(loop_once(loop, 20, NULL), 0);
	assert_int_equal(grants_revoke(grants, config), 1);
	release();
	hear(fd);
	expect(401, "InvalidToken");
	(void)close(fd);
}

/* Sends a request that comes to rest. */
static int dial_and_rest(void)
{
	int rested = login.asked, fd = dial();
	char text[512];

	(void)snprintf(text, sizeof(text),
	    "GET /v1/credentials HTTP/1.1\r\nHost: %s\r\nAuthorization: "
	    "%s\r\n\r\n",
	    host, token);
	say(fd, text);
	while (login.asked == rested)
		assert_int_equal(loop_once(loop, 20, NULL), 0);
	return fd;
}

static void what_comes_during_a_login_goes_on_after_it(void **state)
{
	int fds[3];

	(void)state;
	watch_logins();
	login.under_way = 1;
	for (size_t i = 0; i < 3; i++)
		fds[i] = dial_and_rest();
	assert_string_equal(login.server, "con toso");
	assert_int_equal(roles.asked, 3);
	(void)close(fds[2]);
	role_is_there();
	endpoint_logged_in(endpoint);
	hear(fds[0]);
	expect(200, BODY);
	hear(fds[1]);
	expect(200, BODY);
	assert_int_equal(login.needed, 0);
	endpoint_logged_in(endpoint);
	(void)close(fds[0]);
	(void)close(fds[1]);
}

static void what_a_login_did_not_help_rests_or_is_told(void **state)
{
	int fd;

	(void)state;
	watch_logins();
	login.under_way = 1;
	fd = dial_and_rest();
	endpoint_logged_in(endpoint);
	assert_int_equal(login.asked, 2);
	login.under_way = 0;
	endpoint_logged_in(endpoint);
	hear(fd);
	expect(403, "LoginRequired");
	assert_int_equal(login.needed, 1);
	(void)close(fd);
}

static void what_is_revoked_during_a_login_is_revoked(void **state)
{
	int fd;

	(void)state;
	watch_logins();
	login.under_way = 1;
	fd = dial_and_rest();
	role_is_there();
	assert_int_equal(grants_revoke(grants, config), 1);
	endpoint_logged_in(endpoint);
	hear(fd);
	expect(401, "InvalidToken");
	(void)close(fd);
}

static void a_long_login_never_outlasts_an_sdk(void **state)
{
	int64_t from;
	int fd;

	(void)state;
	watch_logins();
	login.under_way = 1;
	/* Its time counts from its arrival, which takes a while itself. */
	frozen = from = plat_ms();
	fd = dial_and_rest();
	while (!pump_readable(fd) && frozen < from + 10000) {
		frozen += 20;
		assert_int_equal(loop_once(loop, 0, NULL), 0);
	}
	from = frozen - from;
	frozen = 0;
	assert_in_range(from, 700, 1000);
	hear(fd);
	expect(503, "{\"code\":\"CredentialsPending\",\"message\":\"mairu: con "
		    "toso: somebody is logging in. Try again\"}");
	assert_int_equal(login.needed, 0);
	(void)close(fd);
}

/* A program at a terminal of its own that asks once: its exit status is 0 when
 * it was told to log in. */
static pid_t start_program(void)
{
	pid_t pid = fork();
	char text[1024];
	size_t have = 0;
	ssize_t n;
	int fd;

	if (pid != 0)
		return pid;
	(void)setsid();
	(void)ioctl(pty_slave, TIOCSCTTY, 0);
	(void)snprintf(text, sizeof(text),
	    "GET /v1/credentials HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n"
	    "Authorization: %s\r\n\r\n",
	    host, token);
	fd = dial();
	say(fd, text);
	memset(text, 0, sizeof(text));
	while ((n = recv(fd, text + have, sizeof(text) - 1 - have, 0)) > 0)
		have += (size_t)n;
	_exit(strstr(text, "LoginRequired") ? 0 : 1);
}

static void run_program(void)
{
	pid_t pid = start_program();
	int status = 1;

	assert_true(pid > 0);
	while (waitpid(pid, &status, WNOHANG) == 0)
		assert_int_equal(loop_once(loop, 20, NULL), 0);
	assert_int_equal(status, 0);
}

static void the_terminal_of_who_asks_is_found_before_it_is_told(void **state)
{
	(void)state;
	pty_open();
	watch_logins();
	login.seek = 1;
	run_program();
	assert_int_equal(login.needed, 1);
	assert_string_equal(login.terminal, pty_path);
	/* It is not looked for where that is not wanted. */
	watch_logins();
	run_program();
	assert_int_equal(login.needed, 1);
	assert_string_equal(login.terminal, "");
	pty_close();
}

static void who_hangs_up_is_forgotten(void **state)
{
	char text[512];
	int fd = dial();

	(void)state;
	roles.later = 1;
	(void)snprintf(text, sizeof(text),
	    "GET /v1/credentials HTTP/1.1\r\nHost: %s\r\nAuthorization: "
	    "%s\r\n\r\n",
	    host, token);
	say(fd, text);
	while (waits_empty(&roles.waits))
		assert_int_equal(loop_once(loop, 20, NULL), 0);
	(void)close(fd);
	/* At the latest when its time is over. */
	while (!waits_empty(&roles.waits))
		assert_int_equal(loop_once(loop, 20, NULL), 0);
}

static void an_edit_is_refused_and_the_grant_revoked(void **state)
{
	(void)state;
	get();
	home_puts(".mairu.json", CONFIG " ");
	get();
	expect(403, "\"code\":\"NotTrusted\"");
	expect(403, "~/.mairu.json has changed since it was allowed. Run: "
		    "mairu allow /tmp/");
	get();
	expect(401, "\"code\":\"InvalidToken\"");
	assert_int_equal(grants_count(grants), 0);
	/* Once it is allowed again the shell fetches another token. */
	record(1);
	take_token();
	get();
	expect(403, "LoginRequired");
}

static void a_denial_is_refused(void **state)
{
	(void)state;
	record(0);
	get();
	expect(403, "~/.mairu.json is denied.");
}

static void without_the_token_nothing_is_said(void **state)
{
	char text[512];

	(void)state;
	(void)snprintf(text, sizeof(text),
	    "GET /v1/credentials HTTP/1.1\r\nHost: %s\r\n\r\n", host);
	request(text);
	expect(401, "InvalidToken");
	expect(401, "Run: cd . ");
	token[10] = token[10] == 'A' ? 'B' : 'A';
	ask("GET", "/v1/credentials", host, "");
	expect(401, "InvalidToken");
	token[20] = '\0';
	ask("GET", "/v1/credentials", host, "");
	expect(401, "InvalidToken");
}

static void the_token_needs_its_scheme_and_comes_once(void **state)
{
	char text[1024];

	(void)state;
	(void)snprintf(text, sizeof(text),
	    "GET /v1/credentials HTTP/1.1\r\nHost: %s\r\nAuthorization: "
	    "%s\r\n\r\n",
	    host, token + 7);
	request(text);
	expect(401, "InvalidToken");
	(void)snprintf(text, sizeof(text), "Authorization: %s\r\n", token);
	ask("GET", "/v1/credentials", host, text);
	expect(401, "InvalidToken");
}

static void a_foreign_host_is_refused(void **state)
{
	static const char *const hosts[] = {"localhost", "example.com",
	    "127.0.0.2", "127.0.0.1.example.com", "127.0.0.1:1", "[::1]", "",
	    "127.1", "0x7f000001"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		ask("GET", "/v1/credentials", hosts[i], "");
		expect(403, "\"code\":\"ForeignHost\"");
	}
	ask("GET", "/v1/credentials", host, "Host: 127.0.0.1\r\n");
	expect(403, "ForeignHost");
}

static void the_port_may_be_left_out(void **state)
{
	(void)state;
	get();
	ask("GET", "/v1/credentials", "127.0.0.1", "");
	expect(403, "LoginRequired");
}

static void any_origin_is_refused(void **state)
{
	(void)state;
	ask("GET", "/v1/credentials", host, "Origin: http://example.com\r\n");
	expect(403, "ForeignOrigin");
	ask("GET", "/v1/credentials", host, "Origin: null\r\n");
	expect(403, "ForeignOrigin");
	ask("GET", "/v1/credentials", host, "origin:\r\n");
	expect(403, "ForeignOrigin");
}

static void what_a_page_asks_for_is_refused(void **state)
{
	(void)state;
	get();
	ask("GET", "/v1/credentials", host, "Sec-Fetch-Site: cross-site\r\n");
	expect(403, "ForeignSite");
	ask("GET", "/v1/credentials", host, "sec-fetch-site: same-site\r\n");
	expect(403, "ForeignSite");
	ask("GET", "/v1/credentials", host,
	    "Sec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site\r\n");
	expect(403, "ForeignSite");
	/* Node's fetch() sends this one, and is no browser. */
	ask("GET", "/v1/credentials", host, "Sec-Fetch-Mode: cors\r\n");
	expect(403, "LoginRequired");
}

static void a_header_with_a_nul_is_refused(void **state)
{
	static const char *const after[] = {"@", "@@", "@, and more", "@\r",
	    "\r\nX: @", "\r\nX@y: z", "@\r\nX: y", "@@\r\nX: y",
	    "@X: y\r\nX: y", "@@X: y"};
	char text[1024], *at;
	int fd, n;

	(void)state;
	get();
	for (size_t i = 0; i < sizeof(after) / sizeof(after[0]); i++) {
		n = snprintf(text, sizeof(text),
		    "GET /v1/credentials HTTP/1.1\r\nHost: %s\r\n"
		    "Authorization: %s%s\r\n\r\n",
		    host, token, after[i]);
		while ((at = memchr(text, '@', (size_t)n)))
			*at = '\0';
		fd = dial();
		assert_int_equal(send(fd, text, (size_t)n, MSG_NOSIGNAL), n);
		hear(fd);
		if (strncmp(answer, "HTTP/1.1 400 ", 13) != 0)
			fail_msg("%s: %s", after[i], answer);
		assert_null(strstr(answer, "code"));
		(void)close(fd);
	}
}

static void other_methods_are_refused(void **state)
{
	static const char *const methods[] = {"HEAD", "POST", "PUT", "DELETE",
	    "OPTIONS", "PATCH", "TRACE", "get"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		ask(methods[i], "/v1/credentials", host, "");
		expect(405, "\r\nAllow: GET\r\n");
	}
	ask("POST", "/v1/credentials", host, "Content-Length: 5\r\n\r\nhello");
	expect(405, "\r\nConnection: close\r\n");
}

static void a_body_is_refused_and_not_read(void **state)
{
	(void)state;
	ask("GET", "/v1/credentials", host, "Content-Length: 1000\r\n");
	expect(400, "\r\nConnection: close\r\n");
	ask("GET", "/v1/credentials", host, "Transfer-Encoding: chunked\r\n");
	expect(400, "BadRequest");
}

static void other_paths_are_not_found(void **state)
{
	static const char *const targets[] = {"/", "/v1/credentials/",
	    "/v1/credentials?x", "/v1/%63redentials", "//v1/credentials",
	    "/v1/./credentials", "*", "http://127.0.0.1/v1/credentials"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		ask("GET", targets[i], host, "");
		expect(404, "NotFound");
	}
}

/* As Java does: a socket of IPv6 that talks to 127.0.0.1. */
static int dial_dual(void)
{
	struct sockaddr_in6 a = {
	    .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(
	    inet_pton(AF_INET6, "::ffff:127.0.0.1", &a.sin6_addr), 1);
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

static void our_own_dual_stack_client_is_served_as_any(void **state)
{
	char text[1024];
	int fd;

	(void)state;
	get();
	fd = dial_dual();
	(void)snprintf(text, sizeof(text),
	    "GET /v1/credentials HTTP/1.1\r\nHost: %s\r\nAuthorization: "
	    "%s\r\n\r\n",
	    host, token);
	say(fd, text);
	hear(fd);
	expect(403, "LoginRequired");
	assert_int_equal(endpoint_unverified(endpoint), 0);
	(void)close(fd);
}

/* Opens so many connections, says nothing, and tells how many are not closed
 * at once.  While they are there, `then` is called. */
static int holds_idle(uid_t uid, int n, void (*then)(void))
{
	int go[2], back[2], status, held = 0;
	pid_t pid;

	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, back), 0);
	assert_int_equal(pipe(go), 0);
	pid = fork();
	if (pid == 0) {
		int fds[128];
		char c;

		(void)close(go[1]);
		if (uid != geteuid() && (setgid(uid) || setuid(uid)))
			_exit(1);
		for (int i = 0; i < n; i++)
			fds[i] = i % 2 ? dial_dual() : dial();
		/* Those that are refused are by now, or within this. */
		for (int i = 0; i < n; i++) {
			struct pollfd p = {.fd = fds[i], .events = POLLIN};

			held += poll(&p, 1, i < n - 1 ? 20 : 500) == 0;
		}
		if (send(back[1], &held, sizeof(held), 0) != sizeof(held))
			_exit(2);
		/* Holds them until it is told to go. */
		_exit(read(go[0], &c, 1) == 0 ? 0 : 3);
	}
	(void)close(back[1]);
	(void)close(go[0]);
	assert_int_equal(
	    pump_read(loop, back[0], (char *)&held, sizeof(held), sizeof(held)),
	    sizeof(held));
	then();
	(void)close(back[0]);
	(void)close(go[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	return held;
}

static void another_user_holds_few_connections(void **state)
{
	(void)state;
	ONLY_ROOT();
	get();
	assert_int_equal(holds_idle(NOBODY, 40, get), 8);
	expect(403, "LoginRequired");
}

static void who_cant_be_told_is_let_in_by_the_token_and_counted(void **state)
{
	(void)state;
	ONLY_AFAR();
	get();
	expect(403, "LoginRequired");
	assert_true(endpoint_unverified(endpoint) > 0);
	request("GET /v1/credentials HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
	expect(401, "InvalidToken");
}

static int known = -1;

static void ask_as_known(void)
{
	char text[1024];

	(void)snprintf(text, sizeof(text),
	    "GET /v1/credentials HTTP/1.1\r\nHost: %s\r\nAuthorization: "
	    "%s\r\n\r\n",
	    host, token);
	say(known, text);
	hear(known);
}

static void who_cant_be_told_holds_few_connections(void **state)
{
	(void)state;
	ONLY_AFAR();
	get();
	/* One that has shown the token counts as ours from then on. */
	known = dial();
	ask_as_known();
	assert_int_equal(holds_idle(geteuid(), 100, ask_as_known), 64);
	expect(403, "LoginRequired");
	(void)close(known);
}

static void another_user_is_refused_with_the_right_token(void **state)
{
	char text[1024];
	int go[2], back[2], status, fd;
	pid_t pid;

	(void)state;
	ONLY_ROOT();
	(void)snprintf(text, sizeof(text),
	    "GET /v1/credentials HTTP/1.1\r\nHost: %s\r\nAuthorization: "
	    "%s\r\n\r\n",
	    host, token);
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, back), 0);
	assert_int_equal(pipe(go), 0);
	pid = fork();
	if (pid == 0) {
		char c;

		(void)close(go[1]);
		if (setgid(NOBODY) || setuid(NOBODY))
			_exit(1);
		fd = dial();
		say(fd, text);
		/* Hands on what it hears. */
		while (recv(fd, &c, 1, 0) == 1)
			if (send(back[1], &c, 1, 0) != 1)
				_exit(2);
		_exit(0);
	}
	(void)close(back[1]);
	hear(back[0]);
	expect(403, "ForeignUser");
	(void)close(back[0]);
	(void)close(go[0]);
	(void)close(go[1]);
	/* It may still write when nobody reads: the status does not matter. */
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(endpoint_unverified(endpoint), 0);
}

static void a_connection_is_kept(void **state)
{
	char text[1024];
	int fd = dial(), i;

	(void)state;
	get();
	(void)snprintf(text, sizeof(text),
	    "GET /v1/credentials HTTP/1.1\r\nHost: %s\r\nAuthorization: "
	    "%s\r\n\r\n",
	    host, token);
	for (i = 0; i < 3; i++) {
		say(fd, text);
		hear(fd);
		assert_null(strstr(answer, "Connection: close"));
		assert_non_null(strstr(answer, "\"code\""));
	}
	(void)close(fd);
}

static void a_look_that_takes_too_long_may_be_tried_again(void **state)
{
	(void)state;
	get();
	assert_int_equal(kill((pid_t)checker_pid(checker), SIGSTOP), 0);
	ask("GET", "/v1/credentials", host, "");
	expect(503, "TrustCheckTimeout");
	expect(503, "\r\nRetry-After: 1\r\n");
	get();
	expect(403, "LoginRequired");
}

static void what_is_too_large_is_refused(void **state)
{
	static char text[64 * 1024];
	int n;

	(void)state;
	n = snprintf(text, sizeof(text), "GET /");
	memset(text + n, 'a', 30000);
	(void)snprintf(text + 30000, sizeof(text) - 30000, " HTTP/1.1\r\n\r\n");
	request(text);
	assert_int_equal(strncmp(answer, "HTTP/1.1 414 ", 13), 0);
	n = snprintf(text, sizeof(text),
	    "GET /v1/credentials HTTP/1.1\r\nHost: %s\r\nX: ", host);
	memset(text + n, 'a', 40000);
	(void)snprintf(text + 40000, sizeof(text) - 40000, "\r\n\r\n");
	request(text);
	assert_int_equal(strncmp(answer, "HTTP/1.1 431 ", 13), 0);
}

static void one_connection_too_many_is_told_so(void **state)
{
	enum {
		ALL = 1280
	};
	const struct rlimit room = {3 * ALL, 3 * ALL};
	int fds[ALL], i, fd;

	(void)state;
	/* Both ends of all of them are this process's. */
	if (setrlimit(RLIMIT_NOFILE, &room) < 0) {
		print_message("no room for that many descriptors\n");
		skip();
	}
	for (i = 0; i < ALL; i++) {
		fds[i] = dial();
		assert_int_equal(loop_once(loop, 0, NULL), 0);
	}
	fd = dial();
	say(fd, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	hear(fd);
	expect(503, "TooManyConnections");
	(void)close(fd);
	for (i = 0; i < ALL; i++)
		(void)close(fds[i]);
	get();
	expect(403, "LoginRequired");
}

/* How many connections the system lets wait for any listener. */
static long most_waiting(void)
{
	FILE *f = fopen("/proc/sys/net/core/somaxconn", "re");
	long n = 0;

	if (f && fscanf(f, "%ld", &n) != 1)
		n = 0;
	if (f)
		(void)fclose(f);
	return n;
}

/* Without waiting for it to be there. */
static int dial_ahead(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_true(connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0 ||
		    errno == EINPROGRESS);
	return fd;
}

/* One whose turn in the kernel does not come tries again after a second, and
 * an SDK has no patience for many of those. */
static void a_thousand_connect_before_the_broker_has_its_turn(void **state)
{
	enum {
		ALL = 1000
	};
	const struct rlimit room = {3 * ALL, 3 * ALL};
	struct pollfd fds[ALL];

	(void)state;
	if (setrlimit(RLIMIT_NOFILE, &room) < 0 || most_waiting() < ALL) {
		print_message("no room for that many connections\n");
		skip();
	}
	for (int i = 0; i < ALL; i++)
		fds[i] = (struct pollfd){.fd = dial_ahead(), .events = POLLOUT};
	for (int i = 0; i < ALL; i++) {
		assert_int_equal(poll(&fds[i], 1, PUMP_MS), 1);
		assert_int_equal(fds[i].revents, POLLOUT);
	}
	for (int i = 0; i < ALL; i++)
		(void)close(fds[i].fd);
	get();
	expect(403, "LoginRequired");
}

static void it_stops_with_requests_under_way(void **state)
{
	int fd = dial();
	char text[1024];

	(void)state;
	get();
	assert_int_equal(kill((pid_t)checker_pid(checker), SIGSTOP), 0);
	(void)snprintf(text, sizeof(text),
	    "GET /v1/credentials HTTP/1.1\r\nHost: %s\r\nAuthorization: "
	    "%s\r\n\r\n",
	    host, token);
	say(fd, text);
	assert_int_equal(loop_once(loop, 20, NULL), 0);
	assert_int_equal(loop_once(loop, 0, NULL), 0);
	endpoint_free(endpoint);
	endpoint = NULL;
	assert_true(pump_readable(fd));
	assert_int_equal(recv(fd, text, sizeof(text), 0), 0);
	(void)close(fd);
}

static void a_grant_that_goes_while_it_is_checked_is_told(void **state)
{
	int fd = dial();
	char text[1024];

	(void)state;
	get();
	assert_int_equal(kill((pid_t)checker_pid(checker), SIGSTOP), 0);
	(void)snprintf(text, sizeof(text),
	    "GET /v1/credentials HTTP/1.1\r\nHost: %s\r\nAuthorization: "
	    "%s\r\n\r\n",
	    host, token);
	say(fd, text);
	assert_int_equal(loop_once(loop, 20, NULL), 0);
	assert_int_equal(loop_once(loop, 0, NULL), 0);
	grants_revoke(grants, config);
	hear(fd);
	expect(401, "InvalidToken");
	(void)close(fd);
}

/* A child that stops before it is there. */
static void stop_if_told(int argc)
{
	char path[PATH_MAX];

	if (argc != 2 || !getenv("HOME"))
		return;
	(void)snprintf(path, sizeof(path), "%s/stop", getenv("HOME"));
	if (access(path, F_OK) == 0)
		(void)raise(SIGSTOP);
}

int main(int argc, char **argv)
{
#define E(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define A(f) cmocka_unit_test_setup_teardown(f, setup_afar, teardown)
	const struct CMUnitTest tests[] = {
	    E(a_trusted_grant_is_told_to_log_in),
	    E(a_role_that_is_there_is_given_to_the_byte),
	    E(a_lent_role_is_asked_for_as_its_process_wants_it),
	    E(what_a_server_refused_is_not_worth_another_try),
	    E(a_server_that_is_not_configured_is_named),
	    E(a_server_that_is_down_is_worth_another_try),
	    E(a_want_of_room_here_is_worth_another_try),
	    E(a_slow_server_never_outlasts_an_sdk),
	    E(time_counts_from_the_arrival_of_a_request),
	    E(what_comes_in_time_is_given),
	    E(what_comes_during_a_login_goes_on_after_it),
	    E(what_a_login_did_not_help_rests_or_is_told),
	    E(what_is_revoked_during_a_login_is_revoked),
	    E(a_long_login_never_outlasts_an_sdk),
	    E(the_terminal_of_who_asks_is_found_before_it_is_told),
	    E(who_hangs_up_is_forgotten),
	    E(an_edit_is_refused_and_the_grant_revoked),
	    E(a_denial_is_refused),
	    E(without_the_token_nothing_is_said),
	    E(the_token_needs_its_scheme_and_comes_once),
	    E(a_foreign_host_is_refused),
	    E(the_port_may_be_left_out),
	    E(any_origin_is_refused),
	    E(what_a_page_asks_for_is_refused),
	    E(a_header_with_a_nul_is_refused),
	    E(other_methods_are_refused),
	    E(a_body_is_refused_and_not_read),
	    E(other_paths_are_not_found),
	    E(another_user_is_refused_with_the_right_token),
	    E(our_own_dual_stack_client_is_served_as_any),
	    E(another_user_holds_few_connections),
	    A(who_cant_be_told_is_let_in_by_the_token_and_counted),
	    A(who_cant_be_told_holds_few_connections),
	    E(a_connection_is_kept),
	    E(a_look_that_takes_too_long_may_be_tried_again),
	    E(what_is_too_large_is_refused),
	    E(one_connection_too_many_is_told_so),
	    E(a_thousand_connect_before_the_broker_has_its_turn),
	    E(it_stops_with_requests_under_way),
	    E(a_grant_that_goes_while_it_is_checked_is_told),
	};

	stop_if_told(argc);
	as_child(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
