#ifndef MAIRU_BROKER_SERVICE_H
#define MAIRU_BROKER_SERVICE_H

/*
 * What each request on the socket does.
 */

#include "broker/server.h"

struct broker;

/* The handler that answers for this broker. */
void service_init(struct server_handler *h, struct broker *b);

#endif
