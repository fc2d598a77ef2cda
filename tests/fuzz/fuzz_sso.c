/* Whatever IAM Identity Center answers, or somebody in its place, or the file
 * of a client holds: it is taken whole or not at all, what is taken fits where
 * it goes, and a message about it shows on a terminal as it is.  The first
 * byte chooses the status, the second the kind of error, the third what was
 * asked. */

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/sys/fault.h"
#include "broker/kinds/provider.h"
#include "broker/servers/registration.h"
#include "provider_checks.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	begin("{\"id\":\"corp\",\"url\":\"https://corp.awsapps.com/start\","
	      "\"aws_sso\":{\"region\":\"eu-west-1\"}}");
	return 0;
}

static void check_no(int rc, const struct err *e)
{
	must(rc == ERR_LOGIN || rc == ERR_DENIED || rc == ERR_UPSTREAM ||
	     rc == PROVIDER_CLIENT);
	must(rc > 0 || (int)e->code == rc);
	must(strstr(e->msg, "corp") != NULL);
	must(fault_shows(e->msg, strlen(e->msg)));
}

static void check_client(const struct provider_client *c)
{
	must(c->id && *c->id && fault_shows(c->id, strlen(c->id)));
	check_token(c->secret);
	must(c->expires >= 0 && c->issued >= 0);
}

static void client(const struct http_answer *a)
{
	struct provider_client c;
	struct err e;
	int rc = provider_sso.client_take(at(), a, &c, &e);

	if (rc != 0) {
		must(rc != PROVIDER_CLIENT && rc != ERR_LOGIN);
		check_no(rc, &e);
		must(!c.id && !c.secret);
		return;
	}
	must(a->status == 200 && (c.expires == 0 || c.expires > NOW));
	check_client(&c);
	provider_client_release(&c);
}

static void device(const struct http_answer *a)
{
	struct provider_device d;
	struct err e;
	int rc = provider_sso.device_take(at(), a, &d, &e);

	if (rc != 0) {
		check_no(rc, &e);
		must(!d.code && !d.user_code && !d.uri && !d.complete);
		return;
	}
	check_token(d.code);
	must(*d.user_code && d.seconds > 0);
	must(d.interval > 0 && d.interval <= 600);
	must(strncasecmp(d.uri, "http", 4) == 0);
	must(fault_shows(d.uri, strlen(d.uri)));
	must(!d.complete || strncasecmp(d.complete, "http", 4) == 0);
	must(!d.complete || fault_shows(d.complete, strlen(d.complete)));
	provider_device_release(&d);
}

static void token(const struct http_answer *a, const struct provider_flow *f)
{
	struct provider_tokens t;
	struct err e;
	int rc = provider_sso.token_take(at(), f, a, &t, &e);

	if (rc == PROVIDER_PENDING || rc == PROVIDER_SLOWER) {
		must(f->device_code && !f->refresh && !t.access);
		return;
	}
	if (rc != 0) {
		must(rc != ERR_LOGIN || f->refresh);
		check_no(rc, &e);
		must(!t.access && !t.refresh);
		return;
	}
	must(a->status == 200 && (t.expires == 0 || t.expires > NOW));
	check_token(t.access);
	if (t.refresh)
		check_token(t.refresh);
	provider_tokens_release(&t);
}

static void role(const struct http_answer *a)
{
	struct credential c;
	struct err e;
	int rc = provider_sso.role_take(at(), "123456789012/Dev", a, &c, &e);

	if (rc < 0) {
		check_no(rc, &e);
		must(!c.body);
		return;
	}
	must(a->status == 200 && credential_valid(&c, NOW));
	check_body(&c);
	credential_release(&c);
}

static void unusable(void *arg)
{
	(void)arg;
}

static int take_role(void *arg, const struct provider_role *r, struct err *e)
{
	const struct provider_page *page = arg;

	(void)e;
	must(page && page->account && r->account == page->account);
	must(strncmp(r->role, "123456789012/", 13) == 0 && r->role[13]);
	must(fault_shows(r->role, strlen(r->role)));
	return 0;
}

static int take_page(void *arg, const struct provider_page *p, struct err *e)
{
	const struct provider_page *page = arg;

	(void)e;
	must(p->account || p->token);
	must(!p->token || *p->token);
	must(!p->account || strspn(p->account, "0123456789") == 12);
	must(!page || !page->token || !p->token ||
	     strcmp(page->token, p->token) != 0);
	return 0;
}

static void list(const struct http_answer *a, struct provider_page *page)
{
	const struct provider_list l = {page, take_role, take_page, unusable};
	struct err e;
	int rc = provider_sso.list_take(at(), page, a, &l, &e);

	if (rc < 0)
		check_no(rc, &e);
}

static void file(const struct http_answer *a)
{
	struct provider_client c;
	struct err e;
	int rc = registration_parse(
	    a->body.data, a->body.len, &server, slab, &c, &e);

	if (rc < 0) {
		must((int)e.code == rc && !c.id && !c.secret);
		return;
	}
	check_client(&c);
	provider_client_release(&c);
}

static void read_all(const struct http_answer *a, unsigned what)
{
	static char account[] = "123456789012", next[] = "n";
	struct provider_page page = {.token = next};
	struct provider_flow f = {.code = "c"};

	if (what & 1)
		page.account = account;
	if (what & 2)
		f.device_code = secret;
	if (what & 4)
		f.refresh = secret;
	client(a);
	device(a);
	token(a, &f);
	role(a);
	list(a, what & 8 ? &page : NULL);
	file(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned statuses[] = {
	    200, 400, 401, 403, 404, 429, 500, 302, 204};
	static const char *const types[] = {"", "AuthorizationPendingException",
	    "SlowDownException", "ExpiredTokenException",
	    "AccessDeniedException", "InvalidGrantException",
	    "InvalidClientException", "UnauthorizedClientException",
	    "InvalidRequestException", "InternalServerException",
	    "ForbiddenException", "NewException"};
	struct http_answer a = {.retry_after = -1};

	if (size < 3)
		return 0;
	a.status = statuses[data[0] % (sizeof(statuses) / sizeof(*statuses))];
	(void)snprintf(a.error_type, sizeof(a.error_type), "%s",
	    types[data[1] % (sizeof(types) / sizeof(types[0]))]);
	(void)snprintf(a.content_type, sizeof(a.content_type), "%s",
	    data[2] & 16 ? "text/html" : "application/json");
	buf_init(&a.body, HTTP_MAX_BODY);
	buf_add(&a.body, data + 3, size - 3);
	read_all(&a, data[2]);
	buf_release(&a.body);
	return 0;
}
