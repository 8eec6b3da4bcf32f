// SPDX-License-Identifier: GPL-2.0
/* Stand-in mlx5_ib: posted receives, and the arrival of a message in one. */
#include <linux/string.h>
#include "ib.h"

int vhca_post_recv(struct ib_qp *ibqp, const struct ib_recv_wr *wr,
		   const struct ib_recv_wr **bad)
{
	struct vhca_qp *qp = to_vqp(ibqp);
	unsigned long flags;
	int ret = 0;

	spin_lock_irqsave(&qp->lock, flags);
	for (; wr; wr = wr->next) {
		struct vhca_rwqe *w;

		if (qp->state == IB_QPS_RESET || wr->num_sge < 0 ||
		    wr->num_sge > (int)qp->cap.max_recv_sge) {
			ret = -EINVAL;
			break;
		}
		if (qp->rq_count == qp->rq_size) {
			ret = -ENOMEM;
			break;
		}
		w = qp->rq + qp->rq_stride *
			((qp->rq_head + qp->rq_count) % qp->rq_size);
		w->wr_id = wr->wr_id;
		w->num_sge = wr->num_sge;
		memcpy(w->sge, wr->sg_list, wr->num_sge * sizeof(*w->sge));
		qp->rq_count++;
	}
	if (qp->state == IB_QPS_ERR)
		vhca_qp_flush_rq(qp);
	spin_unlock_irqrestore(&qp->lock, flags);
	if (ret)
		*bad = wr;
	return ret;
}

/* Copy to offset off of a posted receive; how much did fit. */
static u32 scatter(const struct vhca_rwqe *w, u32 off, const void *src, u32 len)
{
	u32 done = 0;
	int i;

	for (i = 0; i < w->num_sge && len; i++) {
		u32 room = w->sge[i].length, n;

		if (off >= room) {
			off -= room;
			continue;
		}
		n = min(room - off, len);
		memcpy((void *)(uintptr_t)w->sge[i].addr + off, src + done, n);
		done += n;
		len -= n;
		off = 0;
	}
	return done;
}

/* qp->lock held: may this message come in, and under which P_Key index? */
static int admit(struct vhca_qp *qp, struct vhca_port *p,
		 const struct vhca_msg *msg, u16 *pkey_index)
{
	bool rc = qp->ibqp.qp_type == IB_QPT_RC;
	unsigned long flags;
	bool ok;

	if (qp->state != IB_QPS_RTR && qp->state != IB_QPS_RTS)
		return -ENOTCONN;
	if (rc != !!msg->src)
		return -EPROTO;
	if (rc && (qp->attr.dest_qp_num != msg->sqpn ||
		   rdma_ah_get_dlid(&qp->attr.ah_attr) != msg->slid))
		return -ENOTCONN;
	*pkey_index = qp->attr.pkey_index;
	if (qp->qpn == 0)
		return 0;
	spin_lock_irqsave(&vhca_fab_lock, flags);
	ok = vhca_port_has_pkey(p, msg->pkey, pkey_index);
	/* QP1 takes any partition of the port, others their own */
	if (ok && qp->qpn > 1)
		ok = !((p->pkeys[qp->attr.pkey_index] ^ msg->pkey) & 0x7fff) &&
		     ((p->pkeys[qp->attr.pkey_index] | msg->pkey) & 0x8000);
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
	if (!ok) {
		atomic_inc(&p->bad_pkeys);
		return -EACCES;
	}
	if (!rc && qp->qpn > 1 && qp->attr.qkey != msg->qkey) {
		atomic_inc(&p->bad_qkeys);
		return -EACCES;
	}
	return 0;
}

int vhca_qp_receive(struct vhca_qp *qp, const struct vhca_msg *msg)
{
	/* a UD receive begins with room for the GRH, there or not */
	u32 hdr = msg->src ? 0 : sizeof(struct ib_grh);
	struct ib_wc wc = {
		.status		= IB_WC_SUCCESS,
		.opcode		= IB_WC_RECV,
		.qp		= &qp->ibqp,
		.byte_len	= msg->len + hdr,
		.src_qp		= msg->sqpn,
		.slid		= msg->slid,
		.sl		= msg->sl,
	};
	const struct vhca_rwqe *w;
	struct vhca_port *p;
	unsigned long flags;
	int ret;

	spin_lock_irqsave(&qp->lock, flags);
	p = &qp->dev->ports[qp->attr.port_num - 1];
	ret = admit(qp, p, msg, &wc.pkey_index);
	if (!ret && !qp->rq_count)
		ret = -EAGAIN;
	if (ret)
		goto out;
	w = qp->rq + qp->rq_stride * qp->rq_head;
	qp->rq_head = (qp->rq_head + 1) % qp->rq_size;
	qp->rq_count--;
	wc.wr_id = w->wr_id;
	wc.port_num = p->num;
	if (msg->grh)
		wc.wc_flags |= IB_WC_GRH;
	if (msg->imm) {
		wc.wc_flags |= IB_WC_WITH_IMM;
		wc.ex.imm_data = msg->imm_data;
	}
	if (hdr && msg->grh)
		scatter(w, 0, &msg->grh_hdr, hdr);
	if (scatter(w, hdr, msg->data, msg->len) != msg->len) {
		wc.status = IB_WC_LOC_LEN_ERR;
		ret = -EMSGSIZE;
	}
	vhca_cq_push(qp->ibqp.recv_cq, &wc, msg->solicited);
	vhca_count(p, VHCA_RX_PKTS, 1);
	vhca_count(p, VHCA_RX_BYTES, msg->len);
	vhca_count(p, msg->mcast ? VHCA_RX_MCAST : VHCA_RX_UCAST, 1);
out:
	spin_unlock_irqrestore(&qp->lock, flags);
	if (ret)
		vhca_count(p, VHCA_RX_DROP, 1);
	return ret;
}
