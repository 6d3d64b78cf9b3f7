package report

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// gather finds the secrets of d, device n.
func (c *censor) gather(n int, d lan.Device) *owned {
	own := &owned{secrets: map[string]string{}}
	facts := []string{d.Vendor, d.Model, d.Hardware, d.Firmware}
	for _, s := range d.Services {
		facts = append(facts, s.Name, s.Product, s.Version)
	}
	for _, t := range tokens(strings.Join(facts, " ")) {
		own.facts = append(own.facts, t.text)
	}
	c.link(d.Link)
	for _, name := range d.Names {
		c.named(own, name, n)
	}
	for i, m := range d.MACs {
		c.hardware(own, m.String(), fmt.Sprintf("hardware address %d.%d", n, i+1))
	}
	for i, a := range slices.Concat(d.Addresses, d.Exposed) {
		c.place(a.String(), fmt.Sprintf("address %d.%d", n, i+1))
	}
	for _, f := range d.Identity {
		switch f.Field {
		case lan.FieldName:
			c.named(own, f.Value, n)
		case lan.FieldMAC:
			c.hardware(own, f.Value, fmt.Sprintf("hardware address of device %d", n))
		case lan.FieldIdentity:
			c.identity(own, f.Value, n)
		case lan.FieldAddress:
			c.place(f.Value, fmt.Sprintf("address of device %d", n))
		}
	}
	for _, b := range d.Bonds {
		c.identity(own, b.One, n)
		c.identity(own, b.Other, n)
	}
	c.announced(own, d.Heard, n)
	for _, s := range d.Services {
		c.announced(own, s.Heard, n)
	}
	for _, m := range d.Mappings {
		c.add(own, m.For, struckOut)
	}
	c.routed(own, d)
	return own
}

// routed notes what the router knows of d: how its owner called rules, networks and
// who may come in.
func (c *censor) routed(own *owned, d lan.Device) {
	for _, f := range d.Reachable {
		c.add(own, f.For, struckOut)
		c.add(own, f.Zone, struckOut)
		c.add(own, f.From, "an address")
		for who := range strings.SplitSeq(f.From, ", ") {
			host, _, _ := strings.Cut(who, "/")
			c.place(host, "an address")
		}
	}
	for _, z := range d.Zones {
		for _, name := range slices.Concat(z.Mixed, z.Some, z.To, []string{z.Name}) {
			c.add(own, name, struckOut)
		}
		for _, link := range z.Links {
			c.link(link)
		}
	}
}

// place notes a network address.
func (c *censor) place(address, label string) {
	if a, err := netip.ParseAddr(address); err == nil {
		if _, taken := c.labels[a.WithZone("").String()]; !taken {
			c.labels[a.WithZone("").String()] = label
		}
	}
}

// named notes a name, and the host's part of one with a domain.
func (c *censor) named(own *owned, name string, n int) {
	label := fmt.Sprintf("device %d", n)
	c.add(own, name, label)
	if host, domain, ok := strings.Cut(name, "."); ok && !strings.Contains(domain, " ") {
		c.add(own, host, label)
	}
}

// hardware notes a hardware address and its last half, with which makers number
// names and networks ("ESP_1A2B3C").
func (c *censor) hardware(own *owned, mac, label string) {
	digits := squeeze(mac)
	c.put(own, digits, label)
	if len(digits) == 12 {
		own.secrets[digits[6:]] = label
	}
}

// identity notes one that outlives addresses, with and without its scheme.
func (c *censor) identity(own *owned, id string, n int) {
	label := fmt.Sprintf("identity of device %d", n)
	c.put(own, squeeze(id), label)
	if _, value, ok := strings.Cut(id, ":"); ok {
		c.put(own, squeeze(value), label)
	}
}

// announced notes what a device told under a field that is about itself or its
// owner. What it is called and numbered is looked for everywhere, what it says on
// its pages and certificates in what is said of itself: many say the same.
func (c *censor) announced(own *owned, heard lan.Heard, n int) {
	label := fmt.Sprintf("words of device %d", n)
	for key, value := range heard {
		last := strings.ToLower(key[strings.LastIndexByte(key, '.')+1:])
		has := func(part string) bool { return strings.Contains(last, part) }
		switch {
		case slices.Contains(impersonal, key) || own.stays(squeeze(value)) || common(value):
		case slices.Contains(numbered, last) || slices.ContainsFunc(personal, has):
			c.put(own, squeeze(value), label)
		case slices.ContainsFunc(pages, has):
			own.put(squeeze(value), label)
			c.pages[squeeze(value)] = label
		}
	}
}

// Names of fields by their last parts: what a device is numbered and called by,
// what it has on its pages, and what sounds like either and is the maker's.
var (
	numbered   = []string{"id", "sn", "fn", "n", "nm", "mac", "at", "bs", "cd"}
	personal   = []string{"name", "serial", "macaddr", "uuid", "udn", "duid", "host", "fqdn", "fingerprint", "client", "device-id", "deviceid", "ssid", "owner", "user"}
	pages      = []string{"title", "realm", "subject", "issuer", "location", "contact", "xaddrs", "scopes", "group", "note", "rm"}
	impersonal = []string{lan.UPnPModelName, lan.DHCPUser, lan.NetBIOSRoles}
)

// changed notes what devices were called, and where they were, in an earlier sweep.
func (c *censor) changed(list []lan.DeviceChange) {
	for _, ch := range list {
		c.number(ch.Device)
		for _, d := range ch.What {
			if d.Field == lan.FieldName || d.Field == lan.FieldAddress {
				c.add(nil, d.Was, c.name(ch.Device))
				c.add(nil, d.Now, c.name(ch.Device))
			}
		}
	}
}

// add notes a secret, unless it is made of ordinary words or of whole words of what
// stays in the report anyhow. One that is a part of a longer word of these
// ("Philip" of "Philips") is looked for as a word only.
func (c *censor) add(own *owned, secret, label string) {
	switch s := squeeze(secret); {
	case common(secret) || own.tells(s):
	case own != nil && strings.Contains(strings.Join(own.facts, ""), s):
		c.put(nil, s, label)
	default:
		c.put(own, s, label)
	}
}

// tells reports whether a squeezed text is one or more whole words of what stays in
// the report anyhow.
func (o *owned) tells(s string) bool {
	for i := 0; o != nil && s != "" && i < len(o.facts); i++ {
		rest, next := s, true
		for j := i; j < len(o.facts) && next; j++ {
			if rest, next = strings.CutPrefix(rest, o.facts[j]); next && rest == "" {
				return true
			}
		}
	}
	return false
}

// common reports whether a text is made of ordinary words and a few digits.
func common(text string) bool {
	figures := 0
	for _, t := range tokens(text) {
		switch {
		case ordinary[t.text]:
		case strings.Trim(t.text, "0123456789") != "":
			return false
		default:
			figures += len(t.text)
		}
	}
	return figures <= least
}

// least is how many bytes of a squeezed secret are enough to know it again.
const least = 3

// put notes a squeezed secret. Who had it first gives it its label.
func (c *censor) put(own *owned, s, label string) {
	if _, taken := c.labels[s]; !taken && len(s) >= least {
		c.labels[s] = label
	}
	if own != nil {
		own.put(s, label)
	}
}

// put notes a secret of which only the device's own words are to be freed.
func (o *owned) put(s, label string) {
	if _, taken := o.secrets[s]; !taken && len(s) >= least {
		o.secrets[s] = label
	}
}
