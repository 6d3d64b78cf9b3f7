# shellcheck shell=sh
# What homesweep's service uses of OpenWrt's lib/functions/network.sh, for its tests: the
# addresses of a network are in $IPKG_INSTROOT/net/NAME.4 and NAME.6.

network_flush_cache() { :; }
network_get_ipaddr() { read -r "$1" 2> /dev/null < "$IPKG_INSTROOT/net/$2.4"; }
network_get_ipaddrs6() { read -r "$1" 2> /dev/null < "$IPKG_INSTROOT/net/$2.6"; }
