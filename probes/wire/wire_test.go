package wire

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"github.com/google/gopacket/layers"
	"github.com/mdlayher/packet"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
)

var home = lan.Link{
	Name: "test0", Index: 1, MTU: 1500, MAC: lan.MAC{2, 0, 0, 0, 0, 1},
	Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24")},
	Addrs:    []netip.Addr{netip.MustParseAddr("192.168.1.1")},
}

// fakeConn keeps what leaves and hands in what is put into in.
type fakeConn struct {
	out      [][]byte
	err      error
	in       chan []byte
	deadline chan time.Time
	closed   chan struct{}
	stats    []packet.Stats
}

func newFakeConn() *fakeConn {
	return &fakeConn{in: make(chan []byte), deadline: make(chan time.Time, 1), closed: make(chan struct{})}
}

func (f *fakeConn) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		select {
		case frame := <-f.in:
			return copy(b, frame), nil, nil
		case t := <-f.deadline:
			if !t.IsZero() && t.Before(time.Now()) {
				return 0, nil, unix.EAGAIN
			}
		case <-f.closed:
			return 0, nil, unix.EBADF
		}
	}
}

func (f *fakeConn) WriteTo(b []byte, _ net.Addr) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	f.out = append(f.out, append([]byte(nil), b...))
	return len(b), nil
}

// SetReadDeadline replaces the one before, as the poller does.
func (f *fakeConn) SetReadDeadline(t time.Time) error {
	select {
	case <-f.deadline:
	default:
	}
	f.deadline <- t
	return nil
}
func (f *fakeConn) SetWriteDeadline(time.Time) error { return nil }
func (f *fakeConn) Close() error                     { close(f.closed); return nil }
func (f *fakeConn) Stats() (*packet.Stats, error) {
	if len(f.stats) == 0 {
		return nil, unix.EBADF
	}
	s := f.stats[0]
	f.stats = f.stats[1:]
	return &s, nil
}

var errOutside = errors.New("outside")

func within(p netip.Prefix) func(netip.Addr) error {
	return func(a netip.Addr) error {
		if !p.Contains(a) {
			return errOutside
		}
		return nil
	}
}

// goes reads a frame's destination by gopacket alone, as a second opinion.
func goes(t *testing.T, frame []byte) netip.Addr {
	t.Helper()
	d := NewDecoder()
	found, _ := d.Decode(frame)
	if len(found) < 2 {
		t.Fatalf("a frame left that cannot be decoded: %x", frame)
	}
	to, ok := netip.Addr{}, false
	switch found[1] {
	case layers.LayerTypeARP:
		to, ok = netip.AddrFromSlice(d.ARP.DstProtAddress)
	case layers.LayerTypeIPv4:
		to, ok = netip.AddrFromSlice(d.IPv4.DstIP.To4())
	case layers.LayerTypeIPv6:
		to, ok = netip.AddrFromSlice(d.IPv6.DstIP)
	}
	if !ok {
		t.Fatalf("a frame left without a destination: %x", frame)
	}
	return to
}

// TestNothingLeavesTheScope throws random frames, built and broken, at sockets
// with random scopes.
func TestNothingLeavesTheScope(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	left, refused := 0, 0
	for range 2000 {
		var b [4]byte
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		scope := netip.PrefixFrom(netip.AddrFrom4(b), r.IntN(33)).Masked()
		c := newFakeConn()
		s := newSocket(c, "test0", within(scope))
		build := NewBuilder(home)
		for range 20 {
			err := s.Send(randomFrame(r, build, scope))
			if err != nil && !errors.Is(err, ErrRefused) {
				t.Fatal(err)
			}
			if err != nil {
				refused++
			}
		}
		for _, frame := range c.out {
			left++
			if to := goes(t, frame); !scope.Contains(to) {
				t.Fatalf("a frame left scope %s for %s: %x", scope, to, frame)
			}
		}
	}
	if left < 1000 || refused < 1000 {
		t.Errorf("%d frames left and %d were refused, the test proves little", left, refused)
	}
}

func randomFrame(r *rand.Rand, build *Builder, scope netip.Prefix) []byte {
	target := scope.Addr().As4()
	for i := range target {
		if r.IntN(6) == 0 {
			target[i] = byte(r.Uint32())
		}
	}
	to, from := netip.AddrFrom4(target), netip.MustParseAddr("10.0.0.1")
	var frame []byte
	if r.IntN(2) == 0 {
		frame, _ = build.ARPRequest(from, to, lan.MAC{})
	} else {
		frame, _ = build.SYN(lan.MAC{2}, netip.AddrPortFrom(from, 1), netip.AddrPortFrom(to, 2), r.Uint32())
	}
	for range r.IntN(4) { // break some
		frame[12+r.IntN(len(frame)-12)] = byte(r.Uint32())
	}
	switch r.IntN(8) {
	case 0:
		return frame[:r.IntN(len(frame))]
	case 1:
		frame[12], frame[13], frame[14] = 0x86, 0xdd, 0x60
	}
	return frame
}

