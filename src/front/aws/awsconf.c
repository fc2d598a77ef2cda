#include "front/aws/awsconf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/core/buf.h"
#include "base/sys/file.h"
#include "base/sys/path.h"

enum {
	/* In a credential_process; mairu's is just a path and two words. */
	WORDS_MAX = 8,
};

/* With any of these a profile wins over the endpoint, or fails before it, in at
 * least one of botocore and the SDKs for JavaScript and Go; each was tested.  A
 * session token or a region alone does neither. */
static const char *const deciding[AWSCONF_DECIDING] = {
    [AWSCONF_KEY_ID] = "aws_access_key_id",
    [AWSCONF_SECRET_KEY] = "aws_secret_access_key",
    [AWSCONF_PROCESS] = "credential_process",
    [AWSCONF_ROLE_ARN] = "role_arn",
    [AWSCONF_SOURCE_PROFILE] = "source_profile",
    [AWSCONF_CREDENTIAL_SOURCE] = "credential_source",
    [AWSCONF_WEB_IDENTITY] = "web_identity_token_file",
    [AWSCONF_SSO_SESSION] = "sso_session",
    [AWSCONF_SSO_START_URL] = "sso_start_url",
    [AWSCONF_SSO_ACCOUNT_ID] = "sso_account_id",
    [AWSCONF_SSO_ROLE_NAME] = "sso_role_name",
    [AWSCONF_SSO_REGION] = "sso_region",
    [AWSCONF_LOGIN_SESSION] = "login_session",
};

const char *awsconf_key_name(enum awsconf_key_id key)
{
	return deciding[key];
}

static int is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static void trim(const char **s, size_t *len)
{
	while (*len > 0 && is_blank(**s)) {
		(*s)++;
		(*len)--;
	}
	while (*len > 0 && is_blank((*s)[*len - 1]))
		(*len)--;
}

static int equals(const char *s, size_t len, const char *word)
{
	return strlen(word) == len && memcmp(s, word, len) == 0;
}

/* --- lines */

void awsconf_open(struct awsconf_reader *r, const char *text, size_t len)
{
	*r = (struct awsconf_reader){.text = text, .len = len};
}

/* Ignore what follows the bracket: "default] # mine". */
static void take_section(struct awsconf_line *l, const char *s, size_t len)
{
	const char *close = memchr(s, ']', len);

	if (close == NULL)
		return;
	l->kind = AWSCONF_SECTION;
	l->name = s;
	l->name_len = (size_t)(close - s);
	trim(&l->name, &l->name_len);
}

static void take_key(struct awsconf_line *l, const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] != '=' && s[n] != ':')
		n++;
	if (n == len)
		return;
	l->name = s;
	l->name_len = n;
	trim(&l->name, &l->name_len);
	l->value = s + n + 1;
	l->value_len = len - n - 1;
	trim(&l->value, &l->value_len);
	if (l->name_len > 0)
		l->kind = AWSCONF_KEY;
}

int awsconf_next(struct awsconf_reader *r, struct awsconf_line *l)
{
	const char *s, *newline;
	size_t len, indent = 0;

	*l = (struct awsconf_line){.kind = AWSCONF_OTHER, .at = r->at};
	if (r->at >= r->len)
		return 0;
	s = r->text + r->at;
	newline = memchr(s, '\n', r->len - r->at);
	len = newline != NULL ? (size_t)(newline - s) : r->len - r->at;
	r->at += len + (newline != NULL);
	l->end = r->at;
	/* A byte order mark, which JavaScript skips. */
	if (l->at == 0 && len >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0) {
		s += 3;
		len -= 3;
	}
	while (indent < len && is_blank(s[indent]))
		indent++;
	trim(&s, &len);
	if (len == 0 || s[0] == '#' || s[0] == ';')
		return 1;
	if (s[0] == '[') {
		take_section(l, s + 1, len - 1);
		r->opens = 0;
		return 1;
	}
	if (r->opens && indent > r->indent)
		return 1;
	take_key(l, s, len);
	if (l->kind == AWSCONF_KEY) {
		r->indent = indent;
		r->opens = l->value_len == 0 || l->value[0] == '#' ||
			   l->value[0] == ';';
	}
	return 1;
}

