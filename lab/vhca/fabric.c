// SPDX-License-Identifier: GPL-2.0
/*
 * Stand-in mlx5_ib: the virtual subnet - who is on it, and delivery.
 *
 * All ports of one kernel hang on one subnet.  Messages go through one queue,
 * emptied by one tasklet, so that there is one order of delivery and never
 * two receivers at work at once.  The fabric lock is held to pick a message
 * and to find its receiver, not while it is copied or completed.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include "ib.h"

#define FAB_BUDGET	256	/* messages a tasklet run */
#define RNR_TRIES	2000	/* jiffies to wait for a posted receive */
#define QPN_FIRST	0x48	/* below are the well-known ones */
#define QPN_LAST	0xfffffe

DEFINE_SPINLOCK(vhca_fab_lock);
LIST_HEAD(vhca_ports);

struct mcast_member {
	struct list_head node;
	union ib_gid	mgid;
	struct vhca_qp	*qp;
};

static LIST_HEAD(fab_queue);
static LIST_HEAD(fab_rnr);	/* waiting for a receive to be posted */
static LIST_HEAD(fab_mcast);

static void fab_run(struct tasklet_struct *t);
static void fab_rnr_tick(struct timer_list *t);
static DECLARE_TASKLET(fab_tasklet, fab_run);
static DEFINE_TIMER(fab_rnr_timer, fab_rnr_tick);

int vhca_fab_add_port(struct vhca_port *p)
{
	unsigned long flags;
	int lid = vhca_sm_home_lid(p->guid);

	if (lid < 0)
		return lid;
	spin_lock_irqsave(&vhca_fab_lock, flags);
	p->home_lid = lid;
	list_add_tail(&p->node, &vhca_ports);
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
	return 0;
}

/* The port's QPs are gone by now; no message names the port. */
void vhca_fab_del_port(struct vhca_port *p)
{
	unsigned long flags;

	spin_lock_irqsave(&vhca_fab_lock, flags);
	list_del(&p->node);
	vhca_sa_forget_port(p->guid);
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
}

struct vhca_port *vhca_port_by_lid(u16 lid)
{
	struct vhca_port *p;

	if (!lid)
		return NULL;
	list_for_each_entry(p, &vhca_ports, node)
		if (p->lid == lid)
			return p;
	return NULL;
}

struct vhca_port *vhca_port_by_guid(__be64 guid)
{
	struct vhca_port *p;

	list_for_each_entry(p, &vhca_ports, node)
		if (p->guid == guid)
			return p;
	return NULL;
}

int vhca_fab_add_qp(struct vhca_qp *qp, u32 special_port)
{
	unsigned long flags;
	int ret = 0;

	if (special_port) {
		struct vhca_port *p = &qp->dev->ports[special_port - 1];

		spin_lock_irqsave(&vhca_fab_lock, flags);
		if (p->special[qp->qpn])
			ret = -EBUSY;
		else
			p->special[qp->qpn] = qp;
		spin_unlock_irqrestore(&vhca_fab_lock, flags);
		return ret;
	}
	/* cyclic: a number is not used again before all others were */
	ret = xa_alloc_cyclic_irq(&qp->dev->qps, &qp->qpn, qp,
				  XA_LIMIT(QPN_FIRST, QPN_LAST),
				  &qp->dev->next_qpn, GFP_KERNEL);
	return ret < 0 ? ret : 0;
}

/* Afterwards nobody finds the QP, and nothing under way names it. */
void vhca_fab_del_qp(struct vhca_qp *qp)
{
	struct mcast_member *m, *t;
	unsigned long flags;

	spin_lock_irqsave(&vhca_fab_lock, flags);
	if (qp->qpn <= 1)
		qp->dev->ports[qp->attr.port_num - 1].special[qp->qpn] = NULL;
	else
		xa_erase(&qp->dev->qps, qp->qpn);
	list_for_each_entry_safe(m, t, &fab_mcast, node)
		if (m->qp == qp) {
			list_del(&m->node);
			kfree(m);
		}
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
	vhca_fab_flush_sends(qp, false);
}

