/* Requests over TLS, to a child with certificates of its own making: whom
 * net/http/http.h trusts, and what of a token stays in memory. */

#include "http_world.h"

#include <signal.h>

#include "memscan.h"

/* Which certificate a server shows. */
enum connections {
	GOOD,
	OTHER_NAME,
	EXPIRED,
	OLD_TLS,
	SERVERS,
};

static const char make_certificates[] =
    "set -e\n"
    "key() {\n"
    "	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 "
    "-out $1.key\n"
    "}\n"
    "leaf() {\n"
    "	key $1\n"
    "	openssl req -new -key $1.key -subj /CN=$1 -out $1.csr\n"
    "	printf 'subjectAltName=%s\\n' $2 >$1.ext\n"
    "	openssl x509 -req -in $1.csr -CA ca.pem -CAkey ca.key "
    "-set_serial 2 -days $3 -extfile $1.ext -out $1.crt\n"
    "	cat $1.key $1.crt >$1.pem\n"
    "}\n"
    "exec >log 2>&1\n"
    "key ca\n"
    "openssl req -x509 -new -key ca.key -subj /CN=ca -days 3650 -out ca.pem\n"
    "leaf good IP:127.0.0.1,DNS:localhost 30\n"
    "leaf name DNS:other.example 30\n"
    "leaf expired IP:127.0.0.1 -1\n";

/* Says its ports; answers whatever is a whole header with as much as it was. */
static const char serve[] =
    "import selectors, socket, ssl\n"
    "world = selectors.DefaultSelector()\n"
    "for pem in 'good', 'name', 'expired', 'old':\n"
    "    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\n"
    "    if pem == 'old':\n"
    "        tls.set_ciphers('ALL:@SECLEVEL=0')\n"
    "        tls.minimum_version = ssl.TLSVersion.TLSv1\n"
    "        tls.maximum_version = ssl.TLSVersion.TLSv1_1\n"
    "        pem = 'good'\n"
    "    tls.load_cert_chain(pem + '.pem')\n"
    "    listener = socket.create_server(('127.0.0.1', 0))\n"
    "    print(listener.getsockname()[1], flush=True)\n"
    "    world.register(listener, selectors.EVENT_READ, tls)\n"
    "while True:\n"
    "    for key, _ in world.select():\n"
    "        try:\n"
    "            peer = key.fileobj.accept()[0]\n"
    "            peer.settimeout(20)\n"
    "            with key.data.wrap_socket(peer, server_side=True) as s:\n"
    "                heard = b''\n"
    "                while b'\\r\\n\\r\\n' not in heard:\n"
    "                    heard += s.recv(65536) or 1 / 0\n"
    "                s.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: "
    "%d\\r\\n\\r\\n' % len(heard) + heard)\n"
    "                s.recv(1)\n"
    "        except (OSError, ZeroDivisionError, TypeError):\n"
    "            pass\n";

static unsigned ports[SERVERS];
static pid_t child = -1;
static char place[64];

static pid_t run(const char *program, const char *code, int out)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	(void)setenv("PYTHONWARNINGS", "ignore", 1); /* of old TLS */
	if (chdir(place) < 0 || (out >= 0 && dup2(out, 1) < 0))
		_exit(126);
	(void)execlp(program, program, "-c", code, (char *)NULL);
	_exit(127);
}

static int group_setup(void **state)
{
	int status, fds[2];
	FILE *said;

	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	(void)snprintf(place, sizeof(place), "/tmp/mairu-tls-XXXXXX");
	if (!mkdtemp(place) ||
	    waitpid(run("sh", make_certificates, -1), &status, 0) < 0 ||
	    status != 0 || pipe2(fds, O_CLOEXEC) < 0)
		return -1;
	child = run("python3", serve, fds[1]);
	(void)close(fds[1]);
	said = fdopen(fds[0], "r");
	for (int i = 0; i < SERVERS; i++)
		if (fscanf(said, "%u", &ports[i]) != 1)
			return -1;
	return fclose(said);
}