int awsconf_begins(
    const struct awsconf_line *l, enum awsconf_file file, const char *profile)
{
	static const char prefix[] = "profile";
	const char *s = l->name;
	size_t len = l->name_len, n = sizeof(prefix) - 1;

	if (l->kind != AWSCONF_SECTION)
		return 0;
	if (file == AWSCONF_CREDENTIALS || equals(s, len, "default"))
		return equals(s, len, profile);
	if (len <= n || memcmp(s, prefix, n) != 0 || !is_blank(s[n]))
		return 0;
	s += n;
	len -= n;
	trim(&s, &len);
	if (len >= 2 && (s[0] == '"' || s[0] == '\'') && s[len - 1] == s[0]) {
		s++;
		len -= 2;
	}
	return equals(s, len, profile);
}

int awsconf_has_key(const struct awsconf_line *l, const char *key)
{
	if (l->kind != AWSCONF_KEY || strlen(key) != l->name_len)
		return 0;
	for (size_t i = 0; i < l->name_len; i++) {
		char c = l->name[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c != key[i])
			return 0;
	}
	return 1;
}

/* --- what they say */

/* Parses one word as both a POSIX shell and shlex would; keeps the part after
 * its last slash. */
static size_t take_word(const char **s, size_t *len, char *out, size_t cap)
{
	size_t n = 0;
	char quote = '\0';

	while (*len > 0 && (quote != '\0' || !is_blank(**s))) {
		char c = *(*s)++;

		(*len)--;
		if (c == quote) {
			quote = '\0';
			continue;
		}
		if (quote == '\0' && (c == '"' || c == '\'')) {
			quote = c;
			continue;
		}
		if (c == '\\' && quote != '\'' && *len > 0) {
			c = *(*s)++;
			(*len)--;
		}
		if (c == '/')
			n = 0;
		else if (n < cap)
			out[n++] = c;
	}
	return n;
}

int awsconf_is_ours(const char *command, size_t len)
{
	static const char *const want[] = {
	    "mairu", "credential-process", "auto"};
	char word[32];
	size_t found = 0;

	for (int i = 0; i < WORDS_MAX; i++) {
		size_t n;

		trim(&command, &len);
		if (len == 0)
			break;
		n = take_word(&command, &len, word, sizeof(word));
		if (found < 3 && equals(word, n, want[found]))
			found++;
		else if (found < 2 || n == 0 || word[0] != '-')
			return 0;
	}
	return found == 3 && len == 0;
}

/* AWSCONF_DECIDING if not one of them. */
static enum awsconf_key_id find(const struct awsconf_line *l)
{
	int i = 0;

	while (i < AWSCONF_DECIDING && !awsconf_has_key(l, deciding[i]))
		i++;
	return (enum awsconf_key_id)i;
}

static const char *decides(const struct awsconf_line *l)
{
	enum awsconf_key_id key = find(l);

	return key < AWSCONF_DECIDING ? deciding[key] : NULL;
}

static int asks_us(const struct awsconf_line *l)
{
	return find(l) == AWSCONF_PROCESS &&
	       awsconf_is_ours(l->value, l->value_len);
}

static void note(
    struct awsconf_setting *s, const char *key, enum awsconf_file file)
{
	if (s->key == NULL && key != NULL)
		*s = (struct awsconf_setting){key, file};
}

/* A key of the requested profile. */
static void scan_profile(struct awsconf *a, enum awsconf_file file,
    const struct awsconf_line *l, int ours)
{
	if (find(l) != AWSCONF_PROCESS)
		note(&a->rival, decides(l), file);
	else if (ours)
		a->ours[file] = 1;
	else
		a->other[file] = 1;
	a->region |= awsconf_has_key(l, "region");
}

void awsconf_scan(struct awsconf *a, enum awsconf_file file,
    const char *profile, const char *text, size_t len)
{
	struct awsconf_reader r;
	struct awsconf_line l;
	int in_default = 0, in_profile = 0, ours;

	awsconf_open(&r, text, len);
	while (awsconf_next(&r, &l)) {
		if (l.kind == AWSCONF_SECTION) {
			in_default = awsconf_begins(&l, file, "default");
			in_profile = awsconf_begins(&l, file, profile);
			a->there |= in_profile;
		}
		if (l.kind != AWSCONF_KEY)
			continue;
		ours = asks_us(&l);
		if (in_default && !ours)
			note(&a->shadow, decides(&l), file);
		if (in_default)
			a->default_region |= awsconf_has_key(&l, "region");
		if (in_profile)
			scan_profile(a, file, &l, ours);
	}
}

