// SPDX-License-Identifier: GPL-2.0
/*
 * Stand-in mlx5_ib: the auxiliary driver.
 *
 * Takes the mlx5_core.rdma.<n> that mlx5_core offers and registers the RDMA
 * device mlx5_<m> upon it, at once or register_delay seconds later.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include "ib.h"

bool vhca_log;
module_param_named(log, vhca_log, bool, 0644);
MODULE_PARM_DESC(log, "say events, SA requests and messages to nobody");

int vhca_mtu = IB_MTU_4096;
static uint mtu = 4096;
module_param(mtu, uint, 0444);
MODULE_PARM_DESC(mtu, "MTU of ports and groups: 256, 512, 1024, 2048 or 4096 (default 4096)");

static uint ports = 1;
module_param(ports, uint, 0444);
MODULE_PARM_DESC(ports, "ports of each device, 1 or 2 (default 1)");

static ulong guid_base = 0xb8599f0300000000UL;
module_param(guid_base, ulong, 0444);
MODULE_PARM_DESC(guid_base, "GUIDs count from here, by PCI address");

static uint register_delay;
module_param(register_delay, uint, 0644);
MODULE_PARM_DESC(register_delay, "seconds from the probe to the RDMA device (default 0)");

static char fail_register[VHCA_LIST_LEN];
module_param_string(fail_register, fail_register, sizeof(fail_register), 0644);
MODULE_PARM_DESC(fail_register, "functions whose RDMA device is not registered: <function>[=<errno>],...");

#define REGISTER_DELAY_MAX	3600u
/* what the firmware of such a card says until somebody sets another */
#define NODE_DESC		"MT4123 ConnectX6   Mellanox Technologies"

static int vhca_register(struct vhca_dev *dev)
{
	char word[VHCA_WORD_LEN];
	int ret;

	if (vhca_list_find(THIS_MODULE, fail_register, dev->fn->pdev, 0, word))
		return vhca_errno(word, -ENOMEM);
	/* no DMA device: ib_core hands out kernel virtual addresses */
	ret = ib_register_device(&dev->ibdev, "mlx5_%d", NULL);
	if (ret)
		return ret;
	dev->registered = true;
	vhca_port_live(dev, true);
	vhca_debugfs_name(dev);
	return 0;
}

static void register_later(struct work_struct *work)
{
	struct vhca_dev *dev = container_of(to_delayed_work(work),
					    struct vhca_dev, reg_work);
	int ret = vhca_register(dev);

	if (ret)
		dev_err(&dev->fn->pdev->dev, "RDMA device not registered: %d\n",
			ret);
}

/* Take the first n ports off the subnet and free the device. */
static void vhca_free(struct vhca_dev *dev, u32 n)
{
	while (n--)
		vhca_fab_del_port(&dev->ports[n]);
	WARN_ON(!xa_empty(&dev->qps));
	xa_destroy(&dev->qps);
	ib_dealloc_device(&dev->ibdev);
}

static int vhca_probe(struct auxiliary_device *adev,
		      const struct auxiliary_device_id *id)
{
	struct vhca_function *fn = vhca_adev_to_function(adev);
	struct ib_device *ibdev;
	struct vhca_dev *dev;
	u64 guid;
	u32 i;
	int ret;

	dev = ib_alloc_device(vhca_dev, ibdev);
	if (!dev)
		return -ENOMEM;
	dev->fn = fn;
	dev->nports = ports;
	xa_init_flags(&dev->qps, XA_FLAGS_ALLOC | XA_FLAGS_LOCK_IRQ);
	INIT_DELAYED_WORK(&dev->reg_work, register_later);

	/* as if burnt in: the same slot always has the same one */
	guid = guid_base + ((u64)pci_dev_id(fn->pdev) << 4);
	ibdev = &dev->ibdev;
	ibdev->node_guid = cpu_to_be64(guid);
	ibdev->node_type = RDMA_NODE_IB_CA;
	ibdev->phys_port_cnt = dev->nports;
	ibdev->num_comp_vectors = num_possible_cpus();
	ibdev->local_dma_lkey = VHCA_LKEY;
	ibdev->dev.parent = &fn->pdev->dev;
	strscpy(ibdev->node_desc, NODE_DESC, sizeof(ibdev->node_desc));
	ib_set_device_ops(ibdev, &vhca_dev_ops);
	ib_set_device_ops(ibdev, &vhca_misc_ops);

	/* port 1 has the GUID of the node, as on such cards */
	for (i = 0; i < dev->nports; i++) {
		ret = vhca_port_init(&dev->ports[i], dev, i + 1, guid + i);
		if (ret)
			goto free;
		/* mlx5_core has told of the first one */
		if (i)
			vhca_cable_set(fn, i + 1, vhca_cable_get(fn, i + 1),
				       true);
	}
	auxiliary_set_drvdata(adev, dev);
	vhca_debugfs_add(dev);
	if (register_delay) {
		schedule_delayed_work(&dev->reg_work,
				      min(register_delay, REGISTER_DELAY_MAX) *
				      HZ);
		return 0;
	}
	ret = vhca_register(dev);
	if (!ret)
		return 0;
	vhca_debugfs_del(dev);
free:
	vhca_free(dev, i);
	return ret;
}

static void vhca_remove(struct auxiliary_device *adev)
{
	struct vhca_dev *dev = auxiliary_get_drvdata(adev);

	cancel_delayed_work_sync(&dev->reg_work);
	vhca_debugfs_del(dev);
	if (dev->registered) {
		vhca_port_live(dev, false);
		ib_unregister_device(&dev->ibdev);
	}
	vhca_free(dev, dev->nports);
}

static const struct auxiliary_device_id vhca_id_table[] = {
	{ .name = "mlx5_core." VHCA_ADEV_NAME },
	{ }
};
MODULE_DEVICE_TABLE(auxiliary, vhca_id_table);

static struct auxiliary_driver vhca_driver = {
	.name		= VHCA_ADEV_NAME,
	.probe		= vhca_probe,
	.remove		= vhca_remove,
	.id_table	= vhca_id_table,
};

static int __init vhca_init(void)
{
	int ret;

	if (ports < 1 || ports > VHCA_MAX_PORTS)
		return -EINVAL;
	vhca_mtu = ib_mtu_int_to_enum(mtu);
	if (ib_mtu_enum_to_int(vhca_mtu) != mtu)
		return -EINVAL;
	ret = vhca_sm_init();
	if (ret)
		return ret;
	vhca_debugfs_init();
	ret = auxiliary_driver_register(&vhca_driver);
	if (ret) {
		vhca_debugfs_exit();
		vhca_sm_exit();
		vhca_fab_exit();
	}
	return ret;
}

static void __exit vhca_exit(void)
{
	auxiliary_driver_unregister(&vhca_driver);
	vhca_debugfs_exit();
	vhca_sm_exit();
	vhca_fab_exit();
}

module_init(vhca_init);
module_exit(vhca_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Virtual HCA: stand-in for the ConnectX InfiniBand driver");
/* the real one needs it, so that uverbs<N> is there */
MODULE_SOFTDEP("pre: ib_uverbs");
