#include "net/aws/sigv4.h"

#include <dirent.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <ucontext.h>

#include <cmocka.h>

#include "base/core/hash.h"
#include "memscan.h"

#define KEY_ID "AKIDEXAMPLE"
#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

static const struct sigv4_scope vector_scope = {
    1440938160, "us-east-1", "service"};

/* --- the published vectors, where they are */

struct text {
	char *data;
	size_t len;
};

static int slurp(const char *dir, const char *end, struct text *t)
{
	const char *name = strrchr(dir, '/') + 1;
	char path[PATH_MAX];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s.%s", dir, name, end);
	f = fopen(path, "re");
	if (!f)
		return -1;
	t->data = test_calloc(1, 65536);
	t->len = fread(t->data, 1, 65535, f);
	(void)fclose(f);
	return 0;
}

struct parsed {
	struct sigv4_request r;
	struct sigv4_header headers[SIGV4_MAX_HEADERS];
	char *method, *target;
};

/* Takes the text apart where it stands. */
static void parse(struct text *t, struct parsed *p)
{
	char *line = t->data, *next, *end;

	memset(p, 0, sizeof(*p));
	p->r.headers = p->headers;
	p->r.body = "";
	next = strchr(line, '\n');
	*next++ = '\0';
	p->method = line;
	p->target = strchr(line, ' ');
	*p->target++ = '\0';
	end = strrchr(p->target, ' ');
	*end = '\0';
	p->r.method = p->method;
	p->r.path = p->target;
	p->r.query = "";
	end = strchr(p->target, '?');
	if (end) {
		*end = '\0';
		p->r.query = end + 1;
	}
	while ((line = next) && *line && *line != '\n') {
		/* A line that begins with a blank goes on with the last. */
		for (next = line; (next = strchr(next, '\n'));) {
			if (next[1] != ' ' && next[1] != '\t')
				break;
			next++;
		}
		if (next)
			*next++ = '\0';
		end = strchr(line, ':');
		*end = '\0';
		assert_true(p->r.n_headers < SIGV4_MAX_HEADERS);
		p->headers[p->r.n_headers].name = line;
		p->headers[p->r.n_headers++].value = end + 1;
	}
	if (line && *line == '\n') {
		p->r.body = line + 1;
		p->r.body_len = strlen(line + 1);
	}
}

static void assert_text(const char *dir, const char *what, struct buf *b)
{
	struct text want;

	assert_int_equal(slurp(dir, what, &want), 0);
	if (strcmp(buf_str(b), want.data) != 0)
		fail_msg("%s.%s:\n%s\n--- should be\n%s", dir, what, buf_str(b),
		    want.data);
	test_free(want.data);
}

static int check_vector(const char *dir)
{
	struct buf canonical = BUF_INIT(SIGV4_MAX_TEXT);
	struct buf string = BUF_INIT(1024), value = BUF_INIT(4096);
	struct parsed p;
	struct text t;
	struct err e;

	if (slurp(dir, "req", &t) < 0)
		return 0;
	parse(&t, &p);
	/* These two sign a token that their request does not show. */
	if (strstr(dir, "get-vanilla-with-session-token")) {
		p.headers[p.r.n_headers].name = "X-Amz-Security-Token";
		p.headers[p.r.n_headers++].value =
		    "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73e"
		    "bf194267";
	}
	assert_int_equal(sigv4_canonical(&p.r, &canonical, &e), 0);
	assert_text(dir, "creq", &canonical);
	sigv4_string(&vector_scope, canonical.data, canonical.len, &string);
	assert_text(dir, "sts", &string);
	assert_int_equal(sigv4_authorization(&p.r, &vector_scope, KEY_ID,
			     SECRET, strlen(SECRET), &value, &e),
	    0);
	assert_text(dir, "authz", &value);
	buf_release(&canonical);
	buf_release(&string);
	buf_release(&value);
	test_free(t.data);
	return 1;
}

