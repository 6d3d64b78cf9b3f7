package probetest

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/sys/unix"
)

// nsNet is a network namespace with nothing but its loopback interface, which
// carries multicast between the sockets in it.
type nsNet struct{ work chan func() }

// Type check.
var _ Net = (*nsNet)(nil)

func newNS(t *testing.T) *nsNet {
	t.Helper()
	n := &nsNet{work: make(chan func())}
	ready := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		err := unix.Unshare(unix.CLONE_NEWNET)
		if err == nil {
			err = loopbackUp()
		}
		ready <- err
		for f := range n.work {
			f()
		}
	}()
	t.Cleanup(func() { close(n.work) })
	if err := <-ready; errors.Is(err, os.ErrPermission) {
		if os.Getenv("CI") != "" {
			t.Fatal("CI must allow network namespaces")
		}
		t.Skipf("a network namespace needs a permission that we lack: %v", err)
	} else if err != nil {
		t.Fatal(err)
	}
	return n
}

func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	ifr, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	ifr.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, ifr)
}

func (n *nsNet) Do(f func() error) error {
	done := make(chan error)
	n.work <- func() { done <- f() }
	return <-done
}

func (n *nsNet) Listen(network, address string) (ln net.Listener, err error) {
	err = n.Do(func() error { ln, err = net.Listen(network, address); return err })
	return ln, err
}

func (n *nsNet) ListenPacket(network, address string) (pc net.PacketConn, err error) {
	err = n.Do(func() error { pc, err = net.ListenPacket(network, address); return err })
	return pc, err
}

func (n *nsNet) Addr() netip.Addr  { return netip.AddrFrom4([4]byte{127, 0, 0, 1}) }
func (n *nsNet) Interface() string { return "lo" }

// multicast sends one datagram to a group in n and gives the first answer.
func (n *nsNet) multicast(t *testing.T, group string, datagram []byte) []byte {
	t.Helper()
	pc, err := n.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer pc.Close()
	raw, err := pc.(*net.UDPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	if err := raw.Control(func(fd uintptr) {
		err = unix.SetsockoptInet4Addr(int(fd), unix.IPPROTO_IP, unix.IP_MULTICAST_IF, [4]byte{127, 0, 0, 1})
	}); err != nil {
		t.Fatal(err)
	}
	if err := pc.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	to := net.UDPAddrFromAddrPort(netip.MustParseAddrPort(group))
	if _, err := pc.WriteTo(datagram, to); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 9000)
	got, _, err := pc.ReadFrom(buf)
	if err != nil {
		t.Fatalf("%s: %v", group, err)
	}
	return buf[:got]
}

func TestMulticastInNamespace(t *testing.T) {
	n := newNS(t)
	r, err := load(t, "philips-hue-bridge-v2").Start(n)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got := n.multicast(t, "239.255.255.250:1900", []byte(strings.Replace(search, "%", "upnp:rootdevice", 1)))
	if !strings.Contains(string(got), "LOCATION: http://127.0.0.1:80/description.xml\r\n") || !strings.Contains(string(got), "hue-bridgeid: 001788FFFE100010\r\n") {
		t.Errorf("ssdp: %q", got)
	}
	question, err := new(dns.Msg).SetQuestion("_hue._tcp.local.", dns.TypePTR).Pack()
	if err != nil {
		t.Fatal(err)
	}
	var answer dns.Msg
	if err := answer.Unpack(n.multicast(t, "224.0.0.251:5353", question)); err != nil {
		t.Fatal(err)
	}
	if text := answer.String(); !strings.Contains(text, "modelid=BSB002") || !strings.Contains(text, "127.0.0.1") {
		t.Errorf("mdns: %s", text)
	}
	if got := r.Counters().Ports["udp/1900"].Asked; len(got) != 1 || got[0] != "M-SEARCH upnp:rootdevice" {
		t.Errorf("asked %q", got)
	}
}
