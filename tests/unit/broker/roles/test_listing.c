/* Lists of roles, with pages and clocks of the test's own:
 * broker/roles/listing.h. */

#include "upstream_world.h"

#include "broker/kinds/pieces.h"
#include "broker/roles/listing.h"

static struct listings *listings;

/* --- a provider whose pages are lines: "role R", "account A NAME", "next T" */

static int fake_list_ask(const struct provider_at *at,
    const struct provider_page *page, const struct secret *access,
    struct http_ask *ask, struct err *err)
{
	(void)at;
	(void)err;
	http_ask_init(ask);
	buf_addf(&ask->url, "%s %s", page->account ? page->account : "-",
	    page->token ? page->token : "-");
	http_ask_header(ask, "Token", secret_bytes(access), secret_len(access));
	return 0;
}

static int take_line(const struct provider_page *page, char *line,
    const struct provider_list *list, struct err *err)
{
	char *word = strchr(line, ' '), *name;
	struct provider_role r = {
	    .account = page->account, .account_name = page->account_name};
	struct provider_page p = {
	    .account = page->account, .account_name = page->account_name};

	*word++ = '\0';
	if (strcmp(line, "role") == 0) {
		r.role = word;
		return list->role(list->arg, &r, err);
	}
	if (strcmp(line, "account") == 0) {
		name = strchr(word, ' ');
		*name++ = '\0';
		p.account = word;
		p.account_name = name;
	} else {
		p.token = word;
	}
	return list->more(list->arg, &p, err);
}

static int fake_list_take(const struct provider_at *at,
    const struct provider_page *page, const struct http_answer *a,
    const struct provider_list *list, struct err *err)
{
	static char text[16 * 1024];
	char *line, *rest = text;
	int rc = 0;

	(void)at;
	if (a->status == 401)
		return err_set(err, ERR_LOGIN, "no such token");
	if (a->status != 200)
		return err_set(err, ERR_UPSTREAM, "in trouble");
	(void)snprintf(text, sizeof(text), "%.*s", (int)a->body.len,
	    (const char *)a->body.data);
	while (rc == 0 && (line = strsep(&rest, "\n")))
		if (*line)
			rc = take_line(page, line, list, err);
	return rc;
}

static int fake_token_ask(const struct provider_at *at,
    const struct provider_flow *flow, struct http_ask *ask, struct err *err)
{
	(void)at;
	(void)flow;
	(void)err;
	http_ask_init(ask);
	buf_adds(&ask->url, "renew");
	return 0;
}

static int fake_token_take(const struct provider_at *at,
    const struct provider_flow *flow, const struct http_answer *a,
    struct provider_tokens *t, struct err *err)
{
	(void)flow;
	(void)a;
	(void)err;
	return secret_new(&t->access, at->slab, "t2", 2);
}

static struct provider fake_provider = {
    .token_ask = fake_token_ask,
    .token_take = fake_token_take,
    .list_ask = fake_list_ask,
    .list_take = fake_list_take,
};

const struct provider *provider_of(
    const struct servers_entry *one, struct err *err)
{
	(void)one;
	(void)err;
	return &fake_provider;
}

/* --- the world */

/* As whoever puts it all together has it. */
static void session_changed(
    void *arg, const unsigned char identity[HASH_SHA256], int is)
{
	(void)arg;
	(void)is;
	listings_forget(listings, identity);
}

static int begin(void **state)
{
	fake_provider.list_ask = fake_list_ask;
	if (begin_upstream(state, NOW) || listings_new(&listings, &up, &e))
		return -1;
	sessions_watch(sessions, session_changed, NULL);
	return 0;
}

static int end(void **state)
{
	listings_free(listings);
	return end_upstream(state);
}

/* What came of an ask. */
struct asked {
	struct listing_wait wait;
	int told, code, more;
	char msg[1024];
	char roles[1024]; /* "A B" */
	char names[1024]; /* of their accounts */
	uint64_t cursor;
	size_t n, done, total;
};