void awsconf_look_at(struct awsconf_profile *p, enum awsconf_file file,
    const char *profile, const char *text, size_t len)
{
	struct awsconf_reader r;
	struct awsconf_line l;
	enum awsconf_key_id key;
	int inside = 0;

	awsconf_open(&r, text, len);
	while (awsconf_next(&r, &l)) {
		if (l.kind == AWSCONF_SECTION) {
			inside = awsconf_begins(&l, file, profile);
			p->there[file] |= inside;
			p->any = 1;
		}
		if (l.kind != AWSCONF_KEY || !inside)
			continue;
		key = find(&l);
		if (key == AWSCONF_DECIDING)
			continue;
		p->has[file] |= 1U << key;
		/* The last one wins. */
		if (key == AWSCONF_PROCESS)
			p->ours[file] = asks_us(&l);
	}
}

int awsconf_ready(const struct awsconf *a)
{
	int ours = 0, other = 0;

	for (int i = 0; i < AWSCONF_FILES; i++) {
		ours |= a->ours[i];
		other |= a->other[i];
	}
	return ours && !other && a->rival.key == NULL;
}

/* --- the files */

int awsconf_path(enum awsconf_file file, char out[PATH_MAX], struct err *e)
{
	static const struct {
		const char *variable, *usual;
	} where[AWSCONF_FILES] = {
	    [AWSCONF_CREDENTIALS] = {"AWS_SHARED_CREDENTIALS_FILE",
		"/.aws/credentials"},
	    [AWSCONF_CONFIG] = {"AWS_CONFIG_FILE", "/.aws/config"},
	};
	const char *set = getenv(where[file].variable), *home = "";
	const char *rest = set;
	int n;

	if (set == NULL || set[0] == '\0')
		rest = where[file].usual;
	else if (set[0] == '~' && (set[1] == '/' || set[1] == '\0'))
		rest = set + 1;
	if (rest != set) {
		home = path_home();
		if (home == NULL)
			return err_set(e, ERR_NOT_FOUND,
			    "neither %s nor HOME is set", where[file].variable);
	}
	n = snprintf(out, PATH_MAX, "%s%s", home, rest);
	if (n < 0 || n >= PATH_MAX)
		return err_set(e, ERR_LIMIT, "the path in %s is too long",
		    where[file].variable);
	return 0;
}

/* A common value of the variables, to hide the file from SDKs. */
static int is_null(const char *path)
{
	return strcmp(path, "/dev/null") == 0;
}

/* Reads one file; `path` "" if there is none. */
static int read_one(
    enum awsconf_file file, char path[PATH_MAX], struct buf *b, struct err *why)
{
	int r = awsconf_path(file, path, why);

	buf_clear(b);
	if (r < 0)
		path[0] = '\0';
	else if (!is_null(path))
		r = file_read(path, b, why);
	return r;
}

void awsconf_load(struct awsconf *a, const char *profile)
{
	struct buf b = BUF_INIT(AWSCONF_MAX_BYTES);

	memset(a, 0, sizeof(*a));
	for (int i = 0; i < AWSCONF_FILES; i++) {
		enum awsconf_file file = (enum awsconf_file)i;
		int r = read_one(file, a->path[i], &b, &a->why[i]);

		if (r == 0)
			awsconf_scan(
			    a, file, profile, (const char *)b.data, b.len);
		/* To an SDK, a dangling link is a missing file. */
		a->unknown[i] = r < 0 && r != ERR_NOT_FOUND &&
				a->why[i].sys_errno != ENOENT;
	}
	buf_release(&b);
}

void awsconf_look(struct awsconf_profile *p, const char *profile)
{
	struct buf b = BUF_INIT(AWSCONF_MAX_BYTES);
	char path[PATH_MAX];
	struct err why;

	memset(p, 0, sizeof(*p));
	for (int i = 0; i < AWSCONF_FILES; i++) {
		enum awsconf_file file = (enum awsconf_file)i;

		if (read_one(file, path, &b, &why) == 0)
			awsconf_look_at(
			    p, file, profile, (const char *)b.data, b.len);
	}
	buf_release(&b);
}
