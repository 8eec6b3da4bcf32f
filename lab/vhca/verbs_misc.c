// SPDX-License-Identifier: GPL-2.0
/*
 * Stand-in mlx5_ib: protection domains, address handles, memory regions,
 * multicast attachment; and the refusal of user-space verbs.
 */
#include <linux/slab.h>
#include "ib.h"

static int alloc_pd(struct ib_pd *pd, struct ib_udata *udata)
{
	return 0;
}

static int dealloc_pd(struct ib_pd *pd, struct ib_udata *udata)
{
	return 0;
}

static int create_ah(struct ib_ah *ibah, struct rdma_ah_init_attr *init,
		     struct ib_udata *udata)
{
	to_vah(ibah)->attr = *init->ah_attr;
	return 0;
}

static int modify_ah(struct ib_ah *ibah, struct rdma_ah_attr *attr)
{
	to_vah(ibah)->attr = *attr;
	return 0;
}

static int query_ah(struct ib_ah *ibah, struct rdma_ah_attr *attr)
{
	*attr = to_vah(ibah)->attr;
	return 0;
}

static int destroy_ah(struct ib_ah *ibah, u32 flags)
{
	return 0;
}

/* All kernel memory: addresses are virtual ones, there is no DMA device. */
static struct ib_mr *get_dma_mr(struct ib_pd *pd, int access)
{
	struct vhca_mr *mr = kzalloc(sizeof(*mr), GFP_KERNEL);

	if (!mr)
		return ERR_PTR(-ENOMEM);
	mr->ibmr.lkey = VHCA_LKEY;
	mr->ibmr.rkey = VHCA_LKEY;
	return &mr->ibmr;
}

static int dereg_mr(struct ib_mr *ibmr, struct ib_udata *udata)
{
	kfree(container_of(ibmr, struct vhca_mr, ibmr));
	return 0;
}

/* ib_core asks for this one before it calls a driver complete. */
static struct ib_mr *reg_user_mr(struct ib_pd *pd, u64 start, u64 length,
				 u64 virt, int access, struct ib_udata *udata)
{
	return ERR_PTR(-EOPNOTSUPP);
}

static int attach_mcast(struct ib_qp *ibqp, union ib_gid *gid, u16 lid)
{
	return vhca_fab_attach(to_vqp(ibqp), gid);
}

static int detach_mcast(struct ib_qp *ibqp, union ib_gid *gid, u16 lid)
{
	return vhca_fab_detach(to_vqp(ibqp), gid);
}

/*
 * User space finds uverbs<N>, as with the real driver, but opens no context:
 * the provider library would expect doorbells and rings that are not there.
 */
static int alloc_ucontext(struct ib_ucontext *uctx, struct ib_udata *udata)
{
	return -EOPNOTSUPP;
}

static void dealloc_ucontext(struct ib_ucontext *uctx)
{
}

static int mmap_ucontext(struct ib_ucontext *uctx, struct vm_area_struct *vma)
{
	return -EOPNOTSUPP;
}

/* so that an open uverbs file does not hold up the removal of the device */
static void disassociate_ucontext(struct ib_ucontext *uctx)
{
}

const struct ib_device_ops vhca_misc_ops = {
	.alloc_pd		= alloc_pd,
	.alloc_ucontext		= alloc_ucontext,
	.attach_mcast		= attach_mcast,
	.create_ah		= create_ah,
	.dealloc_pd		= dealloc_pd,
	.dealloc_ucontext	= dealloc_ucontext,
	.dereg_mr		= dereg_mr,
	.destroy_ah		= destroy_ah,
	.detach_mcast		= detach_mcast,
	.disassociate_ucontext	= disassociate_ucontext,
	.get_dma_mr		= get_dma_mr,
	.mmap			= mmap_ucontext,
	.modify_ah		= modify_ah,
	.query_ah		= query_ah,
	.reg_user_mr		= reg_user_mr,

	INIT_RDMA_OBJ_SIZE(ib_ah, vhca_ah, ibah),
	INIT_RDMA_OBJ_SIZE(ib_pd, vhca_pd, ibpd),
	INIT_RDMA_OBJ_SIZE(ib_ucontext, vhca_uctx, ibuc),
};
