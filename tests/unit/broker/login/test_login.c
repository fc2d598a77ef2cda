/* A login in a browser, over real loopback connections: broker/login/login.h
 * and broker/login/callback.h. */

#include "login_world.h"

#include <sys/resource.h>

/* --- the way that it should go */

static void a_login_goes_all_the_way(void **state)
{
	struct hash_part part;
	unsigned char hash[HASH_SHA256];
	char text[BYTES_ENCODED(HASH_SHA256)];
	struct waiter w;
	struct view v;
	struct login *login = begin("contoso", 0, &v);
	int fd;

	(void)state;
	join(login, &w);
	assert_int_equal(logins_count(), 1);
	assert_int_equal(strncmp(v.door, "/auth/", 6), 0);
	assert_int_equal(strlen(v.door), 6 + 22);
	open_door(&v);
	assert_int_equal(strlen(v.state), 43);
	assert_int_equal(strncmp(v.redirect, "http://127.0.0.1:", 17), 0);
	assert_non_null(strstr(v.redirect, "/oauth2callback"));
	expect(302, "; HttpOnly; SameSite=Lax; Path=/; Max-Age=600\r\n");
	assert_null(strstr(answer, "Secure"));
	fd = come_back(&v, "&code=a%2Fb+c%3D");
	pump_calls(1);
	assert_int_equal(w.told, 0);
	assert_false(pump_readable(fd));
	assert_string_equal(fake_code, "a/b c=");
	assert_string_equal(fake_redirect, v.redirect);
	assert_int_equal(strlen(fake_verifier), 43);
	part = (struct hash_part){fake_verifier, 43};
	hash_sha256(&part, 1, hash);
	(void)bytes_encode(
	    BYTES_BASE64URL, hash, sizeof(hash), text, sizeof(text));
	assert_string_equal(text, v.challenge);
	fake_answer(NULL);
	assert_int_equal(logins_count(), 0);
	assert_int_equal(w.told, 0);
	hear(fd);
	expect(200, "<h1>Logged in to contoso</h1>");
	expect(200, "You may close this page and go back to the terminal.");
	expect_told(&w, 0, NULL);
	assert_int_equal(fake_sessions, 1);
	assert_memory_equal(fake_session, fake_identities[0], HASH_SHA256);
	expect_closed(&v);
}

static void the_same_server_has_one_login_at_a_time(void **state)
{
	struct view a, b, c;
	struct login *login = begin("contoso", 0, &a);

	(void)state;
	assert_ptr_equal(begin("contoso", 0, &b), login);
	assert_ptr_equal(begin("https://api.contoso.example/", 4, &c), login);
	assert_string_equal(a.door, b.door);
	assert_int_equal(logins_count(), 1);
	assert_ptr_equal(login_find(logins, "contoso"), login);
	assert_null(login_find(logins, "fabrikam"));
	assert_null(login_find(logins, "nobody"));
	finish(login, &a);
	assert_null(login_find(logins, "contoso"));
	begin("contoso", 0, &b);
	assert_string_not_equal(a.door, b.door);
}

static void two_servers_log_in_at_once_in_one_browser(void **state)
{
	struct view a, b;
	struct login *one = begin("contoso", 0, &a);
	struct login *two = begin("fabrikam", 0, &b);
	char both[512];
	int fd;

	(void)state;
	assert_int_equal(logins_count(), 2);
	assert_int_not_equal(a.port, b.port);
	open_door(&a);
	open_door(&b);
	/* A browser keeps cookies by host and name, whatever the port. */
	pick(a.cookie, "", "=", answer, sizeof(answer));
	assert_null(strstr(b.cookie, answer));
	(void)snprintf(
	    both, sizeof(both), "/oauth2callback?state=%s&code=1", b.state);
	get(&a, both, "");
	expect(403, "does not belong to the login that is under way");
	(void)snprintf(both, sizeof(both), "%s", a.cookie);
	(void)snprintf(
	    a.cookie, sizeof(a.cookie), "%.60s; %.60s", b.cookie, both);
	fd = come_back(&a, "&code=1");
	pump_calls(1);
	fake_answer(NULL);
	hear(fd);
	expect(200, "Logged in to contoso");
	(void)one;
	finish(two, &b);
	assert_memory_equal(fake_session, fake_identities[1], HASH_SHA256);
}

static void a_hundred_wait_and_all_are_told(void **state)
{
	static struct waiter w[100];
	struct view v;
	struct login *login = begin("contoso", 0, &v);
	int i;

	(void)state;
	for (i = 0; i < 100; i++)
		join(login, &w[i]);
	/* Some die meanwhile. */
	for (i = 0; i < 100; i += 10)
		wait_leave(&w[i].wait.wait);
	finish(login, &v);
	for (i = 0; i < 100; i++)
		assert_int_equal(w[i].told, i % 10 != 0);
}

static void a_login_outlives_those_who_wait(void **state)
{
	struct waiter w;
	struct view v;
	struct login *login = begin("contoso", 0, &v);

	(void)state;
	join(login, &w);
	wait_leave(&w.wait.wait);
	wait_leave(&w.wait.wait);
	finish(login, &v);
	assert_int_equal(w.told, 0);
	assert_int_equal(fake_sessions, 1);
}

static void one_who_joins_after_the_end_is_told(void **state)
{
	struct view v;
	struct waiter w;
	struct login *login = begin("contoso", 0, &v);

	(void)state;
	finish(login, &v);
	join(login, &w);
	expect_told(&w, 0, NULL);
}

