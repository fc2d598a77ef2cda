/* Credentials that Terraform files set: front/doctor/tf_scan.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/core/buf.h"
#include "front/doctor/tf_scan.h"

/* "3 provider profile=prod, 7 backend profile" */
static void note(void *arg, const struct tf_found *f)
{
	struct buf *b = arg;

	buf_addf(b, "%s%zu %s %s", b->len > 0 ? ", " : "", f->line,
	    f->block == TF_PROVIDER ? "provider" : "backend", f->name);
	if (f->value != NULL) {
		buf_addc(b, '=');
		buf_add(b, f->value, f->value_len);
	}
}

static void finds(const char *text, const char *want)
{
	struct buf b = BUF_INIT(4096);

	tf_scan(text, strlen(text), note, &b);
	if (strcmp(buf_str(&b), want) != 0)
		fail_msg(
		    "%s--\nis \"%s\", not \"%s\"", text, buf_str(&b), want);
	buf_release(&b);
}

static void settings_of_the_provider_and_the_backend_are_found(void **state)
{
	(void)state;
	finds(
	    "provider \"aws\" {\n  region  = \"x\"\n  profile = \"prod\"\n}\n",
	    "3 provider profile=prod");
	finds("terraform {\n  backend \"s3\" {\n    profile=\"p\"\n  }\n}\n",
	    "3 backend profile=p");
	finds("provider aws { profile = \"p\" }", "1 provider profile=p");
	finds("provider \"aws\" {\n  profile = var.p\n}", "2 provider profile");
	finds("provider \"aws\" {\n  profile = \"${var.p}-x\"\n}",
	    "2 provider profile");
	finds("provider \"aws\" {\n  access_key = \"A\"\n  secret_key = \"s\"\n"
	      "  shared_credentials_files = [\"f\"]\n}",
	    "2 provider access_key=A, 3 provider secret_key=s, "
	    "4 provider shared_credentials_files");
	finds("provider \"aws\" {\n  alias = \"b\"\n  profile = \"b\"\n}\n"
	      "provider \"aws\" {\r\n  profile = \"c\"\r\n}\r\n",
	    "3 provider profile=b, 6 provider profile=c");
}

static void others_are_not(void **state)
{
	(void)state;
	finds("", "");
	finds("profile = \"p\"\n", "");
	finds("provider \"google\" {\n  profile = \"p\"\n}", "");
	finds("resource \"aws\" \"x\" {\n  profile = \"p\"\n}", "");
	finds("backend \"s3\" {\n  profile = \"p\"\n}", "");
	finds("terraform {\n  backend \"gcs\" {\n  profile = \"p\"\n }\n}", "");
	finds("terraform {\n  profile = \"p\"\n}", "");
	finds("provider \"aws\" {\n  profile = null\n}", "");
	finds("provider \"aws\" {\n  profile = \"\"\n}", "");
	finds("provider \"aws\" {\n  x = var.profile == \"p\"\n}", "");
	finds("provider \"aws\" {\n  a {\n  profile = \"p\"\n  }\n}", "");
	finds("provider \"aws\" {\n  m = {\n  profile = \"p\"\n  }\n}", "");
	finds("x = { provider \"aws\" { profile = \"p\" } }", "");
}

static void comments_strings_and_heredocs_are_passed_over(void **state)
{
	(void)state;
	finds("provider \"aws\" {\n  # profile = \"p\"\n  // profile = \"p\"\n"
	      "  /* profile = \"p\"\n  } */\n  profile = \"q\" # {\n}",
	    "6 provider profile=q");
	finds("# provider \"aws\" {\nprofile = \"p\"\n", "");
	finds("provider \"aws\" {\n  x = \"} ${a(\"}\", {})} \\\"}\"\n"
	      "  profile = \"q\"\n}",
	    "3 provider profile=q");
	finds("x = <<EOT\nprovider \"aws\" {\n profile = \"p\"\n}\nEOT\n", "");
	finds("provider \"aws\" {\n  x = <<-EOT\n    }\n    EOT\n"
	      "  profile = \"q\"\n}",
	    "5 provider profile=q");
	finds("x = \"$${ %%{ \"\nprovider \"aws\" {\n profile = \"q\"\n}",
	    "3 provider profile=q");
	finds("provider \"aws\" { # mine\n  profile = \"q\"\n}",
	    "2 provider profile=q");
}

static void what_never_ends_ends(void **state)
{
	static const char *const texts[] = {"\"", "\"${", "\"${\"", "/*", "<<",
	    "<<E", "<<E\n", "provider \"aws\" {\n profile =",
	    "provider \"aws\" {\n profile = \"", "}}}}", "\"\\", "<<-"};
	char deep[400];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct buf b = BUF_INIT(4096);

		tf_scan(texts[i], strlen(texts[i]), note, &b);
		buf_release(&b);
	}
	memset(deep, '{', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	finds(deep, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		settings_of_the_provider_and_the_backend_are_found),
	    cmocka_unit_test(others_are_not),
	    cmocka_unit_test(comments_strings_and_heredocs_are_passed_over),
	    cmocka_unit_test(what_never_ends_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
