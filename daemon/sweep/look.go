package sweep

import (
	"context"
	"errors"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/knowledge/fingerprints"
	"github.com/homesweep/homesweep/probes/lan"
)

// maxLook bounds how long one device's services are looked at once its ports are
// decided. What is left then is open and unknown: a device that accepts everything
// must not hold up the home.
const maxLook = 60 * time.Second

// look names what is behind one device's endpoints, as many at a time as its class
// bears.
type look struct {
	run       *run
	device    lan.Device
	announced lan.Heard
	places    chan struct{} // one is taken by each connection
	asking    sync.WaitGroup

	mu    sync.Mutex
	named []lan.Service
}

func (r *run) look(d lan.Device) *look {
	return &look{
		run: r, device: d, announced: fingerprints.Named(d.Heard, d.Names),
		places: make(chan struct{}, r.want.Pace.Manners(d.Class()).AtOnce),
	}
}

// errEnough is why no more of a device is looked at.
var errEnough = errors.New("it was looked at for long enough")

// services names what is behind each open port as it is found, and asks the few
// questions that go over UDP.
func (r *run) services(ctx context.Context, a *asked) []lan.Service {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	l, next := r.look(a.device), 0
	decided := make(chan struct{})
	l.asking.Go(func() { l.spread(ctx, a, decided) })
	for ; ; next++ {
		ep, more := a.found.at(next)
		if !more || a.found.ended() {
			break // what the ports tell comes first
		}
		l.at(ctx, ep, true)
	}
	a.pulse.decided(a.open)
	close(decided)
	defer time.AfterFunc(maxLook, func() { stop(errEnough) }).Stop()
	for ; ; next++ {
		ep, more := a.found.at(next)
		if !more {
			break
		}
		l.at(ctx, ep, true)
	}
	return slices.DeleteFunc(l.done(), func(s lan.Service) bool {
		return s.Transport == lan.TCP && !slices.ContainsFunc(a.open, func(ep lan.Endpoint) bool { // it accepts just anything
			return ep.Addr == s.Address && ep.Port == s.Port
		})
	})
}

// lull is how long the answer to a UDP question is waited for.
const lull = time.Second

// spread asks the questions that go over UDP: evenly over the time for which the
// device's ports are asked, so that the last is answered when these are decided, or
// all of them from then on.
func (l *look) spread(ctx context.Context, a *asked, decided <-chan struct{}) {
	if !a.early {
		<-decided
	}
	list := l.run.questions(a)
	ports := float64(len(l.run.portsOf(l.device)) * len(a.addrs))
	took := time.Duration(ports / l.run.want.Pace.Manners(l.device.Class()).Rate * float64(time.Second))
	for _, ep := range list {
		select {
		case <-time.After(max(0, took-lull) / time.Duration(len(list))):
		case <-decided:
		case <-ctx.Done():
		}
		l.at(ctx, ep, true)
	}
}

// questions are where a device is asked over UDP.
func (r *run) questions(a *asked) (list []lan.Endpoint) {
	if r.want.Touch < lan.Ask || a.found.ended() && a.gone {
		return nil
	}
	for i, addr := range a.addrs {
		if i > 0 && len(a.addrs) > fewAddresses {
			break
		}
		for _, port := range identify.UDPPorts(a.device.Class()) {
			list = append(list, lan.Endpoint{Addr: addr, Transport: lan.UDP, Port: port})
		}
	}
	return list
}

// latest names what is behind ports of which it is only announced that they are
// open.
func (r *run) latest(ctx context.Context, d lan.Device, list []lan.Endpoint) []lan.Service {
	ctx, stop := context.WithTimeoutCause(ctx, maxLook, errEnough)
	defer stop()
	l := r.look(d)
	for _, ep := range list {
		l.at(ctx, ep, false)
	}
	return l.done()
}

// at asks ep who it is, as soon as there is a place. One that does not confirm
// itself is left out, save a TCP port that is proven open and did not refuse just
// now: then we only failed to learn its name. A UDP question is mostly waiting, so
// it takes no connection's place.
func (l *look) at(ctx context.Context, ep lan.Endpoint, proven bool) {
	taken, places := ep.Transport == lan.TCP, l.places
	if !taken {
		places = l.run.letters
	}
	places <- struct{}{}
	l.asking.Go(func() {
		defer func() { <-places }()
		s, err := l.run.named(ctx, ep, l.run.connections(ep, proven), l.announced)
		if err != nil {
			l.run.Log.Debug("endpoint not confirmed", "endpoint", ep, "error", err)
			cut := ctx.Err() != nil && !suffering(ctx) && context.Cause(ctx) != errEnough
			if !proven || !taken || cut || errors.Is(err, syscall.ECONNREFUSED) {
				return
			}
			s = unnamed(ep)
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		l.named = append(l.named, s)
	})
}

// done waits for the answers.
func (l *look) done() []lan.Service {
	l.asking.Wait()
	sortServices(l.named)
	return l.named
}