static void heard(
    void *arg, const struct listing_part *part, const struct err *why)
{
	struct asked *a = arg;
	struct buf roles = BUF_INIT(1000), names = BUF_INIT(1000);

	a->told++;
	if (!part) {
		a->code = why->code;
		(void)snprintf(a->msg, sizeof(a->msg), "%s", why->msg);
		return;
	}
	for (size_t i = 0; i < part->n; i++) {
		buf_addf(&roles, "%s%s", i ? " " : "", part->at[i]->role);
		buf_addf(&names, "%s%s", i ? " " : "",
		    part->at[i]->account_name ? part->at[i]->account_name
					      : "-");
	}
	(void)snprintf(a->roles, sizeof(a->roles), "%s", buf_str(&roles));
	(void)snprintf(a->names, sizeof(a->names), "%s", buf_str(&names));
	a->n = part->n;
	a->cursor = part->cursor + part->n;
	a->more = part->more;
	a->done = part->done;
	a->total = part->total;
	buf_release(&roles);
	buf_release(&names);
}

static int ask(struct asked *a, uint64_t cursor, int fresh)
{
	const struct listing_want want = {"corp", cursor, fresh};

	memset(a, 0, sizeof(*a));
	a->wait.fn = heard;
	a->wait.arg = a;
	return listing_ask(listings, &want, &a->wait, &e);
}

static void turn(void)
{
	for (int i = 0; i < 3; i++)
		assert_int_equal(loop_once(loop, 0, &e), 0);
}

static void ask_and_turn(struct asked *a, uint64_t cursor, int fresh)
{
	assert_int_equal(ask(a, cursor, fresh), 0);
	turn();
}

/* Answers the call for that page. */
static void page(const char *which, unsigned status, const char *body)
{
	for (size_t i = 0; i < fake_n; i++) {
		if (!fake_calls[i].open ||
		    strcmp(buf_str(&fake_calls[i].ask.url), which) != 0)
			continue;
		fake_answer(i, status, "text/plain", body);
		turn();
		return;
	}
	fail_msg("nothing asks for %s", which);
}

static int is_asked(const char *which)
{
	int n = 0;

	for (size_t i = 0; i < fake_n; i++)
		n += fake_calls[i].open &&
		     strcmp(buf_str(&fake_calls[i].ask.url), which) == 0;
	return n;
}

static void assert_told(const struct asked *a, const char *roles, int more)
{
	if (a->code)
		fail_msg("%s", a->msg);
	assert_int_equal(a->told, 1);
	assert_string_equal(a->roles, roles);
	assert_int_equal(a->more, more);
}

/* --- tests */

static void a_list_of_one_page_is_told_whole(void **state)
{
	static struct asked a;

	(void)state;
	log_in("t1");
	ask_and_turn(&a, 0, 0);
	assert_int_equal(a.told, 0);
	assert_string_equal(fake_header(&fake_calls[0].ask, "Token"), "t1");
	page("- -", 200, "role Dev\nrole Ops\n");
	assert_told(&a, "Dev Ops", 0);
	assert_int_equal(a.total, 0);
}

static void an_empty_list_is_whole_too(void **state)
{
	static struct asked a;

	(void)state;
	log_in("t1");
	ask_and_turn(&a, 0, 0);
	page("- -", 200, "");
	assert_told(&a, "", 0);
}

static void roles_come_in_the_servers_order(void **state)
{
	static struct asked a, b, c;

	(void)state;
	log_in("t1");
	ask_and_turn(&a, 0, 0);
	page("- -", 200, "account 1 one\naccount 2 two\nnext X\n");
	assert_int_equal(a.told, 0);
	assert_int_equal(is_asked("1 -") + is_asked("2 -"), 2);
	/* The second account's roles wait for those of the first. */
	page("2 -", 200, "role 2/A\n");
	assert_int_equal(a.told, 0);
	page("- X", 200, "account 3 three\n");
	page("1 -", 200, "role 1/A\nrole 1/B\nnext P\n");
	assert_told(&a, "1/A 1/B", 1);
	assert_string_equal(a.names, "one one");
	assert_int_equal(a.done, 1);
	assert_int_equal(a.total, 3);
	ask_and_turn(&b, a.cursor, 0);
	assert_int_equal(b.told, 0);
	page("1 P", 200, "role 1/C\n");
	assert_told(&b, "1/C 2/A", 1);
	assert_int_equal(b.done, 2);
	ask_and_turn(&c, b.cursor, 0);
	page("3 -", 200, "");
	assert_told(&c, "", 0);
	assert_int_equal(c.done, 3);
	assert_int_equal(c.total, 3);
	/* All of it again, from memory. */
	ask_and_turn(&a, 0, 0);
	assert_told(&a, "1/A 1/B 1/C 2/A", 0);
	assert_int_equal(fake_n, 6);
}

