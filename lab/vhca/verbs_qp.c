// SPDX-License-Identifier: GPL-2.0
/*
 * Stand-in mlx5_ib: queue pairs - their life, their state, their completions.
 *
 * A QP is found under the fabric lock and used under a reference; destroying
 * it makes it unfindable and waits for the last one.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include "ib.h"

void vhca_qp_put(struct vhca_qp *qp)
{
	if (refcount_dec_and_test(&qp->ref))
		complete(&qp->gone);
}

static void clean_cqs(struct vhca_qp *qp)
{
	vhca_cq_clean(qp->ibqp.recv_cq, &qp->ibqp);
	if (qp->ibqp.send_cq != qp->ibqp.recv_cq)
		vhca_cq_clean(qp->ibqp.send_cq, &qp->ibqp);
}

int vhca_create_qp(struct ib_qp *ibqp, struct ib_qp_init_attr *init,
		   struct ib_udata *udata)
{
	struct vhca_dev *dev = to_vdev(ibqp->device);
	struct vhca_qp *qp = to_vqp(ibqp);
	u32 special = 0;
	int ret;

	if (udata || init->srq)
		return -EOPNOTSUPP;
	if (init->create_flags & ~IB_QP_CREATE_BLOCK_MULTICAST_LOOPBACK)
		return -EOPNOTSUPP;
	if (init->cap.max_send_wr > VHCA_MAX_WR ||
	    init->cap.max_recv_wr > VHCA_MAX_WR ||
	    init->cap.max_send_sge > VHCA_MAX_SGE ||
	    init->cap.max_recv_sge > VHCA_MAX_SGE ||
	    init->cap.max_inline_data)
		return -EINVAL;
	switch (init->qp_type) {
	case IB_QPT_SMI:
	case IB_QPT_GSI:
		special = init->port_num;
		if (!special || special > dev->nports)
			return -EINVAL;
		qp->qpn = init->qp_type == IB_QPT_GSI;
		break;
	case IB_QPT_UD:
	case IB_QPT_RC:
		break;
	default:
		return -EOPNOTSUPP;
	}
	/* the port is needed only from INIT on, but is never out of range */
	qp->attr.port_num = special ?: 1;
	qp->dev = dev;
	qp->cap = init->cap;
	qp->sig_type = init->sq_sig_type;
	qp->state = IB_QPS_RESET;
	refcount_set(&qp->ref, 1);
	init_completion(&qp->gone);
	atomic_set(&qp->sending, 0);
	spin_lock_init(&qp->lock);
	qp->rq_size = init->cap.max_recv_wr;
	qp->rq_stride = ALIGN(struct_size((struct vhca_rwqe *)NULL, sge,
					  max(init->cap.max_recv_sge, 1u)), 8);
	if (qp->rq_size) {
		qp->rq = kvcalloc(qp->rq_size, qp->rq_stride, GFP_KERNEL);
		if (!qp->rq)
			return -ENOMEM;
	}
	ret = vhca_fab_add_qp(qp, special);
	if (ret) {
		kvfree(qp->rq);
		return ret;
	}
	ibqp->qp_num = qp->qpn;
	return 0;
}

int vhca_destroy_qp(struct ib_qp *ibqp, struct ib_udata *udata)
{
	struct vhca_qp *qp = to_vqp(ibqp);
	unsigned long flags;

	spin_lock_irqsave(&qp->lock, flags);
	WRITE_ONCE(qp->state, IB_QPS_RESET);
	spin_unlock_irqrestore(&qp->lock, flags);
	vhca_fab_del_qp(qp);
	vhca_qp_put(qp);
	wait_for_completion(&qp->gone);
	clean_cqs(qp);
	kvfree(qp->rq);
	return 0;
}

/* Complete every posted receive as flushed. */
void vhca_qp_flush_rq(struct vhca_qp *qp)
{
	struct ib_wc wc = {
		.status	= IB_WC_WR_FLUSH_ERR,
		.opcode	= IB_WC_RECV,
		.qp	= &qp->ibqp,
	};

	while (qp->rq_count) {
		struct vhca_rwqe *w = qp->rq + qp->rq_stride * qp->rq_head;

		wc.wr_id = w->wr_id;
		qp->rq_head = (qp->rq_head + 1) % qp->rq_size;
		qp->rq_count--;
		vhca_cq_push(qp->ibqp.recv_cq, &wc, false);
	}
}

/* The end of a send of an RC QP. */
void vhca_qp_send_done(struct vhca_qp *qp, const struct vhca_msg *msg,
		       enum ib_wc_status status)
{
	struct ib_wc wc = {
		.wr_id	= msg->wr_id,
		.status	= status,
		.opcode	= IB_WC_SEND,
		.qp	= &qp->ibqp,
	};
	unsigned long flags;

	spin_lock_irqsave(&qp->lock, flags);
	/* a QP that was reset has forgotten its work requests */
	if (qp->state != IB_QPS_RESET &&
	    (msg->signaled || status != IB_WC_SUCCESS))
		vhca_cq_push(qp->ibqp.send_cq, &wc, false);
	spin_unlock_irqrestore(&qp->lock, flags);
	atomic_dec(&qp->sending);
}

