package sweep

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"sync"

	"github.com/homesweep/homesweep/daemon/census"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ports"
)

// maxAddresses is at how many addresses one device's ports are asked.
const maxAddresses = 8

// asked is one device whose ports are being asked, and what came of it. Until
// found has ended, the scan owns what follows it.
type asked struct {
	device lan.Device
	addrs  []netip.Addr // where they are asked
	early  bool         // its open ports are looked at while others are still asked
	pulse  *pulse       // nil for one that is asked nothing
	found  *arrivals    // its open ports

	left  int            // addresses still being asked
	open  []lan.Endpoint // proven open
	facts []lan.Fact     // what its ports tell of it
	lost  int            // addresses at which the kernel could not find it any more
	gone  bool           // and these are all
}

// crowded is from how many open ports on, four fifths of those asked, a host is
// taken for one that accepts whatever it is asked.
const crowded = 20

// met takes in that port is open at addr, before all is decided.
func (a *asked) met(addr netip.Addr, port uint16) {
	if !a.early || a.found.count() >= crowded {
		return
	}
	ep := lan.Endpoint{Addr: addr, Transport: lan.TCP, Port: port}
	a.pulse.opened(ep)
	a.found.bring(ep)
}

// take takes in what the ports of t's address came to.
func (a *asked) take(t ports.Target, found ports.Result) {
	value, raw := "accepts connections on every port", "Ports that nobody uses were open at "+t.Addr.String()+"."
	if n := len(found.Open); n >= crowded && n*5 >= len(t.Ports)*4 {
		value, raw = "accepts connections on nearly every port asked", fmt.Sprintf("%d ports were open at %s.", n, t.Addr)
		found.Open, found.Everything = nil, true
	}
	for _, port := range found.Open {
		a.open = append(a.open, lan.Endpoint{Addr: t.Addr, Transport: lan.TCP, Port: port})
	}
	if found.Everything {
		a.facts = append(a.facts, lan.Fact{Field: lan.FieldPorts, Value: value, Source: "ports", Confidence: 0.95, Raw: raw})
		// An open port proves nothing there, but what the device announced does.
		for _, ep := range a.device.Announced {
			if ep.Addr == t.Addr && wanted(ep) {
				a.open = append(a.open, lan.Endpoint{Addr: t.Addr, Transport: lan.TCP, Port: ep.Port})
			}
		}
	}
	if found.Unreachable {
		a.lost++
	}
	a.gone = a.lost == len(a.addrs)
	a.pulse.result(found)
	if a.left--; a.left == 0 {
		a.found.end(a.open...)
	}
}

// knockAll asks the ports of the devices in list, on all links at once.
func (r *run) knockAll(ctx context.Context, list []lan.Device, devices *sync.WaitGroup) {
	var scans sync.WaitGroup
	for _, link := range r.want.Links {
		scans.Go(func() { r.knock(ctx, link, slices.Clone(list), devices) })
	}
	scans.Wait()
}

// hardy reports whether d bears the whole list.
func hardy(d lan.Device) bool { return d.Class() != lan.Fragile }

// apart parts the devices that are such from the others.
func apart(list []lan.Device, such func(lan.Device) bool) (yes, no []lan.Device) {
	for _, d := range list {
		if such(d) {
			yes = append(yes, d)
		} else {
			no = append(no, d)
		}
	}
	return yes, no
}

// newcomers are the devices that were not among the first.
func (r *run) newcomers() []lan.Device {
	return slices.DeleteFunc(r.devices(), func(d lan.Device) bool {
		return slices.ContainsFunc(r.knocked, func(k lan.Device) bool { return same(k, d) })
	})
}

