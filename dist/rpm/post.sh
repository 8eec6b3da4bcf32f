# After installing: enables ibup.service the first time ($1 counts the installed versions). Nothing is started.
# A scriptlet must not fail: rpm would leave the package half installed.
if command -v systemctl >/dev/null; then
    if [ "$1" -eq 1 ]; then
        systemctl --no-reload preset ibup.service >/dev/null 2>&1 ||
            echo "ibup: cannot enable ibup.service; see packaging.md in /usr/share/doc/ibup" >&2
    fi
    journalctl --update-catalog >/dev/null 2>&1
    if [ -d /run/systemd/system ]; then
        systemctl daemon-reload
        udevadm control --reload
        systemd-tmpfiles --create ibup.conf
    fi
fi
:
