package listen

import (
	"net/netip"
	"slices"

	"github.com/google/gopacket/layers"

	"github.com/homesweep/homesweep/probes/lan"
)

const (
	maxOwners    = 2048 // addresses whose sender is remembered
	maxNames     = 16   // of one sighting
	maxEndpoints = 64   // of one sighting
)

// take hears one frame.
func (l *listener) take(frame []byte) {
	at := l.now()
	found, err := l.decoder.Decode(frame)
	if err != nil || len(found) < 2 {
		return
	}
	mac, _ := lan.MACFrom(l.decoder.Ethernet.SrcMAC)
	if mac.IsZero() || mac.IsGroup() || mac == l.link.MAC {
		return
	}
	from := lan.Sighting{At: at, Link: l.link.Name, MAC: mac}
	switch {
	case found[1] == layers.LayerTypeARP:
		l.arp(from, frame)
	case len(found) > 2 && found[2] == layers.LayerTypeUDP:
		l.datagram(from)
	case found[1] == layers.LayerTypeIPv6 && l.ndp != nil:
		if s, ok := l.ndp(l.decoder, l.link, frame); ok {
			s.At = at
			l.owns(s)
			l.pass(mac, s)
		}
	}
}

// arp hears who says to have which address. The question whether an address is
// free (RFC 5227) shows a station without one.
func (l *listener) arp(from lan.Sighting, frame []byte) {
	c, ok := l.decoder.Claim(frame)
	addr, here := l.place(c.Addr)
	if !ok || !here || c.MAC.IsZero() || c.MAC.IsGroup() || c.MAC == l.link.MAC {
		return
	}
	s := from
	s.Source, s.MAC, s.Addr = "arp", c.MAC, addr
	s.Claim = c.MAC != from.MAC
	l.owns(s)
	l.pass(from.MAC, s)
}

// datagram hears the datagram that was just decoded.
func (l *listener) datagram(from lan.Sighting) {
	d := l.decoder
	src := d.IPv6.SrcIP
	if d.Ethernet.EthernetType == layers.EthernetTypeIPv4 {
		if d.IPv4.FragOffset != 0 || d.IPv4.Flags&layers.IPv4MoreFragments != 0 {
			return
		}
		src = d.IPv4.SrcIP
	}
	addr, _ := netip.AddrFromSlice(src)
	var here bool
	if from.Addr, here = l.place(addr); !here {
		return
	}
	l.owns(from)
	ears := l.ears[uint16(d.UDP.DstPort)]
	if ears == nil {
		ears = l.ears[uint16(d.UDP.SrcPort)]
	}
	for _, e := range ears {
		if e.memory != nil {
			left := e.memory.Hear(from, func(a netip.Addr) bool { return l.owners[a] == from.MAC }, d.UDP.Payload,
				func(s lan.Sighting) { l.pass(from.MAC, s) })
			l.gate.leave(from.MAC, left)
			return
		}
		if s, ok := e.hear(d.UDP.Payload); ok {
			l.pass(from.MAC, l.filled(s, from))
			return
		}
	}
}

// place is the address that a sender at addr is noted with, none if it has only
// one that it made up (RFC 3927, RFC 4291 section 2.5.6) outside the link's
// prefixes, or has none yet. ok is false for a sender that is not on the link,
// whose words somebody passed on, and for what is no device's address.
func (l *listener) place(addr netip.Addr) (kept netip.Addr, ok bool) {
	addr = addr.WithZone("").Unmap()
	switch {
	case !addr.IsValid() || addr.IsMulticast() || addr.IsLoopback() || slices.Contains(l.link.Addrs, addr) || l.link.Edge(addr):
		return kept, false
	case l.link.Contains(addr) || l.link.Exposes(addr):
		return addr, true
	}
	return kept, addr.IsUnspecified() || addr.IsLinkLocalUnicast()
}

// owns remembers whose address s.Addr is.
func (l *listener) owns(s lan.Sighting) {
	if s.Claim || !s.Addr.IsValid() || s.MAC.IsZero() {
		return
	}
	if _, known := l.owners[s.Addr]; !known && len(l.owners) >= maxOwners {
		clear(l.owners) // whoever is there is known again with its next frame
	}
	l.owners[s.Addr] = s.MAC
}

// filled is what an Ear heard, with what its frame says of the sender. A MAC in
// the words that can be no other device's, a group's or our own, is not believed.
func (l *listener) filled(s, from lan.Sighting) lan.Sighting {
	s.At, s.Link = from.At, from.Link
	if s.MAC.IsZero() || s.MAC.IsGroup() || s.MAC == l.link.MAC {
		s.MAC = from.MAC
	}
	s.Claim = s.Claim || s.MAC != from.MAC
	if from.Addr.IsValid() {
		s.Addr = from.Addr
	}
	return s
}

// pass hands on what a frame of from says, if the gate lets it through.
func (l *listener) pass(from lan.MAC, s lan.Sighting) {
	if s.Addr.IsValid() {
		addr, ok := l.place(s.Addr)
		if !ok && s.Claim {
			return
		}
		s.Addr = addr
	}
	s.Names = s.Names[:min(len(s.Names), maxNames)]
	s.Endpoints = here(s.Endpoints, s.Addr)
	if s, ok := l.gate.pass(from, s); ok {
		l.see(s)
	}
}

// here are the endpoints at addr: those that name it or no address at all.
func here(list []lan.Endpoint, addr netip.Addr) (kept []lan.Endpoint) {
	if !addr.IsValid() {
		return nil
	}
	for _, ep := range list {
		if ep.Addr = ep.Addr.WithZone(""); (!ep.Addr.IsValid() || ep.Addr.Unmap() == addr) && ep.Port != 0 && len(kept) < maxEndpoints {
			ep.Addr = addr
			kept = append(kept, ep)
		}
	}
	return kept
}
