/* SPDX-License-Identifier: GPL-2.0 */
/* Inside the stand-in mlx5_core: how it speaks, and its faults. */
#ifndef VHCA_CORE_PRIV_H
#define VHCA_CORE_PRIV_H

#include <linux/sched.h>
#include "core.h"

/*
 * The driver prefixes its errors with function, line and pid.  The function
 * names and lines are those of the kernel this stands in for (6.1), so that
 * whoever reads the log sees what that kernel would have said.
 */
#define vhca_err(pdev, func, line, fmt, ...)				\
	dev_err(&(pdev)->dev, "%s:%d:(pid %d): " fmt, func, line,	\
		current->pid, ##__VA_ARGS__)
#define vhca_warn(pdev, func, line, fmt, ...)				\
	dev_warn(&(pdev)->dev, "%s:%d:(pid %d): " fmt, func, line,	\
		 current->pid, ##__VA_ARGS__)

/* Stages of a probe, in the order in which the driver goes through them. */
enum vhca_stage {
	VHCA_STAGE_PCI_ENABLE,
	VHCA_STAGE_BAR,
	VHCA_STAGE_MAP,
	VHCA_STAGE_CMDIF,
	VHCA_STAGE_ENABLE_HCA,
	VHCA_STAGE_ISSI,
	VHCA_STAGE_BOOT_PAGES,
	VHCA_STAGE_HCA_CTRL,
	VHCA_STAGE_HCA_CAP,
	VHCA_STAGE_INIT_PAGES,
	VHCA_STAGE_INIT_HCA,
	VHCA_STAGE_QUERY_HCA,
	VHCA_STAGE_IRQS,
	VHCA_STAGE_EQS,
	VHCA_STAGE_NUM,
};

/* 0, or the errno with which this stage is to fail; says the words */
int vhca_fault_stage(struct pci_dev *pdev, enum vhca_stage stage);
/* the same for failures that the driver meets by itself */
int vhca_stage_failed(struct pci_dev *pdev, enum vhca_stage stage, int err);
/* 0, or the errno of fail_probe */
int vhca_fault_probe(struct pci_dev *pdev);
/* waits for the firmware as the driver does: 0 or -EBUSY */
int vhca_wait_firmware(struct vhca_function *fn);
bool vhca_fault_off_bus(struct pci_dev *pdev);

void vhca_cable_init(struct vhca_function *fn);

#endif
