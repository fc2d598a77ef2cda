#ifndef MAIRU_FRONT_CLIENT_PROXY_CONSENT_H
#define MAIRU_FRONT_CLIENT_PROXY_CONSENT_H

/*
 * Consent to a shell's proxy variables (base/config/proxies.h), needed before a
 * broker started there uses them.
 */

/* Asks at the terminal, once for the same values.  Does not ask without a
 * terminal, at a prompt, or if broker.json names a proxy, which takes
 * precedence. */
void proxy_ask(void);

#endif
