#ifndef MAIRU_BROKER_TRUST_CHECK_H
#define MAIRU_BROKER_TRUST_CHECK_H

/*
 * Verdicts of a check of a project's trust.
 */

enum check_verdict {
	CHECK_ALLOWED,
	CHECK_REFUSED, /* not trusted (any more): the text says why */
	CHECK_FAILED,  /* unknown: the text says why */
	CHECK_LATE,    /* no answer in time: worth retrying */
	CHECK_GONE,    /* what was asked about was revoked meanwhile */
};

#endif