func TestSendRefuses(t *testing.T) {
	build := NewBuilder(home)
	from := netip.MustParseAddr("192.168.1.1")
	good, err := build.ARPRequest(from, netip.MustParseAddr("192.168.1.9"), lan.MAC{})
	if err != nil {
		t.Fatal(err)
	}
	with := func(at int, b ...byte) []byte {
		frame := append([]byte(nil), good...)
		copy(frame[at:], b)
		return frame
	}
	ip := with(12, 0x08, 0x00, 0x45, 0, 0, 46)
	copy(ip[30:], []byte{192, 168, 1, 9})
	options := append([]byte(nil), ip...)
	options[14] = 0x46
	long := append([]byte(nil), ip...)
	long[17]++
	for name, c := range map[string]struct {
		frame []byte
		sent  bool
	}{
		"in scope":             {good, true},
		"IPv4 in scope":        {ip, true},
		"IPv4 with options":    {options, false},
		"IPv4 with a lie":      {long, false},
		"other target":         {with(38, 192, 168, 2, 9), false},
		"VLAN tag":             {with(12, 0x81, 0x00), false},
		"hardware length 255":  {with(18, 255), false},
		"IPv6 routing header":  {with(12, 0x86, 0xdd, 0x60, 0, 0, 0, 0, 0, 43), false},
		"cut before its end":   {good[:41], false},
		"no Ethernet header":   {good[:13], false},
		"nothing":              {nil, false},
		"IPv4 cut":             {ip[:33], false},
		"IPv6 version is four": {with(12, 0x86, 0xdd, 0x40, 0, 0, 0, 0, 0, 6), false},
	} {
		conn := newFakeConn()
		err := newSocket(conn, "test0", within(home.Prefixes[0])).Send(c.frame)
		if sent := len(conn.out) == 1; sent != c.sent || sent == errors.Is(err, ErrRefused) {
			t.Errorf("%s: sent %v, error %v", name, sent, err)
		}
	}
	conn := newFakeConn()
	if err := newSocket(conn, "test0", nil).Send(good); !errors.Is(err, ErrRefused) || len(conn.out) != 0 {
		t.Errorf("without a scope: %v, %d frames sent", err, len(conn.out))
	}
	err = newSocket(conn, "test0", func(netip.Addr) error { return errOutside }).Send(good)
	if !errors.Is(err, errOutside) {
		t.Errorf("%v does not wrap the scope's own error", err)
	}
}

func TestBusy(t *testing.T) {
	frame, err := NewBuilder(home).ARPRequest(home.Addrs[0], netip.MustParseAddr("192.168.1.9"), lan.MAC{})
	if err != nil {
		t.Fatal(err)
	}
	for errno, want := range map[unix.Errno]bool{unix.ENOBUFS: true, unix.EAGAIN: true, unix.ENETDOWN: false, unix.EPERM: false} {
		conn := newFakeConn()
		conn.err = &net.OpError{Op: "write", Err: errno}
		if err := newSocket(conn, "test0", within(home.Prefixes[0])).Send(frame); Busy(err) != want {
			t.Errorf("Busy(%v) = %v", err, !want)
		}
	}
}

func TestReceiveIsWoken(t *testing.T) {
	conn := newFakeConn()
	s := newSocket(conn, "test0", nil)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	receive := func(ctx context.Context) {
		_, err := s.Receive(ctx, make([]byte, 60))
		ended <- err
	}
	go receive(ctx)
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	late, cancel := context.WithDeadline(context.Background(), time.Unix(1, 0))
	defer cancel()
	go receive(late)
	if err := <-ended; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("late: %v", err)
	}
	go func() {
		frame, err := s.Receive(context.Background(), make([]byte, 3))
		if string(frame) != "abc" {
			t.Errorf("received %q, %v", frame, err)
		}
		ended <- err
	}()
	conn.in <- []byte("abcdef")
	<-ended
	go receive(context.Background())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, net.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}

func TestDropsAddUp(t *testing.T) {
	conn := newFakeConn()
	conn.stats = []packet.Stats{{Drops: 2}, {Drops: 3}}
	s := newSocket(conn, "test0", nil)
	for _, want := range []int{2, 5, 5} {
		if got := s.Drops(); got != want {
			t.Errorf("%d drops, want %d", got, want)
		}
	}
}

// TestOpenWithoutPermission opens a socket from a thread that may not.
func TestOpenWithoutPermission(t *testing.T) {
	got := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		var caps [2]unix.CapUserData
		header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
		if err := unix.Capset(&header, &caps[0]); err != nil {
			got <- err
			return
		}
		_, err := Open(home, ARP, nil, within(home.Prefixes[0]))
		got <- err
	}()
	if err := <-got; !errors.Is(err, fs.ErrPermission) {
		t.Errorf("%v does not wrap fs.ErrPermission", err)
	}
}
