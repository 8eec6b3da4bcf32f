// SPDX-License-Identifier: GPL-2.0
/*
 * Stand-in mlx5_ib: multicast groups, as the subnet administrator keeps them.
 *
 * A group exists while it has members.  The IPoIB broadcast group of a
 * partition is made for whoever joins it first; others need the record to say
 * what they are to be like.
 */
#include <linux/idr.h>
#include <linux/slab.h>
#include <asm/unaligned.h>
#include "ib.h"
#include "sa.h"

#define QKEY_IPOIB		0x00000b1b

/* MCMemberRecord, offsets in the record */
#define MC_MGID			0
#define MC_QKEY			32
#define MC_MLID			36
#define MC_MTU			38
#define MC_TCLASS		39
#define MC_PKEY			40
#define MC_RATE			42
#define MC_LIFE			43
#define MC_SL_FLOW_HOP		44
#define MC_SCOPE_JOIN		48

struct sa_member {
	struct list_head node;
	__be64		guid;
	u8		join;		/* JoinState bits */
};

struct sa_group {
	struct list_head node;
	struct list_head members;
	union ib_gid	mgid;
	u16		mlid, pkey;
	u32		qkey, sl_flow_hop;
	u8		tclass;
};

static LIST_HEAD(groups);
static DEFINE_IDA(mlids);

static struct sa_group *group_find(const u8 *mgid)
{
	struct sa_group *g;

	list_for_each_entry(g, &groups, node)
		if (!memcmp(&g->mgid, mgid, sizeof(g->mgid)))
			return g;
	return NULL;
}

static struct sa_group *group_new(const u8 *mgid, u16 pkey, u32 qkey)
{
	struct sa_group *g = kzalloc(sizeof(*g), GFP_ATOMIC);
	int mlid;

	if (!g)
		return NULL;
	mlid = ida_alloc_range(&mlids, VHCA_MCAST_LID_BASE,
			       VHCA_PERMISSIVE_LID - 1, GFP_ATOMIC);
	if (mlid < 0) {
		kfree(g);
		return NULL;
	}
	memcpy(&g->mgid, mgid, sizeof(g->mgid));
	INIT_LIST_HEAD(&g->members);
	g->mlid = mlid;
	g->pkey = pkey;
	g->qkey = qkey;
	list_add_tail(&g->node, &groups);
	return g;
}

static void group_free_if_empty(struct sa_group *g)
{
	if (!list_empty(&g->members))
		return;
	list_del(&g->node);
	ida_free(&mlids, g->mlid);
	kfree(g);
}

static struct sa_member *member_find(struct sa_group *g, __be64 guid)
{
	struct sa_member *m;

	list_for_each_entry(m, &g->members, node)
		if (m->guid == guid)
			return m;
	return NULL;
}

static void member_free(struct sa_member *m)
{
	list_del(&m->node);
	kfree(m);
}

void vhca_sa_forget_port(__be64 guid)
{
	struct sa_group *g, *t;
	struct sa_member *m;

	list_for_each_entry_safe(g, t, &groups, node) {
		m = member_find(g, guid);
		if (m)
			member_free(m);
		group_free_if_empty(g);
	}
}

void vhca_sa_forget_all(void)
{
	struct sa_member *m, *mt;
	struct sa_group *g, *t;

	list_for_each_entry_safe(g, t, &groups, node) {
		list_for_each_entry_safe(m, mt, &g->members, node)
			member_free(m);
		group_free_if_empty(g);
	}
}

/* ff1x:401b:<pkey>::ffff:ffff */
static bool is_ipoib_broadcast(const u8 *mgid)
{
	static const u8 tail[10] = { 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff };

	return mgid[0] == 0xff && (mgid[1] & 0xf0) == 0x10 &&
	       mgid[2] == 0x40 && mgid[3] == 0x1b &&
	       !memcmp(mgid + 6, tail, sizeof(tail));
}

