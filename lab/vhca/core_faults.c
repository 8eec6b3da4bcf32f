// SPDX-License-Identifier: GPL-2.0
/*
 * Stand-in mlx5_core: what can go wrong in a probe, in the words in which the
 * driver of 6.1 says it.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include "core_priv.h"

static char fail_probe[VHCA_LIST_LEN];
module_param_string(fail_probe, fail_probe, sizeof(fail_probe), 0644);
MODULE_PARM_DESC(fail_probe, "functions whose probe fails: <function>[=<errno>],...");

static char fail_stage[VHCA_LIST_LEN];
module_param_string(fail_stage, fail_stage, sizeof(fail_stage), 0644);
MODULE_PARM_DESC(fail_stage, "functions whose probe fails at a stage: <function>=<stage>[:<errno>],...");

static char firmware_never[VHCA_LIST_LEN];
module_param_string(firmware_never, firmware_never, sizeof(firmware_never), 0644);
MODULE_PARM_DESC(firmware_never, "functions whose firmware never gets ready: <function>,...");

static char firmware_delay[VHCA_LIST_LEN];
module_param_string(firmware_delay, firmware_delay, sizeof(firmware_delay), 0644);
MODULE_PARM_DESC(firmware_delay, "functions whose firmware takes its time: <function>=<seconds>,...");

static char off_bus[VHCA_LIST_LEN];
module_param_string(off_bus, off_bus, sizeof(off_bus), 0644);
MODULE_PARM_DESC(off_bus, "functions whose registers read as all ones: <function>,...");

static unsigned int firmware_timeout = 120;
module_param(firmware_timeout, uint, 0644);
MODULE_PARM_DESC(firmware_timeout, "seconds to wait for the firmware (default 120)");

#define FW_TIMEOUT_MAX	3600
/* the driver warns after 20 s of 120 s, and so on */
#define FW_WARN_DIV	6
#define FW_POLL_MS	20
#define FW_INITIALIZING	0x80000000

static const struct {
	const char *word;
	const char *func;
	int line;
	const char *text;
	int err;
	const char *cmd;	/* the firmware command that failed, if one */
	unsigned int opcode;
} stages[VHCA_STAGE_NUM] = {
	[VHCA_STAGE_PCI_ENABLE] = {
		"pci-enable", "mlx5_pci_init", 878,
		"Cannot enable PCI device, aborting", -EINVAL },
	[VHCA_STAGE_BAR] = {
		"bar", "mlx5_pci_init", 884,
		"error requesting BARs, aborting", -ENODEV },
	[VHCA_STAGE_MAP] = {
		"map", "mlx5_pci_init", 905,
		"Failed mapping initialization segment, aborting", -ENOMEM },
	[VHCA_STAGE_CMDIF] = {
		"cmdif", "mlx5_function_enable", 1127,
		"Failed initializing command interface, aborting", -ENOMEM },
	[VHCA_STAGE_ENABLE_HCA] = {
		"enable-hca", "mlx5_function_enable", 1147,
		"enable hca failed", -EIO, "ENABLE_HCA", 0x104 },
	[VHCA_STAGE_ISSI] = {
		"issi", "mlx5_function_enable", 1153,
		"failed to set issi", -EINVAL, "SET_ISSI", 0x10b },
	[VHCA_STAGE_BOOT_PAGES] = {
		"boot-pages", "mlx5_function_enable", 1159,
		"failed to allocate boot pages", -ENOMEM },
	[VHCA_STAGE_HCA_CTRL] = {
		"hca-ctrl", "mlx5_function_open", 1199,
		"set_hca_ctrl failed", -EINVAL, "ACCESS_REG", 0x805 },
	[VHCA_STAGE_HCA_CAP] = {
		"hca-cap", "mlx5_function_open", 1205,
		"set_hca_cap failed", -EINVAL, "SET_HCA_CAP", 0x109 },
	[VHCA_STAGE_INIT_PAGES] = {
		"init-pages", "mlx5_function_open", 1211,
		"failed to allocate init pages", -ENOMEM },
	[VHCA_STAGE_INIT_HCA] = {
		"init-hca", "mlx5_function_open", 1217,
		"init hca failed", -EIO, "INIT_HCA", 0x102 },
	[VHCA_STAGE_QUERY_HCA] = {
		"query-hca", "mlx5_function_open", 1225,
		"query hca failed", -EIO, "QUERY_HCA_CAP", 0x100 },
	[VHCA_STAGE_IRQS] = {
		"irqs", "mlx5_load", 1287,
		"Failed to alloc IRQs", -ENOSPC },
	[VHCA_STAGE_EQS] = {
		"eqs", "mlx5_load", 1293,
		"Failed to create EQs", -EIO, "CREATE_EQ", 0x301 },
};