static void a_long_code_and_many_cookies_fit(void **state)
{
	static char code[12 * 1024], cookies[24 * 1024];
	struct view v;
	int fd;

	(void)state;
	begin("contoso", 0, &v);
	open_door(&v);
	memset(code, 'c', sizeof(code) - 1);
	memcpy(code, "&code=", 6);
	memset(cookies, 'k', sizeof(cookies) - 1);
	memcpy(cookies, "X: ", 3);
	memcpy(cookies + sizeof(cookies) - 3, "\r\n", 2);
	get(&v, v.door, cookies);
	expect(302, "Location");
	fd = come_back(&v, code);
	pump_calls(1);
	assert_string_equal(fake_code, code + 6);
	fake_answer(NULL);
	hear(fd);
	expect(200, "Logged in");
}

/* --- the short URL */

static void the_short_url_may_be_opened_again(void **state)
{
	struct view v, again;
	struct login *login = begin("contoso", 0, &v);

	(void)state;
	open_door(&v);
	again = v;
	open_door(&again);
	assert_string_equal(v.cookie, again.cookie);
	assert_string_equal(v.location, again.location);
	finish(login, &again);
}

static void a_wrong_short_url_leads_nowhere(void **state)
{
	static const char *const tails[] = {"", "x", "?", "/", "#", "%41"};
	struct view v;
	char target[128];
	size_t i;

	(void)state;
	begin("contoso", 0, &v);
	for (i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		(void)snprintf(
		    target, sizeof(target), "%s%s", v.door, tails[i]);
		if (i == 0)
			target[10] = target[10] == 'A' ? 'B' : 'A';
		get(&v, target, "");
		expect(404, "Nothing here");
		assert_null(strstr(answer, "Set-Cookie"));
	}
	get(&v, "/auth/", "");
	expect(404, "Nothing here");
	get(&v, "/auth", "");
	expect(404, "Nothing here");
	get(&v, "/favicon.ico", "");
	expect(404, "Nothing here");
	get(&v, "/oauth2callback/", "");
	expect(404, "Nothing here");
	get(&v, "/oauth2callbackx?state=1", "");
	expect(404, "Nothing here");
}

static void head_and_prefetches_change_nothing(void **state)
{
	static const char *const headers[] = {"Purpose: prefetch\r\n",
	    "Sec-Purpose: prefetch;prerender\r\n", "X-Moz: prefetch\r\n",
	    "X-Purpose: preview\r\n"};
	static const char *const methods[] = {"HEAD", "POST", "PUT", "OPTIONS"};
	struct view v;
	struct login *login = begin("contoso", 0, &v);
	char text[512], more[256];
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		(void)snprintf(text, sizeof(text),
		    "%s %s HTTP/1.1\r\nHost: %s\r\n\r\n", methods[i], v.door,
		    v.host);
		raw(&v, text);
		expect(405, "\r\nAllow: GET\r\n");
		assert_null(strstr(answer, "Set-Cookie"));
	}
	(void)snprintf(text, sizeof(text),
	    "HEAD %s HTTP/1.1\r\nHost: %s\r\n\r\n", v.door, v.host);
	raw(&v, text);
	assert_string_equal(strstr(answer, "\r\n\r\n"), "\r\n\r\n");
	for (i = 0; i < 4; i++) {
		get(&v, v.door, headers[i]);
		expect(503, "Open this page to go on.");
		assert_null(strstr(answer, "Set-Cookie"));
	}
	open_door(&v);
	for (i = 0; i < 4; i++) {
		(void)snprintf(text, sizeof(text),
		    "/oauth2callback?state=%s&code=1", v.state);
		(void)snprintf(more, sizeof(more), "Cookie: %s\r\n%s", v.cookie,
		    headers[i]);
		get(&v, text, more);
		expect(503, "Open this page");
	}
	assert_int_equal(fake_calls, 0);
	finish(login, &v);
}

static void a_foreign_host_is_refused(void **state)
{
	/* The port goes behind a colon at the end. */
	static const char *const hosts[] = {"example.com",
	    "127.0.0.2:", "127.0.0.1", "localhost", "127.0.0.1.example.com:",
	    "rebound.example:", "[::1]:", "localhost.:", "127.1:", ""};
	struct view v, w;
	struct login *login = begin("contoso", 0, &v);
	size_t i;

	(void)state;
	w = v;
	for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		size_t len = strlen(hosts[i]);

		(void)snprintf(w.host, sizeof(w.host), "%s", hosts[i]);
		if (len && hosts[i][len - 1] == ':')
			(void)snprintf(
			    w.host + len, sizeof(w.host) - len, "%u", v.port);
		get(&w, v.door, "");
		expect(403, "127.0.0.1 and localhost only");
		assert_null(strstr(answer, "Set-Cookie"));
	}
	get(&v, v.door, "Host: example.com\r\n");
	expect(403, "127.0.0.1 and localhost only");
	(void)snprintf(w.host, sizeof(w.host), "LocalHost:%u", v.port);
	open_door(&w);
	/* No page of another site is needed for anything here, and none
	 * learns anything; an Origin does no harm. */
	get(&v, v.door, "Origin: null\r\n");
	expect(302, "Location");
	finish(login, &v);
}

static void a_body_is_refused(void **state)
{
	struct view v;

	(void)state;
	begin("contoso", 0, &v);
	get(&v, v.door, "Content-Length: 5\r\n");
	expect(400, "takes no content");
}

