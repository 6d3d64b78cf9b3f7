package identify

import (
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(&yeelight, asks)

// yeelight asks whether the light is on, which says that it can be told to be
// without a login (Yeelight WiFi Light Inter-Operation Specification, get_prop).
var yeelight = question{
	name: "yeelight", service: "yeelight", ports: []uint16{55443},
	ask: `{"id":1,"method":"get_prop","params":["power"]}` + "\r\n", answer: parseYeelight,
}

// parseYeelight takes a line with a result or an error in it, or the notice of
// a change that a light sends at any time.
func parseYeelight(_ *lan.Service, c *cursor) bool {
	if !c.is("{") {
		return false
	}
	line := strings.ReplaceAll(c.until("\r\n"), " ", "")
	if !strings.HasSuffix(line, "}") {
		return false
	}
	return strings.HasPrefix(line, `"id":1,`) && (strings.Contains(line, `"result":[`) || strings.Contains(line, `"error":{`)) ||
		strings.HasPrefix(line, `"method":"props",`)
}
