// SPDX-License-Identifier: GPL-2.0
/*
 * Stand-in mlx5_ib: MADs that a port answers itself - counters (PMA) and
 * node and port information (SMP).  Nothing can be set but the counters.
 */
#include <asm/unaligned.h>
#include <rdma/ib_pma.h>
#include <rdma/ib_smi.h>
#include "ib.h"

#define MAD_UNSUP	0x000c
#define SMP_D_BIT	0x8000

#define WIDTH_4X	2
#define SPEED_EDR_FDR	0x10	/* LinkSpeed: up to QDR is what it can say */
#define VLCAP_VL0	0x10
#define LINKDOWN_POLL	2

static u64 get(struct vhca_port *p, enum vhca_counter c)
{
	return atomic64_read(&p->cnt[c]);
}

static void pma_counters(struct vhca_port *p, struct ib_pma_mad *out)
{
	struct ib_pma_portcounters *pc = (void *)out->data;

	pc->port_select = p->num;
	pc->link_downed_counter = min_t(u64, get(p, VHCA_LINK_DOWNED), U8_MAX);
	pc->port_xmit_discards =
		cpu_to_be16(min_t(u64, get(p, VHCA_TX_DROP), U16_MAX));
	pc->port_xmit_data =
		cpu_to_be32(min_t(u64, get(p, VHCA_TX_BYTES) / 4, U32_MAX));
	pc->port_rcv_data =
		cpu_to_be32(min_t(u64, get(p, VHCA_RX_BYTES) / 4, U32_MAX));
	pc->port_xmit_packets =
		cpu_to_be32(min_t(u64, get(p, VHCA_TX_PKTS), U32_MAX));
	pc->port_rcv_packets =
		cpu_to_be32(min_t(u64, get(p, VHCA_RX_PKTS), U32_MAX));
}

static void pma_counters_ext(struct vhca_port *p, struct ib_pma_mad *out)
{
	struct ib_pma_portcounters_ext *pc = (void *)out->data;

	pc->port_select = p->num;
	pc->port_xmit_data = cpu_to_be64(get(p, VHCA_TX_BYTES) / 4);
	pc->port_rcv_data = cpu_to_be64(get(p, VHCA_RX_BYTES) / 4);
	pc->port_xmit_packets = cpu_to_be64(get(p, VHCA_TX_PKTS));
	pc->port_rcv_packets = cpu_to_be64(get(p, VHCA_RX_PKTS));
	pc->port_unicast_xmit_packets = cpu_to_be64(get(p, VHCA_TX_UCAST));
	pc->port_unicast_rcv_packets = cpu_to_be64(get(p, VHCA_RX_UCAST));
	pc->port_multicast_xmit_packets = cpu_to_be64(get(p, VHCA_TX_MCAST));
	pc->port_multicast_rcv_packets = cpu_to_be64(get(p, VHCA_RX_MCAST));
}

static void pma(struct vhca_port *p, const struct ib_pma_mad *in,
		struct ib_pma_mad *out)
{
	bool set = in->mad_hdr.method == IB_MGMT_METHOD_SET;
	struct ib_class_port_info *cpi = (void *)out->data;
	int i;

	memset(out->data, 0, sizeof(out->data));
	switch (in->mad_hdr.attr_id) {
	case IB_PMA_CLASS_PORT_INFO:
		cpi->base_version = IB_MGMT_BASE_VERSION;
		cpi->class_version = 1;
		cpi->capability_mask = IB_PMA_CLASS_CAP_EXT_WIDTH;
		return;
	case IB_PMA_PORT_COUNTERS:
	case IB_PMA_PORT_COUNTERS_EXT:
		for (i = 0; set && i < VHCA_COUNTERS; i++)
			atomic64_set(&p->cnt[i], 0);
		if (in->mad_hdr.attr_id == IB_PMA_PORT_COUNTERS)
			pma_counters(p, out);
		else
			pma_counters_ext(p, out);
		return;
	}
	out->mad_hdr.status = cpu_to_be16(MAD_UNSUP);
}