static void refused_as_another(const char *over)
{
	struct view v;
	struct login *login = begin("contoso", 0, &v);
	int back[2], status;
	pid_t pid;

	v.over = over;
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, back), 0);
	pid = fork();
	if (pid == 0) {
		ssize_t n;
		int fd;

		if (setgid(NOBODY) || setuid(NOBODY))
			_exit(1);
		fd = send_get(&v, v.door, "");
		while ((n = read(fd, answer, sizeof(answer))) > 0)
			if (write(back[1], answer, (size_t)n) != n)
				_exit(2);
		_exit(0);
	}
	(void)close(back[1]);
	(void)pump_read(loop, back[0], answer, sizeof(answer), 0);
	expect(403, "another user of this machine");
	assert_null(strstr(answer, "Set-Cookie"));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	(void)close(back[0]);
	v.over = NULL;
	finish(login, &v);
}

static void another_user_is_refused(void **state)
{
	(void)state;
	ONLY_ROOT();
	refused_as_another(NULL);
}

static void another_user_is_refused_over_ipv6_sockets_too(void **state)
{
	(void)state;
	ONLY_ROOT();
	refused_as_another("::ffff:127.0.0.1");
	fake_servers[0].use_localhost = 1;
	refused_as_another("::1");
}

static void a_browser_with_ipv6_sockets_is_ours(void **state)
{
	struct view v;
	struct login *login = begin("contoso", 0, &v);

	(void)state;
	v.over = "::ffff:127.0.0.1";
	finish(login, &v);
}

static void what_a_page_loads_is_refused(void **state)
{
	static const char *const from[] = {"Sec-Fetch-Mode: no-cors\r\n",
	    "Sec-Fetch-Mode: cors\r\n", "Sec-Fetch-Dest: iframe\r\n",
	    "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: frame\r\n"};
	struct view v;
	struct login *login = begin("contoso", 0, &v);

	(void)state;
	for (size_t i = 0; i < sizeof(from) / sizeof(from[0]); i++) {
		get(&v, v.door, from[i]);
		expect(403, "only be opened as a page");
		assert_null(strstr(answer, "Set-Cookie"));
	}
	/* A server leads back here from its own site. */
	get(&v, v.door,
	    "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n"
	    "Sec-Fetch-Dest: document\r\n");
	expect(302, "Location");
	finish(login, &v);
}

static void localhost_is_listened_on_in_both_families(void **state)
{
	struct view v;
	struct login *login;
	unsigned port;

	(void)state;
	fake_servers[0].use_localhost = 1;
	login = begin("contoso", 0, &v);
	v.over = "::1";
	finish(login, &v);
	assert_int_equal(try_dial(v.port), -1);
	assert_int_equal(try_dial_v6(v.port, "::1"), -1);
	port = v.port;
	login = begin("contoso", (uint16_t)port, &v);
	assert_int_equal(v.port, port);
	finish(login, &v);
	/* The others have no name that leads to ::1. */
	fake_servers[0].use_localhost = 0;
	begin("contoso", 0, &v);
	assert_int_equal(try_dial_v6(v.port, "::1"), -1);
}

