package watch

import (
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/homesweep/homesweep/daemon/presence"
	"github.com/homesweep/homesweep/probes/lan"
)

// roll is who is here, and who is meant by what is heard. It has a lock of its
// own: what is heard does not wait for a sweep.
type roll struct {
	mu     sync.Mutex
	keeper *presence.Keeper
	macs   map[lan.MAC]string // device IDs; empty where two devices claim it
	addrs  map[place]owner
	kinds  map[string]lan.Kind
	bodies map[string]bool         // whose comings and goings are a person's
	news   map[string]lan.Presence // transitions not yet written down
	said   said
}

// place is an address on a link: fe80::1 is somebody on each.
type place struct {
	link string
	addr netip.Addr
}

// owner is who has an address, and whether its hardware addresses are known.
type owner struct {
	id  string
	mac bool
}

func newRoll(now time.Time) *roll {
	return &roll{keeper: presence.New(now), news: map[string]lan.Presence{}, said: newSaid()}
}

// muster takes over who there is.
func (r *roll) muster(devices []lan.Device, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.macs, r.addrs, r.kinds, r.bodies = map[lan.MAC]string{}, map[place]owner{}, map[string]lan.Kind{}, map[string]bool{}
	for _, d := range devices {
		r.kinds[d.ID], r.bodies[d.ID] = d.Kind, d.Personal()
		for _, m := range d.MACs {
			if other, taken := r.macs[m]; taken && other != d.ID {
				r.macs[m] = ""
			} else {
				r.macs[m] = d.ID
			}
		}
		for _, a := range d.Addresses {
			at := place{d.Link, a.WithZone("").Unmap()}
			if other, taken := r.addrs[at]; taken && other.id != d.ID {
				r.addrs[at] = owner{}
			} else {
				r.addrs[at] = owner{d.ID, len(d.MACs) > 0}
			}
		}
	}
	r.keeper.Know(devices, now)
	r.said.know(devices)
}

// knows reports whether d is on the roll with its kind and all its addresses.
func (r *roll) knows(d lan.Device) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	kind, known := r.kinds[d.ID]
	return known && kind == d.Kind &&
		!slices.ContainsFunc(d.MACs, func(m lan.MAC) bool { _, ok := r.macs[m]; return !ok }) &&
		!slices.ContainsFunc(d.Addresses, func(a netip.Addr) bool {
			_, ok := r.addrs[place{d.Link, a.WithZone("").Unmap()}]
			return !ok
		})
}

// who is the device that s is about, empty when it is none we know for sure. A
// hardware address decides: the owner of an address may have changed since, and
// a proxy answers for many.
func (r *roll) who(s lan.Sighting) string {
	if id, ok := r.macs[s.MAC]; ok && !s.MAC.IsZero() {
		return id
	}
	at := r.addrs[place{s.Link, s.Addr.WithZone("").Unmap()}]
	if !s.MAC.IsZero() && at.mac {
		return ""
	}
	return at.id
}

// hear takes one sighting of a source: what it comes to, and the change of state
// that it makes, if any.
func (r *roll) hear(s lan.Sighting, now time.Time) (n news, t presence.Transition, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n = r.sorted(s); n.id != "" {
		t, ok = r.keeper.See(n.id, s, now)
		t = r.note(t, ok)
	}
	return n, t, ok
}

// swept takes a device that a sweep met, by the surest of its sources.
func (r *roll) swept(d lan.Device, now time.Time) {
	if len(d.Sources) == 0 || d.LastSeen.IsZero() {
		return
	}
	source := slices.MaxFunc(d.Sources, func(a, b string) int {
		return int(100*presence.Weigh(a)) - int(100*presence.Weigh(b))
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	r.note(r.keeper.See(d.ID, lan.Sighting{Source: source, At: d.LastSeen}, now))
}

// tick lets time pass and says who went, and whom to ask.
func (r *roll) tick(now time.Time) (moved []presence.Transition, ask []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	moved, ask = r.keeper.Tick(now)
	for i, t := range moved {
		moved[i] = r.note(t, true)
	}
	return moved, ask
}

func (r *roll) answer(id string, here bool, now time.Time) (t presence.Transition, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t, ok = r.keeper.Answer(id, here, now)
	return r.note(t, ok), ok
}

// note remembers a transition that is worth writing down: one to or from being
// gone. Falling asleep and waking up are not; flash would wear out on them. What
// goes where a person goes is kept by the day.
func (r *roll) note(t presence.Transition, ok bool) presence.Transition {
	if !ok || !gone(t.From) && !gone(t.Now.State) && t.From != "" {
		return t
	}
	if r.bodies[t.ID] {
		t.Now = t.Now.Discreet(time.Local)
	}
	r.news[t.ID] = t.Now
	return t
}

func gone(s lan.State) bool { return s == lan.Away || s == lan.Offline }

// take hands over the transitions to be written down.
func (r *roll) take() map[string]lan.Presence {
	r.mu.Lock()
	defer r.mu.Unlock()
	news := r.news
	r.news = map[string]lan.Presence{}
	return news
}

// back takes news again that could not be written down, unless there are newer.
func (r *roll) back(news map[string]lan.Presence) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, p := range news {
		if _, newer := r.news[id]; !newer {
			r.news[id] = p
		}
	}
}

// show puts every device's state into s, and a note where nobody is heard.
func (r *roll) show(s *lan.Sweep) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range s.Devices {
		d := &s.Devices[i]
		if d.Presence = r.keeper.Presence(d.ID); d.Presence.At.After(d.LastSeen) {
			d.LastSeen = d.Presence.At
		}
	}
	for _, l := range s.Links {
		if r.keeper.Deaf(l.Name) {
			s.Notes = append(slices.Clip(s.Notes), "Nobody answers on "+l.Name+", so it is probably the connection of homesweep itself that is down. Who is here is shown as it was before.")
		}
	}
}
