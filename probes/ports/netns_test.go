package ports_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/mdlayher/packet"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/wire"
)

const inside = "HOMESWEEP_TEST_NAMESPACE"

// inNamespace runs the calling test again in a network namespace of its own,
// and reports whether this is that run.
func inNamespace(t *testing.T) bool {
	t.Helper()
	if os.Getenv(inside) == t.Name() {
		return true
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=60s")
	cmd.Env = append(os.Environ(), inside+"="+t.Name())
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case errors.Is(err, os.ErrPermission), errors.Is(err, syscall.ENOSPC): // the latter where user namespaces are limited to none
		if os.Getenv("CI") != "" {
			t.Fatal("CI must allow network namespaces")
		}
		t.Skip("may not make a network namespace:", err)
	case err == nil && strings.Contains(string(out), "--- SKIP"):
		t.Skipf("in its namespace:\n%s", out)
	case errors.As(err, &exit), err == nil && !strings.Contains(string(out), "--- PASS"):
		t.Errorf("in its namespace, %v:\n%s", err, out)
	case err != nil:
		t.Fatal(err)
	default:
		t.Logf("%s", out)
	}
	return false
}

// house is a second namespace at the other end of a veth pair, with an own
// thread that makes its sockets.
type house struct {
	link lan.Link // our end
	do   chan func()

	mu     sync.Mutex
	frames [][]byte // what arrived at the far end
	more   *sync.Cond
}

const (
	ourAddr = "10.77.0.1/24"
	far     = "far0"
)

// newHouse builds the pair. The far end holds addrs, all of one station.
func newHouse(t *testing.T, addrs ...string) *house {
	t.Helper()
	h := &house{do: make(chan func())}
	h.more = sync.NewCond(&h.mu)
	ready := make(chan error)
	var ns *os.File
	go func() {
		runtime.LockOSThread() // for good: the thread ends with the goroutine
		err := unix.Unshare(unix.CLONE_NEWNET)
		if err == nil {
			ns, err = os.Open("/proc/thread-self/ns/net")
		}
		ready <- err
		for f := range h.do {
			f()
		}
	}()
	must(t, <-ready)
	defer ns.Close()
	t.Cleanup(func() { close(h.do) })
	must(t, netlink.LinkAdd(&netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: "near0"}, PeerName: far}))
	peer, err := netlink.LinkByName(far)
	must(t, err)
	must(t, netlink.LinkSetNsFd(peer, int(ns.Fd())))
	up(t, "lo")
	up(t, "near0", ourAddr)
	h.in(func() {
		up(t, "lo")
		up(t, far, addrs...)
	})
	ifi, err := net.InterfaceByName("near0")
	must(t, err)
	mac, _ := lan.MACFrom(ifi.HardwareAddr)
	own := netip.MustParsePrefix(ourAddr)
	h.link = lan.Link{
		Name: ifi.Name, Index: ifi.Index, MTU: ifi.MTU, MAC: mac,
		Prefixes: []netip.Prefix{own.Masked()}, Addrs: []netip.Addr{own.Addr()},
	}
	return h
}

// in runs f in the far namespace.
func (h *house) in(f func()) {
	ended := make(chan struct{})
	h.do <- func() { defer close(ended); f() }
	<-ended
}

// mac is the far station's.
func (h *house) mac(t *testing.T) (m lan.MAC) {
	t.Helper()
	h.in(func() {
		l, err := netlink.LinkByName(far)
		if err != nil {
			t.Error(err)
			return
		}
		m, _ = lan.MACFrom(l.Attrs().HardwareAddr)
	})
	return m
}

// listen serves n ports on addr and returns them.
func (h *house) listen(t *testing.T, addr string, n int) (ports []uint16) {
	t.Helper()
	h.in(func() {
		for range n {
			l, err := net.Listen("tcp4", net.JoinHostPort(addr, "0"))
			if err != nil {
				t.Error(err)
				return
			}
			t.Cleanup(func() { l.Close() })
			ports = append(ports, uint16(l.Addr().(*net.TCPAddr).Port))
		}
	})
	return ports
}

