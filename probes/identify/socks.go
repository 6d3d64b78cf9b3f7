package identify

import (
	"strconv"

	"github.com/homesweep/homesweep/probes/lan"
)

// SOCKSMethod is the field of Heard with a proxy's answer to a client that has
// no login (RFC 1928, section 3): "0" lets anybody through, "255" nobody, and
// "2" wants a name.
const SOCKSMethod = "socks.method"

var _ = register(&socks, asks)

// socks offers to come without a login and asks to be led nowhere.
var socks = question{
	name: "socks", service: "socks", ports: []uint16{1080}, moves: true,
	ask: "\x05\x01\x00", answer: parseSOCKS,
}

// parseSOCKS reads the two bytes of the method chosen.
func parseSOCKS(svc *lan.Service, c *cursor) bool {
	if !c.is("\x05") {
		return false
	}
	method := c.big(1)
	svc.Heard.Set(SOCKSMethod, strconv.Itoa(int(method)))
	return (method == 0 || method == 2 || method == 255) && len(c.b) == 0
}
