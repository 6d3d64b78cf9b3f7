package router

import (
	"slices"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes/uci"
)

// Bounds of what is concluded of one router.
const (
	maxZones    = 64
	maxLinks    = 32 // of one zone
	maxForwards = 512
	maxAliases  = 4 // "@lan" of "@guest" …
)

// settings are the files of one router.
type settings map[string]uci.File

// virtual is how netifd names the link of an interface whose protocol makes one, by
// what stands before the interface's name (openwrt/openwrt, the protocol handlers in
// /lib/netifd/proto). Where it is not listed, the link is a device's.
var virtual = []struct{ proto, prefix string }{
	{"pppoe", "pppoe-"}, {"pppoa", "pppoa-"}, {"ppp", "ppp-"}, {"pptp", "pptp-"}, {"l2tp", "l2tp-"}, {"3g", "3g-"},
	{"6in4", "6in4-"}, {"6to4", "6to4-"}, {"6rd", "6rd-"}, {"dslite", "ds-"}, {"map", "map-"}, {"464xlat", "464-"},
	{"wireguard", ""}, {"gretap", "gre4t-"}, {"gre", "gre4-"}, {"vti", "vti-"}, {"vxlan", ""},
}

// uplinks are the protocols by which a home is connected to a provider, and none of
// its own networks is.
var uplinks = []string{
	"pppoe", "pppoa", "pptp", "l2tp", "3g", "qmi", "mbim", "ncm", "modemmanager", "wwan", "directip",
	"6in4", "6to4", "6rd", "dslite", "map", "464xlat", "ipip6",
}

// network is the interface of that name in /etc/config/network; an empty section
// where there is none.
func (s settings) network(name string) *uci.Section {
	list := s["network"].Sections
	for n := range list {
		if i := &list[n]; i.Name == name && i.Type == "interface" {
			return i
		}
	}
	return &uci.Section{}
}

// links are the names that the kernel has for network's link: bridges as "br-guest",
// ports as "eth0.2" or "br-lan.10", tunnels as "pppoe-wan".
func (s settings) links(network string) []string { return s.linksOf(network, maxAliases) }

func (s settings) linksOf(network string, aliases int) (links []string) {
	i := s.network(network)
	for _, v := range virtual {
		if v.proto == i.Get("proto") {
			links = append(links, v.prefix+network)
		}
	}
	devices := append(i.Words("device"), i.Words("ifname")...)
	if i.Get("type") == "bridge" { // how bridges were written up to OpenWrt 19.07
		return append(links, "br-"+network)
	}
	for _, d := range devices {
		other, alias := strings.CutPrefix(d, "@")
		switch {
		case alias && aliases > 0:
			links = append(links, s.linksOf(other, aliases-1)...)
		case !alias && linkName(d):
			links = append(links, d)
		}
	}
	if i.Type != "" && len(links) == 0 {
		links = s.stations(network)
	}
	return links
}

// stations are the links of the access points that are a network by themselves, with
// no bridge: by the name that the owner gave, or by those that OpenWrt's scripts give
// the nth of a radio, now ("phy0-ap1") and before 23.05 ("wlan0-1").
func (s settings) stations(network string) (links []string) {
	nth := map[string]int{}
	for _, ap := range s.aps() {
		radio := strings.TrimPrefix(ap.Get("device"), "radio")
		n := nth[radio]
		nth[radio]++
		if !slices.Contains(ap.Words("network"), network) {
			continue
		}
		names := []string{"phy" + radio + "-ap" + strconv.Itoa(n), "wlan" + radio}
		if n > 0 {
			names[1] += "-" + strconv.Itoa(n)
		}
		if own := ap.Get("ifname"); own != "" {
			names = []string{own}
		}
		links = append(links, slices.DeleteFunc(names, func(l string) bool { return !linkName(l) })...)
	}
	return links
}

// linkName reports whether an interface may be called s (Linux: at most 15 bytes, no
// slash). What modems have there is the path of a device.
func linkName(s string) bool {
	return s != "" && len(s) < 16 && !strings.ContainsAny(s, "/+*!: ") && s != "." && s != ".."
}

// serves reports whether the router itself gives out addresses in one of networks,
// as it does at home and never towards a provider.
func (s settings) serves(networks []string) bool {
	for _, d := range s.of("dhcp", "dhcp") {
		if slices.Contains(networks, d.Get("interface")) && !d.Bool("ignore", false) && d.Get("dhcpv4") != "disabled" {
			return true
		}
	}
	return false
}

// of are the sections of one type in a file.
func (s settings) of(file, kind string) (list []*uci.Section) {
	all := s[file].Sections
	for n := range all {
		if all[n].Type == kind {
			list = append(list, &all[n])
		}
	}
	return list
}

// aps are the access points that are switched on, on a radio that is.
func (s settings) aps() (list []*uci.Section) {
	for _, ap := range s.of("wireless", "wifi-iface") {
		off := ap.Bool("disabled", false) || !strings.EqualFold(ap.Get("mode"), "ap")
		for _, radio := range s.of("wireless", "wifi-device") {
			off = off || radio.Name == ap.Get("device") && radio.Bool("disabled", false)
		}
		if !off {
			list = append(list, ap)
		}
	}
	return list
}
