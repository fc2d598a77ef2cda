#include "front/prompt/static_role.h"

#include <string.h>

#include "base/core/text.h"
#include "front/prompt/grant.h"

enum {
	SERVER_COLUMNS = 256,
	ROLE_COLUMNS = 512
};

void static_role_ask(struct static_role *s, const struct project *p,
    int64_t deadline, struct static_said *said)
{
	memset(said, 0, sizeof(*said));
	said->reached =
	    broker_keys(p, deadline, &s->keys, &said->why, &said->e);
}

/* Nobody would give these keys now: they go at once, as a grant would. */
static int is_final(enum err_code code)
{
	return code == ERR_LOGIN || code == ERR_DENIED ||
	       code == ERR_UNTRUSTED || code == ERR_REFUSED;
}

static void complain(const struct static_role *s, const struct project *p,
    const struct err *why, struct buf *out)
{
	text_safe(out, p->server, strlen(p->server), SERVER_COLUMNS);
	buf_addc(out, ' ');
	text_safe(out, p->role, strlen(p->role), ROLE_COLUMNS);
	if (why->code == ERR_LOGIN) {
		buf_adds(out, ": login required. Run: mairu login ");
		text_word(out, p->server, strlen(p->server));
	} else if (why->code == ERR_TIMEOUT && s->expired) {
		buf_adds(out, ": its credentials have expired, and new ones "
			      "are being fetched; a later prompt has them");
	} else if (why->code == ERR_TIMEOUT) {
		buf_adds(out, ": its credentials are being fetched; a later "
			      "prompt has them");
	} else {
		buf_addf(out, ": %s", why->msg);
	}
}

void static_role_decide(struct static_role *s, const struct project *p,
    const struct static_said *said, const struct state *old, int in_force,
    int64_t now, struct buf *complaint)
{
	int has = in_force && old->expires != 0;
	int good = has && now < old->expires;

	s->expired = has && !good;
	if (said->reached == 0 && said->why.code == 0) {
		s->then = STATIC_KEYS;
		s->expired = 0;
		return;
	}
	credentials_wipe(&s->keys);
	if (said->reached < 0) {
		buf_adds(complaint, said->e.msg);
		s->then = !in_force    ? STATIC_OUT
			  : s->expired ? STATIC_BARE
				       : STATIC_HOLDS;
		return;
	}
	s->then =
	    good && !is_final(said->why.code) ? STATIC_HOLDS : STATIC_BARE;
	/* Pending new keys are no news while the old ones work. */
	if (s->then == STATIC_BARE || said->why.code != ERR_TIMEOUT)
		complain(s, p, &said->why, complaint);
}
