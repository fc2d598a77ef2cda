#ifndef MAIRU_NET_AWS_HOSTS_H
#define MAIRU_NET_AWS_HOSTS_H

/*
 * The host of an AWS service, from the region, its partition, and broker.json.
 * No network access.
 */

#include "base/config/settings.h"
#include "base/core/err.h"
#include "base/core/url.h"

enum {
	AWS_REGION = 64, /* a host name label and a NUL */
};

enum aws_service {
	AWS_OIDC,   /* logins of IAM Identity Center */
	AWS_PORTAL, /* its accounts and roles */
	AWS_STS,
};

struct aws_asked {
	enum aws_service service;
	const char *region; /* NULL or "": unknown */
	const struct settings *settings;
};

struct aws_endpoint {
	char url[URL_MAX + 1];	 /* without a slash at the end */
	char region[AWS_REGION]; /* to sign for; "" if unknown */
};

/* ERR_FORMAT names the conflicting settings, or what is wrong with the
 * region. */
int aws_endpoint(struct aws_endpoint *to, const struct aws_asked *asked,
    struct err *e) MUST_CHECK;

#endif
