#ifndef MAIRU_NET_HTTP_CA_H
#define MAIRU_NET_HTTP_CA_H

/* 1 when dir holds CAs under the hashes of their names, as OpenSSL looks for
 * them (openssl-rehash(1)).  One is then read when it is needed; the same CAs
 * in one file are all read for each call, 30 ms in which the loop stands
 * still. */
int http_ca_hashed(const char *dir);

#endif
