// Package reach is the one road to the network: it decides where packets may
// go (Scope), waits for a device's turn, holds the budgets and keeps count.
// Everything that speaks to a device does it over a Road; raw frames ask the
// same Scope before each send.
package reach

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// Scope is where a sweep may send: the on-link prefixes of the chosen links,
// deny by default. The zero Scope allows nothing. It never changes, so all
// methods are safe for concurrent use.
type Scope struct {
	links []lan.Link
	alone []netip.Addr
}

// NewScope allows the prefixes of links, in as far as they are home networks
// (see Home); anything else in them stays denied, and so do the addresses to be
// left alone.
func NewScope(links []lan.Link, alone ...netip.Addr) *Scope {
	return &Scope{links: links, alone: alone}
}

// Allow is nil if a packet may leave for addr, else probes.ErrScope with the
// reason. Network and broadcast addresses are refused: some devices answer
// there in another's name.
func (s *Scope) Allow(addr netip.Addr) error {
	addr = addr.WithZone("").Unmap()
	if !home(addr) {
		return fmt.Errorf("%w: %s is not a private address", probes.ErrScope, addr)
	}
	if slices.Contains(s.alone, addr) {
		return fmt.Errorf("%w: the owner wants %s left alone", probes.ErrScope, addr)
	}
	for _, link := range s.links {
		if !link.Contains(addr) {
			continue
		}
		if link.Edge(addr) {
			return fmt.Errorf("%w: %s is the network's own or broadcast address", probes.ErrScope, addr)
		}
		return nil
	}
	return fmt.Errorf("%w: %s is on none of the chosen links", probes.ErrScope, addr)
}

// Allows reports whether Allow is nil.
func (s *Scope) Allows(addr netip.Addr) bool { return s.Allow(addr) == nil }

// Home reports whether addr can be a device's address in a home at all: RFC
// 1918, IPv4 or IPv6 link-local (RFC 3927, RFC 4291), or ULA (RFC 4193).
func Home(addr netip.Addr) bool {
	return addr.IsValid() && (addr.IsPrivate() || addr.IsLinkLocalUnicast())
}

// home is Home, but in this package's own tests, which talk to loopback.
var home = Home

// zoned is addr with the zone that the kernel needs to send to a link-local
// IPv6 address: the link of that name if it is one of ours, else the first;
// other addresses come back unchanged.
func (s *Scope) zoned(addr netip.Addr, name string) netip.Addr {
	if !addr.Is6() || !addr.IsLinkLocalUnicast() || addr.Zone() != "" {
		return addr
	}
	first := addr
	for _, link := range s.links {
		if !link.Contains(addr) {
			continue
		}
		if link.Name == name {
			return addr.WithZone(name)
		}
		if first.Zone() == "" {
			first = addr.WithZone(link.Name)
		}
	}
	return first
}
