package identify

import (
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// What a file server of the Apple Filing Protocol says of itself (FPGetSrvrInfo).
const (
	AFPServer   = "afp.ServerName"
	AFPMachine  = "afp.MachineType"
	afpVersions = "afp.AFPVersions" // space separated, blanks as underscores
)

var _ = register(&afp, asks)

// afp asks for the server's status, the one command that needs no session
// (Apple Filing Protocol Programming Guide, DSIGetStatus).
var afp = question{
	name: "afp", service: "afpovertcp", ports: []uint16{548},
	ask: "\x00\x03\x00\x01", size: 16, answer: parseAFP,
}

// parseAFP reads the answer's header and its block, whose fields are found by
// their places in it.
func parseAFP(svc *lan.Service, c *cursor) bool {
	if !c.is("\x01\x03\x00\x01\x00\x00\x00\x00") {
		return false
	}
	size, _ := c.big(4), c.take(4)
	block := c.take(size)
	fields := cursor{b: block}
	machine, versions := fields.big(2), fields.big(2)
	fields.take(6) // places of the login methods and of the icon, flags
	svc.Heard.Set(AFPServer, fields.text(fields.big(1)))
	fields.b = block[min(int(machine), len(block)):]
	name := fields.text(fields.big(1))
	svc.Heard.Set(AFPMachine, name)
	svc.Product = name
	if strings.HasPrefix(name, "Netatalk") {
		svc.Product = strings.TrimRight(name, "0123456789.")
		svc.Version = name[len(svc.Product):]
	}
	fields.b = block[min(int(versions), len(block)):]
	for range min(fields.big(1), 16) {
		svc.Heard.Add(afpVersions, fields.text(fields.big(1)))
	}
	return !fields.short
}