// wiretap keeps every frame that arrives at the far end, and answers ARP there
// for stations that exist in ghosts only, and never answer anything else.
func (h *house) wiretap(t *testing.T, ghosts map[netip.Addr]lan.MAC) {
	t.Helper()
	var c *packet.Conn
	h.in(func() {
		ifi, err := net.InterfaceByName(far)
		if err == nil {
			c, err = packet.Listen(ifi, packet.Raw, unix.ETH_P_ALL, nil)
		}
		if err != nil {
			t.Error(err)
		}
	})
	if c == nil {
		t.FailNow()
	}
	var tapping sync.WaitGroup
	tapping.Go(func() {
		buf := make([]byte, 2048)
		for {
			n, _, err := c.ReadFrom(buf)
			if err != nil {
				return
			}
			h.keep(buf[:n])
			if to, err := wire.Destination(buf[:n]); err == nil && buf[13] == 0x06 {
				if mac, ok := ghosts[to]; ok {
					answer(c, mac, buf[:n])
				}
			}
		}
	})
	t.Cleanup(func() { c.Close(); tapping.Wait() })
}

// keep notes a frame of ours.
func (h *house) keep(frame []byte) {
	if [6]byte(frame[6:12]) == h.link.MAC {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.frames = append(h.frames, append([]byte(nil), frame...))
		h.more.Broadcast()
	}
}

// arrives waits for a frame at the far end that is wanted; the test's own
// deadline ends the waiting.
func (h *house) arrives(wanted func(d *wire.Decoder) bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	d := wire.NewDecoder()
	for seen := 0; ; h.more.Wait() {
		for ; seen < len(h.frames); seen++ {
			if found, err := d.Decode(h.frames[seen]); err == nil && len(found) > 2 && wanted(d) {
				return
			}
		}
	}
}

// answer is a ghost's ARP reply, after one that would panic a bare decoder.
func answer(c *packet.Conn, mac lan.MAC, asked []byte) {
	buf := gopacket.NewSerializeBuffer()
	_ = gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true},
		&layers.Ethernet{SrcMAC: mac[:], DstMAC: asked[6:12], EthernetType: layers.EthernetTypeARP},
		&layers.ARP{AddrType: 1, Protocol: 0x0800, Operation: layers.ARPReply,
			SourceHwAddress: mac[:], SourceProtAddress: asked[38:42], DstHwAddress: asked[6:12], DstProtAddress: asked[28:32]})
	frame := buf.Bytes()
	to := &packet.Addr{HardwareAddr: append([]byte(nil), asked[6:12]...)}
	hostile := append([]byte(nil), frame...)
	hostile[18] = 255
	_, _ = c.WriteTo(hostile, to)
	_, _ = c.WriteTo(frame, to)
}

// outside are the frames that went where allow would not have them.
func (h *house) outside(allow func(netip.Addr) error) (list []netip.Addr, all int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, frame := range h.frames {
		to, err := wire.Destination(frame)
		if err != nil || !to.Is4() {
			continue // the kernel's own IPv6 announcements
		}
		if all++; allow(to) != nil {
			list = append(list, to)
		}
	}
	return list, all
}

func up(t *testing.T, name string, addrs ...string) {
	t.Helper()
	l, err := netlink.LinkByName(name)
	if err == nil {
		err = netlink.LinkSetUp(l)
	}
	for _, a := range addrs {
		if err != nil {
			break
		}
		var addr *netlink.Addr
		if addr, err = netlink.ParseAddr(a); err == nil {
			if addr.IP.To4() == nil {
				addr.Flags = unix.IFA_F_NODAD // it works at once
			}
			err = netlink.AddrAdd(l, addr)
		}
	}
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

// must ends the test at an error; one of permission (a user namespace that the
// system grants without its rights) skips it.
func must(t *testing.T, err error) {
	t.Helper()
	if errors.Is(err, os.ErrPermission) {
		t.Skip("no rights in the namespace:", err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// until ends shortly before the test's own deadline, at which it would panic.
func until(t *testing.T) context.Context {
	deadline, ok := t.Deadline()
	if !ok {
		return t.Context()
	}
	ctx, cancel := context.WithDeadline(t.Context(), deadline.Add(-10*time.Second))
	t.Cleanup(cancel)
	return ctx
}
