// SPDX-License-Identifier: GPL-2.0
/* Stand-in mlx5_ib: the device and its ports, as verbs and sysfs see them. */
#include <linux/slab.h>
#include "ib.h"

#define MT_PART_ID	4123		/* ConnectX-6 */
#define MT_VENDOR_ID	0x2c9
#define MT_BOARD_ID	"MT_0000000223"	/* MCX653105A-HDAT */

static int query_device(struct ib_device *ibdev, struct ib_device_attr *a,
			struct ib_udata *udata)
{
	if (udata && (udata->inlen || udata->outlen))
		return -EINVAL;
	a->fw_ver = (u64)VHCA_FW_MAJOR << 32 | VHCA_FW_MINOR << 16 |
		    VHCA_FW_SUBMINOR;
	a->sys_image_guid = ibdev->node_guid;
	a->vendor_id = MT_VENDOR_ID;
	a->vendor_part_id = MT_PART_ID;
	a->hw_ver = to_vdev(ibdev)->fn->pdev->revision;
	a->device_cap_flags = IB_DEVICE_RC_RNR_NAK_GEN |
			      IB_DEVICE_PORT_ACTIVE_EVENT |
			      IB_DEVICE_SYS_IMAGE_GUID;
	a->kernel_cap_flags = IBK_LOCAL_DMA_LKEY |
			      IBK_BLOCK_MULTICAST_LOOPBACK;
	a->max_mr_size = ~0ULL;
	a->page_size_cap = 0xfffff000;
	a->max_qp = 0x10000;
	a->max_qp_wr = VHCA_MAX_WR;
	a->max_send_sge = VHCA_MAX_SGE;
	a->max_recv_sge = VHCA_MAX_SGE;
	a->max_sge_rd = 1;
	a->max_cq = 0x10000;
	a->max_cqe = VHCA_MAX_CQE;
	a->max_mr = 0x10000;
	a->max_pd = 0x8000;
	a->max_ah = 0x10000;
	a->max_qp_rd_atom = 16;
	a->max_qp_init_rd_atom = 16;
	a->max_mcast_grp = 1024;
	a->max_mcast_qp_attach = 240;
	a->max_total_mcast_qp_attach = 1024 * 240;
	a->max_pkeys = VHCA_PKEY_LEN;
	a->local_ca_ack_delay = 15;
	return 0;
}

static int query_port(struct ib_device *ibdev, u32 port, struct ib_port_attr *a)
{
	struct vhca_port *p = to_vport(ibdev, port);
	unsigned long flags;

	/* ib_core does not derive it from GID 0: it asks */
	a->subnet_prefix = VHCA_SUBNET_PREFIX;
	spin_lock_irqsave(&vhca_fab_lock, flags);
	a->state = p->state;
	a->phys_state = p->phys;
	a->lid = p->lid;
	a->sm_lid = p->sm_lid;
	a->port_cap_flags = p->cap_mask;
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
	a->max_mtu = IB_MTU_4096;
	a->active_mtu = vhca_mtu;
	a->gid_tbl_len = VHCA_GID_LEN;
	a->pkey_tbl_len = VHCA_PKEY_LEN;
	a->max_msg_sz = VHCA_MAX_MSG;
	a->bad_pkey_cntr = atomic_read(&p->bad_pkeys);
	a->qkey_viol_cntr = atomic_read(&p->bad_qkeys);
	a->max_vl_num = 4;
	a->subnet_timeout = 18;
	a->active_width = IB_WIDTH_4X;
	a->active_speed = IB_SPEED_HDR;
	return 0;
}

static int port_immutable(struct ib_device *ibdev, u32 port,
			  struct ib_port_immutable *im)
{
	im->core_cap_flags = RDMA_CORE_PORT_IBA_IB;
	im->gid_tbl_len = VHCA_GID_LEN;
	im->pkey_tbl_len = VHCA_PKEY_LEN;
	im->max_mad_size = IB_MGMT_MAD_SIZE;
	return 0;
}

static enum rdma_link_layer link_layer(struct ib_device *ibdev, u32 port)
{
	return IB_LINK_LAYER_INFINIBAND;
}

