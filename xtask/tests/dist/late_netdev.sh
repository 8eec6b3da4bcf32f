# shellcheck shell=sh
# The machine of the case: nobody loads ib_ipoib at boot, the network service misses ib0, and ib0 appears later.
# Read by boot.sh in the root of the machine; $PROGRAM is the real program.

cp "$PROGRAM" usr/bin/ibup
rm etc/systemd/system/sysinit.target.wants/ibup.service

# RHEL's network-scripts, as far as they matter here. They want the interface once, and never again.
touch etc/redhat-release
mkdir -p etc/infiniband etc/sysconfig/network-scripts
echo ONBOOT=yes >etc/infiniband/openib.conf
cat >etc/sysconfig/network-scripts/ifcfg-ib0 <<'END'
DEVICE=ib0
TYPE=InfiniBand
ONBOOT=yes
BOOTPROTO=none
IPADDR=192.0.2.9
PREFIX=24
END
cat >usr/sbin/ifup <<'END'
#!/bin/sh
[ -e "/sys/class/net/$1" ] || { echo "MISSED $1" >>/run/calls; exit 1; }
echo "IFUP $1" >>/run/calls
ip address add 192.0.2.9/24 dev "$1" && ip link set "$1" up
END
chmod 755 usr/sbin/ifup
cat >etc/systemd/system/network.service <<'END'
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/sbin/ifup ib0
END

cat >probe.sh <<'END'
until_true 'systemctl is-failed network.service'
echo "NETWORK $(systemctl is-failed network.service)" >>/run/calls
netdev ib0
until_true 'ip -oneline -4 address show up dev ib0 | grep 192.0.2.9'
until_true 'systemctl show --property=ActiveState ibup-raise@ib0.service | grep -v activating'
echo "RAISE $(systemctl show --property=Result --value ibup-raise@ib0.service)" >>/run/calls
# An event for an interface that is as it should be changes nothing.
systemctl start ibup-raise@ib0.service
END
