// SPDX-License-Identifier: GPL-2.0
/*
 * Stand-in mlx5_ib: delivery on the virtual subnet.
 *
 * Messages go through one queue, emptied by one tasklet, so that there is one
 * order of delivery and never two receivers at work at once.  The fabric lock
 * is held to pick a message and to find its receiver, not while it is copied
 * or completed.
 */
#include <linux/slab.h>
#include "ib.h"

#define FAB_BUDGET	256	/* messages a tasklet run */
#define RNR_TRIES	2000	/* jiffies to wait for a posted receive */

static LIST_HEAD(fab_queue);
static LIST_HEAD(fab_rnr);	/* waiting for a receive to be posted */

static void fab_run(struct tasklet_struct *t);
static void fab_rnr_tick(struct timer_list *t);
static DECLARE_TASKLET(fab_tasklet, fab_run);
static DEFINE_TIMER(fab_rnr_timer, fab_rnr_tick);

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

static void route_mcast(struct vhca_msg *msg)
{
	struct vhca_qp **to;
	unsigned int i, n;

	to = vhca_fab_members(msg, &n);
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
		qp = vhca_qp_find(p, msg->dqpn);
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
