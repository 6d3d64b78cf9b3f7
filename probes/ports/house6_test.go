package ports_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/ports"
)

// listen6 serves n ports on an address of the far end. Behind a firewall, whoever
// asks gets no answer: the sockets throw away what comes in.
func (h *house) listen6(t *testing.T, addr string, n int, firewall bool) (list []uint16) {
	t.Helper()
	var config net.ListenConfig
	if firewall {
		config.Control = func(_, _ string, c syscall.RawConn) (err error) {
			nothing := unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K}
			program := unix.SockFprog{Len: 1, Filter: &nothing}
			closed := c.Control(func(fd uintptr) {
				err = unix.SetsockoptSockFprog(int(fd), unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &program)
			})
			if closed != nil {
				return closed
			}
			return err
		}
	}
	h.in(func() {
		for range n {
			l, err := config.Listen(context.Background(), "tcp6", net.JoinHostPort(addr, "0"))
			if err != nil {
				t.Error(err)
				return
			}
			t.Cleanup(func() { l.Close() })
			list = append(list, uint16(l.Addr().(*net.TCPAddr).Port))
		}
	})
	return list
}

// TestScansOfAnIPv6House has both engines scan a device by its link-local and its
// unique local address, and one that is not to be asked.
func TestScansOfAnIPv6House(t *testing.T) {
	t.Parallel()
	if !inNamespace(t) {
		return
	}
	h := newHouse(t, "fe80::20/64", "fd77::20/64", "fd77::66/64", "2001:db8::20/64")
	up(t, "near0", "fe80::1/64", "fd77::1/64", "2001:db8::1/64")
	prefixes := []netip.Prefix{netip.MustParsePrefix("fe80::/64"), netip.MustParsePrefix("fd77::/64")}
	h.link.Prefixes, h.link.Networks = prefixes, prefixes
	h.link.Public = []netip.Prefix{netip.MustParsePrefix("2001:db8::/64")}
	h.link.Addrs = append(h.link.Addrs, netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("fe80::1"), netip.MustParseAddr("fd77::1"))
	allow := func(a netip.Addr) error {
		if !h.link.Contains(a) || a == netip.MustParseAddr("fd77::66") {
			return errors.New("outside")
		}
		return nil
	}
	h.wiretap(t, nil)
	open := map[string][]uint16{"fe80::20": h.listen6(t, "fe80::20%far0", 3, false), "fd77::20": h.listen6(t, "fd77::20", 4, false)}
	filtered := map[string][]uint16{"fe80::20": h.listen6(t, "fe80::20%far0", 2, true), "fd77::20": h.listen6(t, "fd77::20", 1, true)}
	list := ports.Short()[:6]
	for _, some := range []map[string][]uint16{open, filtered} {
		list = append(list, slices.Concat(some["fe80::20"], some["fd77::20"])...)
	}
	slices.Sort(list) // two addresses may have the same port
	list = slices.Compact(list)
	results := map[string]map[string]ports.Result{}
	for _, e := range []ports.Engine{ports.NewRaw(ports.Options{Allow: allow}), ports.NewConnect(ports.Options{Allow: allow})} {
		var targets []ports.Target
		for _, a := range []string{"fe80::20", "fd77::20", "fd77::66", "2001:db8::20"} {
			targets = append(targets, ports.Target{Addr: netip.MustParseAddr(a), MAC: h.mac(t), Ports: list, Rate: 500})
		}
		got := map[string]ports.Result{}
		stats, err := e.Scan(until(t), h.link, targets, nil, func(x ports.Target, r ports.Result) { got[x.Addr.String()] = r })
		if err != nil || len(got) != len(targets) {
			t.Fatalf("%s: %d results, %v", e.Name(), len(got), err)
		}
		for a, want := range open {
			slices.Sort(want)
			silent := len(filtered[a])
			if r := got[a]; !slices.Equal(r.Open, want) || r.Silent != silent || r.Closed != len(list)-len(want)-silent {
				t.Errorf("%s: %s has %v open and %d silent, %+v", e.Name(), a, want, silent, r)
			}
		}
		for _, a := range []string{"fd77::66", "2001:db8::20"} {
			if r := got[a]; r.Open != nil || r.Closed+r.Silent > 0 {
				t.Errorf("%s: out of scope, %s: %+v", e.Name(), a, r)
			}
		}
		results[e.Name()] = got
		t.Logf("%s: %+v", e.Name(), stats)
	}
	if raw, connect := fmt.Sprint(results["raw"]), fmt.Sprint(results["connect"]); raw != connect {
		t.Errorf("the engines differ:\n%s\n%s", raw, connect)
	}
	asked := h.syns(allow)
	if len(asked.outside) > 0 || asked.bare < 2*len(list) {
		t.Errorf("%d bare SYNs came in; out of scope: %v", asked.bare, asked.outside)
	}
}

// questions are the SYNs that arrived at the far end.
type questions struct {
	bare    int // with one option only, so from the raw engine
	outside []netip.Addr
}

func (h *house) syns(allow func(netip.Addr) error) (q questions) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, frame := range h.frames {
		if len(frame) < 74 || frame[12] != 0x86 || frame[20] != 6 || frame[67]&0x12 != 0x02 {
			continue
		}
		if frame[66]>>4 == 6 { // 20 bytes and the largest segment
			q.bare++
		}
		if to := netip.AddrFrom16([16]byte(frame[38:54])); allow(to) != nil {
			q.outside = append(q.outside, to)
		}
	}
	return q
}
