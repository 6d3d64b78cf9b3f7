package space

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"slices"

	"github.com/mdlayher/packet"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
)

// Hand is a device that raises its hand when its IPv4 address is called and says
// nothing else: it answers ARP (RFC 826) for addresses that the space's kernel
// does not know, and so drops everything sent to them without a word.
type Hand struct {
	conn  *packet.Conn
	mac   lan.MAC
	addrs []netip.Addr
	done  chan struct{}
}

// Raise answers for the addresses on the named interface until Lower.
func (s *Space) Raise(name string, addrs ...netip.Addr) (*Hand, error) {
	h := &Hand{addrs: addrs, done: make(chan struct{})}
	err := s.Do(func() (err error) {
		h.conn, h.mac, err = listenARP(name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("raising a hand on %s: %w", name, err)
	}
	go h.answer()
	return h, nil
}

// Lower ends it.
func (h *Hand) Lower() {
	_ = h.conn.Close()
	<-h.done
}

func (h *Hand) answer() {
	defer close(h.done)
	buf := make([]byte, 128)
	for {
		n, _, err := h.conn.ReadFrom(buf)
		if err != nil {
			return
		}
		if asker, from, target, ok := asked(buf[:n]); ok && slices.Contains(h.addrs, target) {
			_, _ = h.conn.WriteTo(arp(2, h.mac, target, asker, from), &packet.Addr{HardwareAddr: asker[:]})
		}
	}
}

// Announce tells the link that the named interface has the address now (RFC 5227
// section 2.3), as every DHCP client does.
func (s *Space) Announce(name string, a netip.Addr) error { return s.call(name, a, a) }

// Probe asks the link whether the address is free, as who starts does before it
// uses one (RFC 5227 section 2.1.1).
func (s *Space) Probe(name string, a netip.Addr) error {
	return s.call(name, netip.IPv4Unspecified(), a)
}

// call asks everybody for target in the name of from.
func (s *Space) call(name string, from, target netip.Addr) error {
	return s.Do(func() error {
		conn, mac, err := listenARP(name)
		if err != nil {
			return fmt.Errorf("announcing %s: %w", target, err)
		}
		defer conn.Close()
		_, err = conn.WriteTo(arp(1, mac, from, lan.MAC{}, target), &packet.Addr{HardwareAddr: net.HardwareAddr{255, 255, 255, 255, 255, 255}})
		if err != nil {
			return fmt.Errorf("announcing %s: %w", target, err)
		}
		return nil
	})
}

func listenARP(name string) (*packet.Conn, lan.MAC, error) {
	i, err := net.InterfaceByName(name)
	if err != nil {
		return nil, lan.MAC{}, err
	}
	mac, _ := lan.MACFrom(i.HardwareAddr)
	conn, err := packet.Listen(i, packet.Raw, unix.ETH_P_ARP, nil)
	return conn, mac, err
}

// asked reads an ARP request out of a frame.
func asked(frame []byte) (asker lan.MAC, from, target netip.Addr, ok bool) {
	const ethernet = 14
	if len(frame) < ethernet+28 || binary.BigEndian.Uint16(frame[ethernet+6:]) != 1 {
		return asker, from, target, false
	}
	body := frame[ethernet:]
	asker, _ = lan.MACFrom(body[8:14])
	return asker, netip.AddrFrom4([4]byte(body[14:18])), netip.AddrFrom4([4]byte(body[24:28])), true
}

// arp is a frame with an ARP message from mac at addr.
func arp(operation byte, mac lan.MAC, addr netip.Addr, to lan.MAC, target netip.Addr) []byte {
	dst := to
	if to.IsZero() {
		dst = lan.MAC{255, 255, 255, 255, 255, 255}
	}
	frame := slices.Concat(dst[:], mac[:], []byte{0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, operation}, mac[:], addr.AsSlice(), to[:], target.AsSlice())
	return append(frame, make([]byte, 60-len(frame))...) // the shortest Ethernet frame
}
