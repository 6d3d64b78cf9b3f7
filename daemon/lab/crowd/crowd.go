// Package crowd is a network full of small devices in one program: each host has
// a hardware address, an IPv4 address and open ports of its own, and all of them
// are answered for from one packet socket. It is for measuring scanners, against
// a truth that is known to the last port.
//
// The TCP in it is the least that a scanner meets: handshakes, one answer, an
// orderly end. It never sends a segment twice; the virtual cables that it is
// meant for lose none.
package crowd

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ports"
)

// Host is one of the crowd, and the truth about it.
type Host struct {
	MAC   lan.MAC
	Addr  netip.Addr
	Maker string   // whom the registry gave the hardware address's first half
	Open  []uint16 // TCP, ascending
	// Walled says that a firewall drops, without a word, all that is not for an
	// open port: pings and datagrams too. ARP it answers, as it must.
	Walled bool
	// Tarpit says that it takes up a connection on every port.
	Tarpit bool
}

// maker is a prefix of the IEEE's registry of hardware addresses (OUI).
type maker struct {
	oui  [3]byte
	name string // a part of the registry's own
	// small says that its devices are microcontrollers: what is open on them is
	// what a sweep asks the like of, probes/ports.Short.
	small bool
}

// makers are those of a home's devices, more of the common ones.
var makers = []maker{
	{[3]byte{0xb8, 0x27, 0xeb}, "Raspberry Pi", false},
	{[3]byte{0x00, 0x11, 0x32}, "Synology", false},
	{[3]byte{0x24, 0x5e, 0xbe}, "QNAP", false},
	{[3]byte{0x44, 0x19, 0xb6}, "Hikvision", false},
	{[3]byte{0x3c, 0xef, 0x8c}, "Dahua", false},
	{[3]byte{0x00, 0x0e, 0x58}, "Sonos", false},
	{[3]byte{0x00, 0x17, 0x88}, "Philips", false},
	{[3]byte{0x3c, 0xd9, 0x2b}, "Hewlett", false},
	{[3]byte{0x00, 0x1b, 0xa9}, "Brother", false},
	{[3]byte{0x00, 0x03, 0x93}, "Apple", false},
	{[3]byte{0x00, 0x1b, 0x21}, "Intel", false},
	{[3]byte{0xf4, 0xf5, 0xd8}, "Google", false},
	{[3]byte{0x24, 0x0a, 0xc4}, "Espressif", true},
}

// walled and most are how the hosts are: one in so many is behind a firewall,
// and none has more open ports than most.
const (
	walled = 5
	most   = 8
)

// Make is n hosts in prefix, the same ones for the same seed: the first takes the
// network's first address, which is the router's, the others any but those taken.
// One in five is walled; zero to eight ports of probes/ports.Home are open on
// each.
func Make(seed uint64, prefix netip.Prefix, n int, taken ...netip.Addr) ([]Host, error) {
	prefix = prefix.Masked()
	if !prefix.Addr().Is4() || prefix.Bits() < 16 || n < 1 {
		return nil, fmt.Errorf("a crowd of %d does not live in %s: an IPv4 network of at most 65,536 addresses", n, prefix)
	}
	rng := rand.New(rand.NewPCG(seed, uint64(n)))
	router := prefix.Addr().Next()
	var free []netip.Addr
	for a := router.Next(); prefix.Contains(a.Next()); a = a.Next() { // the last one is for broadcasts
		if !slices.Contains(taken, a) {
			free = append(free, a)
		}
	}
	if n-1 > len(free) {
		return nil, fmt.Errorf("a crowd of %d does not fit into %s, which has %d free addresses", n, prefix, len(free)+1)
	}
	rng.Shuffle(len(free), func(i, j int) { free[i], free[j] = free[j], free[i] })
	addrs := append([]netip.Addr{router}, free[:n-1]...)
	slices.SortFunc(addrs, netip.Addr.Compare)
	hosts := make([]Host, n)
	for i, a := range addrs {
		hosts[i] = draw(rng, a, i)
	}
	return hosts, nil
}

// draw is the host at a.
func draw(rng *rand.Rand, a netip.Addr, number int) Host {
	of := makers[rng.IntN(len(makers))]
	h := Host{Addr: a, Maker: of.name, MAC: lan.MAC{of.oui[0], of.oui[1], of.oui[2], 0x70}, Walled: rng.IntN(walled) == 0}
	binary.BigEndian.PutUint16(h.MAC[4:], uint16(number))
	list := ports.Home()
	if of.small {
		list = ports.Short()
	}
	for _, i := range rng.Perm(len(list))[:rng.IntN(most+1)] {
		h.Open = append(h.Open, list[i])
	}
	slices.Sort(h.Open)
	return h
}
