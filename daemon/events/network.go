package events

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// opened are the ports that d lets the internet reach and did not, where it was
// asked before, or was the router that we run on.
func (b *between) opened(d *lan.Device) []lan.Mapping {
	then := b.then[d.ID]
	if then == nil || len(then.Mappings) == 0 && (!then.Self || then.Zones == nil) && !slices.ContainsFunc(then.Findings, func(f lan.Finding) bool {
		return f.Check == mappingCheck && (f.Verdict.Problem() || f.Verdict == lan.Pass || f.Verdict == lan.LikelyPass)
	}) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(d.Mappings), func(m lan.Mapping) bool { return slices.Contains(then.Mappings, m) })
}

// openedTo reports whether one of them leads to d, which is told of the router then.
func (b *between) openedTo(d *lan.Device) bool {
	return slices.ContainsFunc(b.after.Devices, func(router lan.Device) bool {
		return slices.ContainsFunc(b.opened(&router), func(m lan.Mapping) bool { return slices.Contains(d.Addresses, m.Client) })
	})
}

// mapped tells which ports of a router were opened to the internet, each as weighty as
// what is found of it on the device: of a game's, which opens another with every
// start, nothing.
func (b *between) mapped(then, d *lan.Device) {
	for _, m := range b.opened(d) {
		client, day := m.Client.String(), false
		var door *lan.Finding
		for _, list := range [][]lan.Device{b.before.Devices, b.after.Devices} { // an inspection has not met everybody
			for _, c := range list {
				if slices.Contains(c.Addresses, m.Client) {
					client, day, door = called(c), c.Personal(), forwardTo(c)
				}
			}
		}
		if door != nil && door.Severity == lan.ForInfo {
			continue
		}
		e := lan.Event{What: lan.PortMapped, Service: fmt.Sprintf("%s/%d", m.Transport, m.External), Now: fmt.Sprintf("%s port %d", m.Client, m.Port),
			Words: fmt.Sprintf("%s opened its port %d to the internet, for %s.", called(*d), m.External, client)}
		if door != nil {
			e.Severity = door.Severity
		}
		said := len(b.out)
		if b.say(d, e); day && len(b.out) > said {
			b.out[said].At = lan.DayOf(b.at, b.at.Location())
		}
	}
}

// forwardTo is what was found of the ways to d, if that is a problem.
func forwardTo(d lan.Device) *lan.Finding {
	if i := slices.IndexFunc(d.Findings, func(f lan.Finding) bool { return f.Check == forwardCheck && f.Verdict.Problem() }); i >= 0 {
		return &d.Findings[i]
	}
	return nil
}

// dhcpServer is what a device is heard with that gives out addresses
// (probes/discover/dhcp).
const dhcpServer = "dhcp.server"

// serves tells that d gives out addresses though somebody else on its link does.
func (b *between) serves(d *lan.Device) {
	then := b.then[d.ID]
	if d.Self || d.Heard[dhcpServer] == "" || then != nil && then.Heard[dhcpServer] != "" {
		return
	}
	other := func(o lan.Device) bool {
		return o.ID != d.ID && (then == nil || o.ID != then.ID) && o.Link == d.Link &&
			(o.Heard[dhcpServer] != "" || o.Self && o.Kind == "router")
	}
	for _, list := range [][]lan.Device{b.before.Devices, b.after.Devices} {
		if i := slices.IndexFunc(list, other); i >= 0 {
			b.say(d, lan.Event{What: lan.SecondDHCP, Was: called(list[i]), Now: addresses(*d),
				Words: called(*d) + " gives out addresses too, besides " + called(list[i]) + ". A home needs one that does."})
			return
		}
	}
}

// gateway tells that d, met by this sweep, answers for an address of the router
// with a hardware address that the router did not have.
func (b *between) gateway(d *lan.Device) {
	if d.Self || len(d.MACs) == 0 || !d.LastSeen.IsZero() && d.LastSeen.Before(b.after.Started) {
		return
	}
	holds := func(o *lan.Device, a netip.Addr) bool {
		return o != nil && o.Link == d.Link && slices.Contains(o.Addresses, a)
	}
	for i := range b.before.Devices {
		router := &b.before.Devices[i]
		if router.Kind != "router" || router.Self || len(router.MACs) == 0 || slices.ContainsFunc(d.MACs, func(m lan.MAC) bool { return had(router, m) }) {
			continue
		}
		for _, a := range d.Addresses {
			then := b.then[d.ID]
			if a.Is4() && holds(router, a) && (then == nil || then == router || !holds(then, a)) {
				b.say(d, lan.Event{What: lan.GatewayChanged, Was: router.MACs[0].String(), Now: d.MACs[0].String(),
					Words: fmt.Sprintf("The router's address %s has another hardware address: %s, before it was %s.", a, d.MACs[0], router.MACs[0])})
				return
			}
		}
	}
}
