package sweep

import (
	"slices"
	"sync"

	"github.com/homesweep/homesweep/probes/lan"
)

// arrivals are the open ports of one device, from the engine that finds them to
// the one who asks them what they are. Bringing one never waits. It is safe for
// concurrent use.
type arrivals struct {
	mu   sync.Mutex
	list []lan.Endpoint
	news chan struct{} // holds one when there may be something new
	over chan struct{} // closed when no more come
}

func newArrivals() *arrivals {
	return &arrivals{news: make(chan struct{}, 1), over: make(chan struct{})}
}

// bring adds those of eps that did not come before.
func (a *arrivals) bring(eps ...lan.Endpoint) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.add(eps)
	select {
	case a.news <- struct{}{}:
	default:
	}
}

// add is bring's. The lock is held.
func (a *arrivals) add(eps []lan.Endpoint) {
	for _, ep := range eps {
		if !slices.Contains(a.list, ep) {
			a.list = append(a.list, ep)
		}
	}
}

// count is how many came so far.
func (a *arrivals) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.list)
}

// end brings the last ones and says that no more come, both at once: whoever meets
// one of them finds that it was the end. Nothing is brought after it.
func (a *arrivals) end(eps ...lan.Endpoint) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.add(eps)
	if !a.ended() {
		close(a.over)
	}
}

// ended reports whether no more come.
func (a *arrivals) ended() bool {
	select {
	case <-a.over:
		return true
	default:
		return false
	}
}

// at is the i-th arrival, waited for; there is none when more is false.
func (a *arrivals) at(i int) (ep lan.Endpoint, more bool) {
	for {
		ended := a.ended() // before the list is looked at
		a.mu.Lock()
		if more = i < len(a.list); more {
			ep = a.list[i]
		}
		a.mu.Unlock()
		if more || ended {
			return ep, more
		}
		select {
		case <-a.news:
		case <-a.over:
		}
	}
}
