#ifndef MAIRU_FRONT_DOCTOR_SDK_CHAIN_H
#define MAIRU_FRONT_DOCTOR_SDK_CHAIN_H

/*
 * Where each AWS SDK would take its credentials from: its default chain, given
 * an environment and the shared files.  Sends no requests and reads no
 * credentials; the rules are a table, as of the newest release of each SDK at
 * the time of writing.
 */

#include "front/aws/awsconf.h"
#include "front/environment/vars.h"

enum sdk {
	SDK_BOTO3, /* and anything else built on botocore */
	SDK_CLI,   /* the AWS CLI, version 2 */
	SDK_JS,	   /* version 3 */
	SDK_GO,	   /* version 2, used by Terraform */
	SDK_JAVA,  /* version 2 */
	SDK_RUST,
	SDK_COUNT,
};

/* What the SDKs see. */
struct sdk_world {
	const char *env[VAR_COUNT];	   /* NULL: not set */
	struct awsconf_profile usual;	   /* [default] */
	struct awsconf_profile named;	   /* by AWS_PROFILE */
	struct awsconf_profile also_named; /* by AWS_DEFAULT_PROFILE */
};

enum sdk_source {
	SDK_ENDPOINT,	   /* the full URI, token in a variable */
	SDK_TOKEN_FILE,	   /* the same, token in a file */
	SDK_ECS,	   /* the relative URI, on 169.254.170.2 */
	SDK_ENV_KEYS,	   /* keys in the environment */
	SDK_WEB_IDENTITY,  /* token file named in the environment */
	SDK_PROFILE,	   /* another setting of a profile: `key` */
	SDK_PROFILE_MAIRU, /* its credential_process, which asks mairu */
	SDK_MACHINE,	   /* instance metadata, if there is any */
	SDK_FAILS,	   /* it gives up: `fault` */
};

enum sdk_fault {
	SDK_NO_PROFILE,	   /* no such profile */
	SDK_HALF_KEYS,	   /* key ID in the environment, no secret */
	SDK_HALF_PROFILE,  /* profile settings that are incomplete or conflict:
			      `key` is one of them */
	SDK_NO_ROLE,	   /* web identity in the environment, no role */
	SDK_NO_TOKEN_FILE, /* the token file variable is empty */
	SDK_NO_URI,	   /* an endpoint URI is empty */
};

struct sdk_choice {
	enum sdk_source source;
	enum sdk_fault fault; /* of FAILS */
	enum var_id by;	      /* the variable that decides, or VAR_COUNT */
	const char *profile;  /* name of the profile used, if any; borrowed */
	enum awsconf_key_id key; /* of PROFILE, and of HALF_PROFILE */
	enum awsconf_file file;	 /* file that has the key */
};

/* "boto3", "AWS CLI", ... */
const char *sdk_name(enum sdk sdk);

void sdk_choose(
    enum sdk sdk, const struct sdk_world *world, struct sdk_choice *choice);

/* 1 if both take the same source for the same reason. */
int sdk_same(const struct sdk_choice *a, const struct sdk_choice *b);

/* Fills *w with this process's environment (borrowed) and files. */
void sdk_look(struct sdk_world *w);

#endif