int vhca_fab_attach(struct vhca_qp *qp, const union ib_gid *mgid)
{
	struct mcast_member *new = kzalloc(sizeof(*new), GFP_KERNEL), *m;
	unsigned long flags;

	if (!new)
		return -ENOMEM;
	new->mgid = *mgid;
	new->qp = qp;
	spin_lock_irqsave(&vhca_fab_lock, flags);
	list_for_each_entry(m, &fab_mcast, node)
		if (m->qp == qp && !memcmp(&m->mgid, mgid, sizeof(*mgid))) {
			spin_unlock_irqrestore(&vhca_fab_lock, flags);
			kfree(new);
			return 0;
		}
	list_add_tail(&new->node, &fab_mcast);
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
	return 0;
}

int vhca_fab_detach(struct vhca_qp *qp, const union ib_gid *mgid)
{
	struct mcast_member *m, *t;
	unsigned long flags;
	int ret = -EINVAL;

	spin_lock_irqsave(&vhca_fab_lock, flags);
	list_for_each_entry_safe(m, t, &fab_mcast, node)
		if (m->qp == qp && !memcmp(&m->mgid, mgid, sizeof(*mgid))) {
			list_del(&m->node);
			kfree(m);
			ret = 0;
		}
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
	return ret;
}

void vhca_fab_queue(struct vhca_msg *msg)
{
	list_add_tail(&msg->node, &fab_queue);
	tasklet_schedule(&fab_tasklet);
}

int vhca_fab_send(struct vhca_port *p, struct vhca_msg *msg, u16 pkey_index)
{
	unsigned long flags;

	spin_lock_irqsave(&vhca_fab_lock, flags);
	if (msg->sqpn == 0 ? p->state == IB_PORT_DOWN :
			     p->state != IB_PORT_ACTIVE) {
		spin_unlock_irqrestore(&vhca_fab_lock, flags);
		vhca_count(p, VHCA_TX_DROP, 1);
		return -ENETDOWN;
	}
	msg->slid = p->lid;
	msg->pkey = p->pkeys[pkey_index % VHCA_PKEY_LEN];
	vhca_fab_queue(msg);
	vhca_count(p, VHCA_TX_PKTS, 1);
	vhca_count(p, VHCA_TX_BYTES, msg->len);
	vhca_count(p, msg->mcast ? VHCA_TX_MCAST : VHCA_TX_UCAST, 1);
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
	return 0;
}

/* Take back what an RC QP has under way; complete it as flushed, or not. */
void vhca_fab_flush_sends(struct vhca_qp *qp, bool complete)
{
	struct vhca_msg *msg, *t;
	unsigned long flags;
	LIST_HEAD(mine);

	spin_lock_irqsave(&vhca_fab_lock, flags);
	list_for_each_entry_safe(msg, t, &fab_rnr, node)
		if (msg->src == qp)
			list_move_tail(&msg->node, &mine);
	list_for_each_entry_safe(msg, t, &fab_queue, node)
		if (msg->src == qp)
			list_move_tail(&msg->node, &mine);
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
	list_for_each_entry_safe(msg, t, &mine, node) {
		if (complete)
			vhca_qp_send_done(qp, msg, IB_WC_WR_FLUSH_ERR);
		else
			atomic_dec(&qp->sending);
		vhca_qp_put(qp);
		kfree(msg);
	}
}

static struct vhca_qp *qp_find(struct vhca_port *p, u32 qpn)
{
	return qpn <= 1 ? p->special[qpn] : xa_load(&p->dev->qps, qpn);
}

/* Deliver to all who attached to the group.  Unreliable, so no memory: drop. */
static void route_mcast(struct vhca_msg *msg)
{
	struct vhca_qp **to = NULL;
	struct mcast_member *m;
	unsigned int i, n = 0;
	unsigned long flags;

	spin_lock_irqsave(&vhca_fab_lock, flags);
	list_for_each_entry(m, &fab_mcast, node)
		n += !memcmp(&m->mgid, &msg->grh_hdr.dgid, sizeof(m->mgid));
	if (n)
		to = kmalloc_array(n, sizeof(*to), GFP_ATOMIC | __GFP_NOWARN);
	n = 0;
	list_for_each_entry(m, &fab_mcast, node) {
		struct vhca_port *p;

		if (!to)
			break;
		if (memcmp(&m->mgid, &msg->grh_hdr.dgid, sizeof(m->mgid)))
			continue;
		p = &m->qp->dev->ports[READ_ONCE(m->qp->attr.port_num) - 1];
		if (p->state != IB_PORT_ACTIVE)
			continue;
		/* not back to who sent it */
		if (p->lid == msg->slid && m->qp->qpn == msg->sqpn)
			continue;
		refcount_inc(&m->qp->ref);
		to[n++] = m->qp;
	}
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
	for (i = 0; i < n; i++) {
		vhca_qp_receive(to[i], msg);
		vhca_qp_put(to[i]);
	}
	kfree(to);
}

