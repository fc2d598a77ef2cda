#ifndef MAIRU_NET_HTTP_SERVER_ADDRESS_H
#define MAIRU_NET_HTTP_SERVER_ADDRESS_H

/*
 * Which host a URL names, as it is told to a person: never with the user name
 * and password that may stand before it.
 */

#include <stddef.h>

struct server_address {
	char name[256];	 /* without a port; "" when there is none */
	char shown[264]; /* with the port, where the URL has one */
	unsigned port;	 /* 0 when the URL has none */
	int loopback;	 /* 127.0.0.0/8, [::1], localhost */
};

/* Of a URL that url_fault() let pass; a proxy of the environment may lack its
 * scheme, and be nonsense too: then there is no name. */
void server_address_of(struct server_address *p, const char *url);

/* The same of a proxy; one that names no port has that of its kind. */
void server_address_of_proxy(struct server_address *p, const char *url);

/* The proxy of the environment for https, which is "" when there is none;
 * borrowed from there. */
const char *server_address_proxy(void);

#endif
