#ifndef MAIRU_NET_HTTP_SERVER_ADDRESS_H
#define MAIRU_NET_HTTP_SERVER_ADDRESS_H

/*
 * The host of a URL, as shown to the user: never with the user name and
 * password that may precede it.
 */

#include <stddef.h>

struct server_address {
	char name[256];	 /* without the port; "" if none */
	char shown[264]; /* with the port, if the URL has one */
	unsigned port;	 /* 0 if the URL has none */
	int loopback;	 /* 127.0.0.0/8, [::1], localhost */
};

/* For a URL that passed url_fault().  A proxy from the environment may lack its
 * scheme, or be nonsense: then the name is "". */
void server_address_of(struct server_address *p, const char *url);

/* The same for a proxy; without a port it gets its scheme's default. */
void server_address_of_proxy(struct server_address *p, const char *url);

/* The environment's proxy for https, "" if none; borrowed. */
const char *server_address_proxy(void);

#endif
