package ports

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
)

var loopback = lan.Link{
	Name: "lo", Index: 1, Prefixes: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")},
	Addrs: []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("::1")},
}

func anywhere(netip.Addr) error { return nil }

// listen opens a port on which connections are taken and counted.
func listen(t *testing.T, addr string) (uint16, <-chan struct{}) {
	t.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort(addr, "0"))
	if err != nil {
		t.Skipf("no loopback address %s: %v", addr, err)
	}
	t.Cleanup(func() { l.Close() })
	taken := make(chan struct{}, 16)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			taken <- struct{}{}
			c.Close()
		}
	}()
	return uint16(l.Addr().(*net.TCPAddr).Port), taken
}

// shut is a port on which nobody listens, held for the test.
func shut(t *testing.T) uint16 {
	t.Helper()
	port, free, err := reserve()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(free)
	return port
}

func TestConnectOverLoopback(t *testing.T) {
	a, _ := listen(t, "127.0.0.1")
	b, _ := listen(t, "127.0.0.2")
	c, _ := listen(t, "127.0.0.2")
	closed := shut(t)
	targets := []Target{
		{Addr: netip.MustParseAddr("127.0.0.1"), Ports: []uint16{closed, a}, Rate: 1000},
		{Addr: netip.MustParseAddr("127.0.0.2"), Ports: []uint16{b, closed, c}, Rate: 1000},
		{Addr: netip.MustParseAddr("::ffff:127.0.0.3"), Ports: []uint16{closed}, Rate: 1000},
	}
	got, asked := map[string]Result{}, 0
	stats, err := NewConnect(Options{Allow: anywhere}).Scan(t.Context(), loopback, targets,
		func(n int) { asked += n }, func(t Target, r Result) { got[t.Addr.String()] = r })
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(targets[1].Ports)
	if r := got["127.0.0.1"]; !slices.Equal(r.Open, []uint16{a}) || r.Closed != 1 {
		t.Errorf("127.0.0.1: %+v", r)
	}
	want := []uint16{min(b, c), max(b, c)}
	if r := got["127.0.0.2"]; !slices.Equal(r.Open, want) || r.Closed != 1 {
		t.Errorf("127.0.0.2: %+v", r)
	}
	if r, ok := got["::ffff:127.0.0.3"]; !ok || len(r.Open) != 0 || r.Closed != 1 {
		t.Errorf("127.0.0.3: %+v", r)
	}
	if asked != 6 || stats.Sent != 6 || stats.Received != 6 {
		t.Errorf("%d questions, %+v", asked, stats)
	}
}

func TestConnectOverIPv6(t *testing.T) {
	port, _ := listen(t, "::1")
	var got Result
	_, err := NewConnect(Options{Allow: anywhere}).Scan(t.Context(), loopback,
		[]Target{{Addr: netip.IPv6Loopback(), Ports: []uint16{port, shut(t)}, Rate: 1000}}, nil,
		func(_ Target, r Result) { got = r })
	if err != nil || !slices.Equal(got.Open, []uint16{port}) || got.Closed+got.Silent != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestConnectAsksTheScope(t *testing.T) {
	port, taken := listen(t, "127.0.0.1")
	outside := netip.MustParseAddr("127.0.0.1")
	refuse := func(a netip.Addr) error {
		if a == outside {
			return errors.New("outside")
		}
		return nil
	}
	for name, e := range map[string]Engine{"connect": NewConnect(Options{Allow: refuse}), "raw": NewRaw(Options{Allow: refuse}), "no scope": NewConnect(Options{Allow: nil})} {
		called := 0
		stats, err := e.Scan(t.Context(), loopback, []Target{{Addr: outside, Ports: []uint16{port}}}, nil,
			func(_ Target, r Result) {
				called++
				if len(r.Open)+r.Closed+r.Silent > 0 {
					t.Errorf("%s: %+v", name, r)
				}
			})
		if err != nil || stats.Sent != 0 || called != 1 {
			t.Errorf("%s: %+v, %d results, %v", name, stats, called, err)
		}
	}
	select {
	case <-taken:
		t.Error("a connection went out of scope")
	default:
	}
}

func TestConnectEndsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	ports := make([]uint16, 1000)
	for i := range ports {
		ports[i] = uint16(i + 1)
	}
	results := 0
	_, err := NewConnect(Options{Allow: anywhere}).Scan(ctx, loopback, []Target{{Addr: netip.MustParseAddr("127.0.0.1"), Ports: ports, Rate: 0.001}},
		func(int) { cancel() }, func(Target, Result) { results++ })
	if !errors.Is(err, context.Canceled) || results != 1 {
		t.Errorf("%v, %d results", err, results)
	}
}