/* How the driver reports that the firmware refused a command. */
static void say_command(struct pci_dev *pdev, const char *cmd,
			unsigned int opcode, int err)
{
	const char *status = "internal error";
	unsigned int code = 0x1;

	switch (err) {
	case -ETIMEDOUT:	/* no answer at all */
		vhca_warn(pdev, "wait_func", 1176,
			  "%s(0x%x) timeout. Will cause a leak of a command resource\n",
			  cmd, opcode);
		return;
	case -EINVAL:
		status = "bad parameter";
		code = 0x3;
		break;
	case -EBUSY:
		status = "resource busy";
		code = 0x6;
		break;
	case -ENOMEM:
		status = "limits exceeded";
		code = 0x8;
		break;
	}
	vhca_err(pdev, "mlx5_cmd_out_err", 808,
		 "%s(0x%x) op_mod(0x%x) failed, status %s(0x%x), syndrome (0x%x), err(%d)\n",
		 cmd, opcode, 0, status, code, 0x3c5d21, err);
}

int vhca_stage_failed(struct pci_dev *pdev, enum vhca_stage stage, int err)
{
	if (stage == VHCA_STAGE_BAR)
		dev_err(&pdev->dev, err == -ENODEV ?
			"Missing registers BAR, aborting\n" :
			"Couldn't get PCI resources, aborting\n");
	if (stages[stage].cmd)
		say_command(pdev, stages[stage].cmd, stages[stage].opcode, err);
	vhca_err(pdev, stages[stage].func, stages[stage].line, "%s\n",
		 stages[stage].text);
	return err;
}

int vhca_fault_stage(struct pci_dev *pdev, enum vhca_stage stage)
{
	char word[VHCA_WORD_LEN];
	char *err;

	if (!vhca_list_find(THIS_MODULE, fail_stage, pdev, 0, word))
		return 0;
	err = strchr(word, ':');
	if (err)
		*err++ = '\0';
	if (strcmp(word, stages[stage].word))
		return 0;
	return vhca_stage_failed(pdev, stage,
				 vhca_errno(err ?: "", stages[stage].err));
}

int vhca_fault_probe(struct pci_dev *pdev)
{
	char word[VHCA_WORD_LEN];

	if (!vhca_list_find(THIS_MODULE, fail_probe, pdev, 0, word))
		return 0;
	return vhca_errno(word, -EIO);
}

bool vhca_fault_off_bus(struct pci_dev *pdev)
{
	return vhca_list_find(THIS_MODULE, off_bus, pdev, 0, NULL);
}

int vhca_wait_firmware(struct vhca_function *fn)
{
	unsigned int timeout = clamp(READ_ONCE(firmware_timeout), 1u,
				     (unsigned int)FW_TIMEOUT_MAX);
	unsigned long interval = timeout * HZ / FW_WARN_DIV;
	unsigned long start = jiffies, end = start + timeout * HZ;
	unsigned long warn = start + interval, ready = start;
	struct pci_dev *pdev = fn->pdev;
	u32 word = FW_INITIALIZING;
	char value[VHCA_WORD_LEN];
	unsigned int delay;
	bool never;

	never = vhca_list_find(THIS_MODULE, firmware_never, pdev, 0, NULL);
	if (vhca_fault_off_bus(pdev)) {
		never = true;
		word = ~0;
	}
	if (!never && vhca_list_find(THIS_MODULE, firmware_delay, pdev, 0,
				     value)) {
		if (kstrtouint(value, 10, &delay))
			dev_warn(&pdev->dev, "firmware_delay: \"%s\" is no number of seconds\n",
				 value);
		else
			ready = start + min(delay, 2u * FW_TIMEOUT_MAX) * HZ;
	}
	while (never || time_before(jiffies, ready)) {
		if (time_after(jiffies, end)) {
			vhca_err(pdev, "mlx5_function_enable", 1120,
				 "Firmware over %llu MS in pre-initializing state, aborting\n",
				 timeout * 1000ULL);
			return -EBUSY;
		}
		if (time_after(jiffies, warn)) {
			vhca_warn(pdev, "wait_fw_init", 209,
				  "Waiting for FW initialization, timeout abort in %ds (0x%x)\n",
				  jiffies_to_msecs(end - warn) / 1000, word);
			warn = jiffies + interval;
		}
		msleep(FW_POLL_MS);
	}
	return 0;
}