static int check_all(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *one;
	int n = 0;

	if (!d)
		return 0;
	while ((one = readdir(d))) {
		char path[PATH_MAX];
		struct stat st;

		if (one->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", dir, one->d_name);
		if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
			n += check_vector(path) + check_all(path);
	}
	(void)closedir(d);
	return n;
}

static void every_published_vector_passes(void **state)
{
	const char *aws = getenv("MAIRU_AWS");
	char dir[PATH_MAX];
	int n;

	(void)state;
	(void)snprintf(
	    dir, sizeof(dir), "%s/sigv4", aws ? aws : "../shared/aws");
	n = check_all(dir);
	if (n == 0) {
		print_message("# the vectors are not here (MAIRU_AWS)\n");
		skip();
	}
	print_message("# %d vectors\n", n);
	assert_int_equal(n, 34);
}

/* --- always */

/* As botocore signs it. */
static void a_request_to_sts_is_signed_as_sdks_sign_it(void **state)
{
	static const char body[] =
	    "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A"
	    "123456789012%3Arole%2FTarget&RoleSessionName=alice"
	    "&DurationSeconds=3600&ExternalId=ext-1";
	static const struct sigv4_header headers[] = {
	    {"X-Amz-Date", "20260102T030405Z"},
	    {"Host", "sts.us-east-1.amazonaws.com"},
	    {"X-Amz-Security-Token",
		"IQoJb3JpZ2luX2VjEXAMPLE//session+token=="},
	    {"Content-Type",
		"application/x-www-form-urlencoded; charset=utf-8"},
	};
	const struct sigv4_request r = {
	    "POST", "/", "", headers, 4, body, strlen(body)};
	const struct sigv4_scope scope = {1767323045, "us-east-1", "sts"};
	struct buf out = BUF_INIT(4096);
	struct err e;

	(void)state;
	assert_int_equal(r.body_len, 154);
	assert_int_equal(
	    sigv4_authorization(&r, &scope, "ASIAIOSFODNN7EXAMPLE",
		"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", 40, &out, &e),
	    0);
	assert_string_equal(buf_str(&out),
	    "AWS4-HMAC-SHA256 Credential=ASIAIOSFODNN7EXAMPLE/20260102/"
	    "us-east-1/sts/aws4_request, SignedHeaders=content-type;host;"
	    "x-amz-date;x-amz-security-token, Signature="
	    "7daba4712612c4d44ff58057052b9b8f5e6df72b3dc7afc822bb48d2d4871660");
	buf_release(&out);
}

static const char *canonical(const char *path, const char *query)
{
	static const struct sigv4_header headers[] = {
	    {"B", "  one \t two  "}, {"a", "2"}, {"A", "1"}};
	const struct sigv4_request r = {"GET", path, query, headers, 3, "", 0};
	static char text[4096];
	struct buf out = BUF_INIT(SIGV4_MAX_TEXT);
	struct err e;

	assert_int_equal(sigv4_canonical(&r, &out, &e), 0);
	(void)snprintf(text, sizeof(text), "%s", buf_str(&out));
	buf_release(&out);
	return text;
}

#define HEADERS                                                                \
	"\na:2,1\nb:one two\n\na;b\n"                                          \
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void a_canonical_request_has_one_form(void **state)
{
	(void)state;
	assert_string_equal(canonical("", ""), "GET\n/\n" HEADERS);
	assert_string_equal(
	    canonical("/a/./b/..//c/", ""), "GET\n/a/c/\n" HEADERS);
	assert_string_equal(canonical("/../..", ""), "GET\n/\n" HEADERS);
	/* What a path has encoded is encoded again, in a query it is not. */
	assert_string_equal(canonical("/a%20b", "x=%7e%2f&x=&b"),
	    "GET\n/a%2520b\nb=&x=&x=~%2F" HEADERS);
	assert_string_equal(canonical("/", "&&k=%zz&k=a=b&ka=1"),
	    "GET\n/\nk=%25zz&k=a%3Db&ka=1" HEADERS);
}

static void too_much_is_refused(void **state)
{
	struct sigv4_header headers[SIGV4_MAX_HEADERS + 1];
	struct sigv4_request r = {"GET", "/", "", headers, 1, "", 0};
	char query[3 * SIGV4_MAX_PARAMETERS + 2];
	struct buf out = BUF_INIT(SIGV4_MAX_TEXT);
	struct buf small = BUF_INIT(64);
	struct err e;

	(void)state;
	for (size_t i = 0; i <= SIGV4_MAX_HEADERS; i++)
		headers[i] = (struct sigv4_header){"h", "v"};
	for (size_t i = 0; i < sizeof(query) - 1; i++)
		query[i] = "a=&"[i % 3];
	query[sizeof(query) - 2] = query[sizeof(query) - 1] = '\0';
	r.query = query;
	assert_int_equal(sigv4_canonical(&r, &out, &e), 0);
	buf_clear(&out);
	query[sizeof(query) - 2] = 'b';
	assert_int_equal(sigv4_canonical(&r, &out, &e), ERR_LIMIT);
	r.query = "";
	buf_clear(&out);
	r.n_headers = SIGV4_MAX_HEADERS + 1;
	assert_int_equal(sigv4_canonical(&r, &out, &e), ERR_LIMIT);
	r.n_headers = 1;
	assert_int_equal(sigv4_canonical(&r, &small, &e), ERR_NOMEM);
	buf_clear(&small);
	assert_int_equal(sigv4_authorization(&r, &vector_scope, KEY_ID, SECRET,
			     strlen(SECRET), &small, &e),
	    ERR_NOMEM);
	buf_release(&out);
	buf_release(&small);
}

/* --- what signing leaves behind, on a stack of its own */

static unsigned char stack[256 * 1024];
static ucontext_t here, there;
static const struct sigv4_header one_header[] = {
    {"x-amz-date", "20150830T123600Z"}};
static const struct sigv4_request signed_one = {
    "GET", "/", "", one_header, 1, "", 0};
static struct buf signature = BUF_INIT(4096);

static void sign_there(void)
{
	struct err e;

	assert_int_equal(sigv4_authorization(&signed_one, &vector_scope, KEY_ID,
			     SECRET, strlen(SECRET), &signature, &e),
	    0);
}

static unsigned char last_key[HASH_SHA256], plain[HASH_SHA256];
static struct buf string = BUF_INIT(4096);

static void hash_there(void)
{
	const struct hash_part part = {string.data, string.len};

	hash_hmac(last_key, sizeof(last_key), &part, 1, plain);
}

static void on_stack(void (*fn)(void))
{
	memset(stack, 0, sizeof(stack));
	assert_int_equal(getcontext(&there), 0);
	there.uc_stack.ss_sp = stack;
	there.uc_stack.ss_size = sizeof(stack);
	there.uc_link = &here;
	makecontext(&there, fn, 0);
	assert_int_equal(swapcontext(&here, &there), 0);
}

static size_t left_on_stack(const void *p, size_t len)
{
	const unsigned char *at = stack, *end = stack + sizeof(stack);
	size_t n = 0;

	while ((at = memmem(at, (size_t)(end - at), p, len)) != NULL) {
		n++;
		at++;
	}
	return n;
}

static void keys_on_the_way_are_wiped(void **state)
{
	static const char *const texts[] = {
	    "20150830", "us-east-1", "service", "aws4_request", NULL};
	unsigned char next[HASH_SHA256];
	struct buf canonical_ = BUF_INIT(4096);
	struct hash_part part;
	struct err e;
	size_t found;

	(void)state;
	ONLY_WHERE_FREE_WIPES();
	/* What to look for: each key on the way, and what the last one gives,
	 * which is no secret but lies where the keys were. */
	assert_int_equal(sigv4_canonical(&signed_one, &canonical_, &e), 0);
	sigv4_string(&vector_scope, canonical_.data, canonical_.len, &string);
	on_stack(sign_there);
	assert_int_equal(left_on_stack(SECRET, strlen(SECRET)), 0);
	part = (struct hash_part){texts[0], strlen(texts[0])};
	hash_hmac("AWS4" SECRET, strlen("AWS4" SECRET), &part, 1, last_key);
	for (size_t i = 1; texts[i] != NULL; i++) {
		assert_int_equal(left_on_stack(last_key, sizeof(last_key)), 0);
		part = (struct hash_part){texts[i], strlen(texts[i])};
		hash_hmac(last_key, sizeof(last_key), &part, 1, next);
		memcpy(last_key, next, sizeof(last_key));
	}
	assert_int_equal(left_on_stack(last_key, sizeof(last_key)), 0);
	part = (struct hash_part){string.data, string.len};
	hash_hmac(last_key, sizeof(last_key), &part, 1, next);
	found = left_on_stack(next, sizeof(next));
	/* The library leaves it too. */
	on_stack(hash_there);
	assert_memory_equal(plain, next, sizeof(next));
	assert_int_equal(found, left_on_stack(next, sizeof(next)));
	buf_release(&canonical_);
	buf_release(&string);
	buf_release(&signature);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_request_to_sts_is_signed_as_sdks_sign_it),
	    cmocka_unit_test(a_canonical_request_has_one_form),
	    cmocka_unit_test(too_much_is_refused),
	    cmocka_unit_test(keys_on_the_way_are_wiped),
	    cmocka_unit_test(every_published_vector_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
