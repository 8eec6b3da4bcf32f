# shellcheck shell=sh
# The machine on which somebody switches the trace on. Its tracefs is made of plain files, and the pipe is a FIFO into
# which the probe writes what the kernel would. Read by boot.sh in the root of the machine; $PROGRAM is the real program.

cp "$PROGRAM" usr/bin/ibup
rm etc/systemd/system/sysinit.target.wants/ibup.service

mount -t tmpfs none sys/kernel/tracing
instance=sys/kernel/tracing/instances/ibup
mkdir -p "$instance/events/module/module_load" "$instance/events/module/module_request"
for file in buffer_size_kb tracing_on events/module/module_load/enable events/module/module_request/enable; do
    : >"$instance/$file"
done
mkfifo "$instance/trace_pipe"

cat >etc/systemd/system/network.service <<'END'
[Service]
Type=oneshot
ExecStart=/bin/true
END

cat >probe.sh <<'END'
pipe=/sys/kernel/tracing/instances/ibup/trace_pipe
exec 9<>"$pipe"
say() {
    echo "$1 $(ibup trace 2>&1 | cut -d: -f1)" >>/run/calls
}
say BEFORE
ibup trace on >/dev/null || echo "ON failed" >>/run/calls
say ON
cat /sys/kernel/tracing/instances/ibup/events/module/module_load/enable >>/run/calls
echo >>/run/calls
printf '%16s-%-7d [000] .....     7.000000: module_load: ib_ipoib OE\n' sh "$$" >&9
until_true 'journalctl --output=cat MODULE=ib_ipoib | grep "module ib_ipoib"'
journalctl --output=cat MODULE=ib_ipoib | sed "s/\[$$\]/[PID]/" >>/run/calls
journalctl --output=json MODULE=ib_ipoib | grep -o '"IBUP_BY_UNIT":"[^"]*"' >>/run/calls
# It may be killed, and is there again.
systemctl kill --signal=KILL ibup-trace.service
until_true 'systemctl show --property=NRestarts ibup-trace.service | grep -x NRestarts=1'
until_true 'ibup trace status'
say KILLED
ibup trace off >/dev/null || echo "OFF failed" >>/run/calls
say OFF
END