static unsigned squat_v6(int *fd)
{
	struct sockaddr_in6 a = {
	    .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	socklen_t len = sizeof(a);

	*fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(*fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(*fd, 1), 0);
	assert_int_equal(getsockname(*fd, (struct sockaddr *)&a, &len), 0);
	return ntohs(a.sin6_port);
}

static void a_port_that_is_taken_at_one_of_them_is_named(void **state)
{
	struct login *login = NULL;
	struct err e;
	struct view v;
	int fd;
	unsigned port = squat_v6(&fd);

	(void)state;
	fake_servers[0].use_localhost = 1;
	fake_servers[0].local_port = (int)port;
	assert_int_equal(begin_with("contoso", 0, &login, &e), ERR_SYS);
	assert_non_null(strstr(e.msg, "is taken by another program at ::1"));
	/* 127.0.0.1 is not kept. */
	assert_int_equal(try_dial(port), -1);
	/* Who uses the address alone is not bothered. */
	fake_servers[0].use_localhost = 0;
	begin("contoso", 0, &v);
	assert_int_equal(v.port, port);
	(void)close(fd);
}

static void another_user_who_has_the_port_is_named(void **state)
{
	int go[2], ready[2], status, fd;
	struct login *login = NULL;
	unsigned port = 0;
	struct err e;
	pid_t pid;
	char c;

	(void)state;
	ONLY_ROOT();
	assert_int_equal(pipe(go), 0);
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		(void)close(go[1]);
		if (setgid(NOBODY) || setuid(NOBODY))
			_exit(1);
		port = squat_v6(&fd);
		if (write(ready[1], &port, sizeof(port)) != sizeof(port))
			_exit(2);
		_exit(read(go[0], &c, 1) == 0 ? 0 : 3);
	}
	(void)close(go[0]);
	(void)close(ready[1]);
	assert_int_equal(read(ready[0], &port, sizeof(port)), sizeof(port));
	fake_servers[0].use_localhost = 1;
	fake_servers[0].local_port = (int)port;
	assert_int_equal(begin_with("contoso", 0, &login, &e), ERR_SYS);
	assert_non_null(strstr(
	    e.msg, "is taken by a program of another user (uid 65534) at ::1"));
	(void)close(go[1]);
	(void)close(ready[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void localhost_is_used_where_the_file_says_so(void **state)
{
	struct view v;
	struct login *login;

	(void)state;
	fake_servers[0].use_localhost = 1;
	login = begin("contoso", 0, &v);
	assert_int_equal(strncmp(v.host, "localhost:", 10), 0);
	open_door(&v);
	assert_int_equal(strncmp(v.redirect, "http://localhost:", 17), 0);
	finish(login, &v);
}

/* --- the callback */

static void a_wrong_state_leaves_the_login_alive(void **state)
{
	static const char *const queries[] = {"", "?", "?code=1",
	    "?state=", "?state=x&code=1", "?error=access_denied", "?state=%00",
	    "?state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&code=1"};
	struct view v;
	struct login *login = begin("contoso", 0, &v);
	char target[256], cookie[256];
	size_t i;

	(void)state;
	open_door(&v);
	(void)snprintf(cookie, sizeof(cookie), "Cookie: %s\r\n", v.cookie);
	for (i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		(void)snprintf(
		    target, sizeof(target), "/oauth2callback%s", queries[i]);
		get(&v, target, cookie);
		if (strchr(queries[i], '%'))
			expect(400, "This address is damaged");
		else
			expect(403, "This page does not belong to the login "
				    "that is under way.");
	}
	/* One character less, one more. */
	(void)snprintf(
	    target, sizeof(target), "/oauth2callback?state=%.42s", v.state);
	get(&v, target, cookie);
	expect(403, "does not belong");
	(void)snprintf(
	    target, sizeof(target), "/oauth2callback?state=%sA", v.state);
	get(&v, target, cookie);
	expect(403, "does not belong");
	assert_int_equal(fake_calls, 0);
	finish(login, &v);
}

static void a_callback_without_the_cookie_leaves_the_login_alive(void **state)
{
	static const char *const others[] = {
	    "", "Cookie: a=b\r\n", "Cookie: mairu=x\r\n", "Cookie:\r\n"};
	static const char *const near[] = {"", "=", "=AAAAAAAAAAAAAAAAAAAAAA",
	    "=; mairu-1=AAAAAAAAAAAAAAAAAAAAAA"};
	struct view v;
	struct login *login = begin("contoso", 0, &v);
	char target[256], cookie[256];
	size_t i;

	(void)state;
	open_door(&v);
	(void)snprintf(
	    target, sizeof(target), "/oauth2callback?code=1&state=%s", v.state);
	for (i = 0; i < 4; i++) {
		get(&v, target, others[i]);
		expect(403, "The login was begun in another browser");
		(void)snprintf(cookie, sizeof(cookie), "Cookie: mairu-%u%s\r\n",
		    v.port, near[i]);
		get(&v, target, cookie);
		expect(403, "The login was begun in another browser");
		(void)snprintf(
		    cookie, sizeof(cookie), "Cookie: x%s\r\n", v.cookie);
		get(&v, target, cookie);
		expect(403, "The login was begun in another browser");
	}
	/* Nor does an error end it. */
	(void)snprintf(target, sizeof(target),
	    "/oauth2callback?error=access_denied&state=%s", v.state);
	get(&v, target, "");
	expect(403, "Begun in another browser");
	assert_int_equal(fake_calls, 0);
	finish(login, &v);
}

static void a_second_callback_is_told_and_harmless(void **state)
{
	struct waiter w;
	struct view v;
	int first, second;

	(void)state;
	join(begin("contoso", 0, &v), &w);
	open_door(&v);
	first = come_back(&v, "&code=one");
	pump_calls(1);
	second = come_back(&v, "&code=two");
	hear(second);
	expect(409, "The login is being finished");
	hear(come_back(&v, "&error=access_denied"));
	expect(409, "The login is being finished");
	get(&v, v.door, "");
	expect(409, "The login is being finished");
	assert_int_equal(fake_calls, 1);
	assert_string_equal(fake_code, "one");
	assert_int_equal(w.told, 0);
	fake_answer(NULL);
	hear(first);
	expect(200, "Logged in to contoso");
	expect_told(&w, 0, NULL);
}

static void a_page_that_is_closed_early_does_no_harm(void **state)
{
	struct waiter w;
	struct view v;
	int fd;

	(void)state;
	join(begin("contoso", 0, &v), &w);
	open_door(&v);
	fd = come_back(&v, "&code=one");
	pump_calls(1);
	(void)close(fd);
	assert_int_equal(loop_once(loop, 20, NULL), 0);
	fake_answer(NULL);
	expect_told(&w, 0, NULL);
	assert_int_equal(fake_sessions, 1);
}

static void the_servers_no_is_shown_and_told(void **state)
{
	struct waiter w;
	struct view v;

	(void)state;
	join(begin("contoso", 0, &v), &w);
	open_door(&v);
	hear(come_back(&v, "&error=access_denied&error_description=You+%3Cb%3E"
			   "may+not%1b%5B31m."));
	expect(403, "<h1>Login failed</h1>");
	expect(403, "contoso refused the login: You &lt;b&gt;may not\\x1b[31m "
		    "(access_denied).");
	expect(403, "mairu login contoso");
	assert_null(strstr(answer, "<b>"));
	expect_told(&w, ERR_DENIED,
	    "contoso refused the login: You <b>may not\\x1b[31m "
	    "(access_denied)");
	assert_int_equal(fake_calls, 0);
	expect_closed(&v);
	join(begin("contoso", 0, &v), &w);
	open_door(&v);
	hear(come_back(&v, "&error=server_error&code=1"));
	expect(403, "contoso refused the login: server_error.");
	expect_told(&w, ERR_DENIED, "contoso refused the login: server_error");
	assert_int_equal(fake_calls, 0);
}

static void a_callback_without_a_code_ends_the_login(void **state)
{
	static const char *const queries[] = {"", "&code", "&code="};
	struct waiter w;
	struct view v;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		join(begin("contoso", 0, &v), &w);
		open_door(&v);
		hear(come_back(&v, queries[i]));
		expect(502, "contoso sent the browser back without a code.");
		expect_told(&w, ERR_UPSTREAM,
		    "without a code. If that stays so, tell those who run it. "
		    "To try again, run: mairu login contoso");
	}
	assert_int_equal(fake_calls, 0);
}

static void a_damaged_callback_leaves_the_login_alive(void **state)
{
	static const char *const queries[] = {"&code=1&code=2",
	    "&code=1&state=x", "&error=a&error=b", "&code=%4", "&code=%zz",
	    "&code=%00", "&c%6fde=1&code=1", "&x=%", "&iss=a&iss=b"};
	struct view v;
	struct login *login = begin("contoso", 0, &v);
	size_t i;

	(void)state;
	open_door(&v);
	for (i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		hear(come_back(&v, queries[i]));
		expect(400, "This address is damaged");
	}
	assert_int_equal(fake_calls, 0);
	finish(login, &v);
}

static void the_issuer_must_be_the_servers(void **state)
{
	static const char *const good[] = {"https://api.contoso.example/",
	    "https://api.contoso.example", "https://login.contoso.example",
	    "HTTPS://Login.Contoso.Example:443/tenant/v2.0"};
	static const char *const bad[] = {"https://evil.example/", "",
	    "login.contoso.example", "http://login.contoso.example/",
	    "https://login.contoso.example:8443/",
	    "https://login.contoso.example.evil.example/",
	    "https://login.contoso.example@evil.example/",
	    "https://api.contoso.example/other", "%3Cscript%3E"};
	struct waiter w;
	struct view v;
	char text[256];
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		join(begin("contoso", 0, &v), &w);
		open_door(&v);
		(void)snprintf(text, sizeof(text), "&code=1&iss=%s", good[i]);
		fd = come_back(&v, text);
		pump_calls((int)i + 1);
		fake_answer(NULL);
		hear(fd);
		expect(200, "Logged in");
		expect_told(&w, 0, NULL);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		join(begin("contoso", 0, &v), &w);
		open_door(&v);
		(void)snprintf(text, sizeof(text), "&code=1&iss=%s", bad[i]);
		hear(come_back(&v, text));
		expect(502, "came from another server");
		assert_null(strstr(answer, "<script"));
		expect_told(&w, ERR_UPSTREAM, "came from another server");
	}
	assert_int_equal(fake_calls, 4);
}

/* --- the exchange */

static void a_failed_exchange_is_shown_and_told(void **state)
{
	struct err e;
	struct waiter w;
	struct view v;
	int fd;

	(void)state;
	(void)err_set(&e, ERR_UPSTREAM, "api.contoso.example did not answer");
	join(begin("contoso", 0, &v), &w);
	open_door(&v);
	fd = come_back(&v, "&code=1");
	pump_calls(1);
	fake_answer(&e);
	hear(fd);
	expect(502, "api.contoso.example did not answer.");
	expect(502, "<code>mairu login contoso</code>");
	expect_told(&w, ERR_UPSTREAM, "api.contoso.example did not answer");
	assert_int_equal(fake_sessions, 0);
	expect_closed(&v);
}

static void whatever_stops_the_exchange_ends_the_login(void **state)
{
	struct waiter w;
	struct view v;
	int i, fd;

	(void)state;
	for (i = 0; i < 3; i++) {
		fake_reset();
		(void)err_set(i == 0   ? &fake_ask_fails
			      : i == 1 ? &fake_start_fails
				       : &fake_take_fails,
		    ERR_DENIED, "no. Run: mairu this");
		if (i == 1)
			(void)err_run(&fake_start_fails, ERR_DENIED,
			    "mairu login contoso");
		join(begin("contoso", 0, &v), &w);
		open_door(&v);
		fd = come_back(&v, "&code=1");
		if (i == 2) {
			pump_calls(1);
			fake_answer(NULL);
		}
		hear(fd);
		/* A command of the server's words is none of ours. */
		expect(403, "<p>no. Run: mairu this.</p>");
		expect(403, "<code>mairu login contoso</code>");
		expect_told(&w, ERR_DENIED,
		    i == 1 ? "no. Run: mairu this. Run: mairu login contoso"
			   : "no. Run: mairu this. To try again, run: mairu "
			     "login contoso");
		assert_int_equal(fake_sessions, 0);
	}
}

static void an_edit_of_the_file_ends_the_login(void **state)
{
	struct waiter w;
	struct view v;
	int i, fd;

	(void)state;
	for (i = 0; i < 2; i++) {
		join(begin("contoso", 0, &v), &w);
		open_door(&v);
		if (i == 0)
			fake_identities[0][0]++;
		fd = come_back(&v, "&code=1");
		if (i == 1) {
			pump_calls(1);
			fake_identities[0][0]++;
			fake_answer(NULL);
		}
		hear(fd);
		expect(502, "file was changed while the login was under way.");
		expect_told(&w, ERR_LOGIN, "file was changed");
		assert_int_equal(fake_sessions, 0);
	}
	join(begin("contoso", 0, &v), &w);
	open_door(&v);
	fake_gone[0] = 1;
	hear(come_back(&v, "&code=1"));
	expect(502, "there is no server contoso");
	expect_told(&w, ERR_NOT_FOUND, "there is no server contoso");
}

static void a_new_login_after_an_edit_ends_the_old_one(void **state)
{
	struct waiter w;
	struct view a, b;
	struct login *login;

	(void)state;
	fake_servers[0].local_port = 0;
	join(begin("contoso", 0, &a), &w);
	fake_identities[0][0] = 77;
	/* On the same port: it is free at once. */
	login = begin("contoso", (uint16_t)a.port, &b);
	assert_int_equal(b.port, a.port);
	assert_int_equal(w.told, 0);
	assert_int_equal(logins_count(), 1);
	expect_told(&w, ERR_LOGIN, "file was changed");
	get(&b, a.door, "");
	expect(404, "Nothing here");
	/* A new id is an edit of the same file too. */
	join(login, &w);
	fake_identities[0][0] = 78;
	fake_servers[0].id[0] = 'k';
	login = begin("kontoso", (uint16_t)a.port, &b);
	fake_servers[0].id[0] = 'c';
	expect_told(&w, ERR_LOGIN, "file was changed");
	fake_servers[0].id[0] = 'k';
	finish(login, &b);
	fake_servers[0].id[0] = 'c';
}

/* --- ports */

static unsigned take_port(int *fd)
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);

	*fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(*fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(*fd, 1), 0);
	assert_int_equal(getsockname(*fd, (struct sockaddr *)&a, &len), 0);
	return ntohs(a.sin_port);
}

