# Before removing the last version: takes back the links, with them the name openibd.service. The stack stays loaded.
# The trace, which needs the program to clear up after itself, ends here.
if [ "$1" -eq 0 ] && command -v systemctl >/dev/null; then
    systemctl --no-reload disable ibup.service ibup-trace.service ibup-textfile.timer >/dev/null 2>&1
    if [ -d /run/systemd/system ]; then
        systemctl stop ibup-trace.service ibup-textfile.timer >/dev/null 2>&1
    fi
fi
:
