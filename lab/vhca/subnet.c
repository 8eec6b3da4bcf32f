// SPDX-License-Identifier: GPL-2.0
/*
 * Stand-in mlx5_ib: who is on the virtual subnet - ports by LID and GUID, QPs
 * by number, members of multicast groups.  All ports of one kernel hang on
 * the same subnet.
 */
#include <linux/slab.h>
#include "ib.h"

#define QPN_FIRST	0x48	/* below are the well-known ones */
#define QPN_LAST	0xfffffe

DEFINE_SPINLOCK(vhca_fab_lock);
LIST_HEAD(vhca_ports);

struct mcast_member {
	struct list_head node;
	union ib_gid	mgid;
	struct vhca_qp	*qp;
};

static LIST_HEAD(fab_mcast);

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

struct vhca_qp *vhca_qp_find(struct vhca_port *p, u32 qpn)
{
	return qpn <= 1 ? p->special[qpn] : xa_load(&p->dev->qps, qpn);
}

/*
 * References to all QPs a multicast message is for, in an array to be freed.
 * NULL if there are none, or no memory: such messages may get lost.
 */
struct vhca_qp **vhca_fab_members(const struct vhca_msg *msg, unsigned int *count)
{
	const union ib_gid *mgid = &msg->grh_hdr.dgid;
	struct vhca_qp **to = NULL;
	struct mcast_member *m;
	unsigned int n = 0;
	struct vhca_port *p;
	unsigned long flags;

	spin_lock_irqsave(&vhca_fab_lock, flags);
	list_for_each_entry(m, &fab_mcast, node)
		n += !memcmp(&m->mgid, mgid, sizeof(*mgid));
	if (n)
		to = kmalloc_array(n, sizeof(*to), GFP_ATOMIC | __GFP_NOWARN);
	n = 0;
	list_for_each_entry(m, &fab_mcast, node) {
		if (!to || memcmp(&m->mgid, mgid, sizeof(*mgid)))
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
	*count = n;
	return to;
}