static void a_port_that_is_taken_is_named(void **state)
{
	struct login *login = NULL;
	char want[128];
	struct view v;
	struct err e;
	int fd;
	unsigned port = take_port(&fd);

	(void)state;
	fake_servers[0].local_port = (int)port;
	assert_int_equal(begin_with("contoso", 0, &login, &e), ERR_SYS);
	assert_null(login);
	assert_int_equal(e.code, ERR_SYS);
	(void)snprintf(want, sizeof(want), "port %u of this machine", port);
	assert_non_null(strstr(e.msg, want));
	assert_non_null(strstr(e.msg, "contoso"));
	assert_non_null(strstr(e.msg, "taken by another program"));
	assert_non_null(strstr(e.msg, "MAIRU_LOCAL_PORT="));
	assert_non_null(
	    strstr(e.msg, "local_port in /etc/servers.d/contoso.json"));
	assert_int_equal(logins_count(), 0);
	assert_int_equal(
	    begin_with("fabrikam", (uint16_t)port, &login, &e), ERR_SYS);
	(void)close(fd);
	login = begin("contoso", 0, &v);
	assert_int_equal(v.port, port);
	/* Another login of ours has it now. */
	assert_int_equal(
	    begin_with("fabrikam", (uint16_t)port, &login, &e), ERR_SYS);
	assert_non_null(
	    strstr(e.msg, "taken by the login that is under way to contoso"));
}

