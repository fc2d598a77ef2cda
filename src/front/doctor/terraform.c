/* Terraform files here that use credentials other than the shell's. */

#include "front/doctor/doctor.h"

#include <dirent.h>
#include <string.h>

#include "base/core/text.h"
#include "base/sys/file.h"
#include "front/doctor/tf_scan.h"

enum {
	FILES = 256,
	FILE_MAX = 1024 * 1024,
	TEXT_MAX = 4096,
	TOLD = 8, /* settings listed */
	SHOWN = 200,
};

struct look {
	struct doctor *d;
	const char *file;
	size_t n;
};

static void found(void *arg, const struct tf_found *f)
{
	struct look *l = arg;
	struct buf b = BUF_INIT(TEXT_MAX);
	int secret = strcmp(f->name, "access_key") == 0 ||
		     strcmp(f->name, "secret_key") == 0;

	if (f->value != NULL && strcmp(f->name, "profile") == 0 &&
	    f->value_len == strlen(AWSCONF_PROFILE) &&
	    memcmp(f->value, AWSCONF_PROFILE, f->value_len) == 0)
		return;
	if (++l->n > TOLD)
		return;
	text_safe(&b, l->file, strlen(l->file), SHOWN);
	buf_addf(&b, ":%zu: the %s sets %s", f->line,
	    f->block == TF_PROVIDER ? "provider \"aws\"" : "backend \"s3\"",
	    f->name);
	if (f->value != NULL && !secret) {
		buf_adds(&b, " = \"");
		text_safe(&b, f->value, f->value_len, SHOWN);
		buf_addc(&b, '"');
	}
	buf_adds(&b, ", which wins over the role; remove it, or set it only "
		     "where there is no mairu");
	findings_add(&l->d->f, FINDING_WARNING, "terraform", "%s", buf_str(&b));
	buf_release(&b);
}

static int is_ours(const char *name)
{
	size_t len = strlen(name);

	return name[0] != '.' &&
	       ((len > 3 && strcmp(name + len - 3, ".tf") == 0) ||
		   (len > 5 && strcmp(name + len - 5, ".tofu") == 0));
}

void doctor_terraform(struct doctor *d)
{
	struct look l = {.d = d};
	struct buf b = BUF_INIT(FILE_MAX);
	struct dirent *one;
	size_t files = 0;
	DIR *here = opendir(".");

	if (here == NULL)
		return;
	while (files < FILES && (one = readdir(here)) != NULL) {
		if (!is_ours(one->d_name))
			continue;
		files++;
		buf_clear(&b);
		l.file = one->d_name;
		if (file_read(one->d_name, &b, NULL) == 0)
			tf_scan((const char *)b.data, b.len, found, &l);
	}
	(void)closedir(here);
	buf_release(&b);
	if (l.n > TOLD)
		findings_add(&d->f, FINDING_WARNING, "terraform",
		    "and %zu more of them here", l.n - TOLD);
	if (files > 0 && l.n == 0)
		findings_add(&d->f, FINDING_OK, "terraform",
		    "no file here (of %zu) sets credentials of its own", files);
}
