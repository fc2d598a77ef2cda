#ifndef MAIRU_FRONT_DOCTOR_SDK_CHAIN_H
#define MAIRU_FRONT_DOCTOR_SDK_CHAIN_H

/*
 * Where each AWS SDK would take its credentials from: its default chain, over
 * an environment and the shared files.  Nothing is asked of anybody, and no
 * credential is read; the rules are a table, as of the newest release of each
 * SDK that was at hand.
 */

#include "front/aws/awsconf.h"
#include "front/environment/vars.h"

enum sdk {
	SDK_BOTO3, /* and what stands on botocore */
	SDK_CLI,   /* the AWS CLI, version 2 */
	SDK_JS,	   /* version 3 */
	SDK_GO,	   /* version 2, which Terraform has */
	SDK_JAVA,  /* version 2 */
	SDK_RUST,
	SDK_COUNT,
};

/* What they see. */
struct sdk_world {
	const char *env[VAR_COUNT];	   /* NULL: not set */
	struct awsconf_profile usual;	   /* [default] */
	struct awsconf_profile named;	   /* by AWS_PROFILE */
	struct awsconf_profile also_named; /* by AWS_DEFAULT_PROFILE */
};

enum sdk_source {
	SDK_ENDPOINT,	   /* the full URI, with the token beside it */
	SDK_TOKEN_FILE,	   /* the same with the token of a file */
	SDK_ECS,	   /* the relative URI, at 169.254.170.2 */
	SDK_ENV_KEYS,	   /* keys in variables */
	SDK_WEB_IDENTITY,  /* a token's file, named by variables */
	SDK_PROFILE,	   /* something else in a profile: `key` */
	SDK_PROFILE_MAIRU, /* its credential_process, which asks mairu */
	SDK_MACHINE,	   /* what the machine's metadata gives, if anything */
	SDK_FAILS,	   /* it gives up: `fault` */
};

enum sdk_fault {
	SDK_NO_PROFILE,	   /* the profile is not there */
	SDK_HALF_KEYS,	   /* a key id in a variable, without its secret */
	SDK_HALF_PROFILE,  /* settings of a profile that need others, or do
			      not go together: `key` is one of them */
	SDK_NO_ROLE,	   /* a web identity in variables, without a role */
	SDK_NO_TOKEN_FILE, /* the variable of the token's file is empty */
	SDK_NO_URI,	   /* a URI is empty */
};

struct sdk_choice {
	enum sdk_source source;
	enum sdk_fault fault;	 /* of FAILS */
	enum var_id by;		 /* which variable leads there, or VAR_COUNT */
	const char *profile;	 /* where one does: its name, borrowed */
	enum awsconf_key_id key; /* of PROFILE, and of HALF_PROFILE */
	enum awsconf_file file;	 /* where that stands */
};

/* "boto3", "AWS CLI", ... */
const char *sdk_name(enum sdk sdk);

void sdk_choose(
    enum sdk sdk, const struct sdk_world *world, struct sdk_choice *choice);

/* 1 when they take the same for the same reason. */
int sdk_same(const struct sdk_choice *a, const struct sdk_choice *b);

/* Fills *w with this process's environment (borrowed) and files. */
void sdk_look(struct sdk_world *w);

#endif
