# Before removing the last version: takes back the links, with them the name openibd.service. The stack stays loaded.
if [ "$1" -eq 0 ] && command -v systemctl >/dev/null; then
    systemctl --no-reload disable ibup.service >/dev/null 2>&1
fi
:
