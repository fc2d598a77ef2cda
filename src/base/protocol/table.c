#include "base/protocol/table.h"

#include <limits.h>

#include "base/config/chain.h"
#include "base/core/bearer.h"
#include "base/core/hash.h"
#include "base/core/url.h"
#include "base/protocol/message.h"
#include "base/sys/place.h"

#define FIELD(HOW, TAG, MEMBER, KIND, MIN, MAX)                                \
	{                                                                      \
		.kind = TABLE_##KIND, .how = TABLE_##HOW, .tag = WIRE_F_##TAG, \
		.at = offsetof(struct message, MEMBER), .min = (MIN),          \
		.max = (MAX)                                                   \
	}
#define ONE(...)	FIELD(ONE, __VA_ARGS__)
#define MAYBE(...)	FIELD(MAYBE, __VA_ARGS__)
#define EACH(...)	FIELD(EACH, __VA_ARGS__)
#define EACH_MAYBE(...) FIELD(EACH_MAYBE, __VA_ARGS__)
#define ANSWER(TYPE, ROWS)                                                     \
	{                                                                      \
		.kind = TABLE_ANSWER, .tag = WIRE_##TYPE, .max = (ROWS)        \
	}
/* Common to all requests; the place is optional. */
#define REQUEST(TYPE, ROWS)                                                    \
	{.kind = TABLE_REQUEST, .tag = WIRE_##TYPE, .max = (ROWS)},            \
	    ONE(VERSION, version, PLAIN, 1, 63),                               \
	    MAYBE(PLACE, place, BYTES, sizeof(struct place),                   \
		sizeof(struct place))

enum {
	NAME = MESSAGE_NAME,
	PATH = PATH_MAX - 1,
	CHAIN = CHAIN_TEXT - 1,
	TOKEN = BEARER_MAX - 1,
	BODY = WIRE_MAX_BODY,
	WEB = 16 * 1024 - 1, /* a URL for a browser */
	HOST = 263,	     /* with a port */
	AT = 127,	     /* the endpoint's URL */
	SHOWN = 8191,	     /* texts of a server about a role */
	KEY = 255,
	SESSION = 9 * 1024 - 1,
	SERVERS = 256, /* the limit of servers */
	HOSTS = 4,     /* of one server */
};
#define ANY INT64_MAX

/* Searched linearly, so the requests of a prompt come first. */
/* clang-format off */
const struct table_row table_all[] = {
    /* The token of a project's grant, and the login that it needs */
    REQUEST(GRANT, 0),
    ONE(CONFIG, config, PATH, 1, PATH),
    ONE(DIGEST, digest, BYTES, HASH_SHA384, HASH_SHA384),
    ONE(SERVER, server, PLAIN, 1, NAME),
    ONE(ROLE, role, PLAIN, 1, NAME),
    ONE(CHAIN, chain, PLAIN, 0, CHAIN),
    ANSWER(GRANT, 0),
    ONE(URL, url, TEXT, 1, AT),
    ONE(TOKEN, token, TEXT, 1, TOKEN),
    MAYBE(SERVER, server, TEXT, 1, NAME),
    MAYBE(SINCE, since, NUMBER, 0, ANY),

    /* Credentials of a project, if it is trusted */
    REQUEST(PROJECT, 0),
    ONE(CONFIG, config, PATH, 1, PATH),
    ONE(DIGEST, digest, BYTES, HASH_SHA384, HASH_SHA384),
    ONE(SERVER, server, PLAIN, 1, NAME),
    ONE(ROLE, role, PLAIN, 1, NAME),
    ONE(CHAIN, chain, PLAIN, 0, CHAIN),
    ONE(WAIT, wait, NUMBER, 0, MESSAGE_WAIT),
    ANSWER(PROJECT, 0),
    ONE(KEY_ID, key_id, TEXT, 1, KEY),
    ONE(SECRET_KEY, secret_key, TEXT, 1, KEY),
    ONE(SESSION_TOKEN, session_token, TEXT, 1, SESSION),
    ONE(EXPIRES, expires, NUMBER, 1, ANY),
    ONE(RENEW_AT, renew_at, NUMBER, 1, ANY),

    /* What a shell had before its role */
    REQUEST(STASH_PUT, MESSAGE_STASHED),
    ONE(PID, pid, NUMBER, 0, INT32_MAX),
    EACH(NAME, name, TEXT, 1, BODY),
    EACH(VALUE, value, TEXT, 0, BODY),
    ANSWER(STASH_PUT, 0),
    ONE(HANDLE, handle, BYTES, MESSAGE_HANDLE, MESSAGE_HANDLE),
    REQUEST(STASH_GET, 0),
    ONE(HANDLE, handle, BYTES, MESSAGE_HANDLE, MESSAGE_HANDLE),
    ANSWER(STASH_GET, 0),
    EACH(NAME, name, TEXT, 1, BODY),
    EACH(VALUE, value, TEXT, 0, BODY),
    REQUEST(STASH_HOLD, 0),
    ONE(HANDLE, handle, BYTES, MESSAGE_HANDLE, MESSAGE_HANDLE),
    ONE(PID, pid, NUMBER, 0, INT32_MAX),
    ANSWER(STASH_HOLD, 0),
    REQUEST(STASH_DROP, 0),
    ONE(HANDLE, handle, BYTES, MESSAGE_HANDLE, MESSAGE_HANDLE),
    ONE(PID, pid, NUMBER, 0, INT32_MAX),
    ANSWER(STASH_DROP, 0),

    /* The broker itself */
    REQUEST(QUIT, 0),
    ANSWER(QUIT, 0),
    ONE(VERSION, version, TEXT, 1, 63),
    ONE(PID, pid, NUMBER, 0, ANY),
    REQUEST(INFO, 0),
    ANSWER(INFO, 0),
    ONE(VERSION, version, TEXT, 1, 63),
    ONE(PID, pid, NUMBER, 0, ANY),
    REQUEST(RELOAD, 0),
    ANSWER(RELOAD, 0),
    REQUEST(STATUS, 0),
    ANSWER(STATUS, 0),
    ONE(VERSION, version, TEXT, 0, 31),
    ONE(PID, pid, NUMBER, 0, ANY),
    ONE(URL, url, TEXT, 0, AT),
    ONE(STARTED, started, NUMBER, 0, ANY),
    ONE(CLIENTS, clients, NUMBER, 0, ANY),
    ONE(GRANTS, grants, NUMBER, 0, ANY),
    ONE(LOCKED, locked, NUMBER, 0, ANY),
    ONE(LOG, log, TEXT, 0, PATH),
    ONE(SETTINGS, settings, TEXT, 0, 64 * 1024),
    ONE(UNVERIFIED, unverified, NUMBER, 0, ANY),
    ONE(CONFINED, confined, TEXT, 0, 63),
    ONE(UNCONFINED, unconfined, TEXT, 0, 511),
    ONE(CLOCK_HOST, clock_host, TEXT, 0, HOST),
    ONE(AHEAD, ahead, SIGNED, 0, 0),
    EACH(PROBLEM, problem, TEXT, 0, BODY),

    /* Trust */
    REQUEST(REVOKE, 0),
    ONE(CONFIG, config, PATH, 1, PATH),
    ANSWER(REVOKE, 0),
    ONE(COUNT, count, NUMBER, 0, ANY),

    /* A login: already logged in; or a URL; or a device code to show */
    REQUEST(LOGIN, 0),
    ONE(SERVER, server, PLAIN, 1, NAME),
    ONE(PORT, port, NUMBER, 0, UINT16_MAX),
    ONE(FORCE, force, NUMBER, 0, 1),
    ONE(GRANT, grant, NUMBER, 0, 2),
    ONE(HEADLESS, headless, NUMBER, 0, 1),
    ANSWER(LOGIN, 0),
    ONE(SERVER, server, TEXT, 1, NAME),
    ONE(EXPIRES, expires, NUMBER, 0, ANY),
    MAYBE(RENEWS, renews, NUMBER, 1, 1),
    ANSWER(LOGIN, 0),
    ONE(SERVER, server, TEXT, 1, NAME),
    ONE(GRANT, grant, NUMBER, 1, 1),
    ONE(SECONDS, seconds, NUMBER, 0, ANY),
    ONE(URL, url, TEXT, 1, WEB),
    ONE(LONG_URL, long_url, TEXT, 1, WEB),
    ONE(PORT, port, NUMBER, 1, UINT16_MAX),
    MAYBE(PAGE_AT, page_at, TEXT, 0, HOST),
    MAYBE(CODE_TO, code_to, TEXT, 0, HOST),
    ANSWER(LOGIN, 0),
    ONE(SERVER, server, TEXT, 1, NAME),
    ONE(GRANT, grant, NUMBER, 2, 2),
    ONE(SECONDS, seconds, NUMBER, 0, ANY),
    ONE(URL, url, TEXT, 1, WEB),
    ONE(USER_CODE, user_code, TEXT, 1, 255),
    MAYBE(COMPLETE, complete, TEXT, 0, WEB),
    /* Ended; or still going on, perhaps with a strange browser */
    REQUEST(LOGIN_WAIT, 0),
    ONE(SERVER, server, PLAIN, 1, NAME),
    ANSWER(LOGIN_WAIT, 0),
    ONE(EXPIRES, expires, NUMBER, 0, ANY),
    MAYBE(RENEWS, renews, NUMBER, 1, 1),
    ANSWER(LOGIN_WAIT, 0),
    ONE(HEADLESS, headless, NUMBER, 0, ANY),
    REQUEST(LOGIN_PASTE, 0),
    ONE(SERVER, server, PLAIN, 1, NAME),
    ONE(TEXT, text, PLAIN, 1, MESSAGE_TEXT - 1),
    ANSWER(LOGIN_PASTE, 0),
    REQUEST(LOGIN_STOP, 0),
    ONE(SERVER, server, PLAIN, 1, NAME),
    ANSWER(LOGIN_STOP, 0),

    /* Sessions */
    REQUEST(SESSIONS, 0),
    ANSWER(SESSIONS, SERVERS),
    EACH(SERVER, server, TEXT, 0, BODY),
    EACH(URL, url, TEXT, 0, BODY),
    EACH(EXPIRES, expires, NUMBER, 0, ANY),
    EACH(RENEWS, renews, NUMBER, 0, ANY),
    EACH(ENDED, ended, NUMBER, 0, ANY),
    REQUEST(RENEW, 0),
    ONE(SERVER, server, PLAIN, 1, NAME),
    ANSWER(RENEW, 0),
    ONE(SERVER, server, TEXT, 1, NAME),
    ONE(EXPIRES, expires, NUMBER, 0, ANY),
    REQUEST(LOGOUT, 0),
    ONE(SERVER, server, PLAIN, 0, NAME),
    ANSWER(LOGOUT, 0),
    EACH(SERVER, server, TEXT, 0, BODY),
    EACH(MESSAGE, message, TEXT, 0, BODY),
    REQUEST(NOTICES, 0),
    ANSWER(NOTICES, 0),
    EACH(SERVER, server, TEXT, 0, BODY),

    /* Credentials of a role, or of the grant that has a token */
    REQUEST(ROLE, 0),
    ONE(SERVER, server, PLAIN, 1, NAME),
    ONE(ROLE, role, PLAIN, 1, NAME),
    ONE(CHAIN, chain, PLAIN, 0, CHAIN),
    ONE(FRESH, fresh, NUMBER, 0, 3),
    ONE(WAIT, wait, NUMBER, 0, MESSAGE_WAIT),
    ANSWER(ROLE, 0),
    ONE(KEY_ID, key_id, TEXT, 1, KEY),
    ONE(SECRET_KEY, secret_key, TEXT, 1, KEY),
    ONE(SESSION_TOKEN, session_token, TEXT, 1, SESSION),
    ONE(EXPIRES, expires, NUMBER, 1, ANY),
    ONE(RENEW_AT, renew_at, NUMBER, 1, ANY),
    REQUEST(TOKEN, 0),
    ONE(TOKEN, token, PLAIN, 1, TOKEN),
    ONE(FRESH, fresh, NUMBER, 0, 1),
    ONE(WAIT, wait, NUMBER, 0, MESSAGE_WAIT),
    ANSWER(TOKEN, 0),
    ONE(KEY_ID, key_id, TEXT, 1, KEY),
    ONE(SECRET_KEY, secret_key, TEXT, 1, KEY),
    ONE(SESSION_TOKEN, session_token, TEXT, 1, SESSION),
    ONE(EXPIRES, expires, NUMBER, 1, ANY),
    ONE(RENEW_AT, renew_at, NUMBER, 1, ANY),
    REQUEST(WHOAMI, 0),
    ONE(SERVER, server, PLAIN, 1, NAME),
    ONE(ROLE, role, PLAIN, 1, NAME),
    ONE(CHAIN, chain, PLAIN, 0, CHAIN),
    ONE(FRESH, fresh, NUMBER, 0, 1),
    ONE(REGION, region, PLAIN, 0, 63),
    ONE(WAIT, wait, NUMBER, 0, MESSAGE_WAIT),
    ANSWER(WHOAMI, 0),
    ONE(SERVER, server, TEXT, 1, NAME),
    ONE(ROLE, role, TEXT, 1, NAME),
    ONE(ACCOUNT, account, TEXT, 1, 63),
    ONE(ARN, arn, TEXT, 1, 4096),
    ONE(ALIAS, alias, TEXT, 0, 63),
    ONE(EXPIRES, expires, NUMBER, 1, ANY),

    /* A grant lent to a process */
    REQUEST(LEND, 0),
    ONE(SERVER, server, PLAIN, 1, NAME),
    ONE(ROLE, role, PLAIN, 1, NAME),
    ONE(CHAIN, chain, PLAIN, 0, CHAIN),
    ONE(FRESH, fresh, NUMBER, 0, 3),
    ONE(TTY, tty, PATH, 0, PATH),
    ANSWER(LEND, 0),
    ONE(URL, url, TEXT, 1, AT),
    ONE(TOKEN, token, TEXT, 1, TOKEN),
    REQUEST(LENT, 0),
    ANSWER(LENT, 0),

    /* What is asked of a server */
    REQUEST(ROLES, 0),
    ONE(SERVER, server, PLAIN, 1, NAME),
    ONE(CURSOR, cursor, NUMBER, 0, UINT32_MAX),
    ONE(FRESH, fresh, NUMBER, 0, 1),
    ANSWER(ROLES, 0),
    EACH(ROLE, role, TEXT, 0, SHOWN),
    EACH(ACCOUNT, account, TEXT, 0, SHOWN),
    EACH(ACCOUNT_NAME, account_name, TEXT, 0, SHOWN),
    EACH(DESCRIPTION, description, TEXT, 0, SHOWN),
    ONE(CURSOR, cursor, NUMBER, 0, ANY),
    ONE(MORE, more, NUMBER, 0, ANY),
    ONE(DONE, done, NUMBER, 0, ANY),
    ONE(TOTAL, total, NUMBER, 0, ANY),
    MAYBE(UNUSABLE, unusable, NUMBER, 0, ANY),
    REQUEST(ROLES_KNOWN, 0),
    ONE(SERVER, server, PLAIN, 1, NAME),
    ONE(CURSOR, cursor, NUMBER, 0, UINT32_MAX),
    ANSWER(ROLES_KNOWN, 0),
    EACH(ROLE, role, TEXT, 0, SHOWN),
    EACH(ACCOUNT, account, TEXT, 0, SHOWN),
    EACH(ACCOUNT_NAME, account_name, TEXT, 0, SHOWN),
    EACH(DESCRIPTION, description, TEXT, 0, SHOWN),
    ONE(CURSOR, cursor, NUMBER, 0, ANY),
    ONE(MORE, more, NUMBER, 0, ANY),
    ONE(DONE, done, NUMBER, 0, ANY),
    ONE(TOTAL, total, NUMBER, 0, ANY),
    MAYBE(UNUSABLE, unusable, NUMBER, 0, ANY),
    REQUEST(START_URL, 0),
    ONE(URL, url, PLAIN, 1, NAME),
    ANSWER(START_URL, 0),
    ONE(URL, url, TEXT, 0, URL_MAX),
    REQUEST(REGISTER, 0),
    ONE(SERVER, server, PLAIN, 1, NAME),
    ONE(FRESH, fresh, NUMBER, 0, 1),
    ANSWER(REGISTER, 0),
    ONE(EXPIRES, expires, NUMBER, 0, ANY),
    REQUEST(REACH, 0),
    ONE(SERVER, server, PLAIN, 1, NAME),
    ONE(CHAIN, chain, PLAIN, 0, CHAIN),
    ONE(WAIT, wait, NUMBER, 0, MESSAGE_WAIT),
    ANSWER(REACH, HOSTS),
    EACH(URL, url, TEXT, 0, URL_MAX),
    EACH(HTTP_STATUS, http_status, NUMBER, 0, UINT32_MAX),
    EACH(AHEAD, ahead, SIGNED, 0, 0),
    EACH(MESSAGE, message, TEXT, 0, 1023),
    EACH_MAYBE(NAMES_ITSELF, names_itself, NUMBER, 0, ANY),

    /* Asked by the checker of its child, which answers WIRE_GRANT alike */
    REQUEST(FIND, 0),
    ONE(CONFIG, config, PATH, 1, PATH),
    ANSWER(FIND, 0),
    ONE(CODE, code, NUMBER, 0, ANY),
    ONE(MESSAGE, message, TEXT, 0, 2047),

    /* An error, whatever was asked */
    ANSWER(ERROR, 0),
    ONE(CODE, code, NUMBER, 1, ANY),
    ONE(MESSAGE, message, TEXT, 0, BODY),
    ONE(VERSION, version, TEXT, 1, 63),
    ONE(PID, pid, NUMBER, 0, ANY),
    {.kind = TABLE_REQUEST},
};
/* clang-format on */

int table_is_head(const struct table_row *row)
{
	return row->kind <= TABLE_ANSWER;
}

const struct table_row *table_find(
    enum table_kind head, unsigned type, unsigned form)
{
	const struct table_row *row = table_all;

	for (; row->tag != 0; row++)
		if (row->kind == head && row->tag == type && form-- == 0)
			return row + 1;
	return NULL;
}