static void whoever_asks_meanwhile_joins(void **state)
{
	static struct asked a, b;

	(void)state;
	log_in("t1");
	ask_and_turn(&a, 0, 0);
	ask_and_turn(&b, 0, 1);
	assert_int_equal(fake_n, 1);
	page("- -", 200, "role Dev\n");
	assert_told(&a, "Dev", 0);
	assert_told(&b, "Dev", 0);
}

static void a_whole_list_is_kept_for_a_while(void **state)
{
	static struct asked a;

	(void)state;
	log_in("t1");
	ask_and_turn(&a, 0, 0);
	page("- -", 200, "role Dev\n");
	now += LISTING_KEEP - 1;
	turn();
	ask_and_turn(&a, 0, 0);
	assert_told(&a, "Dev", 0);
	assert_int_equal(fake_n, 1);
	now += 1;
	turn();
	ask_and_turn(&a, 0, 0);
	assert_int_equal(fake_n, 2);
	page("- -", 200, "role Ops\n");
	assert_told(&a, "Ops", 0);
	ask_and_turn(&a, 0, 1);
	assert_int_equal(fake_n, 3);
	page("- -", 200, "role New\n");
	assert_told(&a, "New", 0);
}

static void a_cursor_of_a_list_that_is_gone_is_refused(void **state)
{
	static struct asked a, b, c;

	(void)state;
	log_in("t1");
	ask_and_turn(&a, 0, 0);
	page("- -", 200, "role Dev\n");
	ask_and_turn(&b, 0, 1);
	assert_int_equal(ask(&c, a.cursor, 0), ERR_UPSTREAM);
	assert_non_null(strstr(e.msg, "begun anew"));
	assert_int_equal(ask(&c, a.cursor + 5, 0), ERR_UPSTREAM);
	/* One that nobody gave. */
	assert_int_equal(ask(&c, 7, 0), ERR_UPSTREAM);
	/* Not though the new one is as long. */
	page("- -", 200, "role Ops\n");
	assert_int_equal(ask(&c, a.cursor, 0), ERR_UPSTREAM);
}

static void without_a_login_there_is_none(void **state)
{
	static struct asked a;

	(void)state;
	ask_and_turn(&a, 0, 0);
	assert_int_equal(a.told, 1);
	assert_int_equal(a.code, ERR_LOGIN);
	assert_int_equal(fake_n, 0);
	/* And not remembered. */
	log_in("t1");
	ask_and_turn(&a, 0, 0);
	page("- -", 200, "role Dev\n");
	assert_told(&a, "Dev", 0);
}

static void an_unknown_server_is_an_error(void **state)
{
	const struct listing_want want = {"other", 0, 0};
	static struct asked a = {.wait = {.fn = heard}};

	(void)state;
	assert_int_equal(
	    listing_ask(listings, &want, &a.wait, &e), ERR_NOT_FOUND);
}

static void a_server_may_have_no_list(void **state)
{
	static struct asked a;

	(void)state;
	fake_provider.list_ask = NULL;
	log_in("t1");
	ask_and_turn(&a, 0, 0);
	assert_int_equal(a.code, ERR_DENIED);
	assert_string_equal(a.msg, "corp has no list of its roles");
}

