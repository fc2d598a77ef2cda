#include "front/doctor/reach_ask.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/core/text.h"
#include "base/sys/plat.h"
#include "front/client/client.h"
#include "front/client/wait_notice.h"
#include "front/servers/server_check.h"
#include "front/terminal/say.h"

enum {
	SERVERS_AT_ONCE = 32,
	HOSTS = 4,	  /* per server, at most */
	HOST_MS = 7000,	  /* per host */
	ANSWER_MS = 9000, /* for all, including the broker's start */
	TOLD = 60,	  /* columns for the names of servers waited for */
};

struct asking {
	struct client c;
	const char *id;
	struct err e; /* code 0: an answer is pending */
};

struct all {
	struct asking at[SERVERS_AT_ONCE];
	size_t n;
	struct reached *out;
	size_t n_out;
};

static void ask_one(struct asking *a, const char *chain, int64_t deadline)
{
	const struct message m = {.type = WIRE_REACH,
	    .server = a->id,
	    .chain = chain,
	    .wait = HOST_MS};
	int r;

	a->e.code = (enum err_code)0;
	r = client_open(&a->c, CLIENT_SPAWN, deadline, &a->e);
	if (r == 0)
		r = client_send(&a->c, &m, 1, &a->e);
	if (r == 0)
		a->e.code = (enum err_code)0;
}

static void take(struct all *all, const char *id, struct wire_iter rows)
{
	struct message row;
	struct reached *one;

	while (message_row(&row, WIRE_REACH, &rows)) {
		one = &all->out[all->n_out++];
		one->server = id;
		one->status = (unsigned)row.http_status;
		one->ahead = row.ahead;
		one->names_itself = row.names_itself != 0;
		message_copy(one->url, sizeof(one->url), row.url);
		message_copy(one->why, sizeof(one->why), row.message);
	}
}

/* Collects one answer; an error is that server's `why`. */
static void collect(struct all *all, struct asking *a)
{
	struct reached *one;
	struct message m;
	int r = (int)a->e.code;

	if (r == 0)
		r = client_next(&a->c, WIRE_REACH, &m, &a->e);
	if (r == 0) {
		take(all, a->id, m.rows);
		return;
	}
	one = &all->out[all->n_out++];
	*one = (struct reached){.server = a->id, .ahead = WIRE_AHEAD_UNKNOWN};
	(void)snprintf(one->why, sizeof(one->why), "%s", a->e.msg);
}

static void choose(struct all *all, const struct servers *s)
{
	struct err e;

	for (size_t i = 0; i < s->count && all->n < SERVERS_AT_ONCE; i++)
		if (server_check(s, i, &e) == SERVER_USABLE)
			all->at[all->n++].id = s->at[i].id;
}

static void say_waiting(const struct all *all)
{
	struct buf names = BUF_INIT(4096);

	for (size_t i = 0; i < all->n; i++) {
		if (i > 0)
			buf_adds(&names, ", ");
		if (names.len > TOLD) {
			buf_adds(&names, "...");
			break;
		}
		text_safe(&names, all->at[i].id, strlen(all->at[i].id), TOLD);
	}
	say("asking servers whether they can be reached: %s", buf_str(&names));
	buf_release(&names);
}

int reach_ask(const struct servers *s, const char *id, const char *chain,
    struct reached **out, size_t *n, struct err *e)
{
	static struct all all; /* large */
	const int64_t since = plat_ms(), deadline = since + ANSWER_MS;
	int r = 0, told = 0;

	memset(&all, 0, sizeof(all));
	choose(&all, s);
	all.out = calloc(all.n * (HOSTS + 1) + 1, sizeof(*all.out));
	if (all.out == NULL)
		say_oom();
	for (size_t i = 0; i < all.n; i++)
		ask_one(&all.at[i],
		    id != NULL && strcmp(id, all.at[i].id) == 0 ? chain : "",
		    deadline);
	if (all.n > 0 && all.at[0].e.code != 0) {
		*e = all.at[0].e;
		r = (int)e->code;
	}
	for (size_t i = 0; i < all.n; i++) {
		if (r == 0 && !told && all.at[i].e.code == 0 &&
		    wait_notice_ends(&all.at[i].c, since)) {
			say_waiting(&all);
			told = 1;
		}
		if (r == 0)
			collect(&all, &all.at[i]);
		client_close(&all.at[i].c);
	}
	*out = all.out;
	*n = all.n_out;
	return r;
}
