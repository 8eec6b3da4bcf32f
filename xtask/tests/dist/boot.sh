#!/bin/sh
# A small boot under a real systemd and udevd, in namespaces of its own. $1 is the .deb, $2 the folder to work in, $3 the
# script that makes the machine. Run by boot.rs as: unshare --mount --net --uts --ipc --cgroup sh boot.sh DEB FOLDER MACHINE
set -e

# The machine's own files, written to nowhere.
mount -t tmpfs none "$2"
mkdir "$2/upper" "$2/work" "$2/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$2/upper,workdir=$2/work" "$2/root"
cd "$2/root"
mount -t sysfs sysfs sys
if [ -d /sys/fs/cgroup/systemd ]; then
    mount -t tmpfs none sys/fs/cgroup
    mkdir sys/fs/cgroup/systemd
    mount -t cgroup -o none,name=systemd none sys/fs/cgroup/systemd
else
    mount -t cgroup2 none sys/fs/cgroup
fi
mount -t tmpfs none run
mount -t tmpfs none tmp
# systemd looks for this socket when it starts, and without a devtmpfs takes its absence for a machine without udev.
mkdir run/udev
perl -MSocket -e 'socket(S, PF_UNIX, SOCK_SEQPACKET, 0) && bind(S, sockaddr_un("run/udev/control")) or die'
# udev must find no device of the machine to change.
mount -t tmpfs none dev
mkdir dev/net dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=666 none dev/pts
ln -s pts/ptmx dev/ptmx
mknod -m 666 dev/null c 1 3
mknod -m 666 dev/zero c 1 5
mknod -m 666 dev/full c 1 7
mknod -m 666 dev/random c 1 8
mknod -m 666 dev/urandom c 1 9
mknod -m 666 dev/tty c 5 0
mknod -m 666 dev/net/tun c 10 200

# Of all services and rules only those that matter here.
rm -rf etc/systemd/system etc/udev/rules.d
mkdir -p etc/systemd/system/multi-user.target.wants etc/systemd/system/sysinit.target.wants
find usr/lib/udev/rules.d -type f ! -name 99-systemd.rules -delete
for unit in systemd-udev-trigger systemd-modules-load systemd-sysctl systemd-binfmt systemd-random-seed; do
    ln -s /dev/null "etc/systemd/system/$unit.service"
done
dpkg-deb --extract "$1" .
ln -s /usr/lib/systemd/system/ibup.service etc/systemd/system/sysinit.target.wants/

# After the network service and ibup, something acts and looks; helpers.sh is what it may use.
cat >etc/systemd/system/probe.service <<'END'
[Unit]
After=systemd-udevd.service ibup.service
[Service]
Type=oneshot
StandardOutput=null
ExecStart=/bin/sh -c ". /helpers.sh; . /probe.sh; echo END >>/run/calls"
END
cat >helpers.sh <<'END'
until_true() {
    tries=0
    until eval "$1" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || { echo "NEVER $1" >>/run/calls; return; }
        sleep 0.1
    done
}
# A tunnel may call itself what it likes, an InfiniBand netdev (32) among other things.
netdev() {
    perl -e 'open(F, "+<", "/dev/net/tun") or die; ioctl(F, 0x400454ca, pack("a16 S x22", $ARGV[0], 0x1002)) or die;
        ioctl(F, 0x400454cb, 1) or die; ioctl(F, 0x400454cd, 32) or die' "$1"
    udevadm trigger --action=add "/sys/class/net/$1"
}
END

# The machine of this boot: its program, its network service, its probe.
# shellcheck source=/dev/null
. "$3"

# No session, no bus: less to wait for.
for unit in dbus.service dbus.socket systemd-logind.service; do ln -s /dev/null "etc/systemd/system/$unit"; done
ln -s ../network.service ../probe.service etc/systemd/system/multi-user.target.wants/

# --kill-child: whatever becomes of this script, nothing of the boot outlives it.
unshare --pid --fork --kill-child chroot . /bin/sh -c '
    mount -t proc proc /proc && mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys
    exec env -i container=lab PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --unit=multi-user.target' >"$2/console" 2>&1 &
boot=$!
trap 'kill -KILL "$boot"' EXIT
tries=0
until grep -q '^END$' run/calls 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 600 ] || { cat "$2/console"; break; }
    sleep 0.1
done
cat run/calls