static void what_fails_fails_as_a_whole(void **state)
{
	static struct asked a, b;

	(void)state;
	log_in("t1");
	ask_and_turn(&a, 0, 0);
	page("- -", 200, "account 1 one\naccount 2 two\naccount 3 three\n");
	page("1 -", 200, "role 1/A\n");
	assert_told(&a, "1/A", 1);
	page("2 -", 500, "");
	/* What is left of it is let go. */
	assert_int_equal(fake_open(), 0);
	ask_and_turn(&b, a.cursor, 0);
	assert_int_equal(b.code, ERR_UPSTREAM);
	assert_string_equal(b.msg, "in trouble");
	ask_and_turn(&b, 0, 0);
	assert_int_equal(b.told, 0);
	assert_int_equal(is_asked("- -"), 1);
}

static int holds(void)
{
	struct catalog_entry found;

	assert_int_equal(catalog_find(up.catalog, "corp", &found, &e), 0);
	return sessions_find(sessions, found.identity) != NULL;
}

static void a_refused_token_that_is_the_last_ends_it(void **state)
{
	static struct asked a;

	(void)state;
	log_in("t1");
	ask_and_turn(&a, 0, 0);
	page("- -", 401, "");
	assert_int_equal(a.told, 1);
	assert_int_equal(a.code, ERR_LOGIN);
	assert_false(holds());
}

static void a_refused_token_is_renewed_once(void **state)
{
	static struct asked a, b;

	(void)state;
	log_in_with("t1", "r1", 0);
	ask_and_turn(&a, 0, 0);
	page("- -", 200, "account 1 one\naccount 2 two\naccount 3 three\n");
	page("1 -", 401, "");
	page("2 -", 401, "");
	assert_int_equal(is_asked("renew"), 1);
	page("renew", 200, "");
	/* Both again, with the new one; the third was asked with the old. */
	assert_int_equal(is_asked("1 -") + is_asked("2 -"), 2);
	assert_string_equal(
	    fake_header(&fake_calls[fake_n - 1].ask, "Token"), "t2");
	page("3 -", 401, "");
	assert_int_equal(is_asked("3 -"), 1);
	page("1 -", 200, "role 1/A\n");
	page("3 -", 200, "role 3/A\n");
	assert_told(&a, "1/A", 1);
	/* Now the new one. */
	page("2 -", 401, "");
	assert_int_equal(fake_open(), 0);
	assert_false(holds());
	assert_int_equal(ask(&b, a.cursor, 0), ERR_LOGIN);
}

static void a_list_goes_with_its_login(void **state)
{
	struct catalog_entry found;
	static struct asked a, b;

	(void)state;
	log_in("t1");
	ask_and_turn(&a, 0, 0);
	assert_int_equal(catalog_find(up.catalog, "corp", &found, &e), 0);
	assert_int_equal(sessions_drop(sessions, found.identity), 1);
	assert_int_equal(fake_open(), 0);
	turn();
	assert_int_equal(a.told, 1);
	assert_int_equal(a.code, ERR_LOGIN);
	assert_string_equal(a.msg, "login required. Run: mairu login corp");
	/* A whole one goes with the login too. */
	log_in("t2");
	ask_and_turn(&a, 0, 0);
	page("- -", 200, "role Dev\n");
	log_in("t3");
	ask_and_turn(&b, 0, 0);
	assert_int_equal(b.told, 0);
	assert_string_equal(
	    fake_header(&fake_calls[fake_n - 1].ask, "Token"), "t3");
}

static void a_list_of_another_login_is_not_told(void **state)
{
	static struct asked a;

	(void)state;
	sessions_watch(sessions, NULL, NULL);
	log_in("t1");
	ask_and_turn(&a, 0, 0);
	page("- -", 200, "role Dev\n");
	log_in("t2");
	ask_and_turn(&a, 0, 0);
	assert_int_equal(a.told, 0);
	page("- -", 200, "role Ops\n");
	assert_told(&a, "Ops", 0);
}

