package identify

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(&sipTCP, asks)

// sipTCP asks what sip asks, over a connection (RFC 3261, section 18).
var sipTCP = question{name: "sip-tcp", service: "sip", ports: []uint16{5060}, moves: true, instead: callSIP}

// callSIP asks with a call of its own and takes only an answer to it.
func callSIP(ctx context.Context, r probes.Reach, ep lan.Endpoint) (lan.Service, error) {
	call := fmt.Sprintf("%016x", rand.Uint64())
	q := question{
		name: "sip", service: "sip",
		ask: strings.Replace(string(sipOptions(ep, call)), "/UDP ", "/TCP ", 1),
		answer: func(svc *lan.Service, c *cursor) bool {
			if !c.is("SIP/2.0 ") {
				return false
			}
			h, ok := parseSIP([]byte("SIP/2.0 "+c.until("\r\n\r\n")+"\r\n\r\n"), call)
			if ok {
				readSIP(svc, h)
			}
			return ok
		},
	}
	return q.Identify(ctx, r, ep)
}
