#ifndef MAIRU_FRONT_CLIENT_PROXY_CONSENT_H
#define MAIRU_FRONT_CLIENT_PROXY_CONSENT_H

/*
 * The yes that the proxy variables of a shell need (base/config/proxies.h),
 * before a broker that is started there takes them.
 */

/* Asks the person at the terminal, once for the same values.  Without a
 * terminal, at a prompt, or where broker.json names a proxy, which counts,
 * nothing is asked. */
void proxy_ask(void);

#endif
