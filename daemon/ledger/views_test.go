package ledger

import (
	"fmt"
	"math/rand/v2"
	"net/netip"

	"github.com/homesweep/homesweep/probes/lan"
)

// The ways in which a device shows itself, beside plainly.
type views func(plain lan.Device, source *rand.Rand) (seen lan.Device, there bool)

// moved has another address every time.
func moved(d lan.Device, source *rand.Rand) (lan.Device, bool) {
	d.Addresses = []netip.Addr{netip.AddrFrom4([4]byte{172, 16, byte(source.IntN(250)), byte(source.IntN(250))})}
	return d, true
}

// renamed is taken for another device every time, at another address.
func renamed(d lan.Device, source *rand.Rand) (lan.Device, bool) {
	d.ID = fmt.Sprint(source.Uint64())
	return moved(d, source)
}

// forged has another hardware address every time, and is taken for another device.
func forged(d lan.Device, source *rand.Rand) (lan.Device, bool) {
	d.ID, d.MACs = fmt.Sprint(source.Uint64()), []lan.MAC{{2, byte(source.IntN(256)), byte(source.IntN(256))}}
	return d, true
}

// twoCards is on cable or on Wi-Fi, with an address for each.
func twoCards(d lan.Device, source *rand.Rand) (lan.Device, bool) {
	if source.IntN(2) == 0 {
		d.MACs, d.Addresses = []lan.MAC{{8, d.MACs[0][1]}}, []netip.Addr{netip.AddrFrom4([4]byte{192, 168, 3, d.MACs[0][1]})}
	}
	return d, true
}

// nameless is without a hardware address, as beyond a repeater.
func nameless(d lan.Device, _ *rand.Rand) (lan.Device, bool) {
	d.ID, d.MACs = "", nil
	return d, true
}

func gone(*rand.Rand) views {
	return func(d lan.Device, source *rand.Rand) (lan.Device, bool) { return d, source.IntN(2) == 0 }
}
