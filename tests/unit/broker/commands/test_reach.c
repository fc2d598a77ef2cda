/* Which hosts of a server are reached, asked of a whole broker over its
 * socket; the network is a fake (broker/commands/ask.h,
 * broker/servers/reach.h). */

#include "as_child.h"
#include "fake_http.h"

#include "pump.h"
#include "servers_home.h"

#include "base/core/version.h"
#include "base/sys/sock.h"
#include "broker/broker.h"
#include "broker/roles/roles.h"
#include "broker/socket/rendezvous.h"

#define CHAIN                                                                  \
	"{\"hops\":[{\"role_arn\":\"arn:aws-cn:iam::111111111111:role/B\"}]}"

static struct broker broker;
static char text[8192];
static int fd;

static int begin(void **state)
{
	struct rendezvous *place;
	struct place here;
	char path[SOCK_PATH_MAX];
	pid_t pid;

	if (setup(state) != 0)
		return -1;
	unsetenv("MAIRU_LOG");
	unsetenv("MAIRU_AGENT_LOG");
	(void)snprintf(path, sizeof(path), "%s", at_home("run/s"));
	put_server("a.json",
	    "{\"id\":\"corp\",\"url\":\"https://c.example/api/\",\"oauth\":{"
	    "\"client_id\":\"me\",\"code_grant\":{},\"token_endpoint\":"
	    "\"https://login.example:8443/token?x=1\",\"device_grant\":{"
	    "\"device_authorization_endpoint\":\"/device\"}}}");
	put_server("b.json",
	    "{\"id\":\"sso\",\"url\":\"https://x.awsapps.com/start/\","
	    "\"aws_sso\":{\"region\":\"eu-west-1\"}}");
	if (place_find(&here, PLACE_MAKE, &e) < 0 ||
	    rendezvous_take(&place, path, 0, &e) != 1 ||
	    broker_start(&broker, place, &here, 0, &e) < 0)
		return -1;
	return sock_connect(path, &fd, &pid, &e);
}

static int end(void **state)
{
	(void)close(fd);
	broker_stop(&broker);
	assert_int_equal(fake_open(), 0);
	return teardown(state);
}

static void ask(const char *server, const char *chain, uint64_t wait_ms)
{
	struct buf out = BUF_INIT(WIRE_MAX_BODY);
	size_t at = wire_begin(&out, WIRE_REACH);

	wire_puts(&out, WIRE_F_VERSION, MAIRU_VERSION);
	wire_puts(&out, WIRE_F_SERVER, server);
	wire_puts(&out, WIRE_F_CHAIN, chain);
	wire_putn(&out, WIRE_F_WAIT, wait_ms);
	wire_end(&out, at);
	assert_int_equal(send(fd, out.data, out.len, MSG_NOSIGNAL), out.len);
	buf_release(&out);
}

/* The i-th call asks that host, for its head alone and with nothing of
 * ours. */
static void wait_call(size_t i, const char *url)
{
	int64_t until = plat_ms() + PUMP_MS;
	struct http_ask *a = &fake_calls[i].ask;

	while (fake_n <= i) {
		assert_int_equal(loop_once(broker.loop, 20, &e), 0);
		assert_true(plat_ms() < until);
	}
	assert_string_equal(buf_str(&a->url), url);
	assert_int_equal(a->head, 1);
	assert_int_equal(a->headers.len, 0);
	assert_int_equal(a->body.len, 0);
}

static void answer_at(size_t i, unsigned status, int64_t date)
{
	struct http_answer a;

	fake_make(&a, status, "text/html", "");
	a.date = date;
	fake_end(i, &a, NULL);
	buf_release(&a.body);
}

static struct wire_frame answer(enum wire_type type)
{
	struct wire_frame f = pump_frame(broker.loop, fd, text, sizeof(text));

	assert_int_equal(f.type, type);
	return f;
}

/* The nth host of an answer. */
static void says(const struct wire_frame *f, int nth, const char *url,
    uint64_t status, const char *why)
{
	struct wire_field field = pump_field(f, WIRE_F_URL, nth);
	char said[1024];
	uint64_t n = 0;

	assert_int_equal(wire_text(&field, said, sizeof(said)), 0);
	assert_string_equal(said, url);
	field = pump_field(f, WIRE_F_HTTP_STATUS, nth);
	assert_int_equal(wire_num(&field, &n), 0);
	assert_int_equal(n, status);
	field = pump_field(f, WIRE_F_MESSAGE, nth);
	assert_int_equal(wire_text(&field, said, sizeof(said)), 0);
	assert_string_equal(said, why);
}

static int64_t ahead_of(const struct wire_frame *f, int nth)
{
	struct wire_field field = pump_field(f, WIRE_F_AHEAD, nth);
	int64_t ahead = 0;

	assert_int_equal(wire_ahead(&field, &ahead), 0);
	return ahead;
}

static void each_host_is_asked_once_for_nothing(void **state)
{
	const struct err why = {ERR_UPSTREAM, 0, "the name is not known", 0};
	struct wire_frame f;

	(void)state;
	ask("corp", "", 60000);
	wait_call(0, "https://c.example/");
	wait_call(1, "https://login.example:8443/");
	/* And what it says of itself. */
	assert_int_equal(fake_n, 3);
	fake_end(1, NULL, &why);
	answer_at(0, 404, loop_wall(broker.loop) - 300);
	fake_end(2, NULL, &why);
	f = answer(WIRE_OK);
	says(&f, 0, "https://c.example", 404, "");
	says(&f, 1, "https://login.example:8443", 0, "the name is not known");
	assert_in_range(-ahead_of(&f, 0), 299, 302);
	assert_true(ahead_of(&f, 1) == WIRE_AHEAD_UNKNOWN);
}