func TestLateVerdicts(t *testing.T) {
	for code, want := range map[unix.Errno]state{
		unix.ECONNREFUSED: closed, unix.EACCES: filtered, unix.EPERM: filtered, unix.ETIMEDOUT: silent, unix.EHOSTUNREACH: unreachable,
	} {
		if got := late(code, false); got != want {
			t.Errorf("%v is %d, want %d", code, got, want)
		}
	}
	for _, code := range []unix.Errno{unix.EHOSTUNREACH, unix.ENETUNREACH, unix.ENOPROTOOPT} {
		if got := late(code, true); got != filtered {
			t.Errorf("%v by the device's word is %d", code, got)
		}
	}
}

func TestVerdicts(t *testing.T) {
	for err, want := range map[error]state{
		nil: open, unix.ECONNREFUSED: closed, unix.ECONNRESET: open, unix.EHOSTUNREACH: unreachable,
		unix.ENETUNREACH: unreachable, unix.ETIMEDOUT: silent, unix.EPERM: silent, unix.EACCES: silent,
	} {
		if got := verdict(err); got != want {
			t.Errorf("%v is %d, want %d", err, got, want)
		}
		if short(err) {
			t.Errorf("%v is taken for a shortage", err)
		}
	}
	for _, err := range []error{unix.EMFILE, unix.ENFILE, unix.ENOBUFS, unix.ENOMEM, unix.EADDRNOTAVAIL, unix.EAGAIN} {
		if !errors.Is(shortage(err), errBusy) || !errors.Is(shortage(err), err) {
			t.Errorf("%v is no shortage", err)
		}
	}
	if errors.Is(shortage(unix.EINVAL), errBusy) {
		t.Error("EINVAL is a shortage")
	}
}

func TestAtOnce(t *testing.T) {
	for asked, want := range map[int]int{0: lan.Careful.AtOnce(), -1: lan.Careful.AtOnce(), 1: 1, 4: 4} {
		if got := atOnce(Target{Rate: 1, AtOnce: asked}); got != want {
			t.Errorf("%d at once, want %d", got, want)
		}
	}
	for _, p := range []lan.Pace{lan.Gentle, lan.Normal, lan.Fast} {
		if n := (Options{Pace: p}).inFlight(); n < 1 || n > p.InFlight() {
			t.Errorf("%s: %d in flight", p, n)
		}
		if n := (Options{Pace: p, InFlight: 16}).inFlight(); n < 1 || n > 16 {
			t.Errorf("%s: %d in flight of 16", p, n)
		}
	}
}

func TestOffender(t *testing.T) {
	four := make([]byte, 32)
	four[4] = unix.SO_EE_ORIGIN_ICMP
	binary.NativeEndian.PutUint16(four[16:], unix.AF_INET)
	copy(four[20:], []byte{192, 0, 2, 7})
	six := make([]byte, 44)
	six[4] = unix.SO_EE_ORIGIN_ICMP6
	binary.NativeEndian.PutUint16(six[16:], unix.AF_INET6)
	copy(six[24:], []byte{0xfd, 15: 9})
	local := bytes.Clone(four)
	local[4] = unix.SO_EE_ORIGIN_LOCAL
	for _, c := range []struct {
		data []byte
		want string
	}{{four, "192.0.2.7"}, {six, "fd00::9"}, {local, "invalid IP"}, {six[:30], "invalid IP"}, {four[:20], "invalid IP"}, {nil, "invalid IP"}} {
		if got := offender(c.data); got.String() != c.want {
			t.Errorf("%x: %s, want %s", c.data, got, c.want)
		}
	}
}

// TestOurselves makes a socket shake hands with itself.
func TestOurselves(t *testing.T) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Skip(err)
	}
	name, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.Connect(fd, name); err != nil {
		t.Fatal(err)
	}
	if !ourselves(fd) || outcome(fd, netip.Addr{}) != closed {
		t.Error("taken for an open port")
	}
}

// TestAlarm ends the context of a poller that waits for nothing else.
func TestAlarm(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	p, err := newPoller(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	time.AfterFunc(time.Millisecond, cancel)
	if fds, err := p.wait(never); len(fds) != 0 || err != nil || ctx.Err() == nil {
		t.Errorf("%v, %v, context %v", fds, err, ctx.Err())
	}
}
