/* Requests to servers, over real loopback connections: net/http/http.h. */

#include "http_world.h"

#include <dirent.h>
#include <sched.h>
#include <time.h>

static int listener = -1;
static unsigned port;
static char base[64], request[300 * 1024];

static int setup(void **state)
{
	if (http_world_setup(state) != 0)
		return -1;
	listener = bound(&port);
	(void)snprintf(base, sizeof(base), "http://127.0.0.1:%u", port);
	return listen(listener, 64);
}

static int teardown(void **state)
{
	(void)close(listener);
	return http_world_teardown(state);
}

static const char *url_of(const char *path)
{
	static char url[256];

	(void)snprintf(url, sizeof(url), "%s%s", base, path);
	return url;
}

/* A call whose request was heard: returns its connection. */
static int asked(struct result *r, const char *path)
{
	int fd;

	get(r, url_of(path));
	fd = taken(listener);
	(void)hear(fd, request, sizeof(request));
	return fd;
}

/* A call that is answered so, and then cut off. */
static void answered(struct result *r, const char *answer)
{
	int fd = asked(r, "/");

	say(fd, answer);
	assert_int_equal(close(fd), 0);
	wait_for(r);
}

static size_t open_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	while (readdir(d))
		n++;
	(void)closedir(d);
	return n;
}

static void a_get_arrives_as_it_was_asked(void **state)
{
	struct result r;
	int fd = asked(&r, "/a/../b?c=%20d&e=f");

	(void)state;
	assert_memory_equal(request, "GET /a/../b?c=%20d&e=f HTTP/1.1\r\n", 33);
	assert_non_null(strstr(request, "\r\nAccept: application/json\r\n"));
	assert_non_null(
	    strstr(request, "\r\nAuthorization: Bearer sesame\r\n"));
	assert_non_null(strstr(request, "\r\nUser-Agent: mairu/"));
	assert_null(strstr(request, "Expect"));
	assert_null(strstr(request, "Accept-Encoding"));
	assert_null(strstr(request, "Content-Type"));
	say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
	wait_for(&r);
	assert_int_equal(r.status, 200);
	assert_int_equal(r.len, 2);
	assert_string_equal(r.body, "{}");
	assert_closed(fd);
}

static void a_post_arrives_byte_for_byte(void **state)
{
	static unsigned char body[HTTP_MAX_REQUEST - 1];
	struct result r;
	size_t i, n;
	char *at;
	int fd;

	(void)state;
	for (i = 0; i < sizeof(body); i++)
		body[i] = (unsigned char)(i * 7 + i / 251);
	begin(&r, url_of("/token"), "application/json", body, sizeof(body));
	fd = taken(listener);
	n = hear(fd, request, sizeof(request));
	assert_memory_equal(request, "POST /token HTTP/1.1\r\n", 22);
	assert_non_null(
	    strstr(request, "\r\nContent-Type: application/json\r\n"));
	assert_null(strstr(request, "Expect"));
	at = strstr(request, "\r\n\r\n") + 4;
	assert_int_equal(n - (size_t)(at - request), sizeof(body));
	assert_memory_equal(at, body, sizeof(body));
	say(fd, "HTTP/1.1 204 No Content\r\n\r\n");
	wait_for(&r);
	assert_int_equal(r.status, 204);
	assert_closed(fd);
}

static void an_empty_post_is_one(void **state)
{
	struct result r;
	int fd;

	(void)state;
	begin(&r, url_of("/logout"), "text/plain", NULL, 0);
	fd = taken(listener);
	(void)hear(fd, request, sizeof(request));
	assert_memory_equal(request, "POST /logout ", 13);
	assert_non_null(strstr(request, "\r\nContent-Length: 0\r\n"));
	say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	wait_for(&r);
	assert_int_equal(r.err.code, 0);
	assert_int_equal(close(fd), 0);
}

static void a_post_may_leave_its_type_unsaid(void **state)
{
	struct result r;
	int fd;

	(void)state;
	begin(&r, url_of("/logout"), "", NULL, 0);
	fd = taken(listener);
	(void)hear(fd, request, sizeof(request));
	assert_memory_equal(request, "POST /logout ", 13);
	assert_non_null(strstr(request, "\r\nContent-Length: 0\r\n"));
	assert_null(strstr(request, "Content-Type"));
	say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	wait_for(&r);
	assert_int_equal(r.err.code, 0);
	assert_int_equal(close(fd), 0);
}

