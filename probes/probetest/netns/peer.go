package netns

import (
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/space"
)

// Peer is a device at the other end of a virtual cable: a network namespace of
// its own, held by one thread until the test ends.
type Peer struct {
	Link lan.Link // our end, as probes/links would choose it
	MAC  lan.MAC  // the device's

	space *space.Space
}

// far is the name of a Peer's own end of the cable.
const far = "eth0"

// New makes a Peer and the interface name that leads to it, with our address
// ours and the device's addresses theirs. Both ends are up when it returns, and
// gone when the test is. Every address works at once: none waits for duplicate
// address detection.
func New(t testing.TB, name, ours string, theirs ...string) *Peer {
	t.Helper()
	Enter(t)
	there, err := space.New()
	must(t, "making the device's namespace", err)
	p := &Peer{space: there}
	t.Cleanup(there.Close)

	cable := &netlink.Veth{
		LinkAttrs: netlink.LinkAttrs{Name: name}, PeerName: far,
		PeerNamespace: netlink.NsFd(there.FD()),
	}
	must(t, "laying the cable", netlink.LinkAdd(cable))
	t.Cleanup(func() { _ = netlink.LinkDel(cable) })
	p.Do(func() { err = p.settle(theirs) })
	must(t, "the device's end", err)
	must(t, "our end", configure(name, []string{ours}))
	p.Do(func() { err = running(far) })
	must(t, "the device's end", err)
	must(t, "our end", running(name))
	p.Link = ourEnd(t, name)
	return p
}

// settle readies the device's own end.
func (p *Peer) settle(addrs []string) error {
	if err := configure(far, addrs); err != nil {
		return err
	}
	end, err := netlink.LinkByName(far)
	if err == nil {
		p.MAC, _ = lan.MACFrom(end.Attrs().HardwareAddr)
	}
	return err
}

// Do runs f in the device's namespace: sockets that f opens and processes that
// it starts belong there, wherever they are used later. Goroutines that f
// starts run in the test's own namespace.
func (p *Peer) Do(f func()) {
	_ = p.space.Do(func() error { f(); return nil })
}

// Start starts a program in the device's namespace and kills it when the test
// ends. Its output goes to the test's log.
func (p *Peer) Start(t testing.TB, program string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	out := t.Output()
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // it never outlives the namespace
	var err error
	p.Do(func() { err = cmd.Start() })
	must(t, "starting "+program, err)
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // the kill is its error
	})
}

// Route adds a default route over name, which multicast without an interface
// of its own needs.
func Route(t testing.TB, name string) {
	t.Helper()
	l, err := netlink.LinkByName(name)
	must(t, "finding "+name, err)
	must(t, "default route", netlink.RouteAdd(&netlink.Route{LinkIndex: l.Attrs().Index, Dst: &net.IPNet{IP: net.IPv4zero, Mask: net.CIDRMask(0, 32)}, Scope: netlink.SCOPE_LINK}))
}

// configure gives name its addresses and switches it on.
func configure(name string, addrs []string) error {
	l, err := netlink.LinkByName(name)
	if err != nil {
		return err
	}
	for _, a := range addrs {
		n, err := netlink.ParseIPNet(a)
		if err != nil {
			return err
		}
		addr := &netlink.Addr{IPNet: n}
		if n.IP.To4() == nil {
			addr.Flags = unix.IFA_F_NODAD
		}
		if err := netlink.AddrAdd(l, addr); err != nil {
			return fmt.Errorf("address %s: %w", a, err)
		}
	}
	return up(name)
}

// running waits until the kernel lets packets through name: for a moment after
// both ends are up it still drops them.
func running(name string) error {
	updates, done := make(chan netlink.LinkUpdate, 64), make(chan struct{})
	defer close(done)
	err := netlink.LinkSubscribeWithOptions(updates, done, netlink.LinkSubscribeOptions{ListExisting: true})
	if err != nil {
		return err
	}
	late := time.After(10 * time.Second)
	for {
		select {
		case u, ok := <-updates:
			if !ok {
				return fmt.Errorf("%s: the kernel tells no more", name)
			}
			if a := u.Attrs(); a.Name == name && a.OperState == netlink.OperUp {
				return nil
			}
		case <-late:
			return fmt.Errorf("%s did not come up", name)
		}
	}
}

// ourEnd is the lan.Link of an interface of the test's own namespace.
func ourEnd(t testing.TB, name string) lan.Link {
	t.Helper()
	i, err := net.InterfaceByName(name)
	must(t, "our end", err)
	mac, _ := lan.MACFrom(i.HardwareAddr)
	l := lan.Link{Name: name, Index: i.Index, MAC: mac, MTU: i.MTU}
	addrs, err := i.Addrs()
	must(t, "our addresses", err)
	for _, a := range addrs {
		p := netip.MustParsePrefix(a.String())
		l.Addrs = append(l.Addrs, p.Addr())
		l.Prefixes = append(l.Prefixes, p.Masked())
	}
	return l
}

// must ends the test: skipped when it lacks permission, else failed.
func must(t testing.TB, what string, err error) {
	t.Helper()
	switch {
	case err == nil:
	case space.Denied(err):
		skip(t, fmt.Sprintf("%s: %v", what, err))
	default:
		t.Fatalf("%s: %v", what, err)
	}
}

// up switches name on.
func up(name string) error {
	l, err := netlink.LinkByName(name)
	if err != nil {
		return fmt.Errorf("finding %s: %w", name, err)
	}
	if err := netlink.LinkSetUp(l); err != nil {
		return fmt.Errorf("switching %s on: %w", name, err)
	}
	return nil
}
