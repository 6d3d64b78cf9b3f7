package identify

import (
	"strconv"

	"github.com/homesweep/homesweep/probes/lan"
)

// X11Setup is the field of Heard with a display's answer to who wants to
// connect: "failed", "success" (anybody may watch it) or "authenticate".
const X11Setup = "x11.setup"

var _ = register(&x11, asks)

// x11 begins to connect, lowest byte first, and goes before anything is asked of
// the display (X Window System Protocol, chapter 8).
var x11 = question{
	name: "x11", service: "x11", ports: []uint16{6000},
	ask: "l\x00\x0b", size: 12, answer: parseX11,
}

// x11Outcomes are the answers by their numbers.
var x11Outcomes = [...]string{"failed", "success", "authenticate"}

// parseX11 reads the answer to the setup, and the vendor and release of a
// display that lets us in.
func parseX11(svc *lan.Service, c *cursor) bool {
	outcome := c.big(1)
	if outcome > 2 {
		return false
	}
	svc.Heard.Set(X11Setup, x11Outcomes[outcome])
	if outcome == 2 {
		c.take(5)
		size := c.little(2)
		return c.text(4*size) != "" && size < 64
	}
	c.take(1)
	if !c.is("\x0b\x00") {
		return false
	}
	c.take(4)
	if outcome == 0 {
		return true
	}
	release := c.little(4)
	c.take(12)
	size := c.little(2)
	c.take(14)
	svc.Product, svc.Version = c.text(size), strconv.FormatUint(uint64(release), 10)
	return size > 0
}