static u16 mc_leave(u8 *rec, struct vhca_port *from)
{
	struct sa_group *g = group_find(rec + MC_MGID);
	struct sa_member *m = g ? member_find(g, from->guid) : NULL;

	if (!m)
		return SA_REQ_INVALID;
	m->join &= ~(rec[MC_SCOPE_JOIN] & 0x0f);
	if (!m->join)
		member_free(m);
	group_free_if_empty(g);
	return SA_OK;
}

static u16 mc_join(u8 *rec, u64 mask, struct vhca_port *from,
		   struct sa_group **gp)
{
	const u64 need = be64_to_cpu(IB_SA_MCMEMBER_REC_QKEY |
				     IB_SA_MCMEMBER_REC_PKEY |
				     IB_SA_MCMEMBER_REC_SL |
				     IB_SA_MCMEMBER_REC_FLOW_LABEL |
				     IB_SA_MCMEMBER_REC_TRAFFIC_CLASS);
	struct sa_group *g = group_find(rec + MC_MGID);
	struct sa_member *m;
	u16 pkey;

	if (READ_ONCE(vhca_sm_refuse_join) || !(rec[MC_SCOPE_JOIN] & 0x0f))
		return SA_REQ_INVALID;
	if (g)
		pkey = g->pkey;
	else if (is_ipoib_broadcast(rec + MC_MGID))
		pkey = get_unaligned_be16(rec + MC_MGID + 4);
	else if ((mask & need) == need)
		pkey = get_unaligned_be16(rec + MC_PKEY);
	else
		return SA_INSUFFICIENT;
	if (!vhca_port_has_pkey(from, pkey, NULL))
		return SA_REQ_INVALID;

	if (!g && is_ipoib_broadcast(rec + MC_MGID)) {
		g = group_new(rec + MC_MGID, pkey, QKEY_IPOIB);
	} else if (!g) {
		g = group_new(rec + MC_MGID, pkey,
			      get_unaligned_be32(rec + MC_QKEY));
		if (g) {
			g->tclass = rec[MC_TCLASS];
			g->sl_flow_hop = get_unaligned_be32(rec + MC_SL_FLOW_HOP);
		}
	}
	if (!g)
		return SA_NO_RESOURCES;
	m = member_find(g, from->guid);
	if (!m) {
		m = kzalloc(sizeof(*m), GFP_ATOMIC);
		if (!m) {
			group_free_if_empty(g);
			return SA_NO_RESOURCES;
		}
		m->guid = from->guid;
		list_add_tail(&m->node, &g->members);
	}
	m->join |= rec[MC_SCOPE_JOIN] & 0x0f;
	*gp = g;
	return SA_OK;
}

u16 vhca_sa_mcmember(struct ib_sa_mad *mad, struct vhca_port *from)
{
	u64 mask = be64_to_cpu(mad->sa_hdr.comp_mask);
	struct sa_group *g = NULL;
	u8 *rec = mad->data;
	u16 status;

	switch (mad->mad_hdr.method) {
	case IB_SA_METHOD_DELETE:
		return mc_leave(rec, from);
	case IB_MGMT_METHOD_SET:
		status = mc_join(rec, mask, from, &g);
		if (status)
			return status;
		break;
	case IB_MGMT_METHOD_GET:
		g = group_find(rec + MC_MGID);
		if (!g)
			return SA_NO_RECORDS;
		break;
	default:
		return SA_UNSUP;
	}
	put_unaligned_be32(g->qkey, rec + MC_QKEY);
	put_unaligned_be16(g->mlid, rec + MC_MLID);
	rec[MC_MTU] = SELECT_EXACTLY | vhca_mtu;
	rec[MC_TCLASS] = g->tclass;
	put_unaligned_be16(g->pkey, rec + MC_PKEY);
	rec[MC_RATE] = SELECT_EXACTLY | VHCA_RATE;
	rec[MC_LIFE] = SELECT_EXACTLY | PACKET_LIFE;
	put_unaligned_be32(g->sl_flow_hop, rec + MC_SL_FLOW_HOP);
	/* the scope is the MGID's */
	rec[MC_SCOPE_JOIN] = (rec[MC_MGID + 1] << 4) |
			     (rec[MC_SCOPE_JOIN] & 0x0f);
	return SA_OK;
}
