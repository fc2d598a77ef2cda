#ifndef MAIRU_FRONT_SIGNIN_MACHINE_H
#define MAIRU_FRONT_SIGNIN_MACHINE_H

/*
 * What this process's environment and machine say of where it runs, and from
 * where the person has come to it.
 */

/* 1 when the person has come by SSH. */
int machine_is_ssh(void);

/* 1 when this is Linux inside of Windows. */
int machine_is_wsl(void);

/* 1 when this is a container that has a network of its own: a port of it is not
 * one of its machine. */
int machine_is_container(void);

/* 1 when the environment names a display. */
int machine_has_display(void);

#endif
