// SPDX-License-Identifier: GPL-2.0
/*
 * Stand-in mlx5_ib: the subnet administrator, at QP1 of the SM's LID.
 *
 * Answers what the kernel asks: MCMemberRecord (join, leave, get), PathRecord
 * and ClassPortInfo; all else with "not supported".
 */
#include <linux/slab.h>
#include <asm/unaligned.h>
#include "ib.h"
#include "sa.h"

#define RESP_TIME		18

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
		status = vhca_sa_mcmember(mad, from);
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
