package probetest

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"
)

// Bounds of a running device.
const (
	lifetime = 2 * time.Minute // of one connection, whoever holds it
	maxConns = 256             // open together; the next is closed at once
)

// Running is a started device. Its methods are safe for concurrent use.
type Running struct {
	device *Device
	net    Net
	ledger *ledger
	nonce  string // of every Digest challenge
	done   chan struct{}
	wg     sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	closers map[io.Closer]bool // what to close to be gone
	rate    rate
	knocks  chan time.Time // when it was asked something; nil for one that does not mind
}

// Start brings the device to life on n: its ports are open and its
// announcements are answered when Start returns. The caller closes it.
func (d *Device) Start(n Net) (*Running, error) {
	r := &Running{
		device: d, net: n, ledger: newLedger(), nonce: newNonce(),
		done: make(chan struct{}), closers: map[io.Closer]bool{},
	}
	if err := r.start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", d.Name, err), r.Close())
	}
	return r, nil
}

func (r *Running) start() error {
	if err := r.startFeeling(); err != nil {
		return fmt.Errorf("fragile: %w", err)
	}
	for i := range r.device.Listeners {
		if err := r.listen(&r.device.Listeners[i]); err != nil {
			return err
		}
	}
	if r.device.SSDP != nil {
		if err := r.startSSDP(r.device.SSDP); err != nil {
			return fmt.Errorf("ssdp: %w", err)
		}
	}
	if r.device.MDNS != nil && r.net.Interface() != "" {
		if err := r.startMDNS(r.device.MDNS); err != nil {
			return fmt.Errorf("mdns: %w", err)
		}
	}
	return nil
}

// Device is what was started.
func (r *Running) Device() *Device { return r.device }

// Counters is what has been done to the device until now. A connection is
// counted when it is accepted, a byte when the device reads it.
func (r *Running) Counters() Counters { return r.ledger.snapshot() }

// Close ends every connection and waits until nothing of the device runs. Its
// counters can still be read.
func (r *Running) Close() error {
	r.shut()
	r.wg.Wait()
	return nil
}

// shut closes everything without waiting, once.
func (r *Running) shut() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return
	}
	r.closed = true
	close(r.done)
	for c := range r.closers {
		c.Close()
	}
	r.closers = nil
}

// hold keeps c to be closed with the device; false when the device is gone or
// has its hands full, and then c is closed.
func (r *Running) hold(c io.Closer) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed || len(r.closers) >= maxConns {
		c.Close()
		return false
	}
	r.closers[c] = true
	return true
}

func (r *Running) drop(c io.Closer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.closers, c)
	c.Close()
}

func (r *Running) listen(l *Listener) error {
	at := netip.AddrPortFrom(r.net.Addr(), l.Port).String()
	r.ledger.port(l.key(), func(*PortCount) {})
	if l.SNMP != nil {
		pc, err := r.net.ListenPacket("udp4", at)
		if err != nil {
			return err
		}
		r.answer(pc, l.key(), l.SNMP.answer)
		return nil
	}
	var config *tls.Config
	if l.TLS != nil {
		var err error
		if config, err = l.TLS.config(); err != nil {
			return fmt.Errorf("%s: certificate: %w", l.key(), err)
		}
	}
	ln, err := r.net.Listen("tcp4", at)
	if err != nil {
		return err
	}
	if !r.hold(ln) {
		return net.ErrClosed
	}
	r.wg.Go(func() { r.accept(ln, l, config) })
	return nil
}

// accept takes connections until the listener is closed.
func (r *Running) accept(ln net.Listener, l *Listener, config *tls.Config) {
	for {
		c, err := ln.Accept()
		if err != nil {
			return // closed; a fake device meets no other error that it could mend
		}
		if !r.hold(c) {
			continue
		}
		if r.overwhelmed(r.ledger.connected(l.key())) {
			r.die()
		}
		if r.net.Interface() == "" {
			r.felt(time.Now())
		}
		r.wg.Go(func() {
			defer r.ledger.disconnected()
			defer r.drop(c)
			l.behaviours()[0].serve(newSession(r, l.key(), c, config))
		})
	}
}

// answer replies to datagrams until the device is closed. reply gives nothing
// for silence.
func (r *Running) answer(pc net.PacketConn, key string, reply func(r *Running, key string, datagram []byte) [][]byte) {
	if !r.hold(pc) {
		return
	}
	r.wg.Go(func() {
		defer r.drop(pc)
		buf := make([]byte, 4096)
		for {
			n, from, err := pc.ReadFrom(buf)
			if err != nil {
				return
			}
			r.ledger.took(key, n)
			for _, b := range reply(r, key, buf[:n]) {
				if _, err := pc.WriteTo(b, from); err != nil {
					break
				}
			}
		}
	})
}
