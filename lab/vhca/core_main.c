// SPDX-License-Identifier: GPL-2.0
/*
 * Stand-in mlx5_core: the PCI driver.
 *
 * Takes a function with the identity of a ConnectX-6 (which vhca_bus gives to
 * QEMU's "edu"), goes through the stages of the real driver's probe in its
 * words, and offers the function to mlx5_ib as the auxiliary device
 * mlx5_core.rdma.<n>.
 */
#include <linux/idr.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/slab.h>
#include "core_priv.h"

#define VHCA_PCI_DEVICE		0x101b	/* ConnectX-6 */
#define VHCA_BAR		0

static DEFINE_IDA(adev_ida);

static int pci_up(struct vhca_function *fn)
{
	struct pci_dev *pdev = fn->pdev;
	int err;

	err = vhca_fault_stage(pdev, VHCA_STAGE_PCI_ENABLE);
	if (err)
		return err;
	err = pci_enable_device(pdev);
	if (err)
		return vhca_stage_failed(pdev, VHCA_STAGE_PCI_ENABLE, err);

	err = vhca_fault_stage(pdev, VHCA_STAGE_BAR);
	if (err)
		goto disable;
	if (!(pci_resource_flags(pdev, VHCA_BAR) & IORESOURCE_MEM)) {
		err = vhca_stage_failed(pdev, VHCA_STAGE_BAR, -ENODEV);
		goto disable;
	}
	err = pci_request_region(pdev, VHCA_BAR, KBUILD_MODNAME);
	if (err) {
		vhca_stage_failed(pdev, VHCA_STAGE_BAR, err);
		goto disable;
	}

	err = vhca_fault_stage(pdev, VHCA_STAGE_MAP);
	if (err)
		goto release;
	fn->bar = pci_iomap(pdev, VHCA_BAR, 0);
	if (!fn->bar) {
		err = vhca_stage_failed(pdev, VHCA_STAGE_MAP, -ENOMEM);
		goto release;
	}
	return 0;

release:
	pci_release_region(pdev, VHCA_BAR);
disable:
	pci_disable_device(pdev);
	return err;
}

static void pci_down(struct vhca_function *fn)
{
	pci_iounmap(fn->pdev, fn->bar);
	pci_release_region(fn->pdev, VHCA_BAR);
	pci_disable_device(fn->pdev);
}

static int function_up(struct vhca_function *fn)
{
	struct pci_dev *pdev = fn->pdev;
	enum vhca_stage stage;
	int err;

	/* the device is asked, whatever it says: a removed one reads all ones */
	if (vhca_fault_off_bus(pdev) || ioread32(fn->bar) == ~0u)
		dev_info(&pdev->dev, "firmware version: %d.%d.%d\n", 0xffff,
			 0xffff, 0xffff);
	else
		dev_info(&pdev->dev, "firmware version: %d.%d.%d\n",
			 VHCA_FW_MAJOR, VHCA_FW_MINOR, VHCA_FW_SUBMINOR);
	/* a conventional PCI function, as edu is, has no link to speak of */
	if (pci_is_pcie(pdev))
		pcie_print_link_status(pdev);
	err = vhca_wait_firmware(fn);
	if (err)
		return err;
	for (stage = VHCA_STAGE_CMDIF; stage < VHCA_STAGE_NUM; stage++) {
		err = vhca_fault_stage(pdev, stage);
		if (err)
			return err;
	}
	return vhca_fault_probe(pdev);
}

static void function_release(struct device *dev)
{
	struct vhca_function *fn =
		vhca_adev_to_function(to_auxiliary_dev(dev));

	ida_free(&adev_ida, fn->adev.id);
	mutex_destroy(&fn->cable_lock);
	kfree(fn);
}

/* From auxiliary_device_init() on, fn is freed by dropping the device. */
static int function_offer(struct vhca_function *fn)
{
	int err;

	err = auxiliary_device_add(&fn->adev);
	if (err)
		dev_err(&fn->pdev->dev, "auxiliary device: %d\n", err);
	return err;
}

static int probe_one(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct vhca_function *fn;
	int err;

	fn = kzalloc(sizeof(*fn), GFP_KERNEL);
	if (!fn)
		return -ENOMEM;
	fn->pdev = pdev;
	vhca_cable_init(fn);
	err = ida_alloc(&adev_ida, GFP_KERNEL);
	if (err < 0) {
		kfree(fn);
		return err;
	}
	fn->adev.id = err;
	fn->adev.name = VHCA_ADEV_NAME;
	fn->adev.dev.parent = &pdev->dev;
	fn->adev.dev.release = function_release;
	err = auxiliary_device_init(&fn->adev);
	if (err) {
		ida_free(&adev_ida, fn->adev.id);
		kfree(fn);
		return err;
	}

	err = pci_up(fn);
	if (err) {
		vhca_err(pdev, "probe_one", 1771,
			 "mlx5_pci_init failed with error code %d\n", err);
		goto free;
	}
	err = function_up(fn);
	if (err) {
		vhca_err(pdev, "probe_one", 1778,
			 "mlx5_init_one failed with error code %d\n", err);
		goto down;
	}
	vhca_cable_set(fn, 1, vhca_cable_get(fn, 1), true);
	pci_set_drvdata(pdev, fn);
	err = function_offer(fn);
	if (err)
		goto down;
	return 0;

down:
	pci_down(fn);
free:
	auxiliary_device_uninit(&fn->adev);
	return err;
}

static void remove_one(struct pci_dev *pdev)
{
	struct vhca_function *fn = pci_get_drvdata(pdev);

	/* unbinds mlx5_ib, which is done with fn when this returns */
	auxiliary_device_delete(&fn->adev);
	pci_down(fn);
	auxiliary_device_uninit(&fn->adev);
}

static void shutdown_one(struct pci_dev *pdev)
{
	dev_info(&pdev->dev, "Shutdown was called\n");
}

static const struct pci_device_id mlx5_core_pci_table[] = {
	{ PCI_VDEVICE(MELLANOX, VHCA_PCI_DEVICE) },
	{ }
};
MODULE_DEVICE_TABLE(pci, mlx5_core_pci_table);

static struct pci_driver mlx5_core_driver = {
	.name		= KBUILD_MODNAME,
	.id_table	= mlx5_core_pci_table,
	.probe		= probe_one,
	.remove		= remove_one,
	.shutdown	= shutdown_one,
};
module_pci_driver(mlx5_core_driver);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Virtual HCA: stand-in for the ConnectX core driver");