static void finish(struct vhca_msg *msg, enum ib_wc_status status)
{
	struct vhca_qp *src = msg->src;

	if (src) {
		vhca_qp_send_done(src, msg, status);
		if (status != IB_WC_SUCCESS)
			vhca_qp_error(src);
		vhca_qp_put(src);
	}
	kfree(msg);
}

/* Receiver not ready: keep the message, in the order of its sender. */
static bool keep(struct vhca_msg *msg)
{
	unsigned long flags;
	bool kept = false;

	if (++msg->tries > RNR_TRIES)
		return false;
	spin_lock_irqsave(&vhca_fab_lock, flags);
	/* a QP sets its state before it takes back its messages */
	if (READ_ONCE(msg->src->state) == IB_QPS_RTS) {
		list_add_tail(&msg->node, &fab_rnr);
		mod_timer(&fab_rnr_timer, jiffies + 1);
		kept = true;
	}
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
	return kept;
}

static void route(struct vhca_msg *msg)
{
	struct vhca_qp *qp = NULL;
	struct vhca_port *p;
	struct vhca_msg *r;
	unsigned long flags;
	bool behind = false;
	int err;

	spin_lock_irqsave(&vhca_fab_lock, flags);
	if (msg->dlid == vhca_sm_lid()) {
		if (msg->dqpn == 1)
			vhca_sa_handle(msg);
		spin_unlock_irqrestore(&vhca_fab_lock, flags);
		finish(msg, IB_WC_RETRY_EXC_ERR);
		return;
	}
	p = vhca_port_by_lid(msg->dlid);
	if (p && (p->state == IB_PORT_ACTIVE || msg->dqpn == 0))
		qp = qp_find(p, msg->dqpn);
	if (qp)
		refcount_inc(&qp->ref);
	if (msg->src)
		list_for_each_entry(r, &fab_rnr, node)
			if (r->src == msg->src)
				behind = true;
	spin_unlock_irqrestore(&vhca_fab_lock, flags);

	if (!qp) {
		vhca_dbg("no QP %#x at LID %u\n", msg->dqpn, msg->dlid);
		finish(msg, IB_WC_RETRY_EXC_ERR);
		return;
	}
	err = behind ? -EAGAIN : vhca_qp_receive(qp, msg);
	vhca_qp_put(qp);
	if (!err)
		finish(msg, IB_WC_SUCCESS);
	else if (err == -EMSGSIZE)
		finish(msg, IB_WC_REM_INV_REQ_ERR);
	else if (err != -EAGAIN || !msg->src)
		finish(msg, IB_WC_RETRY_EXC_ERR);
	else if (!keep(msg))
		finish(msg, msg->tries > RNR_TRIES ? IB_WC_RNR_RETRY_EXC_ERR :
						     IB_WC_WR_FLUSH_ERR);
}

static void fab_run(struct tasklet_struct *t)
{
	struct vhca_msg *msg;
	unsigned long flags;
	int budget = FAB_BUDGET;

	while (budget--) {
		spin_lock_irqsave(&vhca_fab_lock, flags);
		msg = list_first_entry_or_null(&fab_queue, struct vhca_msg,
					       node);
		if (msg)
			list_del(&msg->node);
		spin_unlock_irqrestore(&vhca_fab_lock, flags);
		if (!msg)
			return;
		if (msg->mcast) {
			route_mcast(msg);
			finish(msg, IB_WC_SUCCESS);
		} else {
			route(msg);
		}
	}
	tasklet_schedule(t);
}

static void fab_rnr_tick(struct timer_list *t)
{
	unsigned long flags;

	spin_lock_irqsave(&vhca_fab_lock, flags);
	list_splice_init(&fab_rnr, &fab_queue);
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
	tasklet_schedule(&fab_tasklet);
}

/* All devices are gone: what is still queued is unreliable or a reply. */
void vhca_fab_exit(void)
{
	struct vhca_msg *msg, *t;

	del_timer_sync(&fab_rnr_timer);
	tasklet_kill(&fab_tasklet);
	list_for_each_entry_safe(msg, t, &fab_queue, node)
		kfree(msg);
}
