#ifndef MAIRU_FRONT_STATUS_PREFLIGHT_H
#define MAIRU_FRONT_STATUS_PREFLIGHT_H

/*
 * What would keep the hook from getting a grant, without starting a broker or
 * creating anything: the hook's own checks, in advance.
 */

#include "base/core/err.h"
#include "front/client/broker_status.h"

/* 0 if nothing does; else the error that the hook would show, or close to it.
 */
int preflight_find(const struct broker_status *h, struct err *e) MUST_CHECK;

#endif
