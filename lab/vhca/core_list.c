// SPDX-License-Identifier: GPL-2.0
/* Stand-in mlx5_core: parameters that name PCI functions. */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "core_priv.h"

#define DOMAIN_LEN	5	/* "0000:" */
#define BUS_LEN		3	/* "00:" */

static bool names_function(const char *s, struct pci_dev *pdev)
{
	const char *name = pci_name(pdev);
	unsigned int slot;

	if (!strcmp(s, "all") || !strcasecmp(s, name))
		return true;
	if (strlen(name) > DOMAIN_LEN + BUS_LEN &&
	    (!strcasecmp(s, name + DOMAIN_LEN) ||
	     !strcasecmp(s, name + DOMAIN_LEN + BUS_LEN)))
		return true;
	return !kstrtouint(s, 16, &slot) && slot == PCI_SLOT(pdev->devfn);
}

bool vhca_list_find(struct module *mod, const char *list, struct pci_dev *pdev,
		    unsigned int port, char word[VHCA_WORD_LEN])
{
	char *copy, *rest, *item;
	bool found = false;

	/* the parameter may be written to while we look */
	kernel_param_lock(mod);
	copy = kstrdup(list, GFP_KERNEL);
	kernel_param_unlock(mod);
	if (!copy)
		return false;
	if (word)
		word[0] = '\0';
	rest = copy;
	while ((item = strsep(&rest, ","))) {
		char *value, *slash;
		unsigned int n;

		item = strim(item);
		value = strchr(item, '=');
		if (value)
			*value++ = '\0';
		slash = strchr(item, '/');
		if (slash) {
			*slash++ = '\0';
			if (kstrtouint(slash, 10, &n) || n != port)
				continue;
		}
		if (!*item || !names_function(item, pdev))
			continue;
		found = true;
		if (word)
			strscpy(word, value ?: "", VHCA_WORD_LEN);
	}
	kfree(copy);
	return found;
}
EXPORT_SYMBOL_GPL(vhca_list_find);

int vhca_errno(const char *word, int dflt)
{
	static const struct {
		const char *name;
		int err;
	} names[] = {
		{ "EIO", EIO }, { "EINVAL", EINVAL }, { "ENOMEM", ENOMEM },
		{ "EBUSY", EBUSY }, { "EAGAIN", EAGAIN }, { "ENODEV", ENODEV },
		{ "ENXIO", ENXIO }, { "ENOSPC", ENOSPC },
		{ "ETIMEDOUT", ETIMEDOUT }, { "EOPNOTSUPP", EOPNOTSUPP },
	};
	int i, n;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(word, names[i].name))
			return -names[i].err;
	if (!kstrtoint(word, 10, &n) && n && abs(n) < MAX_ERRNO)
		return -abs(n);
	return dflt;
}
EXPORT_SYMBOL_GPL(vhca_errno);