static void without_descriptors_it_says_so_and_does_not_begin(void **state)
{
	struct rlimit old, few;
	struct login *login = NULL;
	struct view v;
	struct err e;
	int fd = dup(0);

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	few = old;
	few.rlim_cur = (rlim_t)fd + 12;
	(void)close(fd);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	assert_int_equal(begin_with("contoso", 0, &login, &e), ERR_SYS);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	assert_non_null(strstr(e.msg, "too few file descriptors left"));
	assert_non_null(strstr(e.msg, "then run: mairu kill-agent"));
	assert_int_equal(logins_count(), 0);
	login = begin("contoso", 0, &v);
	finish(login, &v);
}

static void a_fixed_port_is_free_for_the_next_login(void **state)
{
	struct view v;
	struct login *login;
	int i, fd;
	unsigned port = take_port(&fd);

	(void)state;
	(void)close(fd);
	fake_servers[0].local_port = fake_servers[1].local_port = (int)port;
	/* Without turning the loop in between: pages may be on their way, and
	 * connections are in TIME_WAIT. */
	for (i = 0; i < 6; i++) {
		login = begin(i % 2 ? "fabrikam" : "contoso", 0, &v);
		assert_int_equal(v.port, port);
		finish(login, &v);
	}
}

static void a_page_still_comes_while_the_next_login_has_the_port(void **state)
{
	struct view v, next;
	int fd, held;

	(void)state;
	begin("contoso", 0, &v);
	open_door(&v);
	held = try_dial(v.port); /* as browsers do, to be quick */
	fd = come_back(&v, "&code=1");
	pump_calls(1);
	fake_answer(NULL);
	begin("contoso", (uint16_t)v.port, &next);
	assert_int_equal(next.port, v.port);
	hear(fd);
	expect(200, "Logged in to contoso");
	open_door(&next);
	assert_int_equal(
	    send(held, "GET /x HTTP/1.1\r\nHost: localhost:", 33, MSG_NOSIGNAL),
	    33);
	(void)snprintf(answer, sizeof(answer), "%u\r\n\r\n", v.port);
	assert_int_equal(
	    send(held, answer, strlen(answer), MSG_NOSIGNAL), strlen(answer));
	hear(held);
	expect(410, "This login is over");
}

