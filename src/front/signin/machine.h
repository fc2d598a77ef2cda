#ifndef MAIRU_FRONT_SIGNIN_MACHINE_H
#define MAIRU_FRONT_SIGNIN_MACHINE_H

/*
 * Where this process runs, and where its user comes from, according to its
 * environment and the machine.
 */

/* 1 if the user came by SSH. */
int machine_is_ssh(void);

/* 1 if this is Linux inside Windows. */
int machine_is_wsl(void);

/* 1 if this is a container with a network of its own: its ports are not the
 * machine's. */
int machine_is_container(void);

/* 1 if the environment names a display. */
int machine_has_display(void);

#endif
