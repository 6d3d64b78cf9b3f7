// Package links decides which network interfaces are the home's: where a sweep
// may look, and never the side that leads to the internet, to a VPN or to the
// containers of the machine itself.
//
// Observe reads how the machine is connected, Choose decides. Choose is pure,
// so that every decision can be shown, explained and tested without a network.
package links

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// State is how the machine is connected at one moment.
type State struct {
	Ifaces     []Iface
	Routes     []Route  // those that lead away: defaults, and routes through a gateway
	Forwarding bool     // net.ipv4.ip_forward: the machine may be a router
	OpenWrt    bool     // the machine runs OpenWrt
	Outside    []string // interfaces behind which OpenWrt's configuration has the internet
	Zones      []lan.Zone
}

// Iface is one network interface.
type Iface struct {
	Name   string
	Index  int
	Flags  net.Flags
	MAC    lan.MAC
	MTU    int            // bytes
	Addrs  []netip.Prefix // own addresses, each with the length of its network
	Bridge bool
	Master string // the bridge or bond that this one is a port of
	Tap    bool   // made by a program: a VPN's or a virtual machine's end
}

// Route is one entry of the routing table that leads off the link.
type Route struct {
	Link    string
	To      netip.Prefix // length 0 for a default route
	Gateway bool
	Metric  uint32 // lower is preferred
}

// Want is what the person asked for; the zero Want asks for the home as found.
type Want struct {
	Link   []string       // interfaces named with -link
	Target []netip.Prefix // networks named with -target
}

// Choice is where to look, and for every other interface why not.
type Choice struct {
	Links   []lan.Link
	Refused []Refusal
	Notes   []string // what of a chosen link is left out
}

// Refusal says in a plain sentence why an interface is not looked at.
type Refusal struct {
	Link string
	Why  string
}

// Choose picks the home's links out of state. Every prefix it yields is private
// (RFC 1918), link-local or unique local (RFC 4193), and no IPv4 prefix is
// wider than /22. Public IPv6 networks of a link that is looked at as a whole
// are in its Public, where addresses are noted and nothing is sent. An error
// says what there is to choose from.
func Choose(state State, want Want) (Choice, error) {
	if err := known(state, want.Link); err != nil {
		return Choice{}, err
	}
	var c Choice
	fit := c.usable(state, want)
	fit = c.home(state, want, fit)
	if err := c.narrow(fit, want.Target); err != nil {
		return c, err
	}
	if len(c.Links) == 0 {
		return c, fmt.Errorf("no interface leads to a home network: %s", c.reasons())
	}
	return c, nil
}

// known checks that every interface named by the person exists.
func known(state State, named []string) error {
	for _, name := range named {
		has := func(i Iface) bool { return i.Name == name }
		if !slices.ContainsFunc(state.Ifaces, has) {
			var names []string
			for _, i := range state.Ifaces {
				names = append(names, i.Name)
			}
			return fmt.Errorf("-link %s: there is no such interface, choose from %s", name, strings.Join(names, ", "))
		}
	}
	return nil
}

// usable is every interface on which homesweep could look at all; the others
// are refused.
func (c *Choice) usable(state State, want Want) []Iface {
	var fit []Iface
	for _, i := range state.Ifaces {
		named := slices.Contains(want.Link, i.Name)
		switch why := unfit(i); {
		case why != "":
			c.refuse(i, why)
		case len(want.Link) > 0 && !named:
			c.refuse(i, "it is not among those named with -link")
		case !named && ownGuests(i):
			c.refuse(i, "it is the network of this machine's own containers or virtual machines; choose it with -link "+i.Name)
		default:
			fit = append(fit, i)
		}
	}
	return fit
}

func (c *Choice) refuse(i Iface, why string) {
	c.Refused = append(c.Refused, Refusal{Link: i.Name, Why: why})
}

// reasons joins all refusals to one line.
func (c *Choice) reasons() string {
	var all []string
	for _, r := range c.Refused {
		all = append(all, r.Link+" ("+r.Why+")")
	}
	if len(all) == 0 {
		return "this machine has none"
	}
	return strings.Join(all, ", ")
}

// narrow turns the chosen interfaces into links, cut to the targets if any.
func (c *Choice) narrow(fit []Iface, targets []netip.Prefix) error {
	used := make([]bool, len(targets))
	var tooWide []error
	for _, i := range fit {
		scope, wide := c.scope(i, targets, used)
		switch {
		case len(wide) > 0 && !slices.ContainsFunc(scope, is4):
			why := tooWideFor(i, wide[0])
			c.refuse(i, why)
			tooWide = append(tooWide, fmt.Errorf("%s: %s", i.Name, why))
		case len(scope) == 0:
			c.refuse(i, "no -target lies on it")
		default:
			for _, p := range wide {
				c.Notes = append(c.Notes, i.Name+": "+tooWideFor(i, p))
			}
			l := link(i, scope)
			if len(targets) == 0 {
				l.Public = public(i) // who was not named is not noted either
			}
			c.Links = append(c.Links, l)
		}
	}
	if len(c.Links) == 0 && len(tooWide) > 0 {
		return errors.Join(tooWide...)
	}
	for n, p := range targets {
		if !used[n] {
			return fmt.Errorf("-target %s lies on none of the links: %s", p, c.overview(fit))
		}
	}
	return nil
}

// overview lists what there would be to look at, and what is refused.
func (c *Choice) overview(fit []Iface) string {
	var all []string
	for _, i := range fit {
		for _, p := range i.Addrs {
			if private(p.Masked()) {
				all = append(all, i.Name+" has "+p.Masked().String())
			}
		}
	}
	return strings.Join(append(all, c.reasons()), ", ")
}

func link(i Iface, scope []netip.Prefix) lan.Link {
	l := lan.Link{Name: i.Name, Prefixes: scope, Index: i.Index, MAC: i.MAC, MTU: i.MTU}
	for _, p := range i.Addrs {
		l.Addrs = append(l.Addrs, p.Addr().WithZone(""))
		if private(p.Masked()) {
			l.Networks = append(l.Networks, p.Masked())
		}
	}
	return l
}

func is4(p netip.Prefix) bool { return p.Addr().Is4() }
