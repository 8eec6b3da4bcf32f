// SPDX-License-Identifier: GPL-2.0
/*
 * Stand-in mlx5_ib: /sys/kernel/debug/vhca/<PCI address>/, and a link to it
 * by the name under which the RDMA device was registered.
 *
 *	port<N>		the port's state; takes orders
 *	port<N>_cable	the cable
 *	port<N>_pkeys	the P_Key table
 */
#include <linux/debugfs.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include "ib.h"

#define WRITE_MAX	256

static struct dentry *root;

/* the words written, without the newline; to be freed */
static char *words(const char __user *buf, size_t n)
{
	char *s;

	if (n > WRITE_MAX)
		return ERR_PTR(-EINVAL);
	s = memdup_user_nul(buf, n);
	if (!IS_ERR(s) && n && s[n - 1] == '\n')
		s[n - 1] = '\0';
	return s;
}

static ssize_t state_read(struct file *f, char __user *buf, size_t n, loff_t *pos)
{
	char s[VHCA_WORD_LEN];
	int len = scnprintf(s, sizeof(s), "%s\n",
			    vhca_port_word(f->private_data));

	return simple_read_from_buffer(buf, n, pos, s, len);
}

static ssize_t state_write(struct file *f, const char __user *buf, size_t n,
			   loff_t *pos)
{
	char *s = words(buf, n);
	int ret;

	if (IS_ERR(s))
		return PTR_ERR(s);
	ret = vhca_port_order(f->private_data, s);
	kfree(s);
	return ret ?: n;
}

static ssize_t cable_read(struct file *f, char __user *buf, size_t n, loff_t *pos)
{
	struct vhca_port *p = f->private_data;
	char s[VHCA_WORD_LEN];
	int len = scnprintf(s, sizeof(s), "%s\n",
			    vhca_cable_word(vhca_cable_get(p->dev->fn, p->num)));

	return simple_read_from_buffer(buf, n, pos, s, len);
}

static ssize_t cable_write(struct file *f, const char __user *buf, size_t n,
			   loff_t *pos)
{
	char *s = words(buf, n);
	int cable;

	if (IS_ERR(s))
		return PTR_ERR(s);
	cable = vhca_cable_parse(s);
	kfree(s);
	if (cable < 0)
		return cable;
	vhca_port_cable(f->private_data, cable);
	return n;
}

static ssize_t pkeys_read(struct file *f, char __user *buf, size_t n, loff_t *pos)
{
	struct vhca_port *p = f->private_data;
	char s[VHCA_PKEY_LEN * 8];
	u16 pkeys[VHCA_PKEY_LEN];
	unsigned long flags;
	int i, last = 0, len = 0;

	spin_lock_irqsave(&vhca_fab_lock, flags);
	memcpy(pkeys, p->pkeys, sizeof(pkeys));
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
	for (i = 0; i < VHCA_PKEY_LEN; i++)
		if (pkeys[i])
			last = i;
	for (i = 0; i <= last; i++)
		len += scnprintf(s + len, sizeof(s) - len, "%s0x%04x",
				 i ? "," : "", pkeys[i]);
	len += scnprintf(s + len, sizeof(s) - len, "\n");
	return simple_read_from_buffer(buf, n, pos, s, len);
}

static ssize_t pkeys_write(struct file *f, const char __user *buf, size_t n,
			   loff_t *pos)
{
	u16 pkeys[VHCA_PKEY_LEN];
	char *s = words(buf, n);
	int ret;

	if (IS_ERR(s))
		return PTR_ERR(s);
	ret = vhca_pkeys_parse(s, pkeys);
	kfree(s);
	if (ret)
		return ret;
	vhca_port_pkeys(f->private_data, pkeys);
	return n;
}

static const struct file_operations state_fops = {
	.owner	= THIS_MODULE,
	.open	= simple_open,
	.read	= state_read,
	.write	= state_write,
	.llseek	= default_llseek,
};

static const struct file_operations cable_fops = {
	.owner	= THIS_MODULE,
	.open	= simple_open,
	.read	= cable_read,
	.write	= cable_write,
	.llseek	= default_llseek,
};

static const struct file_operations pkeys_fops = {
	.owner	= THIS_MODULE,
	.open	= simple_open,
	.read	= pkeys_read,
	.write	= pkeys_write,
	.llseek	= default_llseek,
};

void vhca_debugfs_add(struct vhca_dev *dev)
{
	char name[VHCA_WORD_LEN];
	u32 i;

	dev->dbg = debugfs_create_dir(pci_name(dev->fn->pdev), root);
	for (i = 0; i < dev->nports; i++) {
		struct vhca_port *p = &dev->ports[i];

		snprintf(name, sizeof(name), "port%u", p->num);
		debugfs_create_file(name, 0600, dev->dbg, p, &state_fops);
		snprintf(name, sizeof(name), "port%u_cable", p->num);
		debugfs_create_file(name, 0600, dev->dbg, p, &cable_fops);
		snprintf(name, sizeof(name), "port%u_pkeys", p->num);
		debugfs_create_file(name, 0600, dev->dbg, p, &pkeys_fops);
	}
}

void vhca_debugfs_name(struct vhca_dev *dev)
{
	dev->dbg_link = debugfs_create_symlink(dev_name(&dev->ibdev.dev), root,
					       pci_name(dev->fn->pdev));
}

/* Waits for those who are reading or writing. */
void vhca_debugfs_del(struct vhca_dev *dev)
{
	debugfs_remove(dev->dbg_link);
	debugfs_remove_recursive(dev->dbg);
}

void vhca_debugfs_init(void)
{
	root = debugfs_create_dir("vhca", NULL);
}

void vhca_debugfs_exit(void)
{
	debugfs_remove_recursive(root);
}