static void what_nobody_waits_for_is_given_up(void **state)
{
	static struct asked a, b;

	(void)state;
	log_in("t1");
	ask_and_turn(&a, 0, 0);
	listing_leave(&a.wait);
	listing_leave(&a.wait); /* idle by now */
	now += LISTING_LINGER - 1;
	turn();
	assert_int_equal(fake_open(), 1);
	ask_and_turn(&b, 0, 0);
	now += LISTING_LINGER;
	turn();
	assert_int_equal(fake_open(), 1);
	listing_leave(&b.wait);
	now += LISTING_LINGER;
	turn();
	assert_int_equal(fake_open(), 0);
	assert_int_equal(a.told + b.told, 0);
}

static void a_list_that_names_itself_is_ended(void **state)
{
	static struct asked a;

	(void)state;
	log_in("t1");
	ask_and_turn(&a, 0, 0);
	page("- -", 200, "next X\n");
	page("- X", 200, "next X\n");
	assert_int_equal(a.code, ERR_UPSTREAM);
	assert_non_null(strstr(a.msg, "does not end"));
	assert_int_equal(fake_open(), 0);
}

static void the_token_of_a_page_is_whole_or_an_error(void **state)
{
	static char token[9001], which[9100], body[9100];
	static struct asked a;

	(void)state;
	log_in("t1");
	memset(token, 'x', 8000);
	ask_and_turn(&a, 0, 0);
	(void)snprintf(body, sizeof(body), "role R1\nnext %s\n", token);
	page("- -", 200, body);
	(void)snprintf(which, sizeof(which), "- %s", token);
	memset(token, 'y', 9000);
	(void)snprintf(body, sizeof(body), "role R2\nnext %s\n", token);
	assert_told(&a, "R1", 1);
	ask_and_turn(&a, a.cursor, 0);
	page(which, 200, body);
	assert_int_equal(a.code, ERR_UPSTREAM);
	assert_non_null(strstr(a.msg, "can't be read to its end"));
	assert_int_equal(fake_open(), 0);
}

static void who_waits_can_see_how_far_it_is(void **state)
{
	struct listing_part part;
	static struct asked a;

	(void)state;
	log_in("t1");
	ask_and_turn(&a, 0, 0);
	page("- -", 200, "account 1 one\naccount 2 two\n");
	listing_look(&a.wait, &part);
	assert_int_equal(part.n, 0);
	assert_int_equal(part.total, 2);
	assert_int_equal(part.done, 0);
	assert_int_equal(part.more, 1);
}

/* Many accounts, each answered as it is asked for. */
static void many_accounts_are_asked_a_few_at_once(void **state)
{
	struct buf b = BUF_INIT(4000);
	static struct asked a;
	size_t most = 0;

	(void)state;
	log_in("t1");
	ask_and_turn(&a, 0, 0);
	for (int i = 0; i < 200; i++)
		buf_addf(&b, "account %03d n\n", i);
	page("- -", 200, buf_str(&b));
	for (size_t i = 1; i < 201; i++) {
		most = fake_open() > most ? fake_open() : most;
		fake_answer(i, 200, "text/plain", "role R\n");
	}
	turn();
	assert_int_equal(most, 16);
	assert_int_equal(a.n, 200);
	assert_int_equal(a.done, 200);
	assert_int_equal(a.more, 0);
	buf_release(&b);
}

static void a_name_that_nobody_could_ask_for_is_refused(void **state)
{
	struct buf b = BUF_INIT(4000);
	static struct asked a;

	(void)state;
	log_in("t1");
	ask_and_turn(&a, 0, 0);
	buf_adds(&b, "role ");
	for (int i = 0; i < 2049; i++)
		buf_addc(&b, 'x');
	page("- -", 200, buf_str(&b));
	assert_int_equal(a.code, ERR_UPSTREAM);
	buf_release(&b);
}

static const char *known(uint64_t cursor)
{
	const struct listing_want want = {"corp", cursor, 0};
	struct listing_part part;
	static char roles[1024];
	struct buf b = BUF_INIT(1000);

	assert_int_equal(listing_known(listings, &want, &part, &e), 0);
	assert_int_equal(part.more, 0);
	for (size_t i = 0; i < part.n; i++)
		buf_addf(&b, "%s%s", i ? " " : "", part.at[i]->role);
	(void)snprintf(roles, sizeof(roles), "%s", buf_str(&b));
	buf_release(&b);
	turn();
	return roles;
}

