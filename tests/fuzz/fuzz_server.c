/*
 * Whatever bytes a file of servers.d holds: what is parsed of it is as the
 * header says, and the server is found by its id; what is not leaves nothing
 * behind but a message that a terminal can show.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config/servers.h"
#include "base/core/secret.h"
#include "base/core/url.h"
#include "base/sys/fault.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(what)                                                            \
	do {                                                                   \
		if (!(what)) {                                                 \
			(void)fprintf(stderr, "not so: %s\n", #what);          \
			abort();                                               \
		}                                                              \
	} while (0)

enum {
	HERE = URL_HTTPS | URL_HTTP_LOOPBACK
};

static void check_string(const char *s, size_t max)
{
	CHECK(s != NULL && strlen(s) <= max && fault_shows(s, strlen(s)));
}

static void check_reference(const char *s)
{
	CHECK(s == NULL || url_reference_fault(s, HERE) == NULL);
}

static void check_url(const struct servers_entry *one)
{
	struct buf again = BUF_INIT(URL_MAX + 2);

	check_string(one->url, URL_MAX + 1);
	/* The slash that it may have got is one byte past the limit. */
	CHECK(strlen(one->url) > URL_MAX || url_fault(one->url, HERE) == NULL);
	url_normal(&again, one->url);
	CHECK(strcmp(buf_str(&again), one->url) == 0);
	CHECK(one->kind == SERVERS_AWS_SSO ||
	      one->url[strlen(one->url) - 1] == '/');
	buf_release(&again);
}

static void check_parsed(const struct servers_entry *one)
{
	int sso = one->kind == SERVERS_AWS_SSO;

	CHECK(one->fault == NULL && one->warning == NULL);
	check_url(one);
	check_string(one->id, URL_MAX + 1);
	CHECK(one->id_given || strcmp(one->id, one->url) == 0);
	check_string(one->scope, 64 * 257);
	CHECK(one->local_port >= 0 && one->local_port <= 65535);
	CHECK(one->has_code || one->has_device);
	CHECK(one->default_grant == SERVERS_CODE ? one->has_code
						 : one->has_device);
	CHECK((one->region != NULL) == sso && (one->client_id == NULL) == sso);
	CHECK(one->has_secret == (one->client_secret != NULL));
	check_reference(one->token_endpoint);
	check_reference(one->device_endpoint);
	check_reference(one->authorization_endpoint);
	CHECK(one->n_unknown <= SERVERS_MAX_UNKNOWN);
	for (size_t i = 0; i < one->n_unknown; i++)
		check_string(one->unknown[i], 512);
}

static void check_found(struct servers_entry *one)
{
	const struct servers all = {.at = one, .count = 1};
	const struct servers_entry *found;

	CHECK(servers_find(&all, one->id, &found, NULL) == 0 && found == one);
	if (strlen(one->url) <= URL_MAX)
		CHECK(servers_find(&all, one->url, &found, NULL) == 0);
}

static void check_nothing(const struct servers_entry *one, const struct err *e)
{
	const struct servers_entry none = {.path = one->path};

	CHECK(memcmp(one, &none, sizeof(none)) == 0);
	CHECK(strncmp(e->msg, "/c/s.json", 9) == 0);
	CHECK(fault_shows(e->msg, strlen(e->msg)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct slab *slab;
	struct servers_entry one = {.path = NULL};
	char path[] = "/c/s.json";
	struct err e = {0};
	int r;

	if (size > SERVERS_MAX_BYTES)
		return 0;
	if (slab == NULL)
		CHECK(slab_new(&slab, 65536, NULL) == 0);
	one.path = path;
	r = servers_parse(&one, data, size, slab, &e);
	if (r == 0) {
		check_parsed(&one);
		check_found(&one);
	} else {
		CHECK(r == ERR_FORMAT || r == ERR_LIMIT);
		CHECK(e.code == r);
		check_nothing(&one, &e);
	}
	servers_forget(&one);
	return 0;
}
