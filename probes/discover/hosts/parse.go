package hosts

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// maxOf bounds the names, the MACs and the addresses of one host.
const maxOf = 8

// ParseEthers reads ethers(5): a MAC, then a name or an IPv4 address. It skips
// lines that make no sense, as all readers here.
func ParseEthers(text string) (all []Host) {
	for f := range lines(text) {
		if len(f) < 2 {
			continue
		}
		var h Host
		h.macs(f[:1])
		if h.addrs(f[1:2]); len(h.Addrs) == 0 {
			h.name(f[1])
		}
		if len(h.MACs) > 0 && len(h.Names) > 0 {
			all = h.keep(all)
		}
	}
	return all
}

// ParseHosts reads hosts(5): an address, its name and its aliases. Addresses
// that can be no device's are left out, and with them lists of blocked names.
func ParseHosts(text string) (all []Host) {
	for f := range lines(text) {
		var h Host
		if h.addrs(f[:1]); len(h.Addrs) == 0 {
			continue
		}
		for _, name := range f[1:] {
			h.name(name)
		}
		all = h.keep(all)
	}
	return all
}

// ParseDnsmasq reads the lines of dnsmasq's own configuration (dnsmasq(8)) that
// name a device: dhcp-host=MAC,…,address,name,lease time and
// host-record=name,…,address.
func ParseDnsmasq(text string) (all []Host) {
	for f := range lines(text) {
		key, value, _ := strings.Cut(strings.Join(f, ""), "=")
		var h Host
		switch key {
		case "dhcp-host":
			for word := range strings.SplitSeq(value, ",") {
				h.dhcpWord(word)
			}
			if len(h.MACs) == 0 && h.DUID == "" {
				continue
			}
		case "host-record":
			for word := range strings.SplitSeq(value, ",") {
				if n := len(h.Addrs); !lifetime(word) {
					if h.addrs([]string{word}); len(h.Addrs) == n {
						h.name(word)
					}
				}
			}
		default:
			continue
		}
		all = h.keep(all)
	}
	return all
}

// dhcpWord takes one word of dhcp-host, which stand in any order: tags, MACs,
// "id:…" with a DUID, addresses, the name, the lease time.
func (h *Host) dhcpWord(word string) {
	id, isID := strings.CutPrefix(word, "id:")
	n := len(h.MACs) + len(h.Addrs)
	h.macs([]string{word})
	h.addrs([]string{strings.Trim(word, "[]")})
	switch {
	case len(h.MACs)+len(h.Addrs) > n:
	case isID && h.DUID == "":
		h.DUID = hexadecimal(id)
	case strings.ContainsAny(word, ":*[]"), word == "ignore", lifetime(word):
	default:
		h.name(word)
	}
}

// lifetime reports a time: "infinite", "12h", "3600".
func lifetime(word string) bool {
	return word == "infinite" || word != "" && strings.Trim(strings.TrimRight(word, "smhdw"), "0123456789") == ""
}

// lines cuts text into lines of words, without comments and empty lines.
func lines(text string) func(func([]string) bool) {
	return func(yield func([]string) bool) {
		for line := range strings.Lines(text) {
			line, _, _ = strings.Cut(line, "#")
			if f := strings.Fields(line); len(f) > 0 && !yield(f) {
				return
			}
		}
	}
}

// keep adds h to all, if it is whole and there is room.
func (h Host) keep(all []Host) []Host {
	if len(h.Names) == 0 || len(h.MACs)+len(h.Addrs)+len(h.DUID) == 0 || len(all) == maxHosts {
		return all
	}
	return append(all, h)
}

// name notes one name. "*" and the like are dnsmasq's words for none.
func (h *Host) name(word string) {
	word = strings.TrimSuffix(lan.Printable(word, lan.MaxName), ".")
	if word != "" && !strings.ContainsAny(word, "*/,=") && len(h.Names) < maxOf && !slices.Contains(h.Names, word) {
		h.Names = append(h.Names, word)
	}
}

// macs notes those of words that are a device's. dnsmasq takes patterns too
// ("00:11:22:*:*:*"), which name nobody.
func (h *Host) macs(words []string) {
	for _, word := range words {
		mac, err := lan.ParseMAC(word)
		if err == nil && !mac.IsZero() && !mac.IsGroup() && len(h.MACs) < maxOf && !slices.Contains(h.MACs, mac) {
			h.MACs = append(h.MACs, mac)
		}
	}
}

// addrs notes those of words that can be a device's address.
func (h *Host) addrs(words []string) {
	for _, word := range words {
		a, err := netip.ParseAddr(word)
		if a = a.WithZone("").Unmap(); err != nil || a.IsUnspecified() || a.IsLoopback() || a.IsMulticast() {
			continue
		}
		if len(h.Addrs) < maxOf && !slices.Contains(h.Addrs, a) {
			h.Addrs = append(h.Addrs, a)
		}
	}
}

// hexadecimal is a DUID's digits in lower case, without colons and without the
// "%IAID" that OpenWrt takes after it; empty when it is none.
func hexadecimal(s string) string {
	s, _, _ = strings.Cut(s, "%")
	s = strings.ToLower(strings.ReplaceAll(s, ":", ""))
	if len(s) < 6 || len(s) > 260 || len(s)%2 != 0 || strings.Trim(s, "0123456789abcdef") != "" {
		return ""
	}
	return s
}
