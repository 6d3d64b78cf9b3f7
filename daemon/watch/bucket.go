package watch

import "time"

// bucket meters what strangers can cause: size at once, and one more every so long. It
// is not safe for concurrent use.
type bucket struct {
	size   float64
	every  time.Duration
	used   float64
	filled time.Time
}

// fill lets time pass. A clock that was set back costs nobody anything.
func (b *bucket) fill(now time.Time) {
	if past := now.Sub(b.filled); !b.filled.IsZero() && past > 0 {
		b.used = max(0, b.used-float64(past)/float64(b.every))
	}
	b.filled = now
}

// has reports whether there is one at now.
func (b *bucket) has(now time.Time) bool {
	b.fill(now)
	return b.size-b.used >= 1
}

// take takes one, if there is one.
func (b *bucket) take(now time.Time) bool {
	ok := b.has(now)
	if ok {
		b.used++
	}
	return ok
}

// back gives one back that was not needed.
func (b *bucket) back() { b.used = max(0, b.used-1) }

// wait is how long it takes from now until there is one.
func (b *bucket) wait(now time.Time) time.Duration {
	if b.has(now) {
		return 0
	}
	return time.Duration((1-b.size+b.used)*float64(b.every)) + time.Millisecond
}
