#include "front/prompt/format.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/core/text.h"
#include "front/aws/awsconf.h"
#include "front/environment/state.h"
#include "front/terminal/when.h"

#define DIGITS "0123456789"

enum {
	FIELD_COLUMNS = 64,
	FIELD_MAX = 1024,
	ACCOUNT = 12 /* digits */
};

enum format_for format_find(const char *name)
{
	static const struct {
		const char *name;
		enum format_for whom;
	} known[] = {
	    {"bash", FORMAT_PLAIN},
	    {"fish", FORMAT_PLAIN},
	    {"zsh", FORMAT_ZSH},
	    {"tmux", FORMAT_TMUX},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, name) == 0)
			return known[i].whom;
	return FORMAT_UNKNOWN;
}

static void put(
    const char *value, size_t len, enum format_for whom, struct buf *out)
{
	struct buf safe = BUF_INIT(FIELD_MAX);

	text_safe(&safe, value, len, FIELD_COLUMNS);
	for (const char *p = buf_str(&safe); *p != '\0'; p++) {
		if (strchr("$`\\", *p) != NULL) {
			buf_addc(out, '?');
			continue;
		}
		if ((*p == '%' && whom == FORMAT_ZSH) ||
		    (*p == '#' && whom == FORMAT_TMUX))
			buf_addc(out, *p);
		buf_addc(out, *p);
	}
	buf_release(&safe);
}

enum field {
	FIELD_SERVER,
	FIELD_ROLE,
	FIELD_NAME,
	FIELD_ACCOUNT,
	FIELD_REGION,
	FIELD_MARK,
	FIELD_COUNT
};

static const char *const fields[FIELD_COUNT] = {
    [FIELD_SERVER] = "{server}",
    [FIELD_ROLE] = "{role}",
    [FIELD_NAME] = "{name}",
    [FIELD_ACCOUNT] = "{account}",
    [FIELD_REGION] = "{region}",
    [FIELD_MARK] = "{mark}",
};

/* Where the account number begins in "123456789012/Dev" or
 * "arn:aws:iam::123456789012:role/Dev"; else NULL. */
static const char *account_in(const char *role)
{
	int is_arn = strncmp(role, "arn:", 4) == 0;

	for (int i = 0; is_arn && i < 4; i++) {
		role += strcspn(role, ":");
		role += *role == ':';
	}
	return strspn(role, DIGITS) == ACCOUNT &&
		       role[ACCOUNT] == (is_arn ? ':' : '/')
		   ? role
		   : NULL;
}

static const char *name_in(const char *role)
{
	const char *slash = strrchr(role, '/');

	return slash == NULL ? role : slash + 1;
}

static void put_field(
    const struct format *s, enum field f, enum format_for whom, struct buf *out)
{
	const char *value = NULL;

	switch (f) {
	case FIELD_SERVER:
		value = s->server;
		break;
	case FIELD_ROLE:
		value = s->role;
		break;
	case FIELD_NAME:
		value = name_in(s->role);
		break;
	case FIELD_ACCOUNT:
		value = account_in(s->role);
		break;
	case FIELD_REGION:
		value = s->region;
		break;
	case FIELD_MARK:
		value = s->warns ? "!" : NULL;
		break;
	case FIELD_COUNT:
		break;
	}
	if (value != NULL)
		put(value, f == FIELD_ACCOUNT ? ACCOUNT : strlen(value), whom,
		    out);
}

void format_write(const struct format *s, const char *format,
    enum format_for whom, struct buf *out)
{
	while (*format != '\0') {
		unsigned f = 0;

		while (f < FIELD_COUNT &&
		       strncmp(format, fields[f], strlen(fields[f])) != 0)
			f++;
		if (f == FIELD_COUNT) {
			buf_addc(out, *format++);
			continue;
		}
		put_field(s, (enum field)f, whom, out);
		format += strlen(fields[f]);
	}
}

/* What SDKs would use before the role's endpoint, or besides its keys. */
static int is_rival(enum var_id id, const char *value, int has_endpoint)
{
	unsigned traits = var_traits(id);

	if (value == NULL || (traits & VAR_WINS) == 0)
		return 0;
	/* That profile asks mairu for the same role. */
	if (id == VAR_PROFILE && strcmp(value, AWSCONF_PROFILE) == 0)
		return 0;
	return (traits & (has_endpoint ? VAR_CONTAINER : VAR_KEYS)) == 0;
}

int format_warns(const char *const now[VAR_COUNT], const char *utc)
{
	int has_endpoint = now[VAR_FULL_URI] != NULL;
	const char *expires = now[VAR_CREDENTIAL_EXPIRATION];

	if (!has_endpoint && now[VAR_ACCESS_KEY_ID] == NULL)
		return 1;
	/* Both in the same format, which sorts by time. */
	if (!has_endpoint && expires != NULL && strcmp(expires, utc) <= 0)
		return 1;
	for (unsigned i = 0; i < VAR_COUNT; i++)
		if (is_rival((enum var_id)i, now[i], has_endpoint))
			return 1;
	return 0;
}

/* The hook has been told, and keeps a mark. */
static int needs_login(void)
{
	const char *text = getenv(VAR_STATE);
	struct state s;
	int needs;

	if (text == NULL || state_decode(&s, text, NULL) < 0)
		return 0;
	needs = s.active && s.has_needed;
	state_release(&s);
	return needs;
}

int format_here(struct format *s)
{
	const char *now[VAR_COUNT];
	char utc[WHEN_UTC];

	vars_read(now);
	*s = (struct format){.server = now[VAR_ACTIVE_SERVER],
	    .role = now[VAR_ACTIVE_ROLE],
	    .region = now[VAR_REGION] != NULL ? now[VAR_REGION]
					      : now[VAR_DEFAULT_REGION]};
	if (s->role == NULL || s->role[0] == '\0')
		return 0;
	when_utc((int64_t)time(NULL), utc);
	s->warns = format_warns(now, utc) || needs_login();
	return 1;
}
