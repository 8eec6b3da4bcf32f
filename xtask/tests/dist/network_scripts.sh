# shellcheck shell=sh
# RHEL's network-scripts, as far as they matter here. They want the interface once, and never again.
touch etc/redhat-release
mkdir -p etc/infiniband etc/sysconfig/network-scripts
echo ONBOOT=yes >etc/infiniband/openib.conf
cat >etc/sysconfig/network-scripts/ifcfg-ib0 <<'END'
DEVICE=ib0
TYPE=InfiniBand
ONBOOT=yes
BOOTPROTO=none
MTU=2044
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
[Unit]
Before=network.target network-online.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/sbin/ifup ib0
END
