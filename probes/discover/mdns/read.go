package mdns

import (
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// maxRecords is how many records of one datagram are looked at.
const maxRecords = 512

// read is what an answer that from has sent claims about from, and the instances
// that it only names.
func read(from netip.Addr, packet []byte) (claims []claim, bare []string) {
	var m dns.Msg
	if m.Unpack(packet) != nil || !m.Response {
		return nil, nil
	}
	records := slices.Concat(m.Answer, m.Ns, m.Extra)
	g := gathering{hosts: map[string][]netip.Addr{}, found: map[string]*claim{}}
	for _, rr := range records[:min(len(records), maxRecords)] {
		g.take(rr)
	}
	for _, name := range g.order {
		c := g.found[dns.CanonicalName(name)]
		c.addrs = g.hosts[dns.CanonicalName(c.host)]
		if len(c.addrs) == 0 {
			c.addrs = []netip.Addr{from}
		}
		switch {
		case c.host == "" && len(c.text) == 0:
			bare = append(bare, name)
		case slices.Contains(c.addrs, from):
			claims = append(claims, *c)
		}
	}
	return claims, bare
}

// gathering puts the records of one datagram together by the names they share.
// Names differ in case at times (RFC 6762, section 16).
type gathering struct {
	hosts map[string][]netip.Addr
	found map[string]*claim
	order []string // of found, as first met
}

func (g *gathering) take(rr dns.RR) {
	switch rr := rr.(type) {
	case *dns.PTR:
		if rr.Hdr.Ttl > 0 { // zero is a goodbye
			g.instance(rr.Ptr)
		}
	case *dns.SRV:
		c := g.instance(rr.Hdr.Name)
		c.host, c.port = rr.Target, int(rr.Port)
	case *dns.TXT:
		g.instance(rr.Hdr.Name).text = rr.Txt
	case *dns.A:
		g.address(rr.Hdr.Name, rr.A)
	case *dns.AAAA:
		g.address(rr.Hdr.Name, rr.AAAA)
	}
}

// instance is the claim about name; one that nobody keeps if name is no service's.
func (g *gathering) instance(name string) *claim {
	key := dns.CanonicalName(name)
	if c, ok := g.found[key]; ok {
		return c
	}
	c, ok := named(name)
	if ok {
		g.found[key] = &c
		g.order = append(g.order, name)
	}
	return &c
}

func (g *gathering) address(name string, ip net.IP) {
	if a, ok := netip.AddrFromSlice(ip); ok {
		key := dns.CanonicalName(name)
		g.hosts[key] = append(g.hosts[key], a.Unmap())
	}
}

// named splits the name of a service instance, "Hub\ One._hap._tcp.local.".
func named(name string) (claim, bool) {
	labels := dns.SplitDomainName(name)
	n := len(labels)
	if n < 4 || !strings.EqualFold(labels[n-1], "local") {
		return claim{}, false
	}
	kind, ok := serviceType(strings.ToLower(labels[n-3] + "." + labels[n-2]))
	return claim{kind: kind, instance: strings.Join(labels[:n-3], ".")}, ok
}
