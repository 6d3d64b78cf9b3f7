// Package listen hears what the home's devices say unasked, on one packet socket
// behind one filter: ARP, IPv6 neighbour discovery, and the datagrams of the
// protocols whose ears it is given. It sends nothing.
//
// It can listen for weeks: what it remembers is bounded, whatever is sent.
package listen

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync/atomic"
	"time"

	"golang.org/x/net/bpf"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/wire"
)

// Name is the Source's name. Its sightings carry the name of the protocol that
// was heard: "arp", "dhcp", "mdns".
const Name = "listen"

const (
	maxFrame = 9216 + 14   // bytes of a frame that are read: a jumbo one
	tick     = time.Second // from one look at the clock to the next
	forget   = time.Minute // from one clearing of what has expired to the next
	again    = time.Hour   // from one report of a flood to the next
)

// Ear hears the datagrams sent to a port or, where no ear is for that port, from
// it. It has either Hear or Begin.
type Ear struct {
	Port uint16
	// Hear reads one datagram. Of the sighting it gives Source, Names, ID, Heard,
	// Gone and Endpoints; the listener adds the rest. A MAC that it sets was read
	// out of the datagram: if it is not the frame's source, somebody passed the
	// datagram on, and the sighting is a claim. An Addr that it sets counts only
	// if the sender has none yet. Endpoints at another address than the sender's
	// are left out.
	Hear func(datagram []byte) (lan.Sighting, bool)
	// Begin makes the memory of a protocol whose datagrams must be seen together,
	// once a Discover.
	Begin func(lan.Link) Memory
}

// Memory follows one protocol on one link. It is used from one goroutine.
type Memory interface {
	// Hear takes a datagram that from has sent, of whom At, Link, MAC and, if it
	// has one, Addr are known. mine reports which other addresses are. Sightings
	// given to tell are complete but for the rules of an Ear about endpoints. left
	// is how many names there was no room for.
	Hear(from lan.Sighting, mine func(netip.Addr) bool, datagram []byte, tell func(lan.Sighting)) (left int)
	// Forget lets go of what has expired. It is called once a minute.
	Forget(now time.Time)
}

// Flood is what was left out because somebody said more than a home does.
type Flood struct {
	Link string
	From lan.MAC // whose frames most of it was; zero if there is no such one
	Left int     // sightings and names left out since Discover began
	Lost int     // frames that the kernel dropped because we were too slow
}

// Source listens on a link. It implements probes.Source and may listen on
// several links at once.
type Source struct {
	ears    []Ear
	ndp     func(*wire.Decoder, lan.Link, []byte) (lan.Sighting, bool)
	flooded func(Flood)
	join    []netip.Addr
	now     func() time.Time
	open    func(lan.Link, []bpf.RawInstruction) (socket, error)
	dropped atomic.Int64
}

// socket is what a listener needs of a wire.Socket.
type socket interface {
	Receive(ctx context.Context, buf []byte) ([]byte, error)
	Drops() int
	Close() error
}

// Option changes a Source.
type Option func(*Source)

// NDP reads IPv6 neighbour discovery with hear, which gives everything but the
// time.
func NDP(hear func(d *wire.Decoder, link lan.Link, frame []byte) (lan.Sighting, bool)) Option {
	return func(s *Source) { s.ndp = hear }
}

// Flooded calls f when sightings begin to be left out, and at most once an hour
// and Discover after that. f is called from Discover's goroutine.
func Flooded(f func(Flood)) Option { return func(s *Source) { s.flooded = f } }

// Clock replaces the time of day.
func Clock(now func() time.Time) Option { return func(s *Source) { s.now = now } }

// Join has the kernel report membership in groups by IGMP and MLD, the only
// packets that come of listening: switches that snoop (RFC 4541) keep a group
// such as SSDP's from ports where nobody is a member. Those of the link's own
// range, 224.0.0.0/24, reach everybody.
func Join(groups ...netip.Addr) Option { return func(s *Source) { s.join = groups } }

// New is a Source with the given ears.
func New(ears []Ear, opts ...Option) *Source {
	s := &Source{ears: ears, now: time.Now, flooded: func(Flood) {}}
	s.open = func(link lan.Link, filter []bpf.RawInstruction) (socket, error) {
		return wire.Open(link, everything, filter, nil, wire.Overhear)
	}
	for _, o := range opts {
		o(s)
	}
	return s
}

// Name is "listen".
func (s *Source) Name() string { return Name }

// Dropped is how many sightings and names were left out in all since New,
// because their senders or everybody together said too much.
func (s *Source) Dropped() int { return int(s.dropped.Load()) }

// Discover listens on link until ctx ends, and passes on what is new at once
// and the rest at most once a minute; so every protocol in which a device talks
// shows it at least once a minute while it talks. An error wraps
// fs.ErrPermission when the program may not open packet sockets.
func (s *Source) Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	filter, err := assemble(s.ears)
	if err != nil {
		return fmt.Errorf("listening on %s: %w", link.Name, err)
	}
	sock, err := s.open(link, filter)
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	defer sock.Close()
	defer member(link, s.join)()
	l := s.begin(link, see)
	defer l.end()
	buf := make([]byte, maxFrame)
	for ctx.Err() == nil {
		if err := l.turn(ctx, sock, buf); err != nil && ctx.Err() == nil {
			return fmt.Errorf("listening on %s: %w", link.Name, err)
		}
	}
	return nil
}

// turn hears frames until it is time to look at the clock in silence too.
func (l *listener) turn(ctx context.Context, sock socket, buf []byte) error {
	ctx, cancel := context.WithTimeout(ctx, tick)
	defer cancel()
	for {
		frame, err := sock.Receive(ctx, buf)
		if err == nil {
			l.take(frame)
		}
		l.look(sock)
		switch {
		case ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded):
			return nil
		case err != nil:
			return err
		}
	}
}