/* --- its end */

static void nobody_came_within_ten_minutes(void **state)
{
	struct waiter w;
	struct view v;
	struct login *login = begin("contoso", 0, &v);

	(void)state;
	join(login, &w);
	open_door(&v);
	assert_int_equal(seconds_left(login), 600);
	ahead += 599 * 1000;
	assert_int_equal(loop_once(loop, 0, NULL), 0);
	assert_int_equal(w.told, 0);
	assert_true(seconds_left(login) <= 1);
	ahead += 1000;
	expect_told(&w, ERR_TIMEOUT,
	    "nobody finished the login in the browser within 10 minutes. Run: "
	    "mairu login contoso");
	assert_int_equal(logins_count(), 0);
	expect_closed(&v);
	begin("contoso", 0, &v);
}

/* The monotonic clock, and with it each timer, stands still meanwhile. */
static void a_machine_that_slept_takes_no_code_after_ten_minutes(void **state)
{
	struct waiter w;
	struct view v;
	struct err e;
	char text[512];

	(void)state;
	join(begin("contoso", 0, &v), &w);
	open_door(&v);
	slept = 300;
	assert_int_equal(seconds_left(login_find(logins, "contoso")), 300);
	set = 7200; /* which is no sleep */
	assert_int_equal(seconds_left(login_find(logins, "contoso")), 300);
	slept = 601;
	hear(come_back(&v, "&code=abc"));
	expect(502, "within 10 minutes");
	assert_int_equal(fake_calls, 0);
	expect_told(&w, ERR_TIMEOUT, "within 10 minutes");
	expect_closed(&v);
	/* Nor what is pasted. */
	join(begin("contoso", 0, &v), &w);
	open_door(&v);
	slept += 601;
	(void)snprintf(
	    text, sizeof(text), "%s?state=%s&code=abc", v.redirect, v.state);
	assert_int_equal(login_paste(logins, "contoso", text, &e), ERR_TIMEOUT);
	assert_int_equal(fake_calls, 0);
	expect_told(&w, ERR_TIMEOUT, "within 10 minutes");
	/* Who logs in by then begins anew. */
	join(begin("contoso", 0, &v), &w);
	slept += 601;
	finish(begin("contoso", 0, &v), &v);
	expect_told(&w, ERR_TIMEOUT, "within 10 minutes");
}

static void it_is_seen_within_half_a_minute_that_the_machine_slept(void **state)
{
	struct waiter w;
	struct view v;

	(void)state;
	join(begin("contoso", 0, &v), &w);
	slept = 601;
	ahead += 30 * 1000;
	expect_told(&w, ERR_TIMEOUT, "within 10 minutes");
	expect_closed(&v);
}

static void the_exchange_may_take_longer_than_the_ten_minutes(void **state)
{
	struct waiter w;
	struct view v;
	int fd;

	(void)state;
	join(begin("contoso", 0, &v), &w);
	open_door(&v);
	ahead += 599 * 1000;
	fd = come_back(&v, "&code=1");
	pump_calls(1);
	ahead += 20 * 1000;
	assert_int_equal(loop_once(loop, 0, NULL), 0);
	assert_int_equal(loop_once(loop, 0, NULL), 0);
	assert_int_equal(w.told, 0);
	fake_answer(NULL);
	hear(fd);
	expect(200, "Logged in");
	expect_told(&w, 0, NULL);
}

static void what_has_ended_is_forgotten_after_a_grace(void **state)
{
	struct view v;
	int held;

	(void)state;
	begin("contoso", 0, &v);
	held = try_dial(v.port);
	assert_int_equal(loop_once(loop, 20, NULL), 0);
	login_give_up(logins, "contoso");
	assert_int_equal(loop_once(loop, 20, NULL), 0);
	assert_false(pump_readable(held));
	ahead += 2000;
	assert_int_equal(loop_once(loop, 20, NULL), 0);
	assert_true(pump_readable(held));
	assert_int_equal(recv(held, answer, 1, 0), 0);
	(void)close(held);
}

static void it_is_given_up_only_when_nobody_waits(void **state)
{
	struct waiter w;
	struct view v;
	int fd;

	(void)state;
	join(begin("contoso", 0, &v), &w);
	login_give_up(logins, "contoso");
	login_give_up(logins, "fabrikam");
	assert_int_equal(logins_count(), 1);
	wait_leave(&w.wait.wait);
	login_give_up(logins, "contoso");
	assert_int_equal(logins_count(), 0);
	expect_closed(&v);
	/* With a page at rest, which is told; the call is cancelled. */
	begin("contoso", 0, &v);
	open_door(&v);
	fd = come_back(&v, "&code=1");
	pump_calls(1);
	login_give_up(logins, "https://api.contoso.example/");
	assert_int_equal(fake_cancelled, 1);
	hear(fd);
	expect(502, "the login was given up in the terminal.");
	/* Its file is gone: found by its name all the same. */
	begin("contoso", 0, &v);
	fake_gone[0] = 1;
	login_give_up(logins, "contoso");
	assert_int_equal(logins_count(), 0);
}

static void it_stops_with_logins_under_way(void **state)
{
	struct waiter w;
	struct view v, other;
	int fd;

	(void)state;
	join(begin("contoso", 0, &v), &w);
	begin("fabrikam", 0, &other);
	open_door(&v);
	fd = come_back(&v, "&code=1");
	pump_calls(1);
	logins_free(logins);
	logins = NULL;
	assert_int_equal(fake_cancelled, 1);
	assert_int_equal(w.told, 0);
	assert_true(wait_idle(&w.wait.wait));
	(void)close(fd);
}

