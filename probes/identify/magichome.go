package identify

import (
	"strconv"

	"github.com/homesweep/homesweep/probes/lan"
)

// MagicHomeModel is the field of Heard with the number of a light's model, and
// MagicHomeVersion with that of its firmware.
const (
	MagicHomeModel   = "magichome.model"
	MagicHomeVersion = "magichome.version"
)

var _ = register(&magichome, asks)

// magichome asks for the light's state, as its app does every few seconds
// (flux_led's protocol.py, LEDENET; a checksum is the sum of what is before it).
var magichome = question{
	name: "magichome", service: "magichome", ports: []uint16{5577},
	ask: "\x81\x8a\x8b\x96", answer: parseMagicHome,
}

// parseMagicHome reads the fourteen bytes of a state.
func parseMagicHome(svc *lan.Service, c *cursor) bool {
	if !c.is("\x81") {
		return false
	}
	state := c.take(13)
	if c.short {
		return false
	}
	sum := byte(0x81)
	for _, b := range state[:12] {
		sum += b
	}
	svc.Heard.Set(MagicHomeModel, strconv.Itoa(int(state[0])))
	svc.Heard.Set(MagicHomeVersion, strconv.Itoa(int(state[9])))
	return sum == state[12] && (state[1] == 0x23 || state[1] == 0x24) && len(c.b) == 0 // on, off
}
