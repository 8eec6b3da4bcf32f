// SPDX-License-Identifier: GPL-2.0
/* Stand-in mlx5_core: cables, and the "Port module event" lines about them. */
#include <linux/module.h>
#include <linux/string.h>
#include "core_priv.h"

static char cable_list[VHCA_LIST_LEN];
module_param_string(cable, cable_list, sizeof(cable_list), 0644);
MODULE_PARM_DESC(cable, "cables other than plugged, when a function is probed: <function>[/<port>]=<state>,...");

/* the word in parameters and debugfs, and what the driver says */
static const struct {
	const char *word;
	const char *text;
} cables[] = {
	[VHCA_CABLE_PLUGGED]	= { "plugged", "Cable plugged" },
	[VHCA_CABLE_UNPLUGGED]	= { "unplugged", "Cable unplugged" },
	[VHCA_CABLE_DISABLED]	= { "disabled", "Cable disabled" },
	[VHCA_CABLE_ERROR]	= { "power-budget", "Power budget exceeded" },
	{ "long-range", "Long Range for non MLNX cable" },
	{ "bus-stuck", "Bus stuck (I2C or data shorted)" },
	{ "no-eeprom", "No EEPROM/retry timeout" },
	{ "part-number", "Enforce part number list" },
	{ "unknown-id", "Unknown identifier" },
	{ "high-temperature", "High Temperature" },
	{ "bad-cable", "Bad or shorted cable/module" },
	{ "power-slot", "One or more network ports have been powered down due to insufficient/unadvertised power on the PCIe slot" },
	{ "unknown-error", "Unknown error" },
};

static void say(struct vhca_function *fn, unsigned int port)
{
	int cable = fn->cable[port - 1];

	if (cable >= VHCA_CABLE_ERROR)
		vhca_err(fn->pdev, "port_module", 257,
			 "Port module event[error]: module %u, %s, %s\n",
			 port - 1, "Cable error", cables[cable].text);
	else
		dev_info(&fn->pdev->dev, "Port module event: module %u, %s\n",
			 port - 1, cables[cable].text);
}

void vhca_cable_init(struct vhca_function *fn)
{
	char word[VHCA_WORD_LEN];
	int i, cable;

	mutex_init(&fn->cable_lock);
	for (i = 0; i < VHCA_MAX_PORTS; i++) {
		if (!vhca_list_find(THIS_MODULE, cable_list, fn->pdev, i + 1,
				    word))
			continue;
		/* "cable=09.0" alone can only mean one thing */
		cable = *word ? vhca_cable_parse(word) : VHCA_CABLE_UNPLUGGED;
		if (cable < 0)
			dev_warn(&fn->pdev->dev, "cable: no state \"%s\"\n",
				 word);
		else
			fn->cable[i] = cable;
	}
}

int vhca_cable_get(struct vhca_function *fn, unsigned int port)
{
	int cable;

	mutex_lock(&fn->cable_lock);
	cable = fn->cable[port - 1];
	mutex_unlock(&fn->cable_lock);
	return cable;
}
EXPORT_SYMBOL_GPL(vhca_cable_get);

void vhca_cable_set(struct vhca_function *fn, unsigned int port, int cable,
		    bool always)
{
	mutex_lock(&fn->cable_lock);
	if (always || fn->cable[port - 1] != cable) {
		fn->cable[port - 1] = cable;
		say(fn, port);
	}
	mutex_unlock(&fn->cable_lock);
}
EXPORT_SYMBOL_GPL(vhca_cable_set);

const char *vhca_cable_word(int cable)
{
	return cables[cable].word;
}
EXPORT_SYMBOL_GPL(vhca_cable_word);

int vhca_cable_parse(const char *word)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(cables); i++)
		if (!strcmp(word, cables[i].word))
			return i;
	return -EINVAL;
}
EXPORT_SYMBOL_GPL(vhca_cable_parse);