static void a_head_brings_no_body_whatever_its_length(void **state)
{
	struct result r = {.done = 0};
	struct http_ask a;
	struct err e;
	int fd;

	(void)state;
	http_ask_init(&a);
	buf_adds(&a.url, url_of("/start"));
	a.head = 1;
	assert_int_equal(http_start(http, &a, take_result, &r, &r.call, &e), 0);
	fd = taken(listener);
	(void)hear(fd, request, sizeof(request));
	assert_memory_equal(request, "HEAD /start HTTP/1.1\r\n", 22);
	say(fd, "HTTP/1.1 302 Found\r\nContent-Length: 99999999\r\n"
		"Location: https://d-1.awsapps.com/start#/?a=b\r\n\r\n");
	wait_for(&r);
	assert_int_equal(r.err.code, 0);
	assert_int_equal(r.status, 302);
	assert_int_equal(r.len, 0);
	assert_string_equal(r.location, "https://d-1.awsapps.com/start#/?a=b");
	assert_closed(fd);
}

static void the_error_type_of_aws_is_read(void **state)
{
	struct result r;

	(void)state;
	answered(&r, "HTTP/1.1 400 No\r\nContent-Length: 0\r\n"
		     "X-Amzn-ErrorType: InvalidGrantException:"
		     "http://internal.amazon.com/coral/com.amazonaws.sso.oidc/"
		     "\r\nLocation: /no/redirect\r\n\r\n");
	assert_string_equal(r.error_type, "InvalidGrantException");
	assert_string_equal(r.location, "none");
}

