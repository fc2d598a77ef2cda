#include "net/aws/xml.h"

#include <expat.h>
#include <limits.h>
#include <string.h>

struct reading {
	XML_Parser parser;
	struct xml_want *wants;
	size_t n;
	char path[XML_MAX_PATH];
	size_t len;   /* of the current path */
	size_t depth; /* open elements */
	size_t past;  /* of those, how many did not fit in the path */
	struct xml_want *in;
	size_t in_depth;
	enum err_code code; /* why it was stopped, or 0 */
	const char *why;
};

static void stop(struct reading *r, enum err_code code, const char *why)
{
	if (r->code)
		return;
	r->code = code;
	r->why = why;
	(void)XML_StopParser(r->parser, XML_FALSE);
}

static void want(struct reading *r)
{
	for (size_t i = 0; i < r->n; i++) {
		if (strcmp(r->wants[i].path, r->path) != 0)
			continue;
		if (r->wants[i].there++)
			stop(r, ERR_FORMAT, "an element is there twice");
		r->in = &r->wants[i];
		r->in_depth = r->depth;
	}
}

static void XMLCALL begin(
    void *arg, const XML_Char *name, const XML_Char **attributes)
{
	struct reading *r = arg;
	size_t n = strlen(name);

	(void)attributes;
	if (++r->depth > XML_MAX_DEPTH) {
		stop(r, ERR_FORMAT, "its elements stand too deep");
		return;
	}
	if (r->past > 0 || r->len + n + 2 > sizeof(r->path)) {
		r->past++;
		return;
	}
	if (r->len > 0)
		r->path[r->len++] = '/';
	memcpy(r->path + r->len, name, n + 1);
	r->len += n;
	want(r);
}

static void XMLCALL end(void *arg, const XML_Char *name)
{
	struct reading *r = arg;
	size_t n = strlen(name);

	/* expat ends an empty element even if its start stopped the parser; it
	 * is not in the path then. */
	if (r->code)
		return;
	if (r->in && r->in_depth == r->depth)
		r->in = NULL;
	r->depth--;
	if (r->past > 0) {
		r->past--;
		return;
	}
	r->len -= n;
	r->len -= r->len > 0;
	r->path[r->len] = '\0';
}

static void XMLCALL text(void *arg, const XML_Char *s, int len)
{
	struct reading *r = arg;

	if (!r->in || r->in_depth != r->depth)
		return;
	buf_add(r->in->text, s, (size_t)len);
	if (r->in->text->failed)
		stop(r, ERR_LIMIT, "an element's text is too long");
}

static void XMLCALL doctype(void *arg, const XML_Char *name,
    const XML_Char *system, const XML_Char *public, int has_subset)
{
	(void)name;
	(void)system;
	(void)public;
	(void)has_subset;
	stop(arg, ERR_FORMAT, "it has a DOCTYPE");
}

static int is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void trim(struct buf *b)
{
	size_t n = b->len, before = 0;

	while (n > 0 && is_blank(b->data[n - 1]))
		n--;
	buf_truncate(b, n);
	while (before < n && is_blank(b->data[before]))
		before++;
	buf_consume(b, before);
}

static int parse(struct reading *r, const void *data, size_t len, struct err *e)
{
	enum XML_Status status;
	enum XML_Error code;

	XML_SetUserData(r->parser, r);
	XML_SetElementHandler(r->parser, begin, end);
	XML_SetCharacterDataHandler(r->parser, text);
	XML_SetStartDoctypeDeclHandler(r->parser, doctype);
	status = XML_Parse(r->parser, data, (int)len, 1);
	if (r->code)
		return err_set(e, r->code, "%s", r->why);
	if (status == XML_STATUS_OK)
		return 0;
	code = XML_GetErrorCode(r->parser);
	if (code == XML_ERROR_NO_MEMORY)
		return err_set(e, ERR_NOMEM, "out of memory");
	return err_set(e, ERR_FORMAT, "%s at line %lu", XML_ErrorString(code),
	    (unsigned long)XML_GetCurrentLineNumber(r->parser));
}

int xml_read(const void *data, size_t len, struct xml_want *wants, size_t n,
    struct err *e)
{
	struct reading r = {.wants = wants, .n = n};
	int rc;

	for (size_t i = 0; i < n; i++)
		wants[i].there = 0;
	if (len > INT_MAX)
		return err_set(e, ERR_LIMIT, "it is too long");
	r.parser = XML_ParserCreate(NULL);
	if (!r.parser)
		return err_set(e, ERR_NOMEM, "out of memory");
	rc = parse(&r, len ? data : "", len, e);
	XML_ParserFree(r.parser);
	for (size_t i = 0; i < n; i++)
		trim(wants[i].text);
	return rc;
}
