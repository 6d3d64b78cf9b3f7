package sweep

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes/conntrack"
	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of what the router is asked, and of what is kept of it on one device.
const (
	maxRouter    = 10 * time.Second // all wait for it that are about to be judged
	maxReachable = 64
	maxZones     = 32
	keptClear    = 7 * 24 * time.Hour // how long it is remembered what was sent in clear text
	keptTried    = 2 * 24 * time.Hour // a device that looks for others does so all the time
	maxDays      = 30
)

// routing is what the router that the sweep runs on knows. It is filled before
// asked is closed and not changed after.
type routing struct {
	asked chan struct{}
	lan.Router
}

// readRouter asks it, once.
func (r *run) readRouter(ctx context.Context) {
	defer close(r.routing.asked)
	if r.Parts.Router == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, maxRouter)
	defer cancel()
	r.routing.Router = r.Parts.Router(ctx)
	for _, text := range r.routing.Unread {
		r.Log.Info("something of the router could not be read", "what", text)
		r.note(text)
	}
}

// routed notes on d what the router knows of it. Nothing is sent for that, so it is
// noted also on what is left alone.
func (r *run) routed(d *lan.Device) {
	<-r.routing.asked
	if r.Parts.Router == nil {
		return
	}
	was := r.known(d.ID)
	d.Reachable, d.Clear = r.reachable(*d, was), r.sent(*d, was)
	if !d.Self {
		return
	}
	if d.Zones = was.Zones; r.routing.Zones != nil {
		d.Zones = r.routing.Zones[:min(len(r.routing.Zones), maxZones)]
	}
	if d.Mappings == nil && r.routing.Leases != nil {
		d.Mappings = []lan.Mapping{}
		for _, f := range r.routing.Leases[:min(len(r.routing.Leases), maxReachable)] {
			d.Mappings = append(d.Mappings, f.Mapping)
		}
	}
}

// known is the device with that ID as it was left in memory.
func (r *run) known(id string) lan.Device {
	if i := slices.IndexFunc(r.want.Known, func(d lan.Device) bool { return d.ID == id }); i >= 0 {
		return r.want.Known[i]
	}
	return lan.Device{}
}

// reachable are the ways to d that the router keeps open; those that could not be
// read are as they were. Nil where there may be more than were read and none was.
func (r *run) reachable(d, was lan.Device) []lan.Forward {
	var list []lan.Forward
	if r.routing.Forwards != nil && r.routing.Leases != nil && !r.routing.Partial {
		list = []lan.Forward{}
	}
	for _, f := range was.Reachable {
		if f.By == lan.ByOwner && r.routing.Forwards == nil || f.By == lan.ByUPnP && r.routing.Leases == nil {
			list = append(list, f)
		}
	}
	unheard := false // an internet address of d's, to which a way would lead
	for _, f := range slices.Concat(r.routing.Forwards, r.routing.Leases) {
		unheard = unheard || len(d.Exposed) == 0 && r.within(d, f.Zone)
		for _, to := range r.leads(d, f) {
			f.Client, f.Zone = to, ""
			if len(list) < maxReachable && !slices.Contains(list, f) {
				list = append(list, f)
			}
		}
	}
	if unheard && len(list) == 0 {
		return nil
	}
	return list
}

// within reports whether d is behind the router in that part of the home.
func (r *run) within(d lan.Device, zone string) bool {
	return zone != "" && !d.Self && slices.ContainsFunc(r.routing.Zones, func(z lan.Zone) bool { return z.Name == zone && slices.Contains(z.Links, d.Link) })
}

// leads are the addresses of d to which f leads: its own, those of the internet in the
// part of the home that f opens, or none that is valid where f ends at the router
// itself. Of the router is told too what leads to nobody.
func (r *run) leads(d lan.Device, f lan.Forward) []netip.Addr {
	switch {
	case r.within(d, f.Zone):
		return d.Exposed
	case f.Zone != "":
	case slices.Contains(d.Addresses, f.Client), d.Self && (!f.Client.IsValid() || r.nobody(f.Client)):
		return []netip.Addr{f.Client}
	}
	return nil
}

// nobody reports whether no device is known at a, present or not.
func (r *run) nobody(a netip.Addr) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !slices.ContainsFunc(slices.Concat(r.census.Devices(), r.want.Known), func(d lan.Device) bool { return slices.Contains(d.Addresses, a) })
}

// sent is what d sends to the internet in clear text, today and in the days before:
// nothing of what goes where a person goes, nor of another router or access point,
// behind which phones may be. What nobody recognised may be a computer, and a server
// one's way out, so their web traffic is not noted.
func (r *run) sent(d, was lan.Device) (list []lan.Flow) {
	if d.Personal() || d.Kind == "router" || d.Kind == "ap" {
		return nil
	}
	web := d.Kind.Known() && d.Kind != "server" && d.Kind != "nas"
	now := r.Now()
	today := lan.DayOf(now, now.Location())
	for _, f := range r.routing.Flows {
		if !slices.Contains(d.Addresses, f.Client) || f.Port == 80 && !web {
			continue
		}
		if i := slices.IndexFunc(list, f.Like); i >= 0 {
			list[i].Count += f.Count
			continue
		}
		f.Days, f.Seen = 1, today
		list = append(list, f)
	}
	for i := range list {
		list[i].Count = about(list[i].Count)
	}
	for _, before := range was.Clear {
		i, keep := slices.IndexFunc(list, before.Like), keptClear
		if p, _ := conntrack.Of(before.Transport, before.Port); p.Tried {
			keep = keptTried
		}
		switch {
		case i < 0:
			if now.Sub(before.Seen) < keep && (web || before.Port != 80) {
				list = append(list, before)
			}
		case before.Seen.Equal(today):
			list[i].Days, list[i].Count = before.Days, max(list[i].Count, before.Count)
		default:
			list[i].Days = min(before.Days+1, maxDays)
		}
	}
	return list
}

// about is n rounded down to 1, 2, 5, 10, 20 and so on: what changes with every
// sweep would be written with every sweep.
func about(n int) int {
	step := 1
	for _, next := range []int{2, 5, 10, 20, 50, 100, 200, 500, 1000} {
		if n >= next {
			step = next
		}
	}
	return step
}