static void the_header_of_an_answer_is_read(void **state)
{
	struct http_clock c;
	struct result r;

	(void)state;
	answered(&r, "HTTP/1.1 103 Early Hints\r\nRetry-After: 9\r\n\r\n"
		     "HTTP/1.1 429 Slow\r\nContent-Length: 3\r\n"
		     "content-type: Application/JSON; charset=utf-8\r\n"
		     "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
		     "Retry-After: 17\r\n\r\nabc");
	assert_int_equal(r.status, 429);
	assert_string_equal(r.type, "application/json");
	assert_int_equal(r.date, 784111777);
	assert_int_equal(r.retry_after, 17);
	assert_string_equal(r.body, "abc");
	http_clock(http, &c);
	assert_in_range(-(c.ahead - 784111777), time(NULL) - 5, time(NULL));
	assert_string_equal(c.host, strstr(base, "://") + 3);
	answered(&r, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	assert_int_equal(r.retry_after, -1);
	assert_int_equal(r.date, 0);
	/* An answer without a date leaves it as it was. */
	http_clock(http, &c);
	assert_true(c.ahead < 0);
	assert_string_equal(r.type, "");
}

static void a_date_to_retry_at_counts_by_the_servers_clock(void **state)
{
	struct result r;

	(void)state;
	answered(&r, "HTTP/1.1 503 No\r\n"
		     "Retry-After: Sun, 06 Nov 1994 08:50:07 GMT\r\n"
		     "Date: Sunday, 06-Nov-94 08:49:37 GMT\r\n\r\n");
	assert_int_equal(r.retry_after, 30);
	answered(&r, "HTTP/1.1 503 No\r\n"
		     "Retry-After: Sun Nov  6 08:49:37 1994\r\n\r\n");
	assert_int_equal(r.retry_after, 0);
	answered(&r, "HTTP/1.1 503 No\r\nRetry-After: 99999999999999\r\n\r\n");
	assert_int_equal(r.retry_after, 24 * 60 * 60);
	answered(&r, "HTTP/1.1 503 No\r\nRetry-After: -1\r\n\r\n");
	assert_int_equal(r.retry_after, -1);
}

static void a_redirect_is_not_followed(void **state)
{
	char answer[256];
	struct result r;

	(void)state;
	(void)snprintf(answer, sizeof(answer),
	    "HTTP/1.1 302 Found\r\nLocation: %s/else\r\nContent-Length: 0\r\n"
	    "\r\n",
	    base);
	answered(&r, answer);
	assert_int_equal(r.status, 302);
	assert_idle();
	assert_false(pump_readable(listener));
}

static void an_answer_may_come_in_pieces_and_chunks(void **state)
{
	struct result r;
	int fd = asked(&r, "/");

	(void)state;
	say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chu");
	assert_int_equal(loop_once(loop, 20, NULL), 0);
	say(fd, "nked\r\n\r\n3\r\nabc\r\n4\r\nde");
	assert_int_equal(loop_once(loop, 20, NULL), 0);
	say(fd, "fg\r\n0\r\n\r\n");
	wait_for(&r);
	assert_string_equal(r.body, "abcdefg");
	assert_closed(fd);
}

static void an_answer_of_more_than_1_mib_is_refused(void **state)
{
	static char mib[HTTP_MAX_BODY];
	struct result r;
	int fd, sent, chunked;

	(void)state;
	answered(&r, "HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\nx");
	assert_fault(&r, "answered with more than 1 MiB");
	/* Without a length, and with exactly the most that is taken. */
	for (chunked = 0; chunked < 2; chunked++) {
		fd = asked(&r, "/");
		say(fd, "HTTP/1.1 200 OK\r\n\r\n");
		memset(mib, 'x', sizeof(mib));
		for (sent = 0; sent < HTTP_MAX_BODY;) {
			ssize_t n =
			    send(fd, mib + sent, (size_t)(HTTP_MAX_BODY - sent),
				MSG_NOSIGNAL | MSG_DONTWAIT);

			sent += n > 0 ? (int)n : 0;
			assert_int_equal(loop_once(loop, 1, NULL), 0);
		}
		if (chunked)
			say(fd, "x");
		assert_int_equal(shutdown(fd, SHUT_WR), 0);
		wait_for(&r);
		if (chunked)
			assert_fault(&r, "answered with more than 1 MiB");
		else
			assert_int_equal(r.len, HTTP_MAX_BODY);
		assert_int_equal(close(fd), 0);
	}
}

static void a_header_without_end_is_refused(void **state)
{
	char line[1024];
	struct result r;
	int fd = asked(&r, "/"), i;

	(void)state;
	memset(line, 'x', sizeof(line));
	memcpy(line, "X: ", 3);
	memcpy(line + sizeof(line) - 3, "\r\n", 3);
	say(fd, "HTTP/1.1 200 OK\r\n");
	for (i = 0; i < 70 && !r.done; i++) {
		(void)!send(fd, line, sizeof(line) - 1, MSG_NOSIGNAL);
		assert_int_equal(loop_once(loop, 0, NULL), 0);
	}
	wait_for(&r);
	assert_fault(&r, "a header of more than 64 KiB");
	assert_int_equal(close(fd), 0);
}

/* Sends x for as long as anybody listens. */
static void say_for_ever(int fd, const struct result *r)
{
	char x[4096];

	memset(x, 'x', sizeof(x));
	for (int i = 0; i < 200 && !r->done; i++) {
		(void)!send(fd, x, sizeof(x), MSG_NOSIGNAL | MSG_DONTWAIT);
		assert_int_equal(loop_once(loop, 1, NULL), 0);
	}
}

/* libcurl calls that a want of memory. */
static void a_line_of_a_header_without_end_is_no_want_of_memory(void **state)
{
	static const char *const begin_with[] = {"HTTP/1.1 200 OK\r\nX: ",
	    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nX: ",
	    "HTTP/1.1 200 OK\r\nX: a\r\nY: ", "HTTP/1.1 200 "};
	struct result r;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		int fd = asked(&r, "/");

		say(fd, begin_with[i]);
		say_for_ever(fd, &r);
		wait_for(&r);
		assert_fault(&r, "a header of more than 64 KiB");
		assert_fault(&r, base + 7);
		assert_int_equal(r.err.code, ERR_UPSTREAM);
		assert_int_equal(close(fd), 0);
	}
}

