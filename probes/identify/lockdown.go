package identify

import (
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(&lockdown, asks)

// lockdown asks an iPhone's or iPad's pairing service what it is, which is the
// first thing that any computer asks (libimobiledevice, QueryType). It does not
// ask to be paired.
var lockdown = question{
	name: "lockdown", service: "lockdown", ports: []uint16{62078},
	ask:    "\x00\x00\x00\x95" + lockdownHead + "<key>Label</key><string>homesweep</string><key>Request</key><string>QueryType</string></dict></plist>",
	answer: parseLockdown,
}

const lockdownHead = `<?xml version="1.0"?><plist version="1.0"><dict>`

// parseLockdown reads a length and a property list with the service's type.
func parseLockdown(svc *lan.Service, c *cursor) bool {
	if !c.is("\x00\x00") {
		return false
	}
	list := c.text(c.big(2))
	svc.Product = "Apple lockdown"
	return strings.Contains(list, "plist") && strings.Contains(list, "com.apple.mobile.lockdown")
}