static void what_cannot_begin_says_why(void **state)
{
	struct login *login = NULL;
	struct err e;

	(void)state;
	assert_int_equal(begin_with("nobody", 0, &login, &e), ERR_NOT_FOUND);
	fake_servers[0].has_code = 0;
	assert_int_equal(begin_with("contoso", 0, &login, &e), ERR_USAGE);
	assert_string_equal(e.msg,
	    "contoso has no login by browser: /etc/servers.d/contoso.json says "
	    "nothing of code_grant");
	fake_servers[1].kind = SERVERS_AWS_SSO;
	assert_int_equal(begin_with("fabrikam", 0, &login, &e), ERR_USAGE);
	assert_string_equal(e.msg, "no such kind yet");
	assert_null(login);
	assert_int_equal(logins_count(), 0);
}

static void nothing_is_left_in_the_slab(void **state)
{
	struct view v;

	(void)state;
	finish(begin("contoso", 0, &v), &v);
	begin("fabrikam", 0, &v);
	logins_free(logins);
	logins = NULL;
	expect_empty_slab();
}

static void the_log_says_who_and_no_secret(void **state)
{
	struct view v, other;
	struct login *login = begin("contoso", 0, &v);
	const char *secrets[5];
	char *at;
	FILE *f;
	size_t i;

	(void)state;
	open_door(&v);
	hear(come_back(&v, "&code=%zz"));
	finish(login, &v);
	begin("fabrikam", 0, &other);
	open_door(&other);
	hear(come_back(&other, "&error=no"));
	f = fopen(log_path(logger), "re");
	assert_non_null(f);
	memset(answer, 0, sizeof(answer));
	assert_true(fread(answer, 1, sizeof(answer) - 1, f) > 0);
	assert_int_equal(fclose(f), 0);
	assert_non_null(strstr(answer, "login to contoso begun"));
	assert_non_null(strstr(answer, "logged in to contoso"));
	assert_non_null(strstr(answer,
	    "login to fabrikam failed: fabrikam refused the login: no"));
	assert_non_null(strstr(answer, "a callback is damaged"));
	at = strchr(v.cookie, '=');
	assert_non_null(at);
	secrets[0] = v.state;
	secrets[1] = v.door + strlen("/auth/");
	secrets[2] = at + 1;
	secrets[3] = fake_verifier;
	secrets[4] = "/authorize";
	for (i = 0; i < 5; i++)
		if (strstr(answer, secrets[i]))
			fail_msg("the log holds %s", secrets[i]);
}

int main(void)
{
#define L(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    L(a_login_goes_all_the_way),
	    L(the_same_server_has_one_login_at_a_time),
	    L(two_servers_log_in_at_once_in_one_browser),
	    L(a_hundred_wait_and_all_are_told),
	    L(a_login_outlives_those_who_wait),
	    L(one_who_joins_after_the_end_is_told),
	    L(a_long_code_and_many_cookies_fit),
	    L(the_short_url_may_be_opened_again),
	    L(a_wrong_short_url_leads_nowhere),
	    L(head_and_prefetches_change_nothing),
	    L(a_foreign_host_is_refused),
	    L(a_body_is_refused),
	    L(another_user_is_refused),
	    L(another_user_is_refused_over_ipv6_sockets_too),
	    L(a_browser_with_ipv6_sockets_is_ours),
	    L(what_a_page_loads_is_refused),
	    L(localhost_is_listened_on_in_both_families),
	    L(a_port_that_is_taken_at_one_of_them_is_named),
	    L(another_user_who_has_the_port_is_named),
	    L(localhost_is_used_where_the_file_says_so),
	    L(a_wrong_state_leaves_the_login_alive),
	    L(a_callback_without_the_cookie_leaves_the_login_alive),
	    L(a_second_callback_is_told_and_harmless),
	    L(a_page_that_is_closed_early_does_no_harm),
	    L(the_servers_no_is_shown_and_told),
	    L(a_callback_without_a_code_ends_the_login),
	    L(a_damaged_callback_leaves_the_login_alive),
	    L(the_issuer_must_be_the_servers),
	    L(a_failed_exchange_is_shown_and_told),
	    L(whatever_stops_the_exchange_ends_the_login),
	    L(an_edit_of_the_file_ends_the_login),
	    L(a_new_login_after_an_edit_ends_the_old_one),
	    L(a_port_that_is_taken_is_named),
	    L(without_descriptors_it_says_so_and_does_not_begin),
	    L(a_fixed_port_is_free_for_the_next_login),
	    L(a_page_still_comes_while_the_next_login_has_the_port),
	    L(nobody_came_within_ten_minutes),
	    L(a_machine_that_slept_takes_no_code_after_ten_minutes),
	    L(it_is_seen_within_half_a_minute_that_the_machine_slept),
	    L(the_exchange_may_take_longer_than_the_ten_minutes),
	    L(what_has_ended_is_forgotten_after_a_grace),
	    L(it_is_given_up_only_when_nobody_waits),
	    L(it_stops_with_logins_under_way),
	    L(what_cannot_begin_says_why),
	    L(nothing_is_left_in_the_slab),
	    L(the_log_says_who_and_no_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
