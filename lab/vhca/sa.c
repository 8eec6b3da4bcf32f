// SPDX-License-Identifier: GPL-2.0
/*
 * Stand-in mlx5_ib: the subnet administrator, at QP1 of the SM's LID.
 *
 * Answers what the kernel asks: MCMemberRecord (join, leave, get), PathRecord
 * and ClassPortInfo; all else with "not supported".  Groups exist while they
 * have members; an IPoIB broadcast group is made for whoever joins it first.
 */
#include <linux/idr.h>
#include <linux/slab.h>
#include <asm/unaligned.h>
#include "ib.h"

/* MAD status; SA's own codes are in the upper byte */
#define SA_OK			0x0000
#define SA_UNSUP		0x000c
#define SA_NO_RESOURCES		0x0100
#define SA_REQ_INVALID		0x0200
#define SA_NO_RECORDS		0x0300
#define SA_INSUFFICIENT		0x0600

#define QKEY_IPOIB		0x00000b1b
#define SELECT_EXACTLY		(IB_SA_EQ << 6)
#define PACKET_LIFE		18	/* 4.096 us * 2^18, about a second */
#define RESP_TIME		18

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

/* PathRecord, offsets in the record */
#define PR_DGID			8
#define PR_SGID			24
#define PR_DLID			40
#define PR_SLID			42
#define PR_HOP_FLOW_RAW		44
#define PR_TCLASS		48
#define PR_NUMB_PATH		49
#define PR_PKEY			50
#define PR_SL			52
#define PR_MTU			54
#define PR_RATE			55
#define PR_LIFE			56
#define PR_PREFERENCE		57
#define PR_REVERSIBLE		0x80

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

static u16 sa_mcmember(struct ib_sa_mad *mad, struct vhca_port *from)
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

/* a P_Key by which the two may talk, 0 if none */
static u16 common_pkey(struct vhca_port *a, struct vhca_port *b)
{
	int i;

	for (i = 0; i < VHCA_PKEY_LEN; i++)
		if (vhca_port_has_pkey(b, a->pkeys[i], NULL))
			return a->pkeys[i];
	return 0;
}

static u16 sa_path(struct ib_sa_mad *mad, struct vhca_port *from)
{
	u64 mask = be64_to_cpu(mad->sa_hdr.comp_mask);
	struct vhca_port *dst = NULL, *src = from;
	u8 *rec = mad->data;
	union ib_gid gid;
	u16 pkey;

	if (mad->mad_hdr.method != IB_MGMT_METHOD_GET)
		return SA_UNSUP;
	if (mask & be64_to_cpu(IB_SA_PATH_REC_DGID)) {
		memcpy(&gid, rec + PR_DGID, sizeof(gid));
		dst = vhca_port_by_guid(gid.global.interface_id);
	} else if (mask & be64_to_cpu(IB_SA_PATH_REC_DLID)) {
		dst = vhca_port_by_lid(get_unaligned_be16(rec + PR_DLID));
	}
	if (mask & be64_to_cpu(IB_SA_PATH_REC_SGID)) {
		memcpy(&gid, rec + PR_SGID, sizeof(gid));
		src = vhca_port_by_guid(gid.global.interface_id);
	}
	if (!dst || !src || dst->state != IB_PORT_ACTIVE ||
	    src->state != IB_PORT_ACTIVE)
		return SA_NO_RECORDS;
	if (mask & be64_to_cpu(IB_SA_PATH_REC_PKEY)) {
		pkey = get_unaligned_be16(rec + PR_PKEY);
		if (!vhca_port_has_pkey(src, pkey, NULL) ||
		    !vhca_port_has_pkey(dst, pkey, NULL))
			return SA_NO_RECORDS;
	} else {
		pkey = common_pkey(src, dst);
		if (!pkey)
			return SA_NO_RECORDS;
	}
	vhca_port_gid(dst, &gid);
	memcpy(rec + PR_DGID, &gid, sizeof(gid));
	vhca_port_gid(src, &gid);
	memcpy(rec + PR_SGID, &gid, sizeof(gid));
	put_unaligned_be16(dst->lid, rec + PR_DLID);
	put_unaligned_be16(src->lid, rec + PR_SLID);
	put_unaligned_be32(0, rec + PR_HOP_FLOW_RAW);
	rec[PR_TCLASS] = 0;
	rec[PR_NUMB_PATH] = PR_REVERSIBLE | 1;
	put_unaligned_be16(pkey, rec + PR_PKEY);
	put_unaligned_be16(0, rec + PR_SL);
	rec[PR_MTU] = SELECT_EXACTLY | vhca_mtu;
	rec[PR_RATE] = SELECT_EXACTLY | VHCA_RATE;
	rec[PR_LIFE] = SELECT_EXACTLY | PACKET_LIFE;
	rec[PR_PREFERENCE] = 0;
	return SA_OK;
}

