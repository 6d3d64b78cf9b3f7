package identify

import (
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// RloginRefusal is the field of Heard with the words in which a remote login
// refuses us.
const RloginRefusal = "rlogin.refusal"

var _ = register(&rlogin, asks)

// rlogin sends the empty string that begins a remote login (RFC 1282) and no
// name. As our port is none of the privileged ones, which is all that this
// protocol goes by, the server says no before it has asked anything.
var rlogin = question{
	name: "rlogin", service: "login", ports: []uint16{513},
	ask: "\x00", answer: parseRlogin,
}

// parseRlogin reads a refusal, which BSD's servers mark with the number one:
// "\x01rlogind: Permission denied.".
func parseRlogin(svc *lan.Service, c *cursor) bool {
	if !c.is("\x01") {
		return false
	}
	refusal := strings.TrimRight(c.until("\n"), "\r")
	if c.short || len(refusal) < 8 || strings.ContainsFunc(refusal, func(r rune) bool { return r < ' ' || r > '~' }) {
		return false
	}
	svc.Heard.Set(RloginRefusal, refusal)
	return true
}
