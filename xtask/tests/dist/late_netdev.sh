# shellcheck shell=sh
# The machine of the case: nobody loads ib_ipoib at boot, the network service misses ib0, and ib0 appears later.
# Read by boot.sh in the root of the machine; $PROGRAM is the real program.

cp "$PROGRAM" usr/bin/ibup
rm etc/systemd/system/sysinit.target.wants/ibup.service

# shellcheck source=xtask/tests/dist/network_scripts.sh
. "$SCRIPTS/network_scripts.sh"

cat >probe.sh <<'END'
until_true 'systemctl is-failed network.service'
echo "NETWORK $(systemctl is-failed network.service)" >>/run/calls
netdev ib0
until_true 'ip -oneline -4 address show up dev ib0 | grep 192.0.2.9'
until_true 'systemctl show --property=ActiveState ibup-raise@ib0.service | grep -v activating'
echo "MTU $(cat /sys/class/net/ib0/mtu)" >>/run/calls
echo "RAISE $(systemctl show --property=Result --value ibup-raise@ib0.service)" >>/run/calls
# An event for an interface that is as it should be changes nothing.
systemctl start ibup-raise@ib0.service
END
