// Package wire is the packet socket: whole Ethernet frames in and out of one
// link, each one held against the scope again at the moment it leaves.
//
// Foreign bytes are decoded by gopacket's DecodingLayerParser only, which turns
// a panic of one of its decoders into an error (see Decoder).
package wire

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mdlayher/packet"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
)

// The EtherTypes that a socket can be opened for (IEEE 802 numbers).
const (
	IPv4 uint16 = 0x0800
	ARP  uint16 = 0x0806
	IPv6 uint16 = 0x86dd
)

const (
	// receiveBuffer is asked of the kernel in bytes, which doubles it for its
	// own bookkeeping: room for some 1,300 small frames, where the default
	// holds 280 and loses a third of a burst.
	receiveBuffer = 512 << 10
	// sendPatience is how long a full send queue may hold a frame.
	sendPatience = time.Second
)

// ErrRefused is wrapped by Send when a frame was not sent because of where it
// was going; the scope's own error is wrapped beside it.
var ErrRefused = errors.New("wire: frame refused")

// conn is what a Socket needs of a packet.Conn.
type conn interface {
	ReadFrom(b []byte) (int, net.Addr, error)
	WriteTo(b []byte, addr net.Addr) (int, error)
	SetReadDeadline(t time.Time) error
	SetWriteDeadline(t time.Time) error
	Stats() (*packet.Stats, error)
	Close() error
}

// Socket sends and receives frames on one link. Send, Drops and Close may be
// called from several goroutines; Receive from one at a time.
type Socket struct {
	conn   conn
	link   string
	allow  func(netip.Addr) error
	closed atomic.Bool

	mu    sync.Mutex
	drops int
}

// Open gives a socket on link that receives frames of one EtherType that pass
// filter (nil: all of them). allow is the scope: it is asked for the
// destination of every frame that is sent. Without CAP_NET_RAW the error wraps
// fs.ErrPermission.
func Open(link lan.Link, protocol uint16, filter []bpf.RawInstruction, allow func(netip.Addr) error, opts ...Option) (*Socket, error) {
	ifi := &net.Interface{Index: link.Index, Name: link.Name, MTU: link.MTU, HardwareAddr: link.MAC[:]}
	c, err := packet.Listen(ifi, packet.Raw, int(protocol), &packet.Config{Filter: filter})
	switch {
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("may not open a packet socket on %s, run as root or give the program CAP_NET_RAW: %w", link.Name, err)
	case err != nil:
		return nil, fmt.Errorf("cannot open a packet socket on %s: %w", link.Name, err)
	}
	widen(c)
	for _, o := range opts {
		if err := o(c, link); err != nil {
			c.Close()
			return nil, fmt.Errorf("cannot open a packet socket on %s: %w", link.Name, err)
		}
	}
	return newSocket(c, link.Name, allow), nil
}

func newSocket(c conn, link string, allow func(netip.Addr) error) *Socket {
	return &Socket{conn: c, link: link, allow: allow}
}

// Send sends one whole frame. The destination is read out of the frame's own
// bytes and must pass the scope; else, or if it cannot be read, nothing is sent
// and the error wraps ErrRefused. See Busy for errors worth another try.
func (s *Socket) Send(frame []byte) error {
	to, err := Destination(frame)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if s.allow == nil {
		return fmt.Errorf("%w: no scope was given, so %s is outside it", ErrRefused, to)
	}
	if err := s.allow(to); err != nil {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if err := s.conn.SetWriteDeadline(time.Now().Add(sendPatience)); err != nil {
		return fmt.Errorf("cannot send on %s: %w", s.link, err)
	}
	if _, err := s.conn.WriteTo(frame, &packet.Addr{HardwareAddr: net.HardwareAddr(frame[:6])}); err != nil {
		return fmt.Errorf("cannot send on %s: %w", s.link, err)
	}
	return nil
}

// Busy reports whether a Send failed for want of room in the machine's queues,
// so that the same frame may well go out a little later.
func Busy(err error) bool {
	return errors.Is(err, unix.ENOBUFS) || errors.Is(err, unix.EAGAIN) ||
		errors.Is(err, unix.ENOMEM) || errors.Is(err, unix.EINTR) || isTimeout(err)
}

func isTimeout(err error) bool {
	var late net.Error
	return errors.As(err, &late) && late.Timeout()
}

// Receive waits for the next frame and returns the part of buf that holds it,
// cut off at len(buf). It ends with ctx's error when ctx ends, and with one
// that wraps net.ErrClosed when the socket is closed.
func (s *Socket) Receive(ctx context.Context, buf []byte) ([]byte, error) {
	deadline, _ := ctx.Deadline()
	if err := s.conn.SetReadDeadline(deadline); err != nil {
		return nil, s.receiveError(ctx, err)
	}
	woken := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		_ = s.conn.SetReadDeadline(time.Unix(1, 0))
		close(woken)
	})
	n, _, err := s.conn.ReadFrom(buf)
	if !stop() {
		<-woken // or it would cut short the next Receive
	}
	if err != nil {
		return nil, s.receiveError(ctx, err)
	}
	return buf[:n], nil
}

func (s *Socket) receiveError(ctx context.Context, err error) error {
	switch {
	case s.closed.Load(): // what the poller says by then differs with the moment
		return fmt.Errorf("socket on %s: %w", s.link, net.ErrClosed)
	case ctx.Err() != nil:
		return ctx.Err()
	case isTimeout(err):
		return context.DeadlineExceeded
	}
	return fmt.Errorf("cannot receive on %s: %w", s.link, err)
}

// Drops is how many frames the kernel has thrown away since Open because we
// were too slow to read them.
func (s *Socket) Drops() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	// The kernel counts from the last time it was asked.
	if st, err := s.conn.Stats(); err == nil {
		s.drops += int(st.Drops)
	}
	return s.drops
}

// Close releases the socket and wakes a waiting Receive.
func (s *Socket) Close() error {
	s.closed.Store(true)
	return s.conn.Close()
}
