package sweep

import (
	"context"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of what the router is asked, and of what is kept of it on one device.
const (
	maxRouter    = 10 * time.Second // all wait for it that are about to be judged
	maxReachable = 64
	maxZones     = 32
	keptClear    = 7 * 24 * time.Hour // how long it is remembered what was sent in clear text
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
	if r.routing.Forwards != nil && r.routing.Leases != nil {
		list = []lan.Forward{}
	}
	for _, f := range was.Reachable {
		if f.By == lan.ByOwner && r.routing.Forwards == nil || f.By == lan.ByUPnP && r.routing.Leases == nil {
			list = append(list, f)
		}
	}
	for _, f := range slices.Concat(r.routing.Forwards, r.routing.Leases, r.unguarded(d)) {
		mine := slices.Contains(d.Addresses, f.Client) || d.Self && !f.Client.IsValid()
		if mine && len(list) < maxReachable && !slices.Contains(list, f) {
			list = append(list, f)
		}
	}
	return list
}

// unguarded are the ways to d's internet addresses where the firewall keeps nobody
// out of its part of the home.
func (r *run) unguarded(d lan.Device) (list []lan.Forward) {
	for _, home := range r.routing.Zones {
		for _, z := range r.routing.Zones {
			if !z.Outside || home.Outside || !slices.Contains(home.Links, d.Link) || !slices.Contains(z.To, home.Name) {
				continue
			}
			for _, a := range d.Exposed {
				list = append(list, lan.Forward{By: lan.ByOwner, Mapping: lan.Mapping{Client: a, For: "forwarding from " + z.Name + " to " + home.Name}})
			}
		}
	}
	return list
}

// doors are the keys of d's services to which everybody on the internet is let in.
func doors(d lan.Device) (keys []string) {
	add := func(s lan.Service) {
		if key := s.Key(); !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	for _, f := range d.Reachable {
		if f.From != "" {
			continue
		}
		if f.Port > 0 && f.Transport != "" {
			add(lan.Service{Transport: f.Transport, Port: f.Port})
		}
		for _, s := range d.Services {
			if f.LeadsTo(s.Transport, s.Port) {
				add(s)
			}
		}
	}
	return keys
}

// sent is what d sends to the internet in clear text, today and in the days before:
// nothing of what goes where a person goes. What nobody recognised may be a
// computer, so its web traffic is not noted.
func (r *run) sent(d, was lan.Device) (list []lan.Flow) {
	if d.Personal() {
		return nil
	}
	now := r.Now()
	today := lan.DayOf(now, now.Location())
	for _, f := range r.routing.Flows {
		if !slices.Contains(d.Addresses, f.Client) || f.Port == 80 && !d.Kind.Known() {
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
		i := slices.IndexFunc(list, before.Like)
		switch {
		case i < 0:
			if now.Sub(before.Seen) < keptClear {
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