#define NAMES_ITSELF                                                           \
	"{\"issuer\":\"https://c.example/api\","                               \
	"\"authorization_response_iss_parameter_supported\":true}"

static int names_itself(const struct wire_frame *f)
{
	struct wire_iter it;
	struct wire_field field;

	wire_iter_init(&it, f->body, f->len);
	while (wire_next(&it, &field) > 0)
		if (field.tag == WIRE_F_NAMES_ITSELF)
			return 1;
	return 0;
}

static void a_server_that_names_itself_is_told(void **state)
{
	static const char *const said[] = {NAMES_ITSELF, "{}"};
	struct wire_frame f;
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < 2; i++, n += 3) {
		ask("corp", "", 60000);
		wait_call(n + 1, "https://login.example:8443/");
		assert_string_equal(buf_str(&fake_calls[n + 2].ask.url),
		    "https://c.example/.well-known/oauth-authorization-server/"
		    "api");
		answer_at(n, 200, 0);
		answer_at(n + 1, 200, 0);
		fake_answer(n + 2, 200, "application/json", said[i]);
		f = answer(WIRE_OK);
		says(&f, 0, "https://c.example", 200, "");
		assert_int_equal(names_itself(&f), i == 0);
	}
}

static void identity_center_has_two_and_a_chain_sts_besides(void **state)
{
	struct wire_frame f;

	(void)state;
	ask("sso", CHAIN, 60000);
	wait_call(0, "https://oidc.eu-west-1.amazonaws.com/");
	wait_call(1, "https://portal.sso.eu-west-1.amazonaws.com/");
	wait_call(2, "https://sts.cn-northwest-1.amazonaws.com.cn/");
	for (size_t i = 0; i < 3; i++)
		answer_at(i, 403, 0);
	f = answer(WIRE_OK);
	says(&f, 2, "https://sts.cn-northwest-1.amazonaws.com.cn", 403, "");
	assert_true(ahead_of(&f, 2) == WIRE_AHEAD_UNKNOWN);
}

static void what_does_not_answer_in_time_is_not_reached(void **state)
{
	struct wire_frame f;

	(void)state;
	ask("corp", "", 20);
	wait_call(1, "https://login.example:8443/");
	answer_at(1, 200, 0);
	f = answer(WIRE_OK);
	says(&f, 0, "https://c.example", 0,
	    "c.example gave no answer within 0 s. Check the network, and: "
	    "mairu config get proxy");
	says(&f, 1, "https://login.example:8443", 200, "");
	assert_int_equal(fake_open(), 0);
}

static void what_cannot_be_asked_is_said(void **state)
{
	struct wire_frame f;

	(void)state;
	fake_fails = 1;
	ask("corp", "", 60000);
	f = answer(WIRE_OK);
	says(&f, 0, "https://c.example", 0, "there is no network");
	fake_fails = 0;
	ask("nobody", "", 60000);
	f = answer(WIRE_ERROR);
	assert_int_equal(pump_number(&f, WIRE_F_CODE), -ERR_NOT_FOUND);
	ask("corp", "{\"hops\":7}", 60000);
	f = answer(WIRE_ERROR);
	assert_int_equal(fake_open(), 0);
}

static void whoever_leaves_leaves_nothing(void **state)
{
	(void)state;
	ask("corp", "", 60000);
	wait_call(1, "https://login.example:8443/");
	(void)shutdown(fd, SHUT_RDWR);
	for (int i = 0; i < 5; i++)
		assert_int_equal(loop_once(broker.loop, 10, &e), 0);
	assert_int_equal(fake_open(), 0);
	assert_null(LIST_FIRST(&broker.asks));
}

/* The clock of `mairu status`. */
static struct wire_frame status(void)
{
	struct buf out = BUF_INIT(WIRE_MAX_BODY);
	size_t at = wire_begin(&out, WIRE_STATUS);

	wire_puts(&out, WIRE_F_VERSION, MAIRU_VERSION);
	wire_end(&out, at);
	assert_int_equal(send(fd, out.data, out.len, MSG_NOSIGNAL), out.len);
	buf_release(&out);
	return answer(WIRE_OK);
}

static void status_tells_the_clock_and_names_one_that_is_off(void **state)
{
	struct wire_frame f;

	(void)state;
	memset(&fake_clock, 0, sizeof(fake_clock));
	f = status();
	assert_true(ahead_of(&f, 0) == WIRE_AHEAD_UNKNOWN);
	fake_clock = (struct http_clock){"c.example", -59};
	f = status();
	assert_int_equal(ahead_of(&f, 0), -59);
	assert_string_equal(broker.problems.text[HEALTH_CLOCK], "");
	fake_clock.ahead = -61;
	f = status();
	assert_string_equal(broker.problems.text[HEALTH_CLOCK],
	    "the clock of this machine is 61 seconds ahead of that of "
	    "c.example. Set it: sudo timedatectl set-ntp true");
	roles_set_clock(broker.roles, loop_wall(broker.loop) + 600);
	f = status();
	assert_in_range(ahead_of(&f, 0), 599, 600);
	assert_non_null(
	    strstr(broker.problems.text[HEALTH_CLOCK], "behind that of AWS"));
}

int main(int argc, char **argv)
{
#define B(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    B(each_host_is_asked_once_for_nothing),
	    B(a_server_that_names_itself_is_told),
	    B(identity_center_has_two_and_a_chain_sts_besides),
	    B(what_does_not_answer_in_time_is_not_reached),
	    B(what_cannot_be_asked_is_said),
	    B(whoever_leaves_leaves_nothing),
	    B(status_tells_the_clock_and_names_one_that_is_off),
	};

	as_child(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
