#ifndef MAIRU_FRONT_STATUS_REPORT_H
#define MAIRU_FRONT_STATUS_REPORT_H

/*
 * What `mairu status` finds: the config here, this shell's role, why it is not
 * the one from here, the session, the broker.
 */

#include "base/core/buf.h"
#include "front/client/broker_status.h"
#include "front/environment/default_profile.h"
#include "front/environment/state.h"
#include "front/environment/vars.h"
#include "front/signin/logged_in.h"
#include "front/terminal/screen.h"
#include "front/trust/verdict.h"

/* The environment, compared with the config here. */
enum status_shell {
	STATUS_BARE,	/* no role, or only part of one */
	STATUS_HERE,	/* the role from here */
	STATUS_SPOILED, /* the same, except for one variable */
	STATUS_STALE,	/* one from here that is no longer available */
	STATUS_ELSE,	/* the role of another config */
	STATUS_EXEC,	/* one given by name to `mairu exec` */
	STATUS_LOST,	/* one of mairu's; the shell has lost its name */
};

struct status_report {
	struct verdict v;
	struct broker_status h;
	struct logged_in sessions;
	const struct logged_in_one *session; /* for the server here, or NULL */
	const struct logged_in_one *ended;   /* the same if it has ended */
	struct state state;		     /* the hook's, if valid */
	struct default_profile shadow;	     /* of [default] */
	char digest[PROJECT_DIGEST_TEXT];
	enum status_shell shell;
	int hook_seen;	     /* some hook has run in this environment */
	enum var_id spoiled; /* for SPOILED: the variable that was changed */
	/* For STALE, ELSE and EXEC, borrowed from the environment: whose role
	 * it is.  config is NULL for EXEC, server may be; for LOST all are. */
	const char *server, *role, *config;
	/* Each "" or a sentence, sanitised: */
	size_t no_server_run, obstacle_run; /* like err.run */
	struct buf no_server;		    /* the server here can't be found */
	struct buf obstacle; /* what keeps the hook from giving the role */
	struct buf
	    elsewhere;	     /* directories other than the login's are in use */
	struct buf proxy;    /* variables that no broker uses */
	struct buf settings; /* broker.json is unusable (no broker runs) */
};

/* Never fails: errors are part of the report.  Overwrites *r. */
void status_gather(struct status_report *r);
void status_release(struct status_report *r);

/* 1 if that variable, not set by mairu, wins over the role in some SDK. */
int status_shadows(const struct status_report *r, enum var_id id);

/* The config's value for that variable, if the shell has the role but another
 * value; else NULL. */
const char *status_differs(const struct status_report *r, enum var_id id);

/* Appends "contoso 123456789012/Dev": the role in this environment, which is
 * not the one from here. */
void status_held(const struct status_report *r, struct buf *out);

/* Appends what to expect in a shell that lacks the role here; nothing if it has
 * it, or none is available. */
void status_outlook(const struct status_report *r, struct buf *out);

/* As text, for that screen; as JSON. */
void status_text(
    struct status_report *r, const struct screen *s, struct buf *out);
void status_json(struct status_report *r, struct buf *out);

#endif
