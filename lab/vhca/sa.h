/* SPDX-License-Identifier: GPL-2.0 */
/* Stand-in mlx5_ib: what the files of the subnet administrator share. */
#ifndef VHCA_SA_H
#define VHCA_SA_H

#include <rdma/ib_sa.h>

/* MAD status; SA's own codes are in the upper byte */
#define SA_OK			0x0000
#define SA_UNSUP		0x000c
#define SA_NO_RESOURCES		0x0100
#define SA_REQ_INVALID		0x0200
#define SA_NO_RECORDS		0x0300
#define SA_INSUFFICIENT		0x0600

#define SELECT_EXACTLY		(IB_SA_EQ << 6)
#define PACKET_LIFE		18	/* 4.096 us * 2^18, about a second */

struct vhca_port;

/* sa_mcast.c; fabric lock held */
u16 vhca_sa_mcmember(struct ib_sa_mad *mad, struct vhca_port *from);

#endif