/* A send failed: the connection is broken, all else is flushed. */
void vhca_qp_error(struct vhca_qp *qp)
{
	unsigned long flags;
	bool flush = false;

	spin_lock_irqsave(&qp->lock, flags);
	if (qp->state != IB_QPS_RESET) {
		WRITE_ONCE(qp->state, IB_QPS_ERR);
		vhca_qp_flush_rq(qp);
		flush = true;
	}
	spin_unlock_irqrestore(&qp->lock, flags);
	if (flush)
		vhca_fab_flush_sends(qp, true);
}

static void take_attrs(struct ib_qp_attr *to, const struct ib_qp_attr *a, int mask)
{
	if (mask & IB_QP_PKEY_INDEX)
		to->pkey_index = a->pkey_index;
	if (mask & IB_QP_PORT)
		WRITE_ONCE(to->port_num, a->port_num);
	if (mask & IB_QP_QKEY)
		to->qkey = a->qkey;
	if (mask & IB_QP_AV) {
		to->ah_attr = a->ah_attr;
		/* the reference is ib_core's */
		to->ah_attr.grh.sgid_attr = NULL;
	}
	if (mask & IB_QP_PATH_MTU)
		to->path_mtu = a->path_mtu;
	if (mask & IB_QP_DEST_QPN)
		to->dest_qp_num = a->dest_qp_num;
	if (mask & IB_QP_RQ_PSN)
		to->rq_psn = a->rq_psn;
	if (mask & IB_QP_SQ_PSN)
		to->sq_psn = a->sq_psn;
	if (mask & IB_QP_ACCESS_FLAGS)
		to->qp_access_flags = a->qp_access_flags;
	if (mask & IB_QP_TIMEOUT)
		to->timeout = a->timeout;
	if (mask & IB_QP_RETRY_CNT)
		to->retry_cnt = a->retry_cnt;
	if (mask & IB_QP_RNR_RETRY)
		to->rnr_retry = a->rnr_retry;
	if (mask & IB_QP_MIN_RNR_TIMER)
		to->min_rnr_timer = a->min_rnr_timer;
	if (mask & IB_QP_MAX_QP_RD_ATOMIC)
		to->max_rd_atomic = a->max_rd_atomic;
	if (mask & IB_QP_MAX_DEST_RD_ATOMIC)
		to->max_dest_rd_atomic = a->max_dest_rd_atomic;
}

int vhca_modify_qp(struct ib_qp *ibqp, struct ib_qp_attr *a, int mask,
		   struct ib_udata *udata)
{
	struct vhca_qp *qp = to_vqp(ibqp);
	enum ib_qp_state cur, next;
	unsigned long flags;

	if (mask & ~IB_QP_ATTR_STANDARD_BITS)
		return -EOPNOTSUPP;
	if ((mask & IB_QP_PORT) &&
	    (!a->port_num || a->port_num > qp->dev->nports))
		return -EINVAL;
	if ((mask & IB_QP_PKEY_INDEX) && a->pkey_index >= VHCA_PKEY_LEN)
		return -EINVAL;

	spin_lock_irqsave(&qp->lock, flags);
	cur = mask & IB_QP_CUR_STATE ? a->cur_qp_state : qp->state;
	next = mask & IB_QP_STATE ? a->qp_state : cur;
	if (!ib_modify_qp_is_ok(cur, next, ibqp->qp_type, mask)) {
		spin_unlock_irqrestore(&qp->lock, flags);
		return -EINVAL;
	}
	take_attrs(&qp->attr, a, mask);
	WRITE_ONCE(qp->state, next);
	if (next == IB_QPS_RESET) {
		qp->rq_head = 0;
		qp->rq_count = 0;
	} else if (next == IB_QPS_ERR) {
		vhca_qp_flush_rq(qp);
	}
	spin_unlock_irqrestore(&qp->lock, flags);

	if (next == IB_QPS_RESET) {
		vhca_fab_flush_sends(qp, false);
		clean_cqs(qp);
	} else if (next == IB_QPS_ERR) {
		vhca_fab_flush_sends(qp, true);
	}
	return 0;
}

int vhca_query_qp(struct ib_qp *ibqp, struct ib_qp_attr *a, int mask,
		  struct ib_qp_init_attr *init)
{
	struct vhca_qp *qp = to_vqp(ibqp);
	unsigned long flags;

	spin_lock_irqsave(&qp->lock, flags);
	*a = qp->attr;
	a->qp_state = qp->state;
	spin_unlock_irqrestore(&qp->lock, flags);
	a->cur_qp_state = a->qp_state;
	a->cap = qp->cap;
	memset(init, 0, sizeof(*init));
	init->qp_context = ibqp->qp_context;
	init->event_handler = ibqp->event_handler;
	init->send_cq = ibqp->send_cq;
	init->recv_cq = ibqp->recv_cq;
	init->cap = qp->cap;
	init->sq_sig_type = qp->sig_type;
	init->qp_type = ibqp->qp_type;
	return 0;
}
