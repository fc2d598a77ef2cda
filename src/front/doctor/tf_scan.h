#ifndef MAIRU_FRONT_DOCTOR_TF_SCAN_H
#define MAIRU_FRONT_DOCTOR_TF_SCAN_H

/*
 * Settings in Terraform files that make the AWS provider or an S3 backend use
 * credentials other than the shell's.  Parses just enough HCL to tell blocks
 * from strings, comments and heredocs.
 */

#include <stddef.h>

enum tf_block {
	TF_PROVIDER, /* provider "aws" */
	TF_BACKEND,  /* terraform { backend "s3" */
};

struct tf_found {
	enum tf_block block;
	const char *name; /* "profile", ...; a static string */
	size_t line;
	/* The value inside the quotes, borrowed from the text and not
	 * sanitised; NULL if not a plain string. */
	const char *value;
	size_t value_len;
};

/* Calls found for each setting, in order, except null and empty strings. */
void tf_scan(const char *text, size_t len,
    void (*found)(void *arg, const struct tf_found *f), void *arg);

#endif