static void an_answer_that_breaks_off_is_told(void **state)
{
	struct linger now = {.l_onoff = 1};
	struct result r;
	int fd;

	(void)state;
	answered(&r, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
	assert_fault(&r, "broke off in the middle");
	assert_fault(&r, base + 7);
	answered(&r,
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n"
	    "abc");
	assert_fault(&r, "broke off in the middle");
	answered(&r, "");
	assert_fault(&r, "closed the connection without an answer");
	fd = asked(&r, "/");
	say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
	assert_int_equal(loop_once(loop, 20, NULL), 0);
	assert_int_equal(
	    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)), 0);
	assert_int_equal(close(fd), 0); /* a reset */
	wait_for(&r);
	assert_fault(&r, "broke off in the middle");
}

static void what_is_not_http_is_told(void **state)
{
	struct result r;

	(void)state;
	answered(&r, "SSH-2.0-OpenSSH_9.2\r\n");
	assert_fault(&r, "something that is not HTTP");
	assert_fault(&r, base + 7);
}

static void a_server_that_hangs_is_given_up(void **state)
{
	struct result r;
	int fd;

	(void)state;
	http_set_limits(http, 5000, 300);
	fd = asked(&r, "/");
	wait_for(&r);
	assert_fault(&r, "gave no whole answer within 1 s");
	assert_closed(fd);
	fd = asked(&r, "/");
	say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
	wait_for(&r);
	assert_fault(&r, "gave no whole answer within 1 s");
	assert_closed(fd);
}

/* A queue that is full: further connections get no answer at all. */
static void a_server_that_takes_no_connection_is_given_up(void **state)
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	unsigned own;
	int fd = bound(&own), fill[4];
	struct result r;
	char url[64];

	(void)state;
	assert_int_equal(listen(fd, 0), 0);
	a.sin_port = htons((uint16_t)own);
	for (size_t i = 0; i < 4; i++) {
		fill[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)!connect(fill[i], (struct sockaddr *)&a, sizeof(a));
	}
	http_set_limits(http, 300, 30000);
	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/", own);
	get(&r, url);
	wait_for(&r);
	assert_fault(&r, "did not take a connection within 1 s");
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(close(fill[i]), 0);
	assert_int_equal(close(fd), 0);
}

static void a_port_where_nobody_listens_is_told(void **state)
{
	struct result r;
	char url[64], want[128];
	unsigned own;
	int fd = bound(&own);

	(void)state;
	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/", own);
	get(&r, url);
	wait_for(&r);
	(void)snprintf(want, sizeof(want),
	    "127.0.0.1:%u can't be reached (Connection refused)", own);
	assert_fault(&r, want);
	assert_int_equal(close(fd), 0);
}

/* Listens as another user, and says how many bytes it was sent. */
static void squat(int tell)
{
	unsigned his;
	char c[256];
	int fd, one;
	ssize_t n, all = 0;

	if (setgid(NOBODY) || setuid(NOBODY))
		_exit(1);
	fd = bound(&his);
	if (listen(fd, 4) < 0 || write(tell, &his, sizeof(his)) != sizeof(his))
		_exit(2);
	one = accept(fd, NULL, NULL);
	while ((n = read(one, c, sizeof(c))) > 0)
		all += n;
	_exit(write(tell, &all, sizeof(all)) == sizeof(all) ? 0 : 3);
}