static int query_gid(struct ib_device *ibdev, u32 port, int index,
		     union ib_gid *gid)
{
	if (index < 0 || index >= VHCA_GID_LEN)
		return -EINVAL;
	memset(gid, 0, sizeof(*gid));
	if (!index)
		vhca_port_gid(to_vport(ibdev, port), gid);
	return 0;
}

static int query_pkey(struct ib_device *ibdev, u32 port, u16 index, u16 *pkey)
{
	if (index >= VHCA_PKEY_LEN)
		return -EINVAL;
	*pkey = READ_ONCE(to_vport(ibdev, port)->pkeys[index]);
	return 0;
}

static int modify_port(struct ib_device *ibdev, u32 port, int mask,
		       struct ib_port_modify *props)
{
	struct vhca_port *p = to_vport(ibdev, port);
	unsigned long flags;

	if (mask & IB_PORT_RESET_QKEY_CNTR)
		atomic_set(&p->bad_qkeys, 0);
	spin_lock_irqsave(&vhca_fab_lock, flags);
	p->cap_mask |= props->set_port_cap_mask;
	p->cap_mask &= ~props->clr_port_cap_mask;
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
	return 0;
}

static int modify_device(struct ib_device *ibdev, int mask,
			 struct ib_device_modify *m)
{
	if (mask & ~IB_DEVICE_MODIFY_NODE_DESC)
		return -EOPNOTSUPP;
	if (mask & IB_DEVICE_MODIFY_NODE_DESC)
		memcpy(ibdev->node_desc, m->node_desc, IB_DEVICE_NODE_DESC_MAX);
	return 0;
}

static void fw_str(struct ib_device *ibdev, char *s)
{
	snprintf(s, IB_FW_VERSION_NAME_MAX, "%d.%d.%04d", VHCA_FW_MAJOR,
		 VHCA_FW_MINOR, VHCA_FW_SUBMINOR);
}

static ssize_t hca_type_show(struct device *dev, struct device_attribute *attr,
			     char *buf)
{
	return sysfs_emit(buf, "MT%d\n", MT_PART_ID);
}
static DEVICE_ATTR_RO(hca_type);

static ssize_t hw_rev_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	return sysfs_emit(buf, "%x\n", 0);
}
static DEVICE_ATTR_RO(hw_rev);

static ssize_t board_id_show(struct device *dev, struct device_attribute *attr,
			     char *buf)
{
	return sysfs_emit(buf, "%s\n", MT_BOARD_ID);
}
static DEVICE_ATTR_RO(board_id);

static struct attribute *vhca_attrs[] = {
	&dev_attr_hca_type.attr,
	&dev_attr_hw_rev.attr,
	&dev_attr_board_id.attr,
	NULL,
};

static const struct attribute_group vhca_attr_group = {
	.attrs = vhca_attrs,
};

const struct ib_device_ops vhca_dev_ops = {
	.owner			= THIS_MODULE,
	.driver_id		= RDMA_DRIVER_MLX5,
	.uverbs_abi_ver		= 1,
	.device_group		= &vhca_attr_group,

	.create_cq		= vhca_create_cq,
	.create_qp		= vhca_create_qp,
	.destroy_cq		= vhca_destroy_cq,
	.destroy_qp		= vhca_destroy_qp,
	.get_dev_fw_str		= fw_str,
	.get_link_layer		= link_layer,
	.get_port_immutable	= port_immutable,
	.modify_device		= modify_device,
	.modify_port		= modify_port,
	.modify_qp		= vhca_modify_qp,
	.poll_cq		= vhca_poll_cq,
	.post_recv		= vhca_post_recv,
	.post_send		= vhca_post_send,
	.process_mad		= vhca_process_mad,
	.query_device		= query_device,
	.query_gid		= query_gid,
	.query_pkey		= query_pkey,
	.query_port		= query_port,
	.query_qp		= vhca_query_qp,
	.req_notify_cq		= vhca_req_notify_cq,

	INIT_RDMA_OBJ_SIZE(ib_cq, vhca_cq, ibcq),
	INIT_RDMA_OBJ_SIZE(ib_qp, vhca_qp, ibqp),
};
