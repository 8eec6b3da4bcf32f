/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stand-in mlx5_ib: its objects and what its files ask of each other.
 *
 * Locks, outermost first:
 *
 *	vhca_qp.lock	state, attributes and receive queue of one QP; held
 *			while a message is copied into a receive, so that a
 *			QP that has left RTR/RTS touches no buffer any more
 *	vhca_fab_lock	the subnet: ports and their state, LIDs and P_Keys,
 *			QP numbers, multicast, SA groups, messages under way
 *	vhca_cq.lock	one completion queue
 *
 * A QP lock is never taken under the fabric lock: the fabric takes a
 * reference to the QP, lets go of its lock and delivers then.  All three are
 * taken with interrupts off, since the MAD layer posts that way.
 */
#ifndef VHCA_IB_H
#define VHCA_IB_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <rdma/ib_mad.h>
#include <rdma/ib_sa.h>
#include <rdma/ib_verbs.h>
#include "core.h"

#define VHCA_SUBNET_PREFIX	0xfe80000000000000ULL
#define VHCA_GID_LEN		8
#define VHCA_PKEY_LEN		16
#define VHCA_LKEY		0x1b3
#define VHCA_MAX_MSG		(1 << 22)
#define VHCA_MAX_SGE		32
#define VHCA_MAX_WR		0x4000
#define VHCA_MAX_CQE		(1 << 20)
#define VHCA_MCAST_LID_BASE	0xc000
#define VHCA_PERMISSIVE_LID	0xffff
#define VHCA_RATE		IB_RATE_200_GBPS

enum vhca_counter {
	VHCA_TX_BYTES, VHCA_TX_PKTS, VHCA_TX_UCAST, VHCA_TX_MCAST, VHCA_TX_DROP,
	VHCA_RX_BYTES, VHCA_RX_PKTS, VHCA_RX_UCAST, VHCA_RX_MCAST, VHCA_RX_DROP,
	VHCA_LINK_DOWNED,
	VHCA_COUNTERS,
};

struct vhca_dev;
struct vhca_qp;

struct vhca_port {
	struct vhca_dev		*dev;
	struct list_head	node;		/* vhca_ports */
	u32			num;
	__be64			guid;
	/* under the fabric lock; read without it where one word is enough */
	enum ib_port_state	state;
	enum ib_port_phys_state	phys;
	bool			held;		/* set by hand: the SM keeps off */
	enum ib_port_state	held_state;	/* which, when the cable allows */
	enum ib_port_phys_state	held_phys;
	bool			cable;		/* a good one is plugged */
	u16			home_lid;	/* which an SM gives to this GUID */
	u16			lid, sm_lid;	/* 0 until one did */
	u32			cap_mask;
	u16			pkeys[VHCA_PKEY_LEN];
	struct vhca_qp		*special[2];	/* QP0, QP1 */
	atomic64_t		cnt[VHCA_COUNTERS];
	atomic_t		bad_pkeys, bad_qkeys;
};

struct vhca_dev {
	struct ib_device	ibdev;
	struct vhca_function	*fn;
	u32			nports;
	bool			live;		/* events go to ib_core; fabric lock */
	bool			registered;
	struct delayed_work	reg_work;
	struct xarray		qps;		/* QPN to QP; fabric lock */
	u32			next_qpn;
	struct dentry		*dbg, *dbg_link;
	struct vhca_port	ports[VHCA_MAX_PORTS];
};

struct vhca_pd { struct ib_pd ibpd; };
struct vhca_uctx { struct ib_ucontext ibuc; };
struct vhca_mr { struct ib_mr ibmr; };

struct vhca_ah {
	struct ib_ah		ibah;
	struct rdma_ah_attr	attr;
};

struct vhca_cq {
	struct ib_cq		ibcq;
	spinlock_t		lock;
	struct ib_wc		*ring;
	unsigned int		size, head, count;
	enum { VHCA_CQ_IDLE, VHCA_CQ_SOLICITED, VHCA_CQ_ANY } armed;
	bool			overflow;
	struct tasklet_struct	notify;
};

struct vhca_rwqe {
	u64			wr_id;
	int			num_sge;
	struct ib_sge		sge[];
};