// knock asks the ports of every device of list that is on link, each at its
// class's pace, and starts a goroutine for each device: the one that owns the
// device from its open ports to its findings. It starts at once for one that bears
// a connection beside the questions to its ports, if these are none themselves and
// all have their turn at once; for others when their ports are decided.
func (r *run) knock(ctx context.Context, link lan.Link, list []lan.Device, devices *sync.WaitGroup) {
	// Where two devices claim one address it is asked once, for the one that
	// claims fewer: a host that answers for others must not hide them.
	lan.Sort(list, func(a, b lan.Device) int { return cmp.Compare(len(a.Addresses), len(b.Addresses)) })
	byAddr := map[netip.Addr]*asked{}
	var targets []ports.Target
	for _, d := range list {
		if d.Link != link.Name {
			continue
		}
		r.Road.Know(d)
		a := &asked{device: d, found: newArrivals()}
		if !r.alone(d) && r.want.Touch >= lan.Look {
			a.addrs = slices.DeleteFunc(addressesOf(d), func(addr netip.Addr) bool { return byAddr[addr] != nil || !link.Contains(addr) })
		}
		a.left = len(a.addrs)
		if a.left == 0 {
			a.found.end()
			devices.Go(func() { r.inspect(ctx, a) })
			continue
		}
		a.pulse = r.canary.begin(ctx, d, link)
		for _, t := range r.targets(d, a.addrs) {
			byAddr[t.Addr] = a
			t.Stop = a.pulse.ctx.Done()
			t.Found = func(port uint16) { a.met(t.Addr, port) }
			targets = append(targets, t)
			r.talk.plan(len(t.Ports))
		}
		if a.early = hardy(d) && len(list) <= cap(r.turns) && r.Ports.Name() == "raw"; a.early {
			// Whatever ends the scan, nobody waits for it after that.
			defer a.found.end()
			devices.Go(func() { r.inspect(ctx, a) })
		}
	}
	if len(targets) == 0 {
		return
	}
	stats, err := r.Ports.Scan(ctx, link, targets, r.talk.asked, func(t ports.Target, found ports.Result) {
		a := byAddr[t.Addr]
		if a.take(t, found); a.left == 0 && !a.early {
			devices.Go(func() { r.inspect(ctx, a) })
		}
	})
	r.mu.Lock()
	r.packets += stats.Sent
	r.mu.Unlock()
	if err != nil && ctx.Err() == nil {
		r.Log.Error("port engine failed", "engine", r.Ports.Name(), "link", link.Name, "error", err)
		r.note(fmt.Sprintf("The ports on %s could not all be asked: %v.", link.Name, err))
		r.mu.Lock()
		r.failed = ErrPartial
		r.mu.Unlock()
	}
}

// fewAddresses is at how many addresses a device is asked for all its ports. One
// with more either answers for machines behind it, or for nobody.
const fewAddresses = 3

// spoke reports whether d announced something at addr, so that it is its own.
func spoke(d lan.Device, addr netip.Addr) bool {
	return slices.ContainsFunc(d.Announced, func(ep lan.Endpoint) bool { return ep.Addr == addr })
}

// addressesOf are the addresses at which d's ports are asked: every IPv4
// address, for behind a repeater that puts its own MAC on others' frames they
// are different machines; without one, the first IPv6 address.
func addressesOf(d lan.Device) []netip.Addr {
	var list []netip.Addr
	for _, a := range d.Addresses {
		if slices.Contains(d.Exposed, a) {
			continue // one of the internet's is never asked
		}
		if len(list) == 0 || a.Is4() && len(list) < maxAddresses {
			list = append(list, a)
		}
	}
	return list
}

// targets are what to ask d at addrs: the short list for fragile devices, the
// whole list for others, and what the device announced itself. The addresses
// share the device's rate by how much each is asked.
func (r *run) targets(d lan.Device, addrs []netip.Addr) []ports.Target {
	manners, all := r.want.Pace.Manners(d.Class()), 0
	list := make([]ports.Target, len(addrs))
	for i, addr := range addrs {
		t := ports.Target{Addr: addr, MAC: census.MACAt(d, addr), Ports: r.portsOf(d), AtOnce: max(1, manners.AtOnce/len(addrs))}
		if len(addrs) > fewAddresses && i > 0 && !spoke(d, addr) {
			t.Ports = ports.Short()
		}
		all += len(t.Ports)
		list[i] = t
	}
	for i := range list {
		list[i].Rate = manners.Rate * float64(len(list[i].Ports)) / float64(all)
	}
	return list
}

// portsOf are the ports asked of d: those of its class's list, or of a first look's,
// and what it has announced. The list is shared and never changed.
func (r *run) portsOf(d lan.Device) []uint16 {
	list := slices.Clip(r.list)
	switch {
	case d.Class() == lan.Fragile:
		list = ports.Short()
	case r.want.First[d.ID]:
		list = ports.First()
	}
	for _, ep := range d.Announced {
		if wanted(ep) && !slices.Contains(list, ep.Port) {
			list = append(list, ep.Port)
		}
	}
	return list
}
