#ifndef MAIRU_BROKER_STS_ACCOUNT_ALIAS_H
#define MAIRU_BROKER_STS_ACCOUNT_ALIAS_H

/*
 * The alias of an account, from AWS IAM, for those who may read it.  Nothing
 * here waits or sends.
 */

#include <stdint.h>

#include "base/config/settings.h"
#include "base/core/err.h"
#include "net/aws/credential.h"
#include "net/http/http.h"

/* arn: the credentials' identity, for its partition.  ERR_NOT_FOUND: no
 * endpoint to ask. */
int iam_alias_ask(const char *arn, const struct settings *settings, int64_t now,
    const struct credential *by, struct http_ask *ask,
    struct err *e) MUST_CHECK;

/* To be freed; NULL if the answer has none, for whatever reason. */
char *iam_alias_take(const struct http_answer *a);

#endif
