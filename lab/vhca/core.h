/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the stand-in mlx5_core lends to the stand-in mlx5_ib: a PCI function
 * whose firmware is up, its cables, and the way to name functions in lists.
 */
#ifndef VHCA_CORE_H
#define VHCA_CORE_H

#include <linux/auxiliary_bus.h>
#include <linux/mutex.h>
#include <linux/pci.h>

#define VHCA_MAX_PORTS		2
#define VHCA_LIST_LEN		256	/* a list parameter */
#define VHCA_WORD_LEN		32	/* one value in it */
#define VHCA_FW_MAJOR		20
#define VHCA_FW_MINOR		36
#define VHCA_FW_SUBMINOR	1010

/* matched by mlx5_ib as "mlx5_core.rdma" */
#define VHCA_ADEV_NAME		"rdma"

enum vhca_cable {
	VHCA_CABLE_PLUGGED,
	VHCA_CABLE_UNPLUGGED,
	VHCA_CABLE_DISABLED,
	VHCA_CABLE_ERROR,		/* and all that follow */
};

/* One PCI function.  Lives as long as its auxiliary device. */
struct vhca_function {
	struct auxiliary_device	adev;
	struct pci_dev		*pdev;
	void __iomem		*bar;
	struct mutex		cable_lock;	/* cable[] */
	int			cable[VHCA_MAX_PORTS];
};

static inline struct vhca_function *
vhca_adev_to_function(struct auxiliary_device *adev)
{
	return container_of(adev, struct vhca_function, adev);
}

/*
 * Look a function up in a list parameter of module mod:
 *
 *	<function>[/<port>][=<word>][,...]
 *
 * A function is "all", a PCI address (0000:00:09.0, 00:09.0, 09.0) or a slot
 * number in hex (9).  Later items overrule earlier ones.  Returns whether it
 * is named; word, when given, receives the item's word or "".
 * May sleep.
 */
bool vhca_list_find(struct module *mod, const char *list, struct pci_dev *pdev,
		    unsigned int port, char word[VHCA_WORD_LEN]);
/* "", "EIO", "5" or "-5" to -EIO; dflt when empty or not understood */
int vhca_errno(const char *word, int dflt);

/* Cables.  port counts from 1; may sleep. */
int vhca_cable_get(struct vhca_function *fn, unsigned int port);
/* says the driver's "Port module event" when it is a change, or always */
void vhca_cable_set(struct vhca_function *fn, unsigned int port, int cable,
		    bool always);
const char *vhca_cable_word(int cable);
int vhca_cable_parse(const char *word);

#endif
