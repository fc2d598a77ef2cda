#ifndef MAIRU_FRONT_DOCTOR_DOCTOR_H
#define MAIRU_FRONT_DOCTOR_DOCTOR_H

/*
 * What `mairu doctor` checks.  Each check adds its findings, even if all is
 * well; none changes anything.
 */

#include "base/config/servers.h"
#include "front/doctor/findings.h"
#include "front/doctor/reach_ask.h"
#include "front/doctor/sdk_chain.h"
#include "front/status/report.h"

struct doctor {
	struct findings f;
	struct status_report r;
	struct servers servers;	 /* empty if unreadable */
	struct reached *reached; /* hosts; NULL if none was asked */
	size_t n_reached;
	int offline;	    /* don't contact any host */
	struct err unasked; /* why no host could be asked; code 0: no error */
	int started;	    /* the broker was started to ask the hosts */
	struct sdk_choice sdk[SDK_COUNT];
	int sdk_ours[SDK_COUNT]; /* it uses mairu's role */
};

/* Fills *d, all zero except `offline`; asks the servers' hosts, which starts a
 * broker if none runs. */
void doctor_look(struct doctor *d);
void doctor_release(struct doctor *d);

/* Runs all checks. */
void doctor_check(struct doctor *d);

/* Appends the findings, and what each SDK uses here, as an object. */
void doctor_json(const struct doctor *d, struct buf *b);

/* The checks, in display order. */
void doctor_program(struct doctor *d); /* mairu and its broker */
void doctor_broker(struct doctor *d);
void doctor_memory(struct doctor *d);
void doctor_hook(struct doctor *d);
void doctor_files(struct doctor *d);	/* owners and write permissions */
void doctor_servers(struct doctor *d);	/* servers.d */
void doctor_mix_up(struct doctor *d);	/* servers open to a mix-up attack */
void doctor_settings(struct doctor *d); /* broker.json */
void doctor_project(struct doctor *d);	/* the config in this directory */
void doctor_session(struct doctor *d);
void doctor_shell(struct doctor *d);	 /* this environment */
void doctor_sdk(struct doctor *d);	 /* what SDKs do with it */
void doctor_profile(struct doctor *d);	 /* the AWS profile `mairu` */
void doctor_terraform(struct doctor *d); /* *.tf here */
void doctor_proxy(struct doctor *d);	 /* and CAs, and endpoints */
void doctor_network(struct doctor *d);	 /* servers, and our endpoint */
void doctor_clock(struct doctor *d);

#endif
