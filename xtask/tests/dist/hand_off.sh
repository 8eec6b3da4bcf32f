# shellcheck shell=sh
# The machine on which the units are watched: a stand-in for the program, and a network service that takes its time.
# Read by boot.sh in the root of the machine.

# In the program's place: it writes down how it is called, and what it may do.
cat >usr/bin/ibup <<'END'
#!/bin/sh
case "$*" in
    "configure -- ib-gone") echo "CALL $*" >>/run/calls; exec sleep 300 ;;
    configure*)
        touch /etc/ibup-was-here 2>/dev/null && echo "WROTE /etc" >>/run/calls
        ls /home >/dev/null 2>&1 && echo "READ /home" >>/run/calls
        mount -t tmpfs none /mnt 2>/dev/null && echo "MOUNTED" >>/run/calls
        ip link set "$3" mtu 2044 || echo "NO netlink" >>/run/calls
        echo 1 >"/sys/class/net/$3/queues/rx-0/rps_cpus" || echo "NO sysfs" >>/run/calls
        : >/run/ibup/state || echo "NO state" >>/run/calls
        ;;
    raise*) sleep 300 & ;;
esac
echo "CALL $*" >>/run/calls
END
chmod 755 usr/bin/ibup

# A network service that starts when the boot does, and is not through before it is told.
cat >etc/systemd/system/network.service <<'END'
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'until [ -e /run/network-may-end ]; do sleep 0.1; done; echo "NETWORK is through" >>/run/calls'
END

cat >probe.sh <<'END'
netdev ib-s0
until_true 'grep "CALL configure -- ib-s0" /run/calls'
until_true 'systemctl list-jobs --no-legend | grep "ibup-raise@ib.x2ds0.service *start *waiting"'
: >/run/network-may-end
until_true 'grep "CALL raise -- ib-s0" /run/calls'
netdev ib1.8001
until_true 'grep "CALL raise -- ib1.8001" /run/calls'
until_true '! systemctl is-active ibup-raise@ib1.8001.service'
echo "LEFT BEHIND $(pgrep -c -f "^sleep 300")" >>/run/calls
netdev ib-gone
until_true 'grep "CALL configure -- ib-gone" /run/calls'
ip link delete ib-gone
until_true '[ "$(systemctl show --property=ActiveState "ibup-configure@ib\\x2dgone.service")" != ActiveState=activating ]'
END
