// SPDX-License-Identifier: GPL-2.0
/*
 * Stand-in mlx5_ib: the port state machine and the events it raises.
 *
 *	cable in, far side on	DOWN -> INIT		(LID 0)
 *	the SM sweeps		INIT -> ACTIVE		LID_CHANGE, PORT_ACTIVE,
 *							CLIENT_REREGISTER
 *	cable out, link down	any -> DOWN		PORT_ERR, if it was ACTIVE
 *
 * A state that was ordered by hand is held: the SM keeps off the port until
 * it is ordered "up" or "active".
 *
 * ib_dispatch_event() only queues work, so events are raised under the fabric
 * lock, in the order of the changes.  An event before the device is known to
 * ib_core, or after it began to go, is kept back; vhca_port_live() makes up
 * for the former.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "ib.h"

static char port_state[VHCA_LIST_LEN];
module_param_string(port_state, port_state, sizeof(port_state), 0644);
MODULE_PARM_DESC(port_state, "states ports come up in and keep: <function>[/<port>]=polling|disabled|init|armed|active,...");

static char pkeys_param[VHCA_LIST_LEN] = "0xffff";
module_param_string(pkeys, pkeys_param, sizeof(pkeys_param), 0644);
MODULE_PARM_DESC(pkeys, "P_Key table of new ports: <pkey>,... (default 0xffff)");

#define VHCA_PORT_CAPS	(IB_PORT_SYS_IMAGE_GUID_SUP | IB_PORT_CLIENT_REG_SUP | \
			 IB_PORT_EXTENDED_SPEEDS_SUP)

static const struct order {
	const char *word;
	enum ib_port_state state;
	enum ib_port_phys_state phys;
	bool hold;
} orders[] = {
	/* the first word for a state is the one that is read back */
	{ "down", IB_PORT_DOWN, IB_PORT_PHYS_STATE_POLLING, true },
	{ "disabled", IB_PORT_DOWN, IB_PORT_PHYS_STATE_DISABLED, true },
	{ "init", IB_PORT_INIT, IB_PORT_PHYS_STATE_LINK_UP, true },
	{ "armed", IB_PORT_ARMED, IB_PORT_PHYS_STATE_LINK_UP, true },
	{ "active", IB_PORT_ACTIVE, IB_PORT_PHYS_STATE_LINK_UP, false },
	{ "polling", IB_PORT_DOWN, IB_PORT_PHYS_STATE_POLLING, true },
	{ "up", IB_PORT_INIT, IB_PORT_PHYS_STATE_LINK_UP, false },
};

static const struct order *order_find(const char *word)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(orders); i++)
		if (!strcmp(word, orders[i].word))
			return &orders[i];
	return NULL;
}

void vhca_port_event(struct vhca_port *p, enum ib_event_type type)
{
	struct ib_event ev = {
		.device = &p->dev->ibdev,
		.element.port_num = p->num,
		.event = type,
	};

	lockdep_assert_held(&vhca_fab_lock);
	if (!p->dev->live)
		return;
	vhca_dbg("%s port %u: %s\n", dev_name(&p->dev->ibdev.dev), p->num,
		 ib_event_msg(type));
	ib_dispatch_event(&ev);
}

static void set_lid(struct vhca_port *p, u16 lid)
{
	u16 old = p->lid;

	WRITE_ONCE(p->sm_lid, lid ? vhca_sm_lid() : 0);
	WRITE_ONCE(p->lid, lid);
	if (lid && lid != old)
		vhca_port_event(p, IB_EVENT_LID_CHANGE);
}

static void set_state(struct vhca_port *p, enum ib_port_state state,
		      enum ib_port_phys_state phys)
{
	enum ib_port_state old = p->state;

	lockdep_assert_held(&vhca_fab_lock);
	WRITE_ONCE(p->phys, phys);
	if (state == old)
		return;
	WRITE_ONCE(p->state, state);
	set_lid(p, state >= IB_PORT_ARMED ? p->home_lid : 0);
	if (state == IB_PORT_DOWN) {
		vhca_count(p, VHCA_LINK_DOWNED, 1);
		vhca_sa_forget_port(p->guid);
	}
	if (state == IB_PORT_ACTIVE)
		vhca_port_event(p, IB_EVENT_PORT_ACTIVE);
	else if (old == IB_PORT_ACTIVE)
		vhca_port_event(p, IB_EVENT_PORT_ERR);
	if (state == IB_PORT_INIT && !p->held)
		vhca_sm_wake();
}

static void hold(struct vhca_port *p, const struct order *o)
{
	p->held = o->hold;
	p->held_state = o->state;
	p->held_phys = o->phys;
}

void vhca_port_activate(struct vhca_port *p, bool reregister)
{
	set_state(p, IB_PORT_ACTIVE, IB_PORT_PHYS_STATE_LINK_UP);
	if (reregister)
		vhca_port_event(p, IB_EVENT_CLIENT_REREGISTER);
}

int vhca_port_order(struct vhca_port *p, const char *word)
{
	const struct order *o = order_find(word);
	enum ib_port_state state;
	unsigned long flags;
	int ret = 0;

	if (!o)
		return -EINVAL;
	spin_lock_irqsave(&vhca_fab_lock, flags);
	state = o->state;
	/* "up" leaves alone what the SM has brought up, unless held */
	if (!strcmp(word, "up") && !p->held && p->state > IB_PORT_INIT)
		state = p->state;
	if (state != IB_PORT_DOWN && !p->cable) {
		ret = -ENOLINK;
	} else {
		hold(p, o);
		set_state(p, state, o->phys);
		if (state == IB_PORT_INIT && !p->held)
			vhca_sm_wake();
	}
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
	return ret;
}

