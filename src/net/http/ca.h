#ifndef MAIRU_NET_HTTP_CA_H
#define MAIRU_NET_HTTP_CA_H

/* 1 if dir holds CAs by subject hash, as OpenSSL looks them up
 * (openssl-rehash(1)): it then reads only those it needs.  A single bundle is
 * read in full for each call, blocking the loop for 30 ms. */
int http_ca_hashed(const char *dir);

#endif
