/* Bytes at the SDK endpoint, over a real connection: whatever comes, the
 * answers are HTTP, hold no token, and grant nothing.  "@@" in the input
 * stands for a token that is valid, "##" for the port. */

#include <arpa/inet.h>
#include <errno.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/config/trust.h"
#include "base/core/buf.h"
#include "broker/endpoint/endpoint.h"
#include "broker/grants/grant.h"
#include "broker/grants/token.h"
#include "broker/roles/roles.h"
#include "broker/servers/config.h"
#include "broker/servers/upstream.h"
#include "broker/trust/checker.h"
#include "broker/trust/child.h"
#include "broker/upstream_open.h"
#include "must.h"
#include "net/http/loopback.h"
#include "net/runtime/health.h"
#include "net/runtime/loop.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct loop *loop;
static struct grants *grants;
static struct project_ref what;
static char token[TOKEN_TEXT], port_text[8];
static unsigned port;

static char dir[] = "/tmp/mairu-fuzz-XXXXXX";

static int remove_one(
    const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static void clean_up(void)
{
	(void)nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void make_project(void)
{
	static unsigned char digest[HASH_SHA384];
	static char config[128];
	static struct project p;
	struct err e;
	FILE *f;

	must(mkdtemp(dir) != NULL && setenv("HOME", dir, 1) == 0);
	must(atexit(clean_up) == 0);
	(void)snprintf(config, sizeof(config), "%s/.mairu.json", dir);
	f = fopen(config, "we");
	must(f != NULL);
	must(fputs("{\"server\":\"s\",\"role\":\"r\"}", f) >= 0);
	must(fclose(f) == 0);
	project_init(&p);
	must(project_read(&p, config, &e) == 0);
	must(project_parse(&p, &e) == 0 && trust_record(&p, 1, &e) == 0);
	memcpy(digest, p.digest, sizeof(digest));
	project_release(&p);
	what = (struct project_ref){config, digest, "s", "r", ""};
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static struct health problems;
	static struct endpoint *endpoint;
	static struct upstream up;
	static struct roles *roles;
	struct recalls *recalls;
	struct buf url = BUF_INIT(128);
	struct checker *checker;
	struct slab *slab;
	struct err e;
	int listener;

	/* The checker's child is this program. */
	if (*argc == 2 && strcmp((*argv)[1], "--check") == 0)
		_exit(check_child_run(3));
	(void)signal(SIGPIPE, SIG_IGN);
	make_project();
	must(loop_new(&loop, NULL, NULL) == 0);
	must(slab_new(&slab, 1 << 20, &e) == 0);
	must(checker_new(&checker, loop, NULL, &problems, NULL) == 0);
	must(grants_new(&grants, loop, slab, checker, NULL) == 0);
	must(upstream_open(&up, loop, NULL, slab, config_new(), &e) == 0);
	must(roles_new(&roles, &up, &e) == 0);
	must(loopback_listen(0, &listener, &e) == 0);
	recalls = recalls_new(checker, grants);
	must(recalls != NULL);
	must(endpoint_new(&endpoint, loop, listener, grants, recalls, roles,
		 NULL, &e) == 0);
	checker_warm(checker);
	endpoint_url(endpoint, &url);
	must(sscanf(buf_str(&url), "http://127.0.0.1:%u/", &port) == 1);
	(void)snprintf(port_text, sizeof(port_text), "%u", port);
	buf_release(&url);
	return 0;
}

static void take_token(void)
{
	struct buf b = BUF_INIT(TOKEN_TEXT);
	struct grant *g;
	struct err e;

	must(grants_get(grants, &what, &g, &e) == 0);
	grant_token(g, &b);
	must(b.len > 7 && b.len < sizeof(token));
	(void)snprintf(token, sizeof(token), "%s", buf_str(&b));
	buf_release(&b);
}

/* 1 when a token came in. */
static int fill_in(struct buf *out, const uint8_t *data, size_t size)
{
	int any = 0;
	size_t i;

	for (i = 0; i < size; i++) {
		int pair = i + 1 < size && data[i] == data[i + 1];

		if (pair && data[i] == '@') {
			buf_adds(out, token);
			any = 1;
			i++;
		} else if (pair && data[i] == '#') {
			buf_adds(out, port_text);
			i++;
		} else {
			buf_addc(out, (char)data[i]);
		}
	}
	return any;
}

static int dial(void)
{
	/* Closed by a reset, so that no port is left waiting. */
	const struct linger now = {1, 0};
	struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	must(fd >= 0);
	must(setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)) == 0);
	/* The fuzzer's own alarm may interrupt it; then it goes on alone. */
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0) {
		struct pollfd p = {.fd = fd, .events = POLLOUT};

		must(errno == EINTR);
		while (poll(&p, 1, -1) != 1)
			must(errno == EINTR);
	}
	return fd;
}

static void check_answer(struct buf *heard)
{
	const char *s = buf_str(heard);

	if (heard->len == 0)
		return;
	must(strncmp(s, "HTTP/1.1 ", 9) == 0);
	must(strstr(s, token + 7) == NULL);
	must(strstr(s, "AccessKeyId") == NULL);
	must(s[9] == '4' || s[9] == '5' || strncmp(s + 9, "100", 3) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf said = BUF_INIT(1 << 20), heard = BUF_INIT(1 << 20);
	int fd, quiet = 0, patience;
	size_t sent = 0;
	char c[4096];

	take_token();
	patience = fill_in(&said, data, size) ? 20 : 3;
	if (said.failed)
		goto out;
	fd = dial();
	while (quiet < patience) {
		ssize_t n = 0, m;

		if (sent < said.len)
			n = send(fd, said.data + sent, said.len - sent,
			    MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n > 0)
			sent += (size_t)n;
		must(loop_once(loop, quiet > 2 ? 1 : 0, NULL) == 0);
		m = recv(fd, c, sizeof(c), MSG_DONTWAIT);
		if (m > 0)
			buf_add(&heard, c, (size_t)m);
		if (m == 0)
			break;
		quiet = n > 0 || m > 0 ? 0 : quiet + 1;
		if (m > 0)
			patience = 3;
	}
	check_answer(&heard);
	(void)close(fd);
	must(loop_once(loop, 0, NULL) == 0);
out:
	buf_release(&said);
	buf_release(&heard);
	return 0;
}