const char *vhca_port_word(struct vhca_port *p)
{
	const char *word = "down";
	unsigned long flags;
	int i;

	spin_lock_irqsave(&vhca_fab_lock, flags);
	for (i = 0; i < ARRAY_SIZE(orders); i++)
		if (orders[i].state == p->state && orders[i].phys == p->phys) {
			word = orders[i].word;
			break;
		}
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
	return word;
}

/* Without a good cable the link is down, and polls for one. */
void vhca_port_cable(struct vhca_port *p, int cable)
{
	static DEFINE_MUTEX(one_hand);	/* the cable and the port agree */
	unsigned long flags;
	bool in = cable == VHCA_CABLE_PLUGGED;

	mutex_lock(&one_hand);
	vhca_cable_set(p->dev->fn, p->num, cable, false);
	spin_lock_irqsave(&vhca_fab_lock, flags);
	if (in != p->cable) {
		p->cable = in;
		if (!in)
			set_state(p, IB_PORT_DOWN,
				  p->phys == IB_PORT_PHYS_STATE_DISABLED ?
				  p->phys : IB_PORT_PHYS_STATE_POLLING);
		else if (p->held)
			set_state(p, p->held_state, p->held_phys);
		else
			set_state(p, IB_PORT_INIT, IB_PORT_PHYS_STATE_LINK_UP);
	}
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
	mutex_unlock(&one_hand);
}

int vhca_pkeys_parse(const char *s, u16 pkeys[VHCA_PKEY_LEN])
{
	char *copy = kstrdup(s, GFP_KERNEL), *rest = copy, *item;
	int n = 0, ret = 0;

	if (!copy)
		return -ENOMEM;
	memset(pkeys, 0, VHCA_PKEY_LEN * sizeof(*pkeys));
	while (!ret && (item = strsep(&rest, ","))) {
		item = strim(item);
		if (n == VHCA_PKEY_LEN)
			ret = -ENOSPC;
		else if (*item)
			ret = kstrtou16(item, 0, &pkeys[n++]);
	}
	kfree(copy);
	return ret;
}

void vhca_port_pkeys(struct vhca_port *p, const u16 *pkeys)
{
	unsigned long flags;

	spin_lock_irqsave(&vhca_fab_lock, flags);
	if (memcmp(p->pkeys, pkeys, sizeof(p->pkeys))) {
		memcpy(p->pkeys, pkeys, sizeof(p->pkeys));
		vhca_port_event(p, IB_EVENT_PKEY_CHANGE);
	}
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
}

/* Two members of a partition may talk unless both are limited ones. */
bool vhca_port_has_pkey(struct vhca_port *p, u16 pkey, u16 *index)
{
	u16 i;

	for (i = 0; i < VHCA_PKEY_LEN; i++)
		if ((p->pkeys[i] & 0x7fff) == (pkey & 0x7fff) &&
		    (pkey & 0x7fff) && ((p->pkeys[i] | pkey) & 0x8000)) {
			if (index)
				*index = i;
			return true;
		}
	return false;
}

/* From here on ib_core hears of changes, or does so no more. */
void vhca_port_live(struct vhca_dev *dev, bool live)
{
	unsigned long flags;
	u32 i;

	spin_lock_irqsave(&vhca_fab_lock, flags);
	dev->live = live;
	/* what may have changed since ib_core looked */
	for (i = 0; live && i < dev->nports; i++)
		vhca_port_event(&dev->ports[i],
				dev->ports[i].state == IB_PORT_ACTIVE ?
				IB_EVENT_PORT_ACTIVE : IB_EVENT_LID_CHANGE);
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
}

int vhca_port_init(struct vhca_port *p, struct vhca_dev *dev, u32 num, u64 guid)
{
	struct pci_dev *pdev = dev->fn->pdev;
	const struct order *o = order_find("up");
	char word[VHCA_WORD_LEN], *list;
	unsigned long flags;
	int ret;

	p->dev = dev;
	p->num = num;
	p->guid = cpu_to_be64(guid);
	p->cap_mask = VHCA_PORT_CAPS;
	p->state = IB_PORT_DOWN;
	p->phys = IB_PORT_PHYS_STATE_POLLING;
	p->cable = vhca_cable_get(dev->fn, num) == VHCA_CABLE_PLUGGED;

	kernel_param_lock(THIS_MODULE);
	list = kstrdup(pkeys_param, GFP_KERNEL);
	kernel_param_unlock(THIS_MODULE);
	if (!list)
		return -ENOMEM;
	ret = vhca_pkeys_parse(list, p->pkeys);
	if (ret)
		dev_err(&pdev->dev, "pkeys: \"%s\" is no list of P_Keys\n", list);
	kfree(list);
	if (ret)
		return ret;

	if (vhca_list_find(THIS_MODULE, port_state, pdev, num, word)) {
		o = order_find(word);
		if (!o) {
			dev_err(&pdev->dev, "port_state: no state \"%s\"\n",
				word);
			return -EINVAL;
		}
	}
	ret = vhca_fab_add_port(p);
	if (ret)
		return ret;
	spin_lock_irqsave(&vhca_fab_lock, flags);
	hold(p, o);
	if (o->state == IB_PORT_DOWN)
		p->phys = o->phys;
	else if (p->cable)
		set_state(p, o->state, o->phys);
	spin_unlock_irqrestore(&vhca_fab_lock, flags);
	return 0;
}
