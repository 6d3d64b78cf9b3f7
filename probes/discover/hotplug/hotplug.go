// Package hotplug hears from the router's own DHCP server, as it happens, who was
// given an address. OpenWrt runs the scripts of /etc/hotplug.d/dhcp for it; ours passes
// each event on as one datagram to a socket on which this listens. It sends nothing to
// anybody else.
package hotplug

import (
	"context"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/unixsock"
)

// Name is the source's word for its sightings.
const Name = "hotplug"

// waiting is how many sightings of one link wait for who takes them in; more are
// left out, as there is nothing in them that the DHCP server's book will not say.
const waiting = 64

// source is the Source. All links share its one socket: the first that listens opens
// it and the last one closes it.
type source struct {
	path string
	now  func() time.Time

	mu    sync.Mutex
	ears  map[*ear]bool
	conn  *net.UnixConn
	ended chan struct{} // closed when conn's reader is done
}

// ear is one link's.
type ear struct {
	link   lan.Link
	heard  chan lan.Sighting
	failed chan error
}

var _ probes.Source = (*source)(nil)

// New is the Source "hotplug", which listens on the socket at path for as long as
// its context lasts. The one Source serves all links.
func New(path string) probes.Source {
	return &source{path: path, now: time.Now, ears: map[*ear]bool{}}
}

// Name implements probes.Source.
func (*source) Name() string { return Name }

// Discover hears what happens on link until ctx ends.
func (s *source) Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	e := &ear{link: link, heard: make(chan lan.Sighting, waiting), failed: make(chan error, 1)}
	if err := s.join(e); err != nil {
		return fmt.Errorf("opening the socket for the router's DHCP events: %w", err)
	}
	defer s.leave(e)
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-e.failed:
			return fmt.Errorf("hearing of the router's DHCP events on %s: %w", s.path, err)
		case heard := <-e.heard:
			see(heard)
		}
	}
}

func (s *source) join(e *ear) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn == nil {
		conn, err := unixsock.Make("unixgram", s.path, net.ListenUnixgram)
		if err != nil {
			return err
		}
		s.conn, s.ended = conn, make(chan struct{})
		go s.read(conn, s.ended)
	}
	s.ears[e] = true
	return nil
}

func (s *source) leave(e *ear) {
	s.mu.Lock()
	delete(s.ears, e)
	last, ended := len(s.ears) == 0 && s.conn != nil, s.ended
	if last {
		s.shut()
	}
	s.mu.Unlock()
	if last {
		<-ended
	}
}

// shut closes the socket and takes it away. s.mu is held.
func (s *source) shut() {
	_ = os.Remove(s.path)
	_ = s.conn.Close()
	s.conn = nil
}

// read takes in one datagram after the other until the socket is closed. What makes
// no sense is left out.
func (s *source) read(conn *net.UnixConn, ended chan<- struct{}) {
	defer close(ended)
	b := make([]byte, maxDatagram+1)
	for {
		n, _, err := conn.ReadFromUnix(b)
		s.mu.Lock()
		switch {
		case s.conn != conn: // closed by the last to leave
			s.mu.Unlock()
			return
		case err != nil:
			s.shut()
			for e := range s.ears {
				e.failed <- err
			}
			clear(s.ears)
			s.mu.Unlock()
			return
		}
		if event, err := Parse(b[:n]); err == nil {
			s.tell(event)
		}
		s.mu.Unlock()
	}
}

// tell hands event to whom it concerns. s.mu is held.
func (s *source) tell(event Event) {
	now := s.now()
	for e := range s.ears {
		if heard, ok := event.sighting(e.link, now); ok {
			select {
			case e.heard <- heard:
			default:
			}
		}
	}
}
