#ifndef MAIRU_FRONT_STATUS_PREFLIGHT_H
#define MAIRU_FRONT_STATUS_PREFLIGHT_H

/*
 * What would keep the hook from a grant, found without starting a broker or
 * making anything: the hook's own checks, asked ahead.
 */

#include "base/core/err.h"
#include "front/client/broker_status.h"

/* 0 when nothing is in the way; else the error that the hook would show, or
 * one near it. */
int preflight_find(const struct broker_status *h, struct err *e) MUST_CHECK;

#endif
