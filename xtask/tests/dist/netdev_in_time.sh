# shellcheck shell=sh
# The machine as it should be: ibup.service loads ib_ipoib, ib0 appears, and the network service finds it.
# Read by boot.sh in the root of the machine; $PROGRAM is the real program.

cp "$PROGRAM" usr/bin/ibup
# shellcheck source=xtask/tests/dist/network_scripts.sh
. "$SCRIPTS/network_scripts.sh"

# An HCA on the bus, which no driver has bound; modules of the vendor; a modprobe that makes the netdev.
mount -t tmpfs none sys/bus/pci/devices
mkdir "sys/bus/pci/devices/0000:4b:00.0"
echo 0x15b3 >"sys/bus/pci/devices/0000:4b:00.0/vendor"
echo 0x020700 >"sys/bus/pci/devices/0000:4b:00.0/class"
mkdir -p "lib/modules/$(uname -r)"
for module in mlx5_ib mlx5_core ib_umad ib_uverbs ib_ipoib rdma_cm rdma_ucm; do
    echo "extra/$module.ko: extra/mlx_compat.ko"
done >"lib/modules/$(uname -r)/modules.dep"
echo IBUP_WAIT_SECONDS=1 >>etc/infiniband/openib.conf
rm -f usr/sbin/modprobe
cat >usr/sbin/modprobe <<'END'
#!/bin/sh
case " $* " in *" ib_ipoib "*) . /helpers.sh; echo "MODPROBE ib_ipoib" >>/run/calls; netdev ib0 ;; esac
END
chmod 755 usr/sbin/modprobe

# What waits for the network must find it.
cat >etc/systemd/system/mount-over-ib0.service <<'END'
[Unit]
Wants=network-online.target
After=network-online.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'echo "ONLINE $(ip -oneline -4 address show up dev ib0 | grep -o 192.0.2.9)" >>/run/calls'
END
ln -s ../mount-over-ib0.service etc/systemd/system/multi-user.target.wants/

cat >probe.sh <<'END'
until_true 'grep ONLINE /run/calls'
until_true 'systemctl show --property=ActiveState ibup-raise@ib0.service | grep inactive'
END
