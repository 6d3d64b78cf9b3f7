package probetest

import (
	"slices"
	"time"
)

// rate remembers when the latest connections came.
type rate struct{ at []time.Time }

// within notes a connection at now and counts those of the second that ends
// with it.
func (t *rate) within(now time.Time) int {
	t.at = slices.DeleteFunc(t.at, func(old time.Time) bool { return now.Sub(old) >= time.Second })
	t.at = append(t.at, now)
	return len(t.at)
}

// overwhelmed reports whether one more connection, with open ones now, is too
// much for a fragile device.
func (r *Running) overwhelmed(open int) bool {
	f := r.device.Fragile
	if f == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	rapid := r.rate.within(time.Now())
	return f.AtOnce > 0 && open > f.AtOnce || f.PerSecond > 0 && rapid > f.PerSecond
}
