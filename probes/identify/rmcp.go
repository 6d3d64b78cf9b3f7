package identify

import (
	"encoding/binary"
	"strconv"

	"github.com/homesweep/homesweep/probes/lan"
)

// The question is a presence ping, which needs no session (DMTF DSP0136, section
// 3.2.4.2; IPMI 2.0, section 13.2.3).
var _ = register(&query{
	service: "asf-rmcp", port: 623,
	question: "\x06\x00\xff\x06\x00\x00\x11\xbe\x80\x00\x00\x00", id: rmcpTag, size: 1,
	parse: parseRMCP,
}, asks)

// What a server's management controller says of itself.
const (
	RMCPIPMI  = "asf.ipmi"       // "supported"
	RMCPMaker = "asf.enterprise" // its maker's number in IANA's registry
)

const (
	rmcpTag    = 9
	rmcpPong   = 28
	rmcpNobody = 4542 // ASF itself, where a controller names no maker
	rmcpIPMI   = 0x80
)

// parseRMCP reads the pong that has our tag (DSP0136, section 3.2.4.3).
func parseRMCP(svc *lan.Service, question, answer []byte) bool {
	c := cursor{b: answer}
	if len(answer) != rmcpPong || !c.is("\x06\x00") {
		return false
	}
	c.take(1) // a sequence number, which counts for acknowledgements only
	if !c.is("\x06\x00\x00\x11\xbe\x40") || c.big(1) != uint32(question[rmcpTag]) || !c.is("\x00\x10") {
		return false
	}
	if maker := binary.BigEndian.Uint32(answer[12:]); maker != 0 && maker != rmcpNobody {
		svc.Heard.Set(RMCPMaker, strconv.FormatUint(uint64(maker), 10))
	}
	if answer[20]&rmcpIPMI != 0 {
		svc.Heard.Set(RMCPIPMI, "supported")
	}
	return true
}
