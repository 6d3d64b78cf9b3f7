package sweep

import (
	"cmp"
	"context"
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/homesweep/homesweep/daemon/census"
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// inspect takes one device from its open ports to its findings. One goroutine
// owns the device all the way, and as many devices have their turn at a time as
// connections may be open: it is what bounds goroutines and sockets of a big
// network's sweep.
func (r *run) inspect(ctx context.Context, a *asked) {
	r.turns <- struct{}{}
	defer func() { <-r.turns }()
	d := a.device
	whole := ctx
	ctx, end := a.pulse.inspected(ctx)
	known, alone := r.portsOf(d), r.alone(d)
	if !alone {
		d.Services = r.services(ctx, a)
	}
	census.Conclude(&d, slices.Concat(r.read(d), a.facts))
	r.Road.Know(d)

	<-r.announced
	r.join(&d)
	if alone = alone || r.alone(d); !alone {
		r.overdue(ctx, &d)
		r.latecomers(ctx, &d, known)
	}
	census.Conclude(&d, slices.Concat(r.read(d), a.facts))
	r.routed(&d)
	if !alone {
		r.exposed(&d)
	}
	r.judge(ctx, &d, alone)
	if how := end(); !how.At.IsZero() {
		d.Suffered = how
		r.Road.Know(d)
	}
	cut := whole.Err() != nil || a.gone && len(d.Services) == 0
	if cut {
		// It was not inspected, for want of time or because it went away: what is
		// missing would read as closed and mended. What the router says needs no time.
		d.Services, d.Findings = nil, nil
		r.judge(context.WithoutCancel(ctx), &d, true)
	}

	now := r.Now()
	if d.LastSeen = now; d.FirstSeen.IsZero() {
		d.FirstSeen = now
	}
	r.mu.Lock()
	r.done = append(r.done, d)
	r.mu.Unlock()
	if !cut {
		r.talk.device(d)
	}
}

// alone reports whether d is left alone: ourselves, what the owner said so of,
// what suffered lately, and what has no address to be asked at.
func (r *run) alone(d lan.Device) bool {
	return d.Self || r.want.Skip[d.ID] || d.Resting(r.Now()) || len(addressesOf(d)) == 0
}

// connections is how many connections identification may make to ep, of two that
// a port gets: that of the connect engine and those that discovery made to fetch
// a description count.
func (r *run) connections(ep lan.Endpoint, knocked bool) int {
	left := 2 - r.Road.Met(ep)
	if knocked && r.Ports.Name() == "connect" {
		left--
	}
	return max(left, 1)
}

// latecomers looks at the ports that the device announced only after its ports
// had been asked.
func (r *run) latecomers(ctx context.Context, d *lan.Device, asked []uint16) {
	if r.want.Touch < lan.Look {
		return
	}
	var list []lan.Endpoint
	for _, ep := range d.Announced {
		late := lan.Endpoint{Addr: addressesOf(*d)[0], Transport: ep.Transport, Port: ep.Port}
		if (wanted(ep) || invited(*d, ep)) && !slices.Contains(asked, ep.Port) && !slices.Contains(list, late) {
			list = append(list, late)
		}
	}
	d.Services = append(d.Services, r.latest(ctx, *d, list)...)
	sortServices(d.Services)
}

// road is the network as this sweep's touch allows it, and as the device that ctx
// is about bears it.
func (r *run) road(ctx context.Context) probes.Reach {
	road := watched(ctx, r.Road)
	if r.want.Touch < lan.Ask {
		return quiet{road}
	}
	return road
}

// named asks one endpoint who it is. A panic over its answer is logged with its
// stack; a TCP port was open all the same.
func (r *run) named(ctx context.Context, ep lan.Endpoint, connections int, announced lan.Heard) (s lan.Service, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			r.Log.Error("identification panicked", "endpoint", ep, "cause", cause, "stack", string(debug.Stack()))
			s = unnamed(ep)
			if ep.Transport != lan.TCP {
				err = fmt.Errorf("identification itself failed: %v", cause)
			}
		}
	}()
	return r.Identify(ctx, r.road(ctx), ep, connections, announced)
}

// unnamed is an open endpoint of which nothing is known.
func unnamed(ep lan.Endpoint) lan.Service {
	return lan.Service{Address: ep.Addr, Transport: ep.Transport, Port: ep.Port, Name: lan.Unknown}
}

// join takes over what was announced while the ports were asked.
func (r *run) join(d *lan.Device) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now, found := r.census.Find(*d); found {
		d.ID, d.MACs, d.Addresses, d.Names, d.Sources = now.ID, now.MACs, now.Addresses, now.Names, now.Sources
		d.Heard, d.Self, d.Identity, d.Bonds, d.Exposed = now.Heard, now.Self, now.Identity, now.Bonds, now.Exposed
		r.holder(d)
		for _, ep := range now.Announced {
			if !slices.Contains(d.Announced, ep) {
				d.Announced = append(d.Announced, ep)
			}
		}
	}
}

// once makes one of the devices that were taken for several when their ports were
// asked and turned out to be one.
func once(list []lan.Device) []lan.Device {
	at := map[string]int{}
	var out []lan.Device
	for _, d := range list {
		i, met := at[d.ID]
		if !met {
			at[d.ID] = len(out)
			out = append(out, d)
			continue
		}
		one := &out[i]
		if d.Suffered.At.After(one.Suffered.At) {
			one.Suffered = d.Suffered
		}
		for _, s := range d.Services {
			if !slices.ContainsFunc(one.Services, func(have lan.Service) bool { return have.Endpoint() == s.Endpoint() }) {
				one.Services = append(one.Services, s)
			}
		}
		sortServices(one.Services)
		for _, f := range d.Findings {
			k := slices.IndexFunc(one.Findings, func(have lan.Finding) bool { return have.Key() == f.Key() })
			switch {
			case k < 0:
				one.Findings = append(one.Findings, f)
			case f.Verdict.Problem() && !one.Findings[k].Verdict.Problem():
				one.Findings[k] = f
			}
		}
	}
	return out
}

// same reports whether a later look at the census shows the same device: one of
// its MACs, or its address where no MAC is known.
func same(d, now lan.Device) bool {
	if d.ID == now.ID {
		return true
	}
	if len(d.MACs) == 0 {
		return len(d.Addresses) > 0 && slices.Contains(now.Addresses, d.Addresses[0])
	}
	return slices.ContainsFunc(d.MACs, func(m lan.MAC) bool { return slices.Contains(now.MACs, m) })
}

func sortServices(list []lan.Service) {
	lan.Sort(list, func(a, b lan.Service) int {
		return cmp.Or(cmp.Compare(a.Transport, b.Transport), cmp.Compare(a.Port, b.Port), a.Address.Compare(b.Address))
	})
}