static void smp_node_info(struct vhca_port *p, struct ib_smp *out)
{
	struct ib_device *ibdev = &p->dev->ibdev;
	struct ib_node_info *ni = (void *)out->data;

	ni->base_version = IB_MGMT_BASE_VERSION;
	ni->class_version = 1;
	ni->node_type = RDMA_NODE_IB_CA;
	ni->num_ports = p->dev->nports;
	ni->sys_guid = ibdev->node_guid;
	ni->node_guid = ibdev->node_guid;
	ni->port_guid = p->guid;
	ni->partition_cap = cpu_to_be16(VHCA_PKEY_LEN);
	ni->device_id = cpu_to_be16(p->dev->fn->pdev->device);
	ni->local_port_num = p->num;
	ni->vendor_id[1] = 0x02;	/* OUI 0002c9 */
	ni->vendor_id[2] = 0xc9;
}

static void smp_port_info(struct vhca_port *p, struct ib_smp *out)
{
	struct ib_port_info *pi = (void *)out->data;
	unsigned long flags;

	pi->gid_prefix = cpu_to_be64(VHCA_SUBNET_PREFIX);
	pi->local_port_num = p->num;
	pi->link_width_enabled = WIDTH_4X;
	pi->link_width_supported = WIDTH_4X;
	pi->link_width_active = WIDTH_4X;
	pi->linkspeedactive_enabled = SPEED_EDR_FDR | 1;
	pi->neighbormtu_mastersmsl = vhca_mtu << 4;
	pi->vlcap_inittype = VLCAP_VL0;
	pi->inittypereply_mtucap = vhca_mtu;
	pi->operationalvl_pei_peo_fpi_fpo = VLCAP_VL0;
	pi->guid_cap = VHCA_GID_LEN / 8;
	spin_lock_irqsave(&vhca_fab_lock, flags);
	pi->lid = cpu_to_be16(p->lid);
	pi->sm_lid = cpu_to_be16(p->sm_lid);
	pi->cap_mask = cpu_to_be32(p->cap_mask);
	pi->linkspeed_portstate = SPEED_EDR_FDR | p->state;
	pi->portphysstate_linkdown = p->phys << 4 | LINKDOWN_POLL;
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
	pi->pkey_violations = cpu_to_be16(atomic_read(&p->bad_pkeys));
	pi->qkey_violations = cpu_to_be16(atomic_read(&p->bad_qkeys));
}

static void smp(struct vhca_port *p, const struct ib_smp *in, struct ib_smp *out)
{
	u16 status = 0;

	memset(out->data, 0, sizeof(out->data));
	if (in->method != IB_MGMT_METHOD_GET)
		status = MAD_UNSUP;
	else if (in->attr_id == IB_SMP_ATTR_NODE_DESC)
		memcpy(out->data, p->dev->ibdev.node_desc, sizeof(out->data));
	else if (in->attr_id == IB_SMP_ATTR_NODE_INFO)
		smp_node_info(p, out);
	else if (in->attr_id == IB_SMP_ATTR_PORT_INFO)
		smp_port_info(p, out);
	else
		status = MAD_UNSUP;
	if (in->mgmt_class == IB_MGMT_CLASS_SUBN_DIRECTED_ROUTE)
		status |= SMP_D_BIT;
	out->status = cpu_to_be16(status);
}

int vhca_process_mad(struct ib_device *ibdev, int flags, u32 port,
		     const struct ib_wc *in_wc, const struct ib_grh *in_grh,
		     const struct ib_mad *in, struct ib_mad *out,
		     size_t *out_size, u16 *out_pkey_index)
{
	struct vhca_port *p = to_vport(ibdev, port);

	if (in->mad_hdr.method != IB_MGMT_METHOD_GET &&
	    in->mad_hdr.method != IB_MGMT_METHOD_SET)
		return IB_MAD_RESULT_SUCCESS;
	switch (in->mad_hdr.mgmt_class) {
	case IB_MGMT_CLASS_PERF_MGMT:
		memcpy(out, in, sizeof(*out));
		out->mad_hdr.method = IB_MGMT_METHOD_GET_RESP;
		pma(p, (const void *)in, (void *)out);
		break;
	case IB_MGMT_CLASS_SUBN_LID_ROUTED:
	case IB_MGMT_CLASS_SUBN_DIRECTED_ROUTE:
		memcpy(out, in, sizeof(*out));
		out->mad_hdr.method = IB_MGMT_METHOD_GET_RESP;
		smp(p, (const void *)in, (void *)out);
		break;
	default:
		return IB_MAD_RESULT_SUCCESS;
	}
	return IB_MAD_RESULT_SUCCESS | IB_MAD_RESULT_REPLY;
}
