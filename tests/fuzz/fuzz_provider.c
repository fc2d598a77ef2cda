/* Whatever a server answers: it is taken whole or not at all, what is taken
 * fits where it goes, and a message about it shows on a terminal as it is.
 * The first byte chooses the status, the second the type. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/core/json.h"
#include "base/core/url.h"
#include "base/sys/fault.h"
#include "broker/kinds/provider.h"
#include "provider_checks.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	begin("{\"id\":\"corp\",\"url\":\"https://c.example/\","
	      "\"oauth\":{\"client_id\":\"me\",\"code_grant\":{}}}");
	return 0;
}

static void check_no(int rc, const struct err *e)
{
	must(rc == ERR_LOGIN || rc == ERR_DENIED || rc == ERR_UPSTREAM);
	must(e->code == rc);
	must(strstr(e->msg, "corp") != NULL);
	must(fault_shows(e->msg, strlen(e->msg)));
}

static void token(const struct http_answer *a, const struct provider_flow *flow)
{
	struct provider_tokens t;
	struct err e;
	int rc = provider_api.token_take(at(), flow, a, &t, &e);

	if (rc != 0)
		must(!t.access && !t.refresh);
	if (rc > 0) {
		must(rc == PROVIDER_PENDING || rc == PROVIDER_SLOWER);
		must(flow->device_code && !flow->refresh);
		return;
	}
	if (rc < 0) {
		check_no(rc, &e);
		must(rc != ERR_LOGIN || flow->refresh);
		return;
	}
	must(a->status == 200 && (t.expires == 0 || t.expires > NOW));
	check_token(t.access);
	if (t.refresh)
		check_token(t.refresh);
	provider_tokens_release(&t);
}

static void tokens(const struct http_answer *a)
{
	struct provider_flow flow = {.code = "c"};

	token(a, &flow);
	flow.device_code = secret;
	token(a, &flow);
	flow.refresh = secret;
	token(a, &flow);
}

static void check_page(const char *url)
{
	must(strncasecmp(url, "https://", 8) == 0 ||
	     strncasecmp(url, "http://", 7) == 0);
	must(strlen(url) <= URL_MAX);
	for (; *url; url++)
		must(*url > ' ' && *url < 0x7f);
}

static void device(const struct http_answer *a)
{
	struct provider_device d;
	struct err e;
	int rc = provider_api.device_take(at(), a, &d, &e);

	if (rc < 0) {
		check_no(rc, &e);
		must(rc != ERR_LOGIN);
		must(!d.code && !d.user_code && !d.uri && !d.complete);
		return;
	}
	must(rc == 0 && a->status == 200);
	must(secret_len(d.code) > 0);
	must(*d.user_code && strlen(d.user_code) <= 4 * 64);
	must(d.seconds > 0 && d.interval > 0);
	check_page(d.uri);
	if (d.complete)
		check_page(d.complete);
	provider_device_release(&d);
}

/* A token goes to nowhere but where tokens come from. */
static void revoke(const struct http_answer *a)
{
	const struct provider_tokens t = {.access = secret};
	struct http_ask ask;
	struct err e;
	int rc = provider_api.revoke_ask(at(), &t, a, &ask, &e);

	if (rc < 0) {
		must(rc == ERR_NOT_FOUND);
	} else {
		must(a->status == 200);
		must(strncasecmp(buf_str(&ask.url), "https://c.example", 17) ==
		     0);
		must(strchr("/?:", buf_str(&ask.url)[17]) != NULL);
		http_ask_release(&ask);
	}
	rc = provider_api.revoke_take(at(), a, &e);
	if (rc < 0)
		check_no(rc, &e);
	else
		must(a->status == 200);
}

static void unusable(void *arg)
{
	(void)arg;
}

static int told(void *arg, const struct provider_role *r, struct err *e)
{
	size_t *n = arg;

	(void)e;
	must(r->role && *r->role);
	must(!r->description || *r->description);
	*n += 1;
	return 0;
}

static void list(const struct http_answer *a)
{
	const struct provider_page first = {.account = NULL};
	size_t n = 0;
	const struct provider_list l = {&n, told, NULL, unusable};
	struct err e;
	int rc = provider_api.list_take(at(), &first, a, &l, &e);

	must(n <= 10000);
	if (rc == 0) {
		must(a->status == 200);
		return;
	}
	must(n == 0);
	if (rc == ERR_NOT_FOUND)
		must(a->status == 404);
	else
		check_no(rc, &e);
}

static void role(const struct http_answer *a)
{
	struct credential c;
	struct err e;
	int rc = provider_api.role_take(at(), "Dev", a, &c, &e);

	if (rc < 0) {
		check_no(rc, &e);
		must(!c.body);
		return;
	}
	must(a->status == 200 && credential_valid(&c, NOW));
	must(credential_renew_at(&c) > NOW);
	check_body(&c);
	credential_release(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned statuses[] = {
	    200, 400, 401, 403, 404, 429, 503, 302, 101};
	static const char *const types[] = {
	    "application/json", "text/plain", "text/html", ""};
	struct http_answer a = {.retry_after = -1};

	if (size < 2)
		return 0;
	a.status = statuses[data[0] % (sizeof(statuses) / sizeof(*statuses))];
	(void)snprintf(a.content_type, sizeof(a.content_type), "%s",
	    types[data[1] % (sizeof(types) / sizeof(types[0]))]);
	buf_init(&a.body, HTTP_MAX_BODY);
	buf_add(&a.body, data + 2, size - 2);
	tokens(&a);
	device(&a);
	role(&a);
	list(&a);
	revoke(&a);
	buf_release(&a.body);
	return 0;
}