struct vhca_qp {
	struct ib_qp		ibqp;
	struct vhca_dev		*dev;
	u32			qpn;
	refcount_t		ref;
	struct completion	gone;
	atomic_t		sending;	/* RC sends not completed */
	struct ib_qp_cap	cap;
	enum ib_sig_type	sig_type;
	spinlock_t		lock;		/* all below */
	struct ib_qp_attr	attr;
	enum ib_qp_state	state;
	void			*rq;
	size_t			rq_stride;
	unsigned int		rq_size, rq_head, rq_count;
};

/* A message under way. */
struct vhca_msg {
	struct list_head	node;
	struct vhca_qp		*src;		/* RC: a reference; else NULL */
	bool			mcast, grh, imm, solicited, signaled;
	u16			slid, dlid, pkey;
	u8			sl;
	u32			sqpn, dqpn, qkey;
	__be32			imm_data;
	u64			wr_id;
	unsigned int		tries;
	struct ib_grh		grh_hdr;
	u32			len;
	u8			data[];
};

extern spinlock_t vhca_fab_lock;
extern struct list_head vhca_ports;
extern bool vhca_log;
extern int vhca_mtu;			/* enum ib_mtu */

#define vhca_dbg(fmt, ...)						\
	do {								\
		if (READ_ONCE(vhca_log))				\
			pr_info("vhca: " fmt, ##__VA_ARGS__);		\
	} while (0)

static inline struct vhca_dev *to_vdev(struct ib_device *ibdev)
{
	return container_of(ibdev, struct vhca_dev, ibdev);
}

static inline struct vhca_port *to_vport(struct ib_device *ibdev, u32 port)
{
	return &to_vdev(ibdev)->ports[port - 1];
}

static inline struct vhca_cq *to_vcq(struct ib_cq *ibcq)
{
	return container_of(ibcq, struct vhca_cq, ibcq);
}

static inline struct vhca_qp *to_vqp(struct ib_qp *ibqp)
{
	return container_of(ibqp, struct vhca_qp, ibqp);
}

static inline struct vhca_ah *to_vah(struct ib_ah *ibah)
{
	return container_of(ibah, struct vhca_ah, ibah);
}

static inline void vhca_count(struct vhca_port *p, enum vhca_counter c, u64 n)
{
	atomic64_add(n, &p->cnt[c]);
}

static inline void vhca_port_gid(struct vhca_port *p, union ib_gid *gid)
{
	gid->global.subnet_prefix = cpu_to_be64(VHCA_SUBNET_PREFIX);
	gid->global.interface_id = p->guid;
}

/* ib_device.c: the device and its ports, as verbs see them */
extern const struct ib_device_ops vhca_dev_ops;

/* ib_port.c: the port state machine and its events */
int vhca_port_init(struct vhca_port *p, struct vhca_dev *dev, u32 num, u64 guid);
int vhca_port_order(struct vhca_port *p, const char *word);
const char *vhca_port_word(struct vhca_port *p);
void vhca_port_cable(struct vhca_port *p, int cable);
void vhca_port_pkeys(struct vhca_port *p, const u16 *pkeys);
int vhca_pkeys_parse(const char *s, u16 pkeys[VHCA_PKEY_LEN]);
void vhca_port_live(struct vhca_dev *dev, bool live);
/* fabric lock held */
void vhca_port_activate(struct vhca_port *p, bool reregister);
void vhca_port_event(struct vhca_port *p, enum ib_event_type type);
bool vhca_port_has_pkey(struct vhca_port *p, u16 pkey, u16 *index);

/* ib_debugfs.c */
void vhca_debugfs_init(void);
void vhca_debugfs_exit(void);
void vhca_debugfs_add(struct vhca_dev *dev);
void vhca_debugfs_name(struct vhca_dev *dev);
void vhca_debugfs_del(struct vhca_dev *dev);

/* subnet.c: who is on it */
int vhca_fab_add_port(struct vhca_port *p);
void vhca_fab_del_port(struct vhca_port *p);
int vhca_fab_add_qp(struct vhca_qp *qp, u32 special_port);
void vhca_fab_del_qp(struct vhca_qp *qp);
int vhca_fab_attach(struct vhca_qp *qp, const union ib_gid *mgid);
int vhca_fab_detach(struct vhca_qp *qp, const union ib_gid *mgid);
struct vhca_qp **vhca_fab_members(const struct vhca_msg *msg, unsigned int *count);
/* fabric lock held */
struct vhca_port *vhca_port_by_lid(u16 lid);
struct vhca_port *vhca_port_by_guid(__be64 guid);
struct vhca_qp *vhca_qp_find(struct vhca_port *p, u32 qpn);

/* fabric.c: delivery */
void vhca_fab_exit(void);
/* takes msg over, unless it returns an error */
int vhca_fab_send(struct vhca_port *p, struct vhca_msg *msg, u16 pkey_index);
void vhca_fab_flush_sends(struct vhca_qp *qp, bool complete);
void vhca_fab_queue(struct vhca_msg *msg);	/* fabric lock held */

/* sm.c: the subnet manager */
extern bool vhca_sm_refuse_join;
bool vhca_sm_present(void);
u16 vhca_sm_lid(void);
void vhca_sm_wake(void);		/* a link came up; any context */
int vhca_sm_home_lid(__be64 guid);	/* process context */
int vhca_sm_init(void);
void vhca_sm_exit(void);

/* sa.c, sa_mcast.c: the subnet administrator.  Fabric lock held. */
void vhca_sa_handle(const struct vhca_msg *req);
void vhca_sa_forget_port(__be64 guid);
void vhca_sa_forget_all(void);

/* mad.c: MADs that a port answers itself */
int vhca_process_mad(struct ib_device *ibdev, int flags, u32 port,
		     const struct ib_wc *in_wc, const struct ib_grh *in_grh,
		     const struct ib_mad *in, struct ib_mad *out,
		     size_t *out_size, u16 *out_pkey_index);

/* verbs_cq.c */
int vhca_create_cq(struct ib_cq *ibcq, const struct ib_cq_init_attr *attr,
		   struct ib_udata *udata);
int vhca_destroy_cq(struct ib_cq *ibcq, struct ib_udata *udata);
int vhca_poll_cq(struct ib_cq *ibcq, int n, struct ib_wc *wc);
int vhca_req_notify_cq(struct ib_cq *ibcq, enum ib_cq_notify_flags flags);
void vhca_cq_push(struct ib_cq *ibcq, const struct ib_wc *wc, bool solicited);
void vhca_cq_clean(struct ib_cq *ibcq, struct ib_qp *ibqp);

/* verbs_misc.c: PD, AH, MR, multicast, user contexts */
extern const struct ib_device_ops vhca_misc_ops;

/* verbs_qp.c: a QP's life and state */
int vhca_create_qp(struct ib_qp *ibqp, struct ib_qp_init_attr *init,
		   struct ib_udata *udata);
int vhca_destroy_qp(struct ib_qp *ibqp, struct ib_udata *udata);
int vhca_modify_qp(struct ib_qp *ibqp, struct ib_qp_attr *attr, int mask,
		   struct ib_udata *udata);
int vhca_query_qp(struct ib_qp *ibqp, struct ib_qp_attr *attr, int mask,
		  struct ib_qp_init_attr *init);
void vhca_qp_error(struct vhca_qp *qp);
void vhca_qp_flush_rq(struct vhca_qp *qp);	/* qp->lock held */
void vhca_qp_put(struct vhca_qp *qp);
void vhca_qp_send_done(struct vhca_qp *qp, const struct vhca_msg *msg,
		       enum ib_wc_status status);

/* verbs_send.c */
int vhca_post_send(struct ib_qp *ibqp, const struct ib_send_wr *wr,
		   const struct ib_send_wr **bad);

/* verbs_recv.c */
int vhca_post_recv(struct ib_qp *ibqp, const struct ib_recv_wr *wr,
		   const struct ib_recv_wr **bad);
/* 0, -EAGAIN: no receive posted, or another error: refused */
int vhca_qp_receive(struct vhca_qp *qp, const struct vhca_msg *msg);

#endif
