# After removing: systemd, udev and the catalog forget the files that are gone.
if [ "$1" -eq 0 ] && command -v systemctl >/dev/null; then
    journalctl --update-catalog >/dev/null 2>&1
    if [ -d /run/systemd/system ]; then
        systemctl daemon-reload
        udevadm control --reload
    fi
    rm -rf /run/ibup
fi
:
