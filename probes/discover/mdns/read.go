package mdns

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"github.com/homesweep/homesweep/probes/lan"
)

// report is what one answer says, the records put together by the names that
// they share. Names differ in case at times (RFC 6762, section 16); keys are
// canonical.
type report struct {
	hosts    map[string]*host
	services []*claim
	types    []string // listed in answer to the meta question
	owner    lan.MAC  // whom it is about, if the sender says so

	found map[string]*claim
}

// host is one host's addresses.
type host struct {
	name  string
	addrs []netip.Addr
	gone  []netip.Addr // said goodbye to
	flush bool
	ttl   uint32
}

// read is what an answer says; ok is false for a question and for what is not
// mDNS.
func read(packet []byte) (r report, ok bool) {
	m, ok := parse(packet)
	if !ok || !m.response {
		return r, false
	}
	r = report{hosts: map[string]*host{}, found: map[string]*claim{}, owner: m.owner}
	for _, rr := range m.records {
		r.take(rr)
	}
	for _, c := range r.services {
		if h := r.hosts[dns.CanonicalName(c.host)]; h != nil {
			c.addrs = h.addrs
		}
	}
	return r, true
}

func (r *report) take(rr record) {
	switch rr.kind {
	case dns.TypePTR:
		if strings.EqualFold(rr.name, meta+".local.") {
			r.list(rr)
			return
		}
		c := r.instance(rr.target)
		c.ended(rr.ttl)
	case dns.TypeSRV:
		c := r.instance(rr.name)
		c.ended(rr.ttl)
		c.host, c.port = rr.target, int(rr.port)
	case dns.TypeTXT:
		c := r.instance(rr.name)
		c.ended(rr.ttl)
		c.text = rr.text
	case dns.TypeA, dns.TypeAAAA:
		r.address(rr)
	}
}

// list notes a type of the list of types (RFC 6763, section 9).
func (r *report) list(rr record) {
	if t, ok := serviceType(rr.target); ok && rr.ttl > 0 && !slices.Contains(r.types, t) {
		r.types = append(r.types, t)
	}
}

// instance is the claim about name; one that nobody keeps if name is no
// service's.
func (r *report) instance(name string) *claim {
	key := dns.CanonicalName(name)
	if c, ok := r.found[key]; ok {
		return c
	}
	c, ok := named(name)
	if ok {
		r.found[key] = &c
		r.services = append(r.services, &c)
	}
	return &c
}

func (r *report) address(rr record) {
	key := dns.CanonicalName(rr.name)
	h := r.hosts[key]
	if h == nil {
		h = &host{name: rr.name}
		r.hosts[key] = h
	}
	h.flush = h.flush || rr.flush
	if rr.ttl == 0 {
		h.gone = append(h.gone, rr.addr)
		return
	}
	h.ttl = max(h.ttl, rr.ttl)
	h.addrs = append(h.addrs, rr.addr)
}

// named splits the name of a service instance, "Hub\ One._hap._tcp.local.".
func named(name string) (claim, bool) {
	labels := dns.SplitDomainName(name)
	n := len(labels)
	if n < 4 || !strings.EqualFold(labels[n-1], "local") {
		return claim{}, false
	}
	kind, ok := serviceType(strings.ToLower(labels[n-3] + "." + labels[n-2]))
	return claim{full: name, kind: kind, instance: strings.Join(labels[:n-3], ".")}, ok
}

// split parts what the sender may say, being about itself, from what it says of
// others. mine tells its addresses, and hosts those of the hosts met before. A
// service whose host has no address anywhere is taken for the sender's own,
// unless the sender says that it speaks for another machine.
func (r *report) split(mine func(netip.Addr) bool, hosts func(string) []netip.Addr) (own, others []*claim) {
	for _, c := range r.services {
		known := c.addrs
		if len(known) == 0 {
			known = hosts(dns.CanonicalName(c.host))
		}
		if len(known) == 0 && r.owner.IsZero() || slices.ContainsFunc(known, mine) {
			own = append(own, c)
		} else {
			others = append(others, c)
		}
	}
	return own, others
}
