#ifndef MAIRU_FRONT_STATUS_REPORT_H
#define MAIRU_FRONT_STATUS_REPORT_H

/*
 * What `mairu status` finds out: the config here, the role that this shell
 * has, why it is not the one from here, the session, the broker.
 */

#include "base/core/buf.h"
#include "front/client/broker_status.h"
#include "front/environment/default_profile.h"
#include "front/environment/state.h"
#include "front/environment/vars.h"
#include "front/signin/logged_in.h"
#include "front/terminal/screen.h"
#include "front/trust/verdict.h"

/* What the environment holds, against the config here. */
enum status_shell {
	STATUS_BARE,	/* no role, or not all of it yet */
	STATUS_HERE,	/* the role from here */
	STATUS_SPOILED, /* the same, but for one variable */
	STATUS_STALE,	/* one from here that is not to be had any more */
	STATUS_ELSE,	/* the role of another config */
	STATUS_EXEC,	/* one that `mairu exec` was given by name */
	STATUS_LOST,	/* one of mairu's, whose name the shell has lost */
};

struct status_report {
	struct verdict v;
	struct broker_status h;
	struct logged_in sessions;
	const struct logged_in_one *session; /* of the server here, or NULL */
	const struct logged_in_one *ended;   /* the same of one that has */
	struct state state;		     /* the hook's, if it is whole */
	struct default_profile shadow;	     /* of [default] */
	char digest[PROJECT_DIGEST_TEXT];
	enum status_shell shell;
	int hook_seen; /* some hook has been at work in this environment */
	enum var_id spoiled; /* of SPOILED: what is not as mairu set it */
	/* Of STALE, ELSE and EXEC, borrowed from the environment: whose role
	 * it is.  config is NULL for EXEC, server may be; all are for LOST. */
	const char *server, *role, *config;
	/* Each "" or a sentence for a person, sanitised: */
	size_t no_server_run, obstacle_run; /* as err.run has it */
	struct buf no_server; /* the server here is not to be found */
	struct buf obstacle;  /* what keeps the hook from giving the role */
	struct buf elsewhere; /* other directories than the login's hold */
	struct buf proxy;     /* variables that no broker takes */
	struct buf settings;  /* broker.json is of no use (no broker runs) */
};

/* Never fails: what goes wrong is part of it.  *r is overwritten. */
void status_gather(struct status_report *r);
void status_release(struct status_report *r);

/* 1 when that variable, not of mairu's, wins over the role in some SDK. */
int status_shadows(const struct status_report *r, enum var_id id);

/* What the config here says that variable is, where the shell that has the
 * role has something else; else NULL. */
const char *status_differs(const struct status_report *r, enum var_id id);

/* Appends "contoso 123456789012/Dev": the role in this environment, which is
 * not the one from here. */
void status_held(const struct status_report *r, struct buf *out);

/* Appends what there is to be said of a shell that lacks the role here; adds
 * nothing when it has it, or there is none to be had. */
void status_outlook(const struct status_report *r, struct buf *out);

/* As text for a person, on that screen; as JSON. */
void status_text(
    struct status_report *r, const struct screen *s, struct buf *out);
void status_json(struct status_report *r, struct buf *out);

#endif
