// SPDX-License-Identifier: GPL-2.0
/*
 * Stand-in mlx5_ib: completion queues.
 *
 * A ring of ib_wc.  Completions are pushed from wherever a work request ends;
 * the handler runs from a tasklet of the CQ's own, with no lock held, as it
 * would from an interrupt.
 */
#include <linux/slab.h>
#include "ib.h"

void vhca_cq_push(struct ib_cq *ibcq, const struct ib_wc *wc, bool solicited)
{
	struct vhca_cq *cq = to_vcq(ibcq);
	unsigned long flags;
	bool fire = false, lost = false;

	spin_lock_irqsave(&cq->lock, flags);
	if (cq->count == cq->size) {
		lost = !cq->overflow;
		cq->overflow = true;
	} else {
		cq->ring[(cq->head + cq->count++) % cq->size] = *wc;
		fire = cq->armed == VHCA_CQ_ANY ||
		       (cq->armed == VHCA_CQ_SOLICITED &&
			(solicited || wc->status != IB_WC_SUCCESS));
		if (fire)
			cq->armed = VHCA_CQ_IDLE;
	}
	spin_unlock_irqrestore(&cq->lock, flags);
	if (fire)
		tasklet_schedule(&cq->notify);
	if (lost)
		dev_err(&ibcq->device->dev, "CQ overflow: more work posted than its %d entries\n",
			ibcq->cqe);
}

static void cq_notify(struct tasklet_struct *t)
{
	struct vhca_cq *cq = from_tasklet(cq, t, notify);

	cq->ibcq.comp_handler(&cq->ibcq, cq->ibcq.cq_context);
}

int vhca_create_cq(struct ib_cq *ibcq, const struct ib_cq_init_attr *attr,
		   struct ib_udata *udata)
{
	struct vhca_cq *cq = to_vcq(ibcq);

	if (udata)
		return -EOPNOTSUPP;
	if (attr->flags || attr->cqe < 1 || attr->cqe > VHCA_MAX_CQE)
		return -EINVAL;
	cq->size = attr->cqe;
	cq->ring = kvcalloc(cq->size, sizeof(*cq->ring), GFP_KERNEL);
	if (!cq->ring)
		return -ENOMEM;
	spin_lock_init(&cq->lock);
	tasklet_setup(&cq->notify, cq_notify);
	ibcq->cqe = attr->cqe;
	return 0;
}

int vhca_destroy_cq(struct ib_cq *ibcq, struct ib_udata *udata)
{
	struct vhca_cq *cq = to_vcq(ibcq);

	tasklet_kill(&cq->notify);
	kvfree(cq->ring);
	return 0;
}

int vhca_poll_cq(struct ib_cq *ibcq, int n, struct ib_wc *wc)
{
	struct vhca_cq *cq = to_vcq(ibcq);
	unsigned long flags;
	int i;

	spin_lock_irqsave(&cq->lock, flags);
	for (i = 0; i < n && cq->count; i++) {
		wc[i] = cq->ring[cq->head];
		cq->head = (cq->head + 1) % cq->size;
		cq->count--;
	}
	spin_unlock_irqrestore(&cq->lock, flags);
	return i;
}

int vhca_req_notify_cq(struct ib_cq *ibcq, enum ib_cq_notify_flags f)
{
	struct vhca_cq *cq = to_vcq(ibcq);
	unsigned long flags;
	int ret;

	spin_lock_irqsave(&cq->lock, flags);
	/* asking for less does not take back having asked for more */
	if ((f & IB_CQ_SOLICITED_MASK) == IB_CQ_NEXT_COMP)
		cq->armed = VHCA_CQ_ANY;
	else if (cq->armed == VHCA_CQ_IDLE)
		cq->armed = VHCA_CQ_SOLICITED;
	ret = (f & IB_CQ_REPORT_MISSED_EVENTS) && cq->count;
	spin_unlock_irqrestore(&cq->lock, flags);
	return ret;
}

/* Completions not yet polled must not name a QP that was reset or destroyed. */
void vhca_cq_clean(struct ib_cq *ibcq, struct ib_qp *ibqp)
{
	struct vhca_cq *cq = to_vcq(ibcq);
	unsigned int i, kept = 0;
	unsigned long flags;

	spin_lock_irqsave(&cq->lock, flags);
	for (i = 0; i < cq->count; i++) {
		struct ib_wc *wc = &cq->ring[(cq->head + i) % cq->size];

		if (wc->qp != ibqp)
			cq->ring[(cq->head + kept++) % cq->size] = *wc;
	}
	cq->count = kept;
	spin_unlock_irqrestore(&cq->lock, flags);
}
