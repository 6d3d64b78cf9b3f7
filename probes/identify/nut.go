package identify

import (
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(&nut, asks)

// nut asks the guard of an uninterruptible power supply for its version (RFC
// 9271, section 4.2.13) and for nothing of the supply.
var nut = question{name: "nut", service: "nut", ports: []uint16{3493}, ask: "VER\n", answer: parseNUT}

// parseNUT reads "Network UPS Tools upsd 2.8.0 - https://www.networkupstools.org/".
func parseNUT(svc *lan.Service, c *cursor) bool {
	if !c.is("Network UPS Tools upsd ") {
		return false
	}
	svc.Product = "Network UPS Tools"
	svc.Version, _, _ = strings.Cut(c.until("\n"), " ")
	return startsVersion(svc.Version)
}
