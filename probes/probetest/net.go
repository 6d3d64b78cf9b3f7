// Package probetest is fake household devices: they speak recorded or
// documented bytes and count what was done to them. A device is data (a folder
// of testdata/devices); where it lives is a Net, a network namespace with the
// real ports or loopback with ports of the kernel's choice.
//
// Everything a device does is bounded in size and time, so that neither a
// hostile visitor nor a broken test can make it hang.
package probetest

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"sync"

	"github.com/homesweep/homesweep/probes/lan"
)

// Net is where a fake device lives. Its methods are called from several
// goroutines.
type Net interface {
	// Listen is net.Listen there.
	Listen(network, address string) (net.Listener, error)
	// ListenPacket is net.ListenPacket there.
	ListenPacket(network, address string) (net.PacketConn, error)
	// Addr is the device's IPv4 address there.
	Addr() netip.Addr
	// Interface is the name of the interface there; empty on loopback, where
	// nothing is sent to or heard from multicast.
	Interface() string
	// Do calls f on an OS thread that is inside, and gives f's error.
	Do(f func() error) error
}

// LoopbackNet gives a device 127.0.0.1 and, for each port it asks for, a free
// one. It serves one device: asking for a port twice is an error.
type LoopbackNet struct {
	mu    sync.Mutex
	ports map[string]uint16 // "tcp/80" to the port really bound
}

// Type check.
var _ Net = (*LoopbackNet)(nil)

// Loopback is a fresh LoopbackNet.
func Loopback() *LoopbackNet { return &LoopbackNet{ports: map[string]uint16{}} }

// Port is where the device's port really is; ok is false when the device does
// not listen on it.
func (l *LoopbackNet) Port(t lan.Transport, port uint16) (real uint16, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	real, ok = l.ports[portKey(t, port)]
	return real, ok
}

// Endpoint is the device's port as something to dial; the zero Endpoint when
// the device does not listen on it.
func (l *LoopbackNet) Endpoint(t lan.Transport, port uint16) lan.Endpoint {
	real, ok := l.Port(t, port)
	if !ok {
		return lan.Endpoint{}
	}
	return lan.Endpoint{Addr: l.Addr(), Transport: t, Port: real}
}

// Listen opens a free TCP port in place of address's.
func (l *LoopbackNet) Listen(network, address string) (net.Listener, error) {
	key, err := l.wanted(lan.TCP, address)
	if err != nil {
		return nil, err
	}
	ln, err := net.Listen(network, l.local())
	if err != nil {
		return nil, err
	}
	return ln, l.keep(key, ln.Addr())
}

// ListenPacket opens a free UDP port in place of address's.
func (l *LoopbackNet) ListenPacket(network, address string) (net.PacketConn, error) {
	key, err := l.wanted(lan.UDP, address)
	if err != nil {
		return nil, err
	}
	pc, err := net.ListenPacket(network, l.local())
	if err != nil {
		return nil, err
	}
	return pc, l.keep(key, pc.LocalAddr())
}

// Addr is 127.0.0.1.
func (l *LoopbackNet) Addr() netip.Addr { return netip.AddrFrom4([4]byte{127, 0, 0, 1}) }

// Interface is empty: no multicast on loopback.
func (l *LoopbackNet) Interface() string { return "" }

// Do calls f where it stands.
func (l *LoopbackNet) Do(f func() error) error { return f() }

func (l *LoopbackNet) local() string { return netip.AddrPortFrom(l.Addr(), 0).String() }

// wanted is the key of the port that address names.
func (l *LoopbackNet) wanted(t lan.Transport, address string) (string, error) {
	_, text, err := net.SplitHostPort(address)
	if err != nil {
		return "", fmt.Errorf("listen on %q: %w", address, err)
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return "", fmt.Errorf("listen on %q: %w", address, err)
	}
	key := portKey(t, uint16(port))
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, taken := l.ports[key]; taken {
		return "", fmt.Errorf("listen on %s: taken; start each device on a Loopback of its own", key)
	}
	return key, nil
}

func (l *LoopbackNet) keep(key string, bound net.Addr) error {
	at, err := netip.ParseAddrPort(bound.String())
	if err != nil {
		return fmt.Errorf("listen for %s: %w", key, err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ports[key] = at.Port()
	return nil
}

// portKey is the port's name in counters and in lan.Service.Key: "tcp/80".
func portKey(t lan.Transport, port uint16) string { return fmt.Sprintf("%s/%d", t, port) }
