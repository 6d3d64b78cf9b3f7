package lan

import (
	"fmt"
	"slices"
	"time"
)

// Pace is how hard a whole sweep goes, as a person chooses it. The zero Pace is
// Normal.
type Pace int

// The paces. Fast is for a technician on a big network.
const (
	Normal Pace = iota
	Gentle
	Fast
)

var paces = []string{"normal", "gentle", "fast"}

// String is the pace's word: "normal", "gentle" or "fast".
func (p Pace) String() string { return paces[p] }

// MarshalText is String.
func (p Pace) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads the word of a pace.
func (p *Pace) UnmarshalText(text []byte) error {
	i := slices.Index(paces, string(text))
	if i < 0 {
		return fmt.Errorf("%q is no pace: choose gentle, normal or fast", text)
	}
	*p = Pace(i)
	return nil
}

// Manners are how hard one device may be touched.
type Manners struct {
	Rate   float64       // packets a second that begin something: SYNs, connects, datagrams
	AtOnce int           // connections open at the same time
	Gap    time.Duration // between the starts of two connections
}

// Manners are c's at this pace. What is fragile is never hurried.
func (p Pace) Manners(c Class) Manners {
	m := Manners{Rate: c.Rate(), AtOnce: c.AtOnce(), Gap: c.Gap()}
	switch {
	case p == Gentle:
		m.Rate, m.Gap = m.Rate/2, m.Gap*2
	case p == Fast && c != Fragile:
		m.Rate, m.Gap = m.Rate*10, m.Gap/5
	}
	return m
}

// PerSecond is the most packets a second that begin something, for all devices
// together. At the fast pace it is a ceiling: the port engine slows down to what
// gets through.
func (p Pace) PerSecond() float64 { return [...]float64{1000, 500, 20_000}[p] }

// InFlight is the most connections open at the same time, to all devices
// together.
func (p Pace) InFlight() int { return [...]int{64, 32, 256}[p] }
