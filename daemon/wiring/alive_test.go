package wiring

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"syscall"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ports"
	"github.com/homesweep/homesweep/probes/reach"
)

// answering is a road on which connections to what is closed come to err, and
// those to other ports to open.
type answering struct {
	probes.Reach
	err, open error
	port      uint16 // last asked
}

func (a *answering) Dial(_ context.Context, ep lan.Endpoint) (net.Conn, error) {
	a.port = ep.Port
	err := a.err
	if ep.Port != 9 {
		err = a.open
	}
	if err == nil {
		c, _ := net.Pipe()
		return c, nil
	}
	return nil, fmt.Errorf("connect: %w", err)
}

// TestAliveByConnection: any answer is a sign of life, a firewall's silence is
// none of death, and what was not asked is not dead.
func TestAliveByConnection(t *testing.T) {
	link := lan.Link{Name: "none0", Index: 1 << 20, Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24")}}
	at := netip.MustParseAddr("192.168.1.20")
	open := []lan.Endpoint{{Addr: at, Transport: lan.TCP, Port: 443, TLS: true}}
	elsewhere := []lan.Endpoint{{Addr: netip.MustParseAddr("192.168.1.21"), Transport: lan.TCP, Port: 80}}
	failed := func(err error) error { return &net.OpError{Op: "dial", Err: err} }
	silence, gone := failed(os.ErrDeadlineExceeded), failed(syscall.EHOSTUNREACH)
	for name, c := range map[string]struct {
		err, opened error
		open        []lan.Endpoint
		want        bool
		port        uint16
	}{
		"accepted":                   {nil, silence, open, true, 9},
		"refused":                    {failed(syscall.ECONNREFUSED), silence, open, true, 9},
		"a firewall before an open":  {silence, nil, open, true, 443},
		"silent where it was open":   {silence, silence, open, false, 443},
		"silent where it is closed":  {silence, nil, elsewhere, true, 9},
		"the kernel finds nobody":    {gone, gone, open, false, 443},
		"we have no network":         {failed(syscall.ENETUNREACH), nil, open, true, 9},
		"its turn never came":        {errors.New("waiting for the turn"), nil, open, true, 9},
		"the scope does not have it": {probes.ErrScope, nil, open, true, 9},
	} {
		road := &answering{err: c.err, open: c.opened}
		v := vital{RungConnect, reach.NewScope([]lan.Link{link}), road}
		d := lan.Device{Addresses: []netip.Addr{at}, MACs: []lan.MAC{{0, 0x11, 0x22, 0, 0, 1}}}
		if got := v.device(t.Context(), link, d, c.open); got != c.want || road.port != c.port {
			t.Errorf("%s: %t by port %d", name, got, road.port)
		}
		if !v.target(t.Context(), link, ports.Target{Addr: at}) {
			t.Errorf("%s: nothing is known of it, and it is dead", name)
		}
	}
	nowhere := lan.Device{Addresses: []netip.Addr{netip.MustParseAddr("10.0.0.1")}}
	if v := (vital{RungConnect, reach.NewScope([]lan.Link{link}), &answering{err: gone, open: gone}}); !v.device(t.Context(), link, nowhere, nil) {
		t.Error("who cannot be asked is dead")
	}
}
