#ifndef MAIRU_NET_AWS_HOSTS_H
#define MAIRU_NET_AWS_HOSTS_H

/*
 * Which host answers for a service of AWS: by its region, its partition, and
 * what broker.json says.  Nothing is asked of anybody.
 */

#include "base/config/settings.h"
#include "base/core/err.h"
#include "base/core/url.h"

enum {
	AWS_REGION = 64, /* a label of a host name, and a NUL */
};

enum aws_service {
	AWS_OIDC,   /* logins of IAM Identity Center */
	AWS_PORTAL, /* and its accounts and roles */
	AWS_STS,
};

struct aws_asked {
	enum aws_service service;
	const char *region; /* NULL or "": none is known */
	const struct settings *settings;
};

struct aws_endpoint {
	char url[URL_MAX + 1];	 /* without a slash at the end */
	char region[AWS_REGION]; /* to sign for; "" where none is known */
};

/* ERR_FORMAT names the settings that do not go together, or what is wrong
 * with the region. */
int aws_endpoint(struct aws_endpoint *to, const struct aws_asked *asked,
    struct err *e) MUST_CHECK;

#endif
