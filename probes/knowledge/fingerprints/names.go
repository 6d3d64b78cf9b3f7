package fingerprints

import (
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// HostName is the field of every name that a device goes by, for records to
// match: each in turn, in lower case, its domain left out. Read fills it in from
// what was heard; Named adds names that were heard elsewhere.
const HostName = "host.name"

// nameBreak stands between names. Printable lets no stranger bring one.
const nameBreak = "\n"

// naming are fields that hold a host's name. An address block's holder or a
// friendly name is none.
var naming = []string{
	lan.DHCPHostname, lan.DHCPFQDN, lan.DHCP6FQDN, lan.NetBIOSName, lan.LLMNRName, lan.SNMPName,
}

// maxNames bounds the names of one device.
const maxNames = 16

// Named is h with the device's names for Read to look at. h is not changed.
func Named(h lan.Heard, names []string) lan.Heard {
	all := strings.Split(h[HostName], nameBreak)
	for _, name := range names {
		all = appendName(all, name)
	}
	return withHost(h, all)
}

// withNames is h with the names that stand in its own fields.
func withNames(h lan.Heard) lan.Heard {
	all := strings.Split(h[HostName], nameBreak)
	for _, field := range naming {
		if h[field] != "" {
			all = appendName(all, h[field])
		}
	}
	return withHost(h, all)
}

// appendName adds a name once, as records compare it.
func appendName(all []string, name string) []string {
	name = strings.ToLower(lan.Printable(name, lan.MaxName))
	if label, domain, cut := strings.Cut(name, "."); cut && label != "" && !strings.ContainsAny(domain, " ") {
		name = label
	}
	if name == "" || len(all) > maxNames {
		return all
	}
	for _, have := range all {
		if have == name {
			return all
		}
	}
	return append(all, name)
}

// withHost is h with these names, h itself where there are no others.
func withHost(h lan.Heard, names []string) lan.Heard {
	text := strings.Trim(strings.Join(names, nameBreak), nameBreak)
	if text == "" || text == h[HostName] {
		return h
	}
	h = h.Clone()
	h[HostName] = text
	return h
}
