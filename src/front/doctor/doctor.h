#ifndef MAIRU_FRONT_DOCTOR_DOCTOR_H
#define MAIRU_FRONT_DOCTOR_DOCTOR_H

/*
 * What `mairu doctor` looks at.  Each check adds what it finds, be it that all
 * is well; none changes anything.
 */

#include "base/config/servers.h"
#include "front/doctor/findings.h"
#include "front/doctor/reach_ask.h"
#include "front/doctor/sdk_chain.h"
#include "front/status/report.h"

struct doctor {
	struct findings f;
	struct status_report r;
	struct servers servers;	 /* empty when they can't be read */
	struct reached *reached; /* hosts; NULL when none was asked */
	size_t n_reached;
	int offline;	    /* no host is to be asked */
	struct err unasked; /* why none could be asked; code 0: nothing */
	int started;	    /* the broker runs for the sake of the hosts */
	struct sdk_choice sdk[SDK_COUNT];
	int sdk_ours[SDK_COUNT]; /* it takes the role of mairu */
};

/* Fills *d, which is all zero but for `offline`; asks the hosts of servers,
 * which starts a broker where none runs. */
void doctor_look(struct doctor *d);
void doctor_release(struct doctor *d);

/* Makes all checks. */
void doctor_check(struct doctor *d);

/* Appends what was found, and what each SDK takes here, as an object. */
void doctor_json(const struct doctor *d, struct buf *b);

/* The checks, in the order in which they are shown. */
void doctor_program(struct doctor *d); /* this one, and the broker's */
void doctor_broker(struct doctor *d);
void doctor_memory(struct doctor *d);
void doctor_hook(struct doctor *d);
void doctor_files(struct doctor *d);	/* whose they are, who may write */
void doctor_servers(struct doctor *d);	/* servers.d */
void doctor_mix_up(struct doctor *d);	/* whose code may be another's */
void doctor_settings(struct doctor *d); /* broker.json */
void doctor_project(struct doctor *d);	/* the config here */
void doctor_session(struct doctor *d);
void doctor_shell(struct doctor *d);	 /* what this environment holds */
void doctor_sdk(struct doctor *d);	 /* what SDKs make of it */
void doctor_profile(struct doctor *d);	 /* the AWS profile `mairu` */
void doctor_terraform(struct doctor *d); /* *.tf here */
void doctor_proxy(struct doctor *d);	 /* and CAs, and endpoints */
void doctor_network(struct doctor *d);	 /* servers, and our endpoint */
void doctor_clock(struct doctor *d);

#endif
