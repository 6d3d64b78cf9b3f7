// Package vendor asks the home in the makers' own words: the discovery
// protocols by which the apps of plugs, bulbs, cameras, printers and routers
// find them. Each is one file that registers itself and changes no other.
//
// A question is what the maker's own app sends and changes nothing; it is sent
// once a sweep to a network's broadcast address or to the protocol's group, and
// an answer speaks for its sender only. What tells where a device stands, who
// owns it, its serial number, and anything with which it could be controlled is
// never kept. Fields of lan.Heard are named after the maker, then after the
// protocol's own word: "kasa.sw_ver".
package vendor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// Vendor is one maker's discovery protocol.
type Vendor struct {
	Name string // the first word of its fields: "kasa"
	Port uint16 // where it is asked; 0 for one that is only listened to
	// Group is where questions go; the zero Addr means each network's broadcast
	// address.
	Group netip.Addr
	// Home says that answers may come to Port and Group instead of to the asker.
	Home bool
	// Questions makes what everybody is sent, one after the other, once a sweep;
	// nil for a protocol that is not asked so.
	Questions func() [][]byte
	// Alone is what one device is asked by itself, at Port; nil for nothing. Hear
	// reads the answer.
	Alone []byte
	// Service is what its service is called: IANA's name of it; empty for Name.
	Service string
	// Small says that microcontrollers speak it, and bear to be asked.
	Small bool
	// Follow is what the sender of an answer is asked next, by unicast, if the
	// answer calls for it: once a sweep for each sender. May be nil.
	Follow func(answer []byte) [][]byte
	// Hear reads an answer or announcement. It is pure, bounded by the datagram
	// and safe for concurrent use; ok is false for anything else, a question
	// among them. It fills in Heard, Names and Endpoints (port and transport).
	Hear func(datagram []byte) (s lan.Sighting, ok bool)
	// Ears are the ports to which devices announce themselves unasked.
	Ears []uint16
}

// always is the Questions of a protocol whose words never change.
func always(questions ...[]byte) func() [][]byte {
	return func() [][]byte { return questions }
}

// vendors are all that registered, by name.
var vendors []Vendor

// register adds a protocol; its file does so in a package-level variable.
func register(v Vendor) bool {
	vendors = append(vendors, v)
	lan.Sort(vendors, func(a, b Vendor) int { return cmp.Compare(a.Name, b.Name) })
	return true
}

// Vendors are all protocols, by name.
func Vendors() []Vendor { return slices.Clone(vendors) }

// name is the Source's.
const name = "vendor"

// maxDatagram is how much of a datagram is read, in bytes.
const maxDatagram = 8 << 10

// hear is v.Hear with what every sighting has.
func (v Vendor) hear(datagram []byte) (lan.Sighting, bool) {
	s, ok := v.Hear(datagram[:min(len(datagram), maxDatagram)])
	if !ok {
		return lan.Sighting{}, false
	}
	s.Source = name
	return s, true
}

// source is the Source.
type source struct {
	vendors []Vendor
	allow   func(netip.Addr) bool
	wait    time.Duration
}

var _ probes.Source = source{}

// patience is how long answers are heard after the questions.
const patience = 2500 * time.Millisecond

// New is the Source "vendor". allow says which addresses may answer and be
// asked further; it is asked with addresses of the link only, from several
// goroutines.
func New(allow func(netip.Addr) bool) probes.Source {
	return source{vendors: vendors, allow: allow, wait: patience}
}

// Name implements probes.Source.
func (source) Name() string { return name }

// Asks is where questions to everybody go: a group, or "broadcast", and the port.
func (src source) Asks() (places []string) {
	for _, v := range src.vendors {
		switch {
		case v.Questions == nil:
		case v.Group.IsValid():
			places = append(places, netip.AddrPortFrom(v.Group, v.Port).String())
		default:
			places = append(places, fmt.Sprintf("broadcast:%d", v.Port))
		}
	}
	return places
}

// Discover asks every protocol once in each of the link's IPv4 networks and
// hears answers for 2.5 s. An error means that nothing could be asked at all.
func (src source) Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	ctx, cancel := context.WithTimeout(ctx, src.wait)
	defer cancel()
	var (
		one    sync.Mutex
		wait   sync.WaitGroup
		asked  int
		failed []error
	)
	for _, v := range src.vendors {
		for _, at := range v.places(link) {
			wait.Go(func() {
				c := &call{Vendor: v, link: link, place: at, allow: src.allow, heard: map[netip.Addr]int{}}
				err := c.run(ctx, func(s lan.Sighting) {
					one.Lock()
					defer one.Unlock()
					see(s)
				})
				one.Lock()
				defer one.Unlock()
				if asked++; err != nil {
					failed = append(failed, fmt.Errorf("%s: %w", v.Name, err))
				}
			})
		}
	}
	wait.Wait()
	if asked > 0 && len(failed) == asked {
		return fmt.Errorf("asking %s in the makers' own protocols: %w", link.Name, errors.Join(failed...))
	}
	return nil
}

// place is where a question goes, and from which of our addresses.
type place struct{ own, to netip.Addr }

// maxNetworks bounds the networks of one link that are asked. With it, a protocol
// has two sockets at most.
const maxNetworks = 2

// places are where v is asked on link: its group once, or the broadcast address
// of each network in which we have an address.
func (v Vendor) places(link lan.Link) (all []place) {
	if v.Questions == nil {
		return nil
	}
	networks := link.Networks
	if len(networks) == 0 {
		networks = link.Prefixes
	}
	for _, p := range networks {
		own, ok := link.Source4(p.Addr())
		if !ok || !p.Contains(own) || p.Bits() > 30 || len(all) == maxNetworks {
			continue
		}
		at := place{own, broadcast(p)}
		if v.Group.IsValid() {
			at.to = v.Group
		}
		if !slices.ContainsFunc(all, func(have place) bool { return have.to == at.to }) {
			all = append(all, at)
		}
	}
	return all
}

// broadcast is the last address of p, an IPv4 network.
func broadcast(p netip.Prefix) netip.Addr {
	a := p.Masked().Addr().As4()
	for i := p.Bits(); i < 32; i++ {
		a[i/8] |= 0x80 >> (i % 8)
	}
	return netip.AddrFrom4(a)
}
