#ifndef MAIRU_FRONT_DOCTOR_TF_SCAN_H
#define MAIRU_FRONT_DOCTOR_TF_SCAN_H

/*
 * Settings in Terraform files with which the AWS provider or an S3 backend
 * takes other credentials than those of the shell.  As much of HCL is read as
 * tells blocks from strings, comments and heredocs.
 */

#include <stddef.h>

enum tf_block {
	TF_PROVIDER, /* provider "aws" */
	TF_BACKEND,  /* terraform { backend "s3" */
};

struct tf_found {
	enum tf_block block;
	const char *name; /* "profile", ...; of static life */
	size_t line;
	/* The value between its quotes, borrowed from the text and not
	 * sanitised; NULL when it is no plain string. */
	const char *value;
	size_t value_len;
};

/* Calls found for each setting, in their order.  One that is null, or an empty
 * string, is none. */
void tf_scan(const char *text, size_t len,
    void (*found)(void *arg, const struct tf_found *f), void *arg);

#endif
