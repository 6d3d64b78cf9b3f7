package ports

import "time"

// Bounds of a host's patience.
const (
	firstTimeout = time.Second // before any answer, RFC 6298 section 2.1
	minTimeout   = 150 * time.Millisecond
	maxTimeout   = 1500 * time.Millisecond
	// granularity is the least that an answer may be later than usual, the G of
	// RFC 6298: of a host whose answers come like clockwork the first one that
	// does not would else be missed.
	granularity = 100 * time.Millisecond
)

// rtt estimates how long one host's answers take (RFC 6298 section 2). The zero
// value knows nothing yet.
type rtt struct {
	smooth, vary time.Duration
	known        bool
}

// sample takes in one round trip, measured on a question asked once only
// (Karn's rule, RFC 6298 section 3).
func (r *rtt) sample(d time.Duration) {
	if !r.known {
		r.smooth, r.vary, r.known = d, d/2, true
		return
	}
	r.vary += ((r.smooth - d).Abs() - r.vary) / 4
	r.smooth += (d - r.smooth) / 8
}

// timeout is how long to wait for the host's next answer.
func (r *rtt) timeout() time.Duration {
	if !r.known {
		return firstTimeout
	}
	return min(max(r.smooth+max(4*r.vary, granularity), minTimeout), maxTimeout)
}
