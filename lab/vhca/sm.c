// SPDX-License-Identifier: GPL-2.0
/*
 * Stand-in mlx5_ib: the subnet manager.
 *
 * While there is one, a port whose link is up (INIT) gets its LID and becomes
 * ACTIVE at the next sweep.  A sweep comes sm_delay after a link came up or
 * the SM appeared.  When the SM goes, ports stay as they are, but nobody
 * answers SA queries and nobody brings up the next port.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include "ib.h"

static bool sm_on = true;
static bool sm_ready;		/* between init and exit; fabric lock */
static bool sm_new = true;	/* came since the last sweep; fabric lock */

static ushort sm_lid = 1;
module_param(sm_lid, ushort, 0444);
MODULE_PARM_DESC(sm_lid, "LID of the subnet manager (default 1)");

static uint sm_delay = 200;
module_param(sm_delay, uint, 0644);
MODULE_PARM_DESC(sm_delay, "milliseconds until the subnet manager sees a new link (default 200)");

bool vhca_sm_refuse_join;
module_param_named(refuse_join, vhca_sm_refuse_join, bool, 0644);
MODULE_PARM_DESC(refuse_join, "the SA refuses to let anybody join a multicast group");

#define SM_DELAY_MAX	600000u
#define LID_MAX		0xbfff

/* A GUID keeps its LID when its port goes and comes back. */
struct lid_entry {
	struct list_head node;
	__be64		guid;
	u16		lid;
};

static LIST_HEAD(lids);
static DEFINE_MUTEX(lids_mutex);
static unsigned int next_lid = 1;

static void sm_sweep(struct work_struct *work);
static DECLARE_DELAYED_WORK(sm_work, sm_sweep);

bool vhca_sm_present(void)
{
	return READ_ONCE(sm_on);
}

u16 vhca_sm_lid(void)
{
	return sm_lid;
}

/* Fabric lock held, so that nothing is queued once sm_ready is false. */
void vhca_sm_wake(void)
{
	unsigned int delay = min(READ_ONCE(sm_delay), SM_DELAY_MAX);

	if (sm_ready && sm_on)
		queue_delayed_work(system_wq, &sm_work,
				   msecs_to_jiffies(delay));
}

static void sm_sweep(struct work_struct *work)
{
	struct vhca_port *p;
	unsigned long flags;
	bool new;

	spin_lock_irqsave(&vhca_fab_lock, flags);
	if (sm_on) {
		new = sm_new;
		sm_new = false;
		list_for_each_entry(p, &vhca_ports, node) {
			if (p->held)
				continue;
			if (p->state == IB_PORT_INIT ||
			    p->state == IB_PORT_ARMED)
				vhca_port_activate(p, true);
			else if (p->state == IB_PORT_ACTIVE && new)
				/* it knows nothing of who joined what */
				vhca_port_event(p, IB_EVENT_CLIENT_REREGISTER);
		}
	}
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
}

static int sm_set(const char *val, const struct kernel_param *kp)
{
	unsigned long flags;
	bool on = true;		/* "sm" alone, as for any bool */
	int ret;

	ret = val ? kstrtobool(val, &on) : 0;
	if (ret)
		return ret;
	spin_lock_irqsave(&vhca_fab_lock, flags);
	if (on != sm_on) {
		WRITE_ONCE(sm_on, on);
		if (on) {
			sm_new = true;
			vhca_sm_wake();
		} else {
			vhca_sa_forget_all();
		}
	}
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
	return 0;
}

static const struct kernel_param_ops sm_ops = {
	.flags	= KERNEL_PARAM_OPS_FL_NOARG,
	.set	= sm_set,
	.get	= param_get_bool,
};
module_param_cb(sm, &sm_ops, &sm_on, 0644);
__MODULE_PARM_TYPE(sm, "bool");
MODULE_PARM_DESC(sm, "there is a subnet manager (default Y)");

int vhca_sm_home_lid(__be64 guid)
{
	struct lid_entry *e;
	int ret;

	mutex_lock(&lids_mutex);
	list_for_each_entry(e, &lids, node)
		if (e->guid == guid) {
			ret = e->lid;
			goto out;
		}
	if (next_lid == sm_lid)
		next_lid++;
	ret = -ENOSPC;
	if (next_lid > LID_MAX)
		goto out;
	ret = -ENOMEM;
	e = kzalloc(sizeof(*e), GFP_KERNEL);
	if (!e)
		goto out;
	e->guid = guid;
	e->lid = next_lid++;
	list_add_tail(&e->node, &lids);
	ret = e->lid;
out:
	mutex_unlock(&lids_mutex);
	return ret;
}

int vhca_sm_init(void)
{
	unsigned long flags;

	if (!sm_lid || sm_lid > LID_MAX)
		return -EINVAL;
	spin_lock_irqsave(&vhca_fab_lock, flags);
	sm_ready = true;
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
	return 0;
}

/* All ports are gone.  The parameter can still be written to. */
void vhca_sm_exit(void)
{
	struct lid_entry *e, *t;
	unsigned long flags;

	spin_lock_irqsave(&vhca_fab_lock, flags);
	sm_ready = false;
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
	cancel_delayed_work_sync(&sm_work);
	spin_lock_irqsave(&vhca_fab_lock, flags);
	vhca_sa_forget_all();
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
	list_for_each_entry_safe(e, t, &lids, node)
		kfree(e);
}
