#include "front/signin/redirect_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/core/url.h"
#include "base/sys/sock.h"

#define SUFFIX ".html"

enum {
	PAGE_MAX = 4096
};

static int write_page(int fd, const char *url, struct err *e)
{
	struct buf page = BUF_INIT(PAGE_MAX);
	int r = 0;

	buf_addf(&page,
	    "<!doctype html><meta charset=utf-8><meta name=referrer "
	    "content=no-referrer><meta http-equiv=refresh "
	    "content=\"0;url=%s\"><title>mairu</title><a href=\"%s\">Continue "
	    "to the login</a>\n",
	    url, url);
	if (page.failed)
		r = err_set(
		    e, ERR_LIMIT, "the address of the login is too long");
	else if (write(fd, page.data, page.len) != (ssize_t)page.len)
		r = err_sys(e, "writing the page that leads to the login");
	buf_release(&page);
	return r;
}

int door_file_make(
    struct door_file *d, const char *socket, const char *url, struct err *e)
{
	const char *slash = strrchr(socket, '/');
	struct buf path = BUF_INIT(sizeof(d->path));
	int fd, r = slash ? sock_check_dir(socket, 0, e) : ERR_NOT_FOUND;

	d->path[0] = '\0';
	if (r < 0)
		return r;
	buf_add(&path, socket, (size_t)(slash - socket));
	buf_adds(&path, "/login.XXXXXX" SUFFIX);
	if (path.failed)
		r = err_set(e, ERR_LIMIT, "the path is too long");
	else
		memcpy(d->path, buf_str(&path), path.len + 1);
	buf_release(&path);
	if (r < 0)
		return r;
	/* 0600, and new. */
	fd = mkostemps(d->path, (int)strlen(SUFFIX), O_CLOEXEC);
	if (fd < 0) {
		d->path[0] = '\0';
		return err_sys(e, "making the page that leads to the login");
	}
	r = write_page(fd, url, e);
	if (close(fd) < 0 && r == 0)
		r = err_sys(e, "writing the page that leads to the login");
	if (r < 0)
		door_file_remove(d);
	return r;
}

void door_file_url(const struct door_file *d, struct buf *out)
{
	buf_adds(out, "file://");
	url_encode(out, d->path, strlen(d->path), "/");
}

void door_file_remove(struct door_file *d)
{
	if (d->path[0] != '\0')
		(void)unlink(d->path);
	d->path[0] = '\0';
}