static int group_teardown(void **state)
{
	(void)state;
	if (child > 0) {
		(void)kill(child, SIGKILL);
		(void)waitpid(child, NULL, 0);
	}
	return nftw(place, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void trust_the_ca(void)
{
	struct settings s = {{NULL}};
	char path[128];
	struct err e;

	(void)snprintf(path, sizeof(path), "%s/ca.pem", place);
	assert_int_equal(settings_set(&s, SETTINGS_CA_BUNDLE, path, &e), 0);
	assert_int_equal(http_configure(http, &s, &e), 0);
	settings_release(&s);
}

static void ask(struct result *r, const char *host, enum connections server)
{
	char url[128];

	(void)snprintf(url, sizeof(url), "https://%s:%u/", host, ports[server]);
	get(r, url);
	wait_for(r);
}

static void a_ca_that_is_not_known_is_told(void **state)
{
	struct result r;
	char want[128];

	(void)state;
	ask(&r, "127.0.0.1", GOOD);
	(void)snprintf(want, sizeof(want),
	    "the certificate of 127.0.0.1:%u is not signed by a CA that this "
	    "machine knows",
	    ports[GOOD]);
	assert_fault(&r, want);
	assert_fault(&r, "mairu config set ca_bundle FILE");
}

static void the_ca_of_the_settings_is_trusted(void **state)
{
	struct result r;

	(void)state;
	trust_the_ca();
	ask(&r, "127.0.0.1", GOOD);
	assert_string_equal(r.err.msg, "");
	assert_int_equal(r.status, 200);
	assert_non_null(strstr(r.body, "Authorization: Bearer sesame"));
	ask(&r, "localhost", GOOD);
	assert_int_equal(r.status, 200);
}

static void another_name_is_refused(void **state)
{
	struct result r;

	(void)state;
	trust_the_ca();
	ask(&r, "127.0.0.1", OTHER_NAME);
	assert_fault(&r, "is one of another name");
}

static void an_expired_certificate_is_refused(void **state)
{
	struct result r;

	(void)state;
	trust_the_ca();
	ask(&r, "127.0.0.1", EXPIRED);
	assert_fault(&r, "has expired");
	assert_fault(&r, "clock");
}

static void tls_before_1_2_is_refused(void **state)
{
	struct result r;

	(void)state;
	trust_the_ca();
	ask(&r, "127.0.0.1", OLD_TLS);
	assert_fault(&r, "no TLS 1.2 or later");
}

static void a_server_without_tls_is_told(void **state)
{
	struct result r;
	unsigned port;
	char url[64];
	int listener = bound(&port), fd;

	(void)state;
	assert_int_equal(listen(listener, 1), 0);
	(void)snprintf(url, sizeof(url), "https://127.0.0.1:%u/", port);
	get(&r, url);
	fd = taken(listener);
	turn_until_readable(fd);
	say(fd, "HTTP/1.1 400 No\r\n\r\n");
	wait_for(&r);
	assert_fault(&r, "no TLS 1.2 or later");
	assert_int_equal(close(fd), 0);
	http_set_limits(http, 300, 30000);
	get(&r, url);
	fd = taken(listener);
	wait_for(&r);
	assert_fault(&r, "took longer than 1 s to begin with TLS");
	assert_int_equal(close(fd), 0);
	assert_int_equal(close(listener), 0);
}

static void a_file_of_cas_that_can_not_be_read_is_told(void **state)
{
	struct settings s = {{NULL}};
	struct result r;
	struct err e;

	(void)state;
	assert_int_equal(settings_set(&s, SETTINGS_CA_BUNDLE,
			     "/nonexistent/company.pem", &e),
	    0);
	assert_int_equal(http_configure(http, &s, &e), 0);
	settings_release(&s);
	ask(&r, "127.0.0.1", GOOD);
	assert_fault(&r, "/nonexistent/company.pem");
	assert_fault(&r, "mairu config set ca_bundle FILE");
}

static void no_trace_is_left_of_what_was_sent_and_came(void **state)
{
	char secret[MEMSCAN_LEN + 1];
	struct result r;
	struct http_ask a;
	struct err e;

	(void)state;
	ONLY_WHERE_FREE_WIPES();
	trust_the_ca();
	memset(&r, 0, sizeof(r));
	memscan_secret(secret);
	http_ask_init(&a);
	buf_addf(&a.url, "https://127.0.0.1:%u/?code=%s", ports[GOOD], secret);
	http_ask_header(&a, "Authorization", secret, MEMSCAN_LEN);
	a.content_type = "text/plain";
	buf_adds(&a.body, secret);
	assert_int_equal(http_start(http, &a, take_result, &r, &r.call, &e), 0);
	wait_for(&r);
	assert_int_equal(r.status, 200);
	assert_non_null(strstr(r.body, secret));
	assert_true(memscan_traces() == 0); /* r and secret are on the stack */
	/* ... and a call that is cancelled on its way. */
	http_ask_init(&a);
	buf_addf(&a.url, "https://127.0.0.1:%u/?code=%s", ports[GOOD], secret);
	http_ask_header(&a, "Authorization", secret, MEMSCAN_LEN);
	assert_int_equal(http_start(http, &a, take_result, &r, &r.call, &e), 0);
	assert_true(memscan_traces() > 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(loop_once(loop, 20, NULL), 0);
	if (r.call)
		http_cancel(r.call);
	assert_int_equal(memscan_traces(), 0);
}

#define TLS_TEST(f)                                                            \
	cmocka_unit_test_setup_teardown(                                       \
	    f, http_world_setup, http_world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TLS_TEST(a_ca_that_is_not_known_is_told),
	    TLS_TEST(the_ca_of_the_settings_is_trusted),
	    TLS_TEST(another_name_is_refused),
	    TLS_TEST(an_expired_certificate_is_refused),
	    TLS_TEST(tls_before_1_2_is_refused),
	    TLS_TEST(a_server_without_tls_is_told),
	    TLS_TEST(a_file_of_cas_that_can_not_be_read_is_told),
	    TLS_TEST(no_trace_is_left_of_what_was_sent_and_came),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
