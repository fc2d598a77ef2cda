#ifndef MAIRU_BROKER_COMMANDS_TABLE_H
#define MAIRU_BROKER_COMMANDS_TABLE_H

/*
 * What each request on the socket does.
 */

#include <stdint.h>

#include "broker/socket/connections.h"

struct broker;

/* Sets up the handler that serves this broker. */
void commands_init(struct connections_handler *h, struct broker *b);

/* Retries a request that ask_park() deferred, and answers it. */
void commands_again(struct broker *b, struct connections_client *c,
    const struct wire_frame *f, int64_t until);

#endif
