package router

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/uci"
)

// Bounds of what is handed out of the settings. rpcd takes 256 KiB of a program's
// answer (RPC_EXEC_MAX_SIZE in openwrt/rpcd, include/rpcd/exec.h), and flows and
// leases have to fit in as well.
const (
	maxSettings = 112 << 10 // bytes as JSON, of all files
	maxValue    = 256       // bytes of one value
	maxValues   = 64        // of one option
)

// files are the configuration files that are read, the most telling first: what is
// too long is cut from the end.
var files = []string{"firewall", "network", "wireless", "upnpd", "dhcp"}

// Options that rules and redirects have: whom they are about, and when they hold.
const (
	dates   = "start_date stop_date start_time stop_time weekdays monthdays"
	details = "src_ip src_mac src_port dest_port ipset " + dates
	ruled   = "name enabled family src dest proto target dest_ip " + details
	matches = "device direction icmp_type mark dscp limit helper"
)

// allowed are the options of each type of section of each file that are handed out.
// Whatever is not here is not, so that a secret of a package not known yet stays
// where it is. None of these holds one: no key, password, account, token or PIN.
var allowed = []struct{ file, kind, options string }{
	{"network", "interface", "proto device ifname type zone ipaddr"},
	{"firewall", "defaults", "input forward"},
	{"firewall", "zone", "name network device input masq enabled"},
	{"firewall", "forwarding", "src dest enabled"},
	{"firewall", "redirect", ruled + " src_dport"},
	{"firewall", "rule", ruled + " " + matches},
	{"wireless", "wifi-device", "disabled"},
	{"wireless", "wifi-iface", "device network mode ssid isolate disabled ifname"},
	{"dhcp", "dnsmasq", "leasefile"},
	{"dhcp", "odhcpd", "leasefile"},
	{"dhcp", "dhcp", "interface ignore dhcpv4"},
	{"dhcp", "host", "name mac ip duid"},
	{"dhcp", "domain", "name ip"},
	{"upnpd", "upnpd", "enabled lease_file upnp_lease_file"},
}

// options are those of a type of section of a file that are handed out; nil where the
// section itself is not.
func options(file, kind string) []string {
	for _, a := range allowed {
		if a.file == file && a.kind == kind {
			return strings.Fields(a.options)
		}
	}
	return nil
}

// cut is what of the file of that name is handed out, in at most room bytes as
// JSON; whole is false where sections at its end had to be left out.
func cut(name string, file uci.File, room int) (out uci.File, left int, whole bool) {
	out.Sections = []uci.Section{}
	for _, s := range file.Sections {
		options := options(name, s.Type)
		if options == nil {
			continue
		}
		kept := uci.Section{Type: s.Type, Name: lan.Printable(s.Name, maxValue)}
		for _, o := range s.Options {
			if slices.Contains(options, o.Name) {
				kept.Options = append(kept.Options, uci.Option{Name: o.Name, Values: printable(o.Values)})
			}
		}
		text, err := json.Marshal(kept)
		if room -= len(text) + 1; err != nil || room < 0 {
			return out, 0, false
		}
		out.Sections = append(out.Sections, kept)
	}
	return out, room, true
}

func printable(values []string) []string {
	kept := []string{}
	for _, v := range values[:min(len(values), maxValues)] {
		if v = lan.Printable(v, maxValue); v != "" {
			kept = append(kept, v)
		}
	}
	return kept
}
