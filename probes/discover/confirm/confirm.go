// Package confirm asks one station, and nobody else, whether it is still there:
// by unicast ARP (RFC 1122 section 2.3.2.1) and by unicast neighbour
// solicitation (RFC 4861 section 7.3.3). A device that is only quiet answers,
// where a question to all is lost on a Wi-Fi that saves power.
package confirm

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"golang.org/x/net/bpf"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/wire"
)

const (
	tries    = 3
	apart    = time.Second // a station asleep between two beacons wakes within it
	maxFrame = 256         // bytes of a frame that are read
)

// socket is what a question needs of a wire.Socket.
type socket interface {
	Send(frame []byte) error
	Receive(ctx context.Context, buf []byte) ([]byte, error)
	Close() error
}

// Asker asks on packet sockets. It is safe for concurrent use.
type Asker struct {
	allow func(netip.Addr) error
	open  func(link lan.Link, protocol uint16) (socket, error)
}

// New is an Asker that sends only to addresses that pass allow.
func New(allow func(netip.Addr) error) *Asker {
	return &Asker{allow: allow, open: func(link lan.Link, protocol uint16) (socket, error) {
		return wire.Open(link, protocol, only(protocol), allow)
	}}
}

// only lets answers pass: ARP as it comes, of IPv6 its neighbour advertisements.
func only(protocol uint16) []bpf.RawInstruction {
	if protocol == wire.ARP {
		return nil
	}
	program, err := bpf.Assemble([]bpf.Instruction{
		bpf.LoadAbsolute{Off: 14 + 6, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: 58, SkipTrue: 3}, // ICMPv6
		bpf.LoadAbsolute{Off: 14 + 40, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: 136, SkipTrue: 1}, // RFC 4861 section 4.4
		bpf.RetConstant{Val: maxFrame},
		bpf.RetConstant{Val: 0},
	})
	if err != nil {
		return nil // then the decoder has more to throw away
	}
	return program
}

// Here asks the station mac on link for addr, three times a second apart, until
// it answers or ctx ends. Silence is false without an error. An error means that
// it could not be asked; without CAP_NET_RAW it wraps fs.ErrPermission.
func (a *Asker) Here(ctx context.Context, link lan.Link, mac lan.MAC, addr netip.Addr) (bool, error) {
	protocol := wire.IPv6
	if addr.Is4() {
		protocol = wire.ARP
	}
	frame, err := question(link, mac, addr)
	if err != nil {
		return false, fmt.Errorf("confirm: %w", err)
	}
	sock, err := a.open(link, protocol)
	if err != nil {
		return false, fmt.Errorf("confirm: %w", err)
	}
	defer sock.Close()
	for range tries {
		if err := sock.Send(frame); err != nil && !wire.Busy(err) {
			return false, fmt.Errorf("confirm: %w", err)
		}
		here, err := answered(ctx, sock, mac, addr)
		if here || ctx.Err() != nil {
			return here, nil
		}
		if err != nil {
			return false, fmt.Errorf("confirm: %w", err)
		}
	}
	return false, nil
}

// question is the frame that asks.
func question(link lan.Link, mac lan.MAC, addr netip.Addr) ([]byte, error) {
	if mac.IsZero() || mac.IsGroup() {
		return nil, fmt.Errorf("the hardware address of %s is not known", addr)
	}
	frames := wire.NewBuilder(link)
	if addr.Is4() {
		own, ok := link.Source4(addr)
		if !ok {
			return nil, fmt.Errorf("%s has no address to ask %s from", link.Name, addr)
		}
		return frames.ARPRequest(own, addr, mac)
	}
	for _, own := range link.Addrs {
		if own.Is6() && own.IsLinkLocalUnicast() {
			return frames.NeighborSolicitation(own, addr, mac)
		}
	}
	return nil, fmt.Errorf("%s has no link-local address to ask %s from", link.Name, addr)
}

// answered waits a while for mac's own word that it holds addr.
func answered(ctx context.Context, sock socket, mac lan.MAC, addr netip.Addr) (bool, error) {
	turn, cancel := context.WithTimeout(ctx, apart)
	defer cancel()
	decoder := wire.NewDecoder()
	buf := make([]byte, maxFrame)
	for {
		frame, err := sock.Receive(turn, buf)
		switch {
		case turn.Err() != nil, errors.Is(err, context.DeadlineExceeded):
			return false, nil
		case err != nil:
			return false, err
		}
		if c, ok := decoder.Claim(frame); ok && c.MAC == mac && c.Addr == addr {
			return true, nil
		}
		if n, ok := decoder.Notice(frame); ok && !n.Claim && n.MAC == mac && n.Addr == addr {
			return true, nil
		}
	}
}
