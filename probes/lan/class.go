package lan

import (
	"slices"
	"strings"
	"time"
)

// Class is how hard a device may be touched. The zero Class is Careful, the
// pace for a device nobody has recognised yet.
type Class int

// The classes. Their figures are the project's own (design section 13 and the
// damage record behind it): microcontrollers reboot or lose their Wi-Fi under a
// scan that a PC does not notice.
const (
	Careful Class = iota // not recognised; cameras, printers, TVs, hubs
	Fragile              // microcontrollers: plugs, bulbs, small sensors
	Sturdy               // routers, NAS, computers, phones
)

// Rate is the most SYN or connect probes a second.
func (c Class) Rate() float64 { return [...]float64{25, 10, 40}[c] }

// AtOnce is the most connections open at the same time.
func (c Class) AtOnce() int { return [...]int{2, 1, 4}[c] }

// Gap is the shortest time between two connections.
func (c Class) Gap() time.Duration {
	return [...]time.Duration{250 * time.Millisecond, 500 * time.Millisecond, 100 * time.Millisecond}[c]
}

// String is the class's word in plans and logs.
func (c Class) String() string { return [...]string{"careful", "fragile", "sturdy"}[c] }

// Class is the pace that d's kind and maker allow, the gentlest for one that has
// suffered before, and for one that nobody recognises but by the microcontroller
// in it.
func (d Device) Class() Class {
	if !d.Suffered.At.IsZero() || !d.Kind.Known() && d.micro() {
		return Fragile
	}
	switch d.Kind {
	case "plug", "bulb", "appliance", "energy":
		return Fragile
	case "router", "nas", "computer", "phone", "server", "console":
		return Sturdy
	default:
		return Careful
	}
}

// micros begin the names, in the IEEE's registry of address blocks, of those who
// make microcontrollers with a radio and the modules around them. Such a block
// says that one of them answers, not whose device it is in. Makers who sell as
// many modules for PCs, television sets and telephones are left out.
var micros = []string{
	"espressif", "tuya", "beken", "bouffalo", "winner micro", "hi-flying", "high-flying", "shanghai high-flying",
	"ai-link", "sichuan ai-link", "mxchip", "shanghai mxchip", "altobeam", "telink", "silicon lab", "nordic semi",
	"microchip", "texas instruments", "wiznet", "arduino", "itead", "gainspan", "realtek semi",
}

// micro reports whether the block of d's hardware address is that of a maker of
// microcontrollers.
func (d Device) micro() bool {
	holder := strings.ToLower(d.Heard[OUIVendor])
	return slices.ContainsFunc(micros, func(maker string) bool { return strings.HasPrefix(holder, maker) })
}
