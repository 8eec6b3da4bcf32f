// SPDX-License-Identifier: GPL-2.0
/*
 * vhca_bus: gives QEMU's "edu" functions the identity of a ConnectX-6.
 *
 * Every reader of the PCI identity in sysfs, in uevents and in driver
 * matching goes by the fields of struct pci_dev.  They are changed here for
 * the functions that are present when the module loads, and for later ones
 * by a bus notifier: it runs inside device_add(), before the "add" uevent
 * and before drivers are matched.  Configuration space itself still says
 * 1234:11e8.
 *
 * The identity is not taken back on unload: a driver may be bound by it.
 */
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/pci.h>

#define EDU_VENDOR	0x1234
#define EDU_DEVICE	0x11e8

/* an MCX653105A-HDAT: one port, HDR InfiniBand or 200 GbE */
#define CX6_DEVICE	0x101b
#define CX6_SUBDEVICE	0x0007
#define CX6_CLASS	0x020700	/* network controller, InfiniBand */

static bool disguise(struct pci_dev *pdev)
{
	if (pdev->vendor != EDU_VENDOR || pdev->device != EDU_DEVICE)
		return false;
	pdev->vendor = PCI_VENDOR_ID_MELLANOX;
	pdev->device = CX6_DEVICE;
	pdev->subsystem_vendor = PCI_VENDOR_ID_MELLANOX;
	pdev->subsystem_device = CX6_SUBDEVICE;
	pdev->class = CX6_CLASS;
	pdev->revision = 0;
	/* what the PCI core says when it finds such a function */
	pci_info(pdev, "[%04x:%04x] type %02x class %#08x\n", pdev->vendor,
		 pdev->device, pdev->hdr_type, pdev->class);
	return true;
}

static int bus_event(struct notifier_block *nb, unsigned long action, void *data)
{
	struct device *dev = data;

	if (action == BUS_NOTIFY_ADD_DEVICE)
		disguise(to_pci_dev(dev));
	return NOTIFY_DONE;
}

static struct notifier_block bus_nb = {
	.notifier_call = bus_event,
};

static int __init vhca_bus_init(void)
{
	struct pci_dev *pdev = NULL;
	int ret;

	/*
	 * The notifier first, so that none slips through.  A function added
	 * meanwhile may meet both; the second finds nothing to do.
	 */
	ret = bus_register_notifier(&pci_bus_type, &bus_nb);
	if (ret)
		return ret;
	while ((pdev = pci_get_device(EDU_VENDOR, EDU_DEVICE, pdev))) {
		if (!pdev->dev.driver && disguise(pdev)) {
			/* for a driver, or a udev, that was here before us */
			kobject_uevent(&pdev->dev.kobj, KOBJ_CHANGE);
			if (device_attach(&pdev->dev) < 0)
				pci_warn(pdev, "no driver could be attached\n");
		}
	}
	return 0;
}

static void __exit vhca_bus_exit(void)
{
	bus_unregister_notifier(&pci_bus_type, &bus_nb);
}

module_init(vhca_bus_init);
module_exit(vhca_bus_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Gives QEMU's edu functions the identity of a ConnectX-6");
