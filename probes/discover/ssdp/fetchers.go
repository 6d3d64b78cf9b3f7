package ssdp

import (
	"context"
	"errors"
	"sync"
	"syscall"

	"github.com/homesweep/homesweep/probes/lan"
)

// fetchers fetch descriptions, several at once but of each device one after the
// other.
type fetchers struct {
	see  func(lan.Sighting)
	work chan *device // each device once at most, so it never is full
	left sync.WaitGroup
	done sync.WaitGroup
}

// fetchers starts the goroutines, which end with finish. see may be called from
// several of them.
func (src source) fetchers(ctx context.Context, see func(lan.Sighting)) *fetchers {
	f := &fetchers{see: see, work: make(chan *device, maxDevices)}
	for range atOnce {
		f.done.Go(func() {
			for d := range f.work {
				src.look(ctx, d, see)
				f.left.Done()
			}
		})
	}
	return f
}

// add has d's locations fetched, unless that is under way.
func (f *fetchers) add(d *device) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.queued {
		d.queued = true
		f.left.Add(1)
		f.work <- d
	}
}

// finish waits until everything is fetched. Nothing may be added any more.
func (f *fetchers) finish() {
	f.left.Wait()
	close(f.work)
	f.done.Wait()
}

// look tells what d answered and what its descriptions say.
func (src source) look(ctx context.Context, d *device, see func(lan.Sighting)) {
	if s, bare := d.bare(); bare {
		see(s)
	}
	for {
		s, location, ok := d.pop()
		if !ok {
			return
		}
		reached, err := src.describe(ctx, &s, location)
		d.mu.Lock()
		d.reached = d.reached || reached
		s.Claim = !d.reached && errors.Is(err, context.DeadlineExceeded)
		if errors.Is(err, syscall.EHOSTUNREACH) {
			d.next = len(d.locations) // nobody is there
		}
		d.mu.Unlock()
		if !errors.Is(err, syscall.EHOSTUNREACH) {
			see(s)
		}
	}
}

// bare is the sighting of a device that has named nothing to fetch.
func (d *device) bare() (s lan.Sighting, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.sighting(d.uuid), len(d.locations) == 0 || d.uuid != "" && d.next == 0
}

// pop is the next location to fetch; without one, d leaves the queue.
func (d *device) pop() (s lan.Sighting, location string, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.next >= len(d.locations) {
		d.queued = false
		return s, "", false
	}
	location = d.locations[d.next]
	d.next++
	return d.sighting(d.ids[location]), location, true
}