static void another_users_server_without_tls_is_sent_nothing(void **state)
{
	int tell[2], status;
	char url[64], want[160];
	struct result r;
	ssize_t all = -1;
	unsigned his;
	pid_t pid;

	(void)state;
	ONLY_ROOT();
	assert_int_equal(pipe(tell), 0);
	pid = fork();
	if (pid == 0)
		squat(tell[1]);
	(void)close(tell[1]);
	assert_int_equal(read(tell[0], &his, sizeof(his)), sizeof(his));
	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/x", his);
	get(&r, url);
	wait_for(&r);
	(void)snprintf(want, sizeof(want),
	    "the port of 127.0.0.1:%u is one of another user of this machine "
	    "(uid 65534), and nothing was sent there",
	    his);
	assert_fault(&r, want);
	assert_int_equal(read(tell[0], &all, sizeof(all)), sizeof(all));
	assert_int_equal(all, 0);
	(void)close(tell[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* As it is where sock_diag tells of no such socket. */
static void a_server_that_cant_be_told_is_sent_nothing(void **state)
{
	int back = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	struct result r;

	(void)state;
	ONLY_ROOT();
	get(&r, url_of("/"));
	while (!pump_readable(listener))
		assert_int_equal(loop_once(loop, 0, NULL), 0);
	/* It connects: from here on who is asked is elsewhere. */
	if (unshare(CLONE_NEWNET) < 0) {
		print_message("no network namespace to be had\n");
		(void)close(back);
		skip();
	}
	wait_for(&r);
	assert_int_equal(setns(back, CLONE_NEWNET), 0);
	(void)close(back);
	assert_fault(&r, "can't be told, and nothing was sent there");
}

static void a_host_that_is_not_known_is_told(void **state)
{
	struct result r;

	(void)state;
	get(&r, "https://nowhere.invalid/secret?path=sesame");
	wait_for(&r);
	assert_fault(&r, "nowhere.invalid");
	assert_fault(&r, "heck the network");
}

static void what_is_unsafe_is_not_sent(void **state)
{
	struct http_call *call;
	struct http_ask a;
	struct err e;
	struct result r;

	(void)state;
	http_ask_init(&a);
	buf_adds(&a.url, "http://nowhere.invalid/");
	assert_int_equal(
	    http_start(http, &a, take_result, &r, &call, &e), ERR_REFUSED);
	assert_non_null(strstr(e.msg, "nowhere.invalid"));
	http_ask_init(&a);
	buf_adds(&a.url, base);
	http_ask_header(&a, "X", "a\r\nEvil: yes", 12);
	assert_int_equal(
	    http_start(http, &a, take_result, &r, &call, &e), ERR_LIMIT);
	assert_null(call);
	assert_null(strstr(e.msg, "Evil"));
}

static void a_cancelled_call_is_closed_and_silent(void **state)
{
	struct result r;
	int fd;

	(void)state;
	http_cancel(NULL);
	get(&r, base);
	http_cancel(r.call); /* before it has begun */
	fd = asked(&r, "/");
	http_cancel(r.call); /* while it waits */
	assert_closed(fd);
	fd = asked(&r, "/");
	say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
	assert_int_equal(loop_once(loop, 20, NULL), 0);
	http_cancel(r.call); /* in the middle of its answer */
	assert_closed(fd);
	get(&r, "https://nowhere.invalid/");
	assert_int_equal(loop_once(loop, 0, NULL), 0);
	http_cancel(r.call); /* while its name is looked up */
	assert_idle();
	assert_int_equal(r.done, 0);
}

static void cancel_other(
    void *arg, const struct http_answer *a, const struct err *e)
{
	struct result *other = arg;

	(void)e;
	assert_non_null(a);
	http_cancel(other->call);
	other->call = NULL;
	other->done--;
}

/* Both end in one round of the loop, and are told of one by one. */
static void a_call_can_be_cancelled_once_it_is_over(void **state)
{
	static const char answer[] =
	    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
	struct http_call *call;
	struct result other;
	struct http_ask a;
	struct err e;
	int fds[2];

	(void)state;
	http_ask_init(&a);
	buf_adds(&a.url, base);
	assert_int_equal(
	    http_start(http, &a, cancel_other, &other, &call, &e), 0);
	fds[0] = taken(listener);
	(void)hear(fds[0], request, sizeof(request));
	fds[1] = asked(&other, "/");
	say(fds[0], answer);
	say(fds[1], answer);
	pump_until(loop, &other.done);
	assert_int_equal(other.done, -1);
	assert_idle();
	assert_int_equal(other.done, -1);
	assert_closed(fds[0]);
	assert_closed(fds[1]);
}

static void all_is_let_go_with_calls_under_way(void **state)
{
	struct result r[3];
	size_t before;
	struct err e;
	int fd, unheard;

	(void)state;
	http_free(http);
	before = open_fds();
	assert_int_equal(http_new(&http, loop, NULL, &e), 0);
	fd = asked(&r[0], "/");
	get(&r[1], base);
	unheard = taken(listener);
	get(&r[2], "https://nowhere.invalid/");
	http_free(http);
	http = NULL;
	assert_closed(fd);
	assert_idle();
	assert_int_equal(close(unheard), 0);
	assert_int_equal(open_fds(), before);
	assert_int_equal(r[0].done + r[1].done + r[2].done, 0);
}

static void freed(void *arg, const struct http_answer *a, const struct err *e)
{
	(void)a;
	(void)e;
	http_free(http);
	http = NULL;
	*(int *)arg = 1;
}

static void who_is_told_may_let_all_go(void **state)
{
	struct http_call *call;
	struct result other;
	struct http_ask a;
	struct err e;
	int done = 0, fd;

	(void)state;
	get(&other, base);
	fd = taken(listener);
	http_ask_init(&a);
	buf_adds(&a.url, base);
	assert_int_equal(http_start(http, &a, freed, &done, &call, &e), 0);
	assert_int_equal(close(taken(listener)), 0);
	pump_until(loop, &done);
	assert_int_equal(other.done, 0);
	(void)hear(fd, request, sizeof(request));
	assert_int_equal(close(fd), 0);
}

static void again(void *arg, const struct http_answer *a, const struct err *e)
{
	struct result *r = arg;

	(void)e;
	assert_non_null(a);
	get(r, url_of("/again"));
}

static void who_is_told_may_ask_again(void **state)
{
	struct http_call *call;
	struct http_ask a;
	struct result r = {0};
	struct err e;
	int fd;

	(void)state;
	http_ask_init(&a);
	buf_adds(&a.url, base);
	assert_int_equal(http_start(http, &a, again, &r, &call, &e), 0);
	fd = taken(listener);
	(void)hear(fd, request, sizeof(request));
	say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	assert_closed(fd);
	fd = taken(listener);
	(void)hear(fd, request, sizeof(request));
	assert_memory_equal(request, "GET /again ", 11);
	say(fd, "HTTP/1.1 201 OK\r\nContent-Length: 0\r\n\r\n");
	wait_for(&r);
	assert_int_equal(r.status, 201);
	assert_closed(fd);
}

enum {
	MANY = 60
};

static void many_calls_at_once_each_get_their_own(void **state)
{
	static struct result r[MANY];
	char path[32], answer[128];
	size_t before, i;
	int fds[MANY];
	unsigned id;

	(void)state;
	before = open_fds();
	for (i = 0; i < MANY; i++) {
		(void)snprintf(path, sizeof(path), "/%zu", i);
		get(&r[i], url_of(path));
	}
	for (i = 0; i < MANY; i++)
		fds[i] = taken(listener);
	for (i = MANY; i-- > 0;) {
		(void)hear(fds[i], request, sizeof(request));
		assert_int_equal(sscanf(request, "GET /%u ", &id), 1);
		(void)snprintf(answer, sizeof(answer),
		    "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n%4u", id);
		say(fds[i], answer);
	}
	for (i = 0; i < MANY; i++) {
		wait_for(&r[i]);
		assert_int_equal(strtoul(r[i].body, NULL, 10), i);
	}
	for (i = 0; i < MANY; i++)
		assert_closed(fds[i]);
	assert_idle();
	/* libcurl may keep a pair to wake itself. */
	assert_true(open_fds() <= before + 2);
}

static void too_many_calls_are_refused(void **state)
{
	static struct result r;
	struct http_call *call;
	struct http_ask a;
	struct err e;
	int rc = 0;

	(void)state;
	for (int i = 0; i < 1000 && rc == 0; i++) {
		http_ask_init(&a);
		buf_adds(&a.url, base);
		rc = http_start(http, &a, take_result, &r, &call, &e);
	}
	assert_int_equal(rc, ERR_BUSY);
}

static void nothing_turns_the_loop_when_idle(void **state)
{
	struct result r;

	(void)state;
	assert_idle();
	answered(&r, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	assert_idle();
	get(&r, "https://nowhere.invalid/");
	wait_for(&r);
	assert_idle();
}

static void references_are_resolved(void **state)
{
	static const struct {
		const char *base, *ref, *want;
	} cases[] = {
	    {"https://a.example/x/", "oauth/token",
		"https://a.example/x/oauth/token"},
	    {"https://a.example/x", "oauth/token",
		"https://a.example/oauth/token"},
	    {"https://a.example/x/y", "/z?q=1", "https://a.example/z?q=1"},
	    {"https://a.example:8443/x/y?a=b", "?q=1",
		"https://a.example:8443/x/y?q=1"},
	    {"https://a.example/x/y/", "../z", "https://a.example/x/z"},
	    {"https://a.example", "z", "https://a.example/z"},
	    {"https://a.example/x", "https://b.example/y",
		"https://b.example/y"},
	    {"http://127.0.0.1:80/x/", NULL, "http://127.0.0.1:80/x/"},
	    {"https://a.example/x", NULL, "https://a.example/x"},
	};
	struct buf out = BUF_INIT(4096);
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_clear(&out);
		assert_int_equal(
		    http_resolve(cases[i].base, cases[i].ref, &out, &e), 0);
		assert_string_equal(buf_str(&out), cases[i].want);
	}
	assert_int_equal(
	    http_resolve("https://a.example/", "http://b.example/", &out, &e),
	    ERR_FORMAT);
	assert_int_equal(http_resolve("https://a.example/",
			     "https://u:p@b.example/", &out, &e),
	    ERR_FORMAT);
	buf_release(&out);
}

/* --- proxies */

static void use(enum settings_key key, const char *value)
{
	struct settings s = {{NULL}};
	struct err e;

	assert_int_equal(settings_set(&s, key, value, &e), 0);
	assert_int_equal(http_configure(http, &s, &e), 0);
	settings_release(&s);
}

static void use_proxy(const char *user)
{
	char proxy[128];

	(void)snprintf(
	    proxy, sizeof(proxy), "http://%s127.0.0.1:%u", user, port);
	use(SETTINGS_PROXY, proxy);
}

static void a_proxy_sees_the_host_only(void **state)
{
	struct result r;
	int fd;

	(void)state;
	use_proxy("me:sesame@");
	get(&r, "https://nowhere.invalid/secret");
	fd = taken(listener);
	(void)hear(fd, request, sizeof(request));
	assert_memory_equal(request, "CONNECT nowhere.invalid:443 ", 28);
	assert_null(strstr(request, "secret"));
	assert_null(strstr(request, "Bearer"));
	assert_non_null(
	    strstr(request, "\r\nProxy-Authorization: Basic bWU6c2VzYW1l\r\n"));
	say(fd, "HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n");
	wait_for(&r);
	assert_fault(&r, "the proxy 127.0.0.1");
	assert_fault(&r, "wants a user name and password");
	assert_closed(fd);
}

static void a_proxy_that_refuses_is_named(void **state)
{
	struct result r;
	char want[128];
	int fd;

	(void)state;
	use_proxy("");
	get(&r, "https://nowhere.invalid/");
	fd = taken(listener);
	(void)hear(fd, request, sizeof(request));
	say(fd, "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
	wait_for(&r);
	(void)snprintf(want, sizeof(want),
	    "the proxy 127.0.0.1:%u refuses to connect to nowhere.invalid "
	    "(status 403)",
	    port);
	assert_fault(&r, want);
	assert_closed(fd);
	assert_int_equal(close(listener), 0);
	get(&r, "https://nowhere.invalid/");
	wait_for(&r);
	(void)snprintf(want, sizeof(want),
	    "the proxy 127.0.0.1:%u can't be reached", port);
	assert_fault(&r, want);
	use(SETTINGS_PROXY, "http://me:sesame@proxy.invalid:3128");
	get(&r, "https://nowhere.invalid/");
	wait_for(&r);
	assert_fault(&r, "the proxy proxy.invalid:3128 is not known");
}

static void a_proxy_that_says_nothing_is_named(void **state)
{
	struct result r;
	char want[128];
	int fd;

	(void)state;
	use_proxy("");
	get(&r, "https://nowhere.invalid/");
	fd = taken(listener);
	(void)hear(fd, request, sizeof(request));
	assert_int_equal(close(fd), 0);
	wait_for(&r);
	(void)snprintf(want, sizeof(want),
	    "the proxy 127.0.0.1:%u closed the connection without an answer. "
	    "See: mairu config get proxy",
	    port);
	assert_fault(&r, want);
	http_set_limits(http, 200, 10000);
	get(&r, "https://nowhere.invalid/");
	fd = taken(listener);
	wait_for(&r);
	(void)snprintf(want, sizeof(want),
	    "the proxy 127.0.0.1:%u did not connect to nowhere.invalid within "
	    "1 s. See: mairu config get proxy",
	    port);
	assert_fault(&r, want);
	assert_int_equal(close(fd), 0);
}

static void the_environment_may_name_a_proxy(void **state)
{
	struct result r;
	char proxy[64];
	int fd;

	(void)state;
	(void)snprintf(proxy, sizeof(proxy), "127.0.0.1:%u", port);
	assert_int_equal(setenv("HTTPS_PROXY", proxy, 1), 0);
	get(&r, "https://nowhere.invalid/");
	fd = taken(listener);
	(void)hear(fd, request, sizeof(request));
	assert_memory_equal(request, "CONNECT nowhere.invalid:443 ", 28);
	http_cancel(r.call);
	assert_closed(fd);
	assert_int_equal(setenv("NO_PROXY", "other.example,.invalid", 1), 0);
	get(&r, "https://nowhere.invalid/");
	wait_for(&r);
	assert_fault(&r, "the name nowhere.invalid");
}

static void this_machine_is_never_asked_by_way_of_a_proxy(void **state)
{
	struct result r;
	unsigned own;
	int fd = bound(&own);

	(void)state;
	assert_int_equal(setenv("ALL_PROXY", "http://proxy.invalid", 1), 0);
	use(SETTINGS_PROXY, "http://proxy.invalid");
	answered(&r, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	assert_int_equal(r.status, 200);
	assert_int_equal(close(fd), 0);
}

#define HTTP_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    HTTP_TEST(a_get_arrives_as_it_was_asked),
	    HTTP_TEST(a_post_arrives_byte_for_byte),
	    HTTP_TEST(an_empty_post_is_one),
	    HTTP_TEST(a_post_may_leave_its_type_unsaid),
	    HTTP_TEST(a_head_brings_no_body_whatever_its_length),
	    HTTP_TEST(the_error_type_of_aws_is_read),
	    HTTP_TEST(the_header_of_an_answer_is_read),
	    HTTP_TEST(a_date_to_retry_at_counts_by_the_servers_clock),
	    HTTP_TEST(a_redirect_is_not_followed),
	    HTTP_TEST(an_answer_may_come_in_pieces_and_chunks),
	    HTTP_TEST(an_answer_of_more_than_1_mib_is_refused),
	    HTTP_TEST(a_header_without_end_is_refused),
	    HTTP_TEST(a_line_of_a_header_without_end_is_no_want_of_memory),
	    HTTP_TEST(an_answer_that_breaks_off_is_told),
	    HTTP_TEST(what_is_not_http_is_told),
	    HTTP_TEST(a_server_that_hangs_is_given_up),
	    HTTP_TEST(a_server_that_takes_no_connection_is_given_up),
	    HTTP_TEST(a_port_where_nobody_listens_is_told),
	    HTTP_TEST(another_users_server_without_tls_is_sent_nothing),
	    HTTP_TEST(a_server_that_cant_be_told_is_sent_nothing),
	    HTTP_TEST(a_host_that_is_not_known_is_told),
	    HTTP_TEST(what_is_unsafe_is_not_sent),
	    HTTP_TEST(a_cancelled_call_is_closed_and_silent),
	    HTTP_TEST(a_call_can_be_cancelled_once_it_is_over),
	    HTTP_TEST(all_is_let_go_with_calls_under_way),
	    HTTP_TEST(who_is_told_may_let_all_go),
	    HTTP_TEST(who_is_told_may_ask_again),
	    HTTP_TEST(many_calls_at_once_each_get_their_own),
	    HTTP_TEST(too_many_calls_are_refused),
	    HTTP_TEST(nothing_turns_the_loop_when_idle),
	    HTTP_TEST(references_are_resolved),
	    HTTP_TEST(a_proxy_sees_the_host_only),
	    HTTP_TEST(a_proxy_that_refuses_is_named),
	    HTTP_TEST(a_proxy_that_says_nothing_is_named),
	    HTTP_TEST(the_environment_may_name_a_proxy),
	    HTTP_TEST(this_machine_is_never_asked_by_way_of_a_proxy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
