#ifndef MAIRU_BROKER_TRUST_CHECK_H
#define MAIRU_BROKER_TRUST_CHECK_H

/*
 * What a check of a project's trust may say.
 */

enum check_verdict {
	CHECK_ALLOWED,
	CHECK_REFUSED, /* not trusted (any more): the text says why */
	CHECK_FAILED,  /* it can't be told: the text says why */
	CHECK_LATE,    /* no answer in time: worth another try */
	CHECK_GONE,    /* what was asked about was revoked meanwhile */
};

#endif
