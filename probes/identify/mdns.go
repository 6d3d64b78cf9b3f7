package identify

import (
	"encoding/binary"
	"math/rand/v2"

	"github.com/homesweep/homesweep/probes/discover/mdns"
	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(&query{service: "mdns", port: mdns.Port, small: true, ask: askMDNS, parse: parseMDNS}, asks)

func askMDNS() []byte { return mdns.Question(uint16(rand.Uint32())) }

// parseMDNS reads the types of the device's services.
func parseMDNS(svc *lan.Service, question, answer []byte) bool {
	types, ok := mdns.Types(answer, binary.BigEndian.Uint16(question))
	for _, t := range types {
		svc.Heard.Add(lan.MDNSTypes, t)
	}
	return ok
}