static u16 sa_class_port_info(struct ib_sa_mad *mad)
{
	struct ib_class_port_info *cpi = (void *)mad->data;

	if (mad->mad_hdr.method != IB_MGMT_METHOD_GET)
		return SA_UNSUP;
	memset(mad->data, 0, sizeof(mad->data));
	cpi->base_version = IB_MGMT_BASE_VERSION;
	cpi->class_version = IB_SA_CLASS_VERSION;
	cpi->cap_mask2_resp_time =
		cpu_to_be32(IB_SA_CAP_MASK2_SENDONLY_FULL_MEM_SUPPORT << 5 |
			    RESP_TIME);
	return SA_OK;
}

static u8 response_to(u8 method)
{
	switch (method) {
	case IB_SA_METHOD_DELETE:
		return IB_SA_METHOD_DELETE_RESP;
	case IB_SA_METHOD_GET_TABLE:
		return IB_SA_METHOD_GET_TABLE_RESP;
	default:
		return IB_MGMT_METHOD_GET_RESP;
	}
}

void vhca_sa_handle(const struct vhca_msg *req)
{
	struct vhca_port *from = vhca_port_by_lid(req->slid);
	struct vhca_msg *r;
	struct ib_sa_mad *mad;
	u16 status;
	u8 method;

	if (!vhca_sm_present() || !from || req->src ||
	    req->len != sizeof(*mad))
		return;
	mad = (struct ib_sa_mad *)req->data;
	method = mad->mad_hdr.method;
	if (mad->mad_hdr.mgmt_class != IB_MGMT_CLASS_SUBN_ADM ||
	    (method & IB_MGMT_METHOD_RESP))
		return;
	r = kmemdup(req, struct_size(req, data, req->len), GFP_ATOMIC);
	if (!r)
		return;
	mad = (struct ib_sa_mad *)r->data;
	switch (be16_to_cpu(mad->mad_hdr.attr_id)) {
	case IB_SA_ATTR_CLASS_PORTINFO:
		status = sa_class_port_info(mad);
		break;
	case IB_SA_ATTR_MC_MEMBER_REC:
		status = sa_mcmember(mad, from);
		break;
	case IB_SA_ATTR_PATH_REC:
		status = sa_path(mad, from);
		break;
	default:
		status = SA_UNSUP;
	}
	vhca_dbg("SA: LID %u method %#x attr %#x -> status %#x\n", req->slid,
		 method, be16_to_cpu(mad->mad_hdr.attr_id), status);
	mad->mad_hdr.method = response_to(method);
	mad->mad_hdr.status = cpu_to_be16(status);
	r->mcast = false;
	r->grh = false;
	r->imm = false;
	r->slid = req->dlid;
	r->dlid = req->slid;
	r->sqpn = 1;
	r->dqpn = req->sqpn;
	r->qkey = IB_QP1_QKEY;
	vhca_fab_queue(r);
}