static void what_is_known_is_told_at_once_and_begun_for_the_next(void **state)
{
	static struct asked a;

	(void)state;
	assert_string_equal(known(0), "");
	assert_int_equal(fake_n, 0);
	log_in("t1");
	assert_string_equal(known(0), "");
	assert_string_equal(known(0), "");
	assert_int_equal(fake_n, 1);
	/* Half a list would make a role look like the only one of its kind. */
	page("- -", 200, "account 1 one\naccount 2 two\n");
	page("1 -", 200, "role 1/A\n");
	assert_string_equal(known(0), "");
	/* Who asks for it keeps it from being given up. */
	now += LISTING_LINGER - 1;
	turn();
	assert_string_equal(known(0), "");
	now += LISTING_LINGER - 1;
	turn();
	page("2 -", 200, "role 2/A\n");
	assert_string_equal(known(0), "1/A 2/A");
	ask_and_turn(&a, 0, 0);
	assert_told(&a, "1/A 2/A", 0);
	assert_string_equal(known(a.cursor - 1), "2/A");
	assert_int_equal(fake_n, 3);
	/* Nor does a look at it keep it for longer. */
	now += LISTING_KEEP - 1;
	turn();
	assert_string_equal(known(0), "1/A 2/A");
	now += 1;
	turn();
	assert_string_equal(known(0), "");
	assert_int_equal(fake_n, 4);
}

static void what_is_known_goes_with_its_login(void **state)
{
	(void)state;
	log_in("t1");
	assert_string_equal(known(0), "");
	page("- -", 200, "role Dev\n");
	assert_string_equal(known(0), "Dev");
	log_in("t2");
	assert_string_equal(known(0), "");
	page("- -", 200, "role Ops\n");
	assert_string_equal(known(0), "Ops");
	sessions_drop_all(sessions);
	assert_string_equal(known(0), "");
	assert_int_equal(fake_open(), 0);
}

static void a_list_that_fails_is_not_begun_at_each_look(void **state)
{
	static struct asked a;

	(void)state;
	log_in("t1");
	assert_string_equal(known(0), "");
	page("- -", 503, "");
	assert_string_equal(known(0), "");
	assert_string_equal(known(0), "");
	assert_int_equal(fake_n, 1);
	/* Who waits for it is told anew. */
	ask_and_turn(&a, 0, 0);
	assert_int_equal(fake_n, 2);
	page("- -", 503, "");
	assert_int_equal(a.code, ERR_UPSTREAM);
	now += LISTING_LINGER;
	turn();
	assert_string_equal(known(0), "");
	assert_int_equal(fake_n, 3);
}

#define LIST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    LIST(a_list_of_one_page_is_told_whole),
	    LIST(an_empty_list_is_whole_too),
	    LIST(roles_come_in_the_servers_order),
	    LIST(the_token_of_a_page_is_whole_or_an_error),
	    LIST(whoever_asks_meanwhile_joins),
	    LIST(a_whole_list_is_kept_for_a_while),
	    LIST(a_cursor_of_a_list_that_is_gone_is_refused),
	    LIST(without_a_login_there_is_none),
	    LIST(an_unknown_server_is_an_error),
	    LIST(a_server_may_have_no_list),
	    LIST(what_fails_fails_as_a_whole),
	    LIST(a_refused_token_that_is_the_last_ends_it),
	    LIST(a_refused_token_is_renewed_once),
	    LIST(a_list_goes_with_its_login),
	    LIST(a_list_of_another_login_is_not_told),
	    LIST(what_nobody_waits_for_is_given_up),
	    LIST(a_list_that_names_itself_is_ended),
	    LIST(who_waits_can_see_how_far_it_is),
	    LIST(many_accounts_are_asked_a_few_at_once),
	    LIST(a_name_that_nobody_could_ask_for_is_refused),
	    LIST(what_is_known_is_told_at_once_and_begun_for_the_next),
	    LIST(what_is_known_goes_with_its_login),
	    LIST(a_list_that_fails_is_not_begun_at_each_look),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
