package ndp

import (
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/wire"
)

// Router is the field of a sighting that says that the device called itself a
// router (RFC 4861, an advertisement of its kind, or the R flag).
const Router = "ndp.router"

// Bounds of what a flood of forged advertisements can make us tell in one run.
const (
	maxHeld = 32   // of one hardware address; a host keeps 16 addresses by itself
	maxTold = 1024 // in all
)

// Hear is what one frame of link says of a device's IPv6 address, all but the
// time: an address in scope, or one of the internet that is only noted. ok is
// false for every other frame, our own included. d must not be used elsewhere
// meanwhile.
func Hear(d *wire.Decoder, link lan.Link, frame []byte) (s lan.Sighting, ok bool) {
	n, ok := d.Notice(frame)
	if !ok || n.Source == link.MAC || n.MAC == link.MAC || !another(link, n) {
		return s, false
	}
	s = lan.Sighting{Source: Name, Link: link.Name, MAC: n.MAC, Addr: n.Addr, Heard: lan.Heard{}, Claim: n.Claim}
	if n.Router && !n.Claim {
		s.Heard.Set(Router, "yes")
	}
	return s, true
}

// another reports whether n is about an address that another device of link can
// have.
func another(link lan.Link, n wire.Notice) bool {
	return !slices.Contains(link.Addrs, n.Addr) && (link.Contains(n.Addr) || link.Exposes(n.Addr))
}

// told is what makes one sighting different from another.
type told struct {
	mac    lan.MAC
	addr   [16]byte
	claim  bool
	router bool
}

// table remembers what was told in one run. It is used from one goroutine.
type table struct {
	link lan.Link
	told map[told]bool
	held map[lan.MAC]int
}

func newTable(link lan.Link) *table {
	return &table{link: link, told: map[told]bool{}, held: map[lan.MAC]int{}}
}

// news reports whether s says something new, and notes that it is told.
func (t *table) news(s lan.Sighting) bool {
	k := told{s.MAC, s.Addr.As16(), s.Claim, s.Heard[Router] != ""}
	if t.told[k] || len(t.told) >= maxTold || t.held[s.MAC] >= maxHeld {
		return false
	}
	t.told[k] = true
	t.held[s.MAC]++
	return true
}
