/* A browser that can't be told to be this user's, as in another network
 * namespace: broker/login/callback.h and broker/login/login.h.  Who is told and
 * who is not is played by what stands below. */

#include "login_world.h"

#include "net/http/peer.h"

static enum peer who;

int tcp_end_of(struct tcp_end *end, const struct sockaddr *sa, size_t len)
{
	(void)sa;
	memset(end, 0, sizeof(*end));
	if (len >= sizeof(struct sockaddr_in))
		end->port =
		    ((const struct sockaddr_in *)(const void *)sa)->sin_port;
	return 1;
}

int peer_open(void)
{
	return -1;
}

uint64_t peer_inode(
    int asker, const struct tcp_end *peer, const struct tcp_end *ours)
{
	(void)asker;
	(void)peer;
	(void)ours;
	return 0;
}

enum peer peer_ask(
    int asker, const struct tcp_end *peer, const struct tcp_end *ours)
{
	(void)asker;
	(void)peer;
	(void)ours;
	return who;
}

enum peer peer_server(int asker, const struct tcp_end *peer,
    const struct tcp_end *ours, uid_t *uid)
{
	*uid = 0;
	return peer_ask(asker, peer, ours);
}

int peer_listener(int asker, const struct tcp_end *at, uid_t *uid)
{
	(void)asker;
	(void)at;
	(void)uid;
	return 0;
}

struct host {
	struct waiter w;
	int strangers;
};

static void stranger(void *arg)
{
	struct host *h = arg;

	assert_true(wait_idle(&h->w.wait.wait));
	h->strangers++;
}

static void ended(void *arg, const struct err *e)
{
	struct host *h = arg;

	told(&h->w, e);
}

static void wait_for(struct login *login, struct host *h)
{
	h->w.wait.fn = ended;
	h->w.wait.stranger = stranger;
	h->w.wait.arg = h;
	login_join(login, &h->w.wait);
}

static void it_gets_into_no_login_and_who_waits_is_told_once(void **state)
{
	struct host h = {0};
	struct waiter plain;
	struct view v;
	struct login *login = begin("contoso", 0, &v);

	(void)state;
	wait_for(login, &h);
	join(login, &plain);
	who = PEER_UNKNOWN;
	/* Without a secret of the login it is nobody's news. */
	get(&v, "/auth/x", "");
	expect(403, "Not known to be your browser");
	get(&v, "/oauth2callback?state=x&code=y", "");
	expect(403, "Not known to be your browser");
	assert_int_equal(h.strangers, 0);
	get(&v, v.door, "");
	expect(403, "<code>mairu login --paste contoso</code>");
	assert_null(strstr(answer, "Set-Cookie"));
	assert_null(strstr(answer, "Location"));
	assert_int_equal(h.strangers, 1);
	wait_for(login, &h);
	get(&v, v.door, "");
	expect(403, "Not known to be your browser");
	assert_int_equal(h.strangers, 1);
	assert_int_equal(h.w.told + plain.told, 0);
	/* Its own user's, and it goes on. */
	who = PEER_OURS;
	finish(login, &v);
	assert_int_equal(h.w.told, 1);
	assert_int_equal(plain.told, 1);
}

static void with_everything_that_is_needed_it_finishes_nothing(void **state)
{
	struct host h = {0};
	struct view v;
	struct login *login = begin("contoso", 0, &v);
	char url[1024];
	struct err e;

	(void)state;
	wait_for(login, &h);
	who = PEER_OURS;
	open_door(&v);
	who = PEER_UNKNOWN;
	hear(come_back(&v, "&code=1"));
	expect(403, "Not known to be your browser");
	assert_int_equal(h.strangers, 1);
	assert_int_equal(fake_calls, 0);
	/* What it ended at can be brought by the user. */
	wait_for(login, &h);
	(void)snprintf(url, sizeof(url),
	    "http://127.0.0.1:%u/oauth2callback?state=%s&code=1", v.port,
	    v.state);
	assert_int_equal(login_paste(logins, "contoso", url, &e), 0);
	pump_calls(1);
	fake_answer(NULL);
	pump_until(loop, &h.w.told);
	assert_int_equal(h.w.e.code, 0);
}

int main(void)
{
#define L(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    L(it_gets_into_no_login_and_who_waits_is_told_once),
	    L(with_everything_that_is_needed_it_finishes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
