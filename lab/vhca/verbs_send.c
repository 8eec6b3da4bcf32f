// SPDX-License-Identifier: GPL-2.0
/*
 * Stand-in mlx5_ib: sending.
 *
 * A send copies its data at once.  UD sends complete there and then, RC sends
 * when the fabric has delivered them or given up.
 */
#include <linux/slab.h>
#include "ib.h"

#define GRH_NEXT_HDR	0x1b
#define UD_OVERHEAD	24	/* BTH 12, DETH 8, ICRC 4 */

static void fill_grh(struct vhca_port *p, struct vhca_msg *msg,
		     const struct ib_global_route *g)
{
	struct ib_grh *h = &msg->grh_hdr;

	msg->grh = true;
	h->version_tclass_flow =
		cpu_to_be32(6u << 28 | (u32)g->traffic_class << 20 |
			    (g->flow_label & 0xfffff));
	h->paylen = cpu_to_be16(min_t(u32, msg->len + UD_OVERHEAD, U16_MAX));
	h->next_hdr = GRH_NEXT_HDR;
	h->hop_limit = g->hop_limit;
	vhca_port_gid(p, &h->sgid);
	h->dgid = g->dgid;
}

static struct vhca_msg *gather(const struct ib_send_wr *wr)
{
	struct vhca_msg *msg;
	u64 len = 0;
	u32 off = 0;
	int i;

	for (i = 0; i < wr->num_sge; i++)
		len += wr->sg_list[i].length;
	if (len > VHCA_MAX_MSG)
		return ERR_PTR(-EINVAL);
	msg = kmalloc(struct_size(msg, data, len), GFP_ATOMIC | __GFP_NOWARN);
	if (!msg)
		return ERR_PTR(-ENOMEM);
	memset(msg, 0, sizeof(*msg));
	msg->len = len;
	for (i = 0; i < wr->num_sge; i++) {
		memcpy(msg->data + off, (void *)(uintptr_t)wr->sg_list[i].addr,
		       wr->sg_list[i].length);
		off += wr->sg_list[i].length;
	}
	return msg;
}

/* qp->lock held; the P_Key index to send with */
static u16 address(struct vhca_qp *qp, struct vhca_port *p,
		   struct vhca_msg *msg, const struct ib_send_wr *wr)
{
	u16 pkey_index = qp->attr.pkey_index;
	const struct rdma_ah_attr *ah;

	if (qp->ibqp.qp_type == IB_QPT_RC) {
		ah = &qp->attr.ah_attr;
		msg->dqpn = qp->attr.dest_qp_num;
	} else {
		ah = &to_vah(ud_wr(wr)->ah)->attr;
		msg->dqpn = ud_wr(wr)->remote_qpn;
		msg->qkey = ud_wr(wr)->remote_qkey;
		/* the high bit asks for the QP's own Q_Key */
		if (msg->qkey & 0x80000000 && qp->qpn > 1)
			msg->qkey = qp->attr.qkey;
		if (qp->qpn == 1)
			pkey_index = ud_wr(wr)->pkey_index;
	}
	msg->dlid = rdma_ah_get_dlid(ah);
	msg->sl = rdma_ah_get_sl(ah);
	if (rdma_ah_get_ah_flags(ah) & IB_AH_GRH)
		fill_grh(p, msg, rdma_ah_read_grh(ah));
	msg->mcast = msg->grh && msg->dlid >= VHCA_MCAST_LID_BASE &&
		     msg->dlid != VHCA_PERMISSIVE_LID;
	return pkey_index;
}

/* qp->lock held */
static void send_locked(struct vhca_qp *qp, struct vhca_msg *msg,
			const struct ib_send_wr *wr, bool *broken)
{
	bool rc = qp->ibqp.qp_type == IB_QPT_RC;
	struct vhca_port *p = &qp->dev->ports[qp->attr.port_num - 1];
	struct ib_wc wc = {
		.wr_id	= wr->wr_id,
		.status	= IB_WC_SUCCESS,
		.opcode	= IB_WC_SEND,
		.qp	= &qp->ibqp,
	};
	u16 pkey_index;
	bool signaled;

	signaled = qp->sig_type == IB_SIGNAL_ALL_WR ||
		   (wr->send_flags & IB_SEND_SIGNALED);
	if (qp->state == IB_QPS_ERR) {
		wc.status = IB_WC_WR_FLUSH_ERR;
		goto free;
	}
	if (!rc && msg->len > ib_mtu_enum_to_int(vhca_mtu)) {
		wc.status = IB_WC_LOC_LEN_ERR;
		goto free;
	}
	msg->sqpn = qp->qpn;
	msg->solicited = wr->send_flags & IB_SEND_SOLICITED;
	msg->signaled = signaled;
	msg->wr_id = wr->wr_id;
	if (wr->opcode == IB_WR_SEND_WITH_IMM) {
		msg->imm = true;
		msg->imm_data = wr->ex.imm_data;
	}
	pkey_index = address(qp, p, msg, wr);
	if (rc) {
		refcount_inc(&qp->ref);
		atomic_inc(&qp->sending);
		msg->src = qp;
	}
	if (!vhca_fab_send(p, msg, pkey_index)) {
		if (rc)
			return;		/* the fabric completes it */
		goto done;
	}
	/* the port is down: nobody misses a datagram */
	if (rc) {
		atomic_dec(&qp->sending);
		vhca_qp_put(qp);
		wc.status = IB_WC_RETRY_EXC_ERR;
		*broken = true;
	}
free:
	kfree(msg);
done:
	if (signaled || wc.status != IB_WC_SUCCESS)
		vhca_cq_push(qp->ibqp.send_cq, &wc, false);
}

static int send_one(struct vhca_qp *qp, const struct ib_send_wr *wr)
{
	struct vhca_msg *msg;
	unsigned long flags;
	bool broken = false;
	int ret = 0;

	if (wr->opcode != IB_WR_SEND && wr->opcode != IB_WR_SEND_WITH_IMM)
		return -EOPNOTSUPP;
	if (wr->num_sge < 0 || wr->num_sge > (int)max(qp->cap.max_send_sge, 1u))
		return -EINVAL;
	msg = gather(wr);
	if (IS_ERR(msg))
		return PTR_ERR(msg);
	spin_lock_irqsave(&qp->lock, flags);
	if (qp->state != IB_QPS_RTS && qp->state != IB_QPS_ERR)
		ret = -EINVAL;
	else if (atomic_read(&qp->sending) >= (int)qp->cap.max_send_wr)
		ret = -ENOMEM;
	else
		send_locked(qp, msg, wr, &broken);
	spin_unlock_irqrestore(&qp->lock, flags);
	if (ret)
		kfree(msg);
	if (broken)
		vhca_qp_error(qp);
	return ret;
}

int vhca_post_send(struct ib_qp *ibqp, const struct ib_send_wr *wr,
		   const struct ib_send_wr **bad)
{
	int ret;

	for (; wr; wr = wr->next) {
		ret = send_one(to_vqp(ibqp), wr);
		if (ret) {
			*bad = wr;
			return ret;
		}
	}
	return 0;
}
