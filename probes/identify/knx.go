package identify

import "github.com/homesweep/homesweep/probes/lan"

// The question is a DESCRIPTION_REQUEST whose return address is none, so that
// the answer goes to where it came from (KNXnet/IP Core, sections 7.7.1 and
// 8.6.2). "efcp" is how IANA calls KNXnet/IP.
var _ = register(&query{
	service: "efcp", port: 3671, only4: true,
	question: "\x06\x10\x02\x03\x00\x0e\x08\x01\x00\x00\x00\x00\x00\x00",
	parse:    parseKNX,
}, asks)

// What a gateway to the building's wires says of itself. Its serial number is
// left alone.
const (
	KNXName = "knx.name"
	KNXMAC  = "knx.mac"
)

const (
	knxDevice     = 1  // the block about the device
	knxDeviceSize = 54 // with the block's own header
	maxBlocks     = 16
)

// parseKNX reads a DESCRIPTION_RESPONSE, which begins with the device's block
// (section 7.7.2 and 7.5.4.2).
func parseKNX(svc *lan.Service, _, answer []byte) bool {
	c := cursor{b: answer}
	if !c.is("\x06\x10\x02\x04") || int(c.big(2)) != len(answer) {
		return false
	}
	named := false
	for range maxBlocks {
		if len(c.b) == 0 {
			break
		}
		size := c.big(1)
		block := cursor{b: c.take(size - 1)}
		if block.big(1) != knxDevice || size != knxDeviceSize {
			continue
		}
		block.take(16) // medium, state, addresses, project and serial number
		mac, _ := lan.MACFrom(block.take(6))
		svc.Heard.Set(KNXMAC, mac.String())
		svc.Heard.Set(KNXName, latin1([]byte(block.until("\x00"))))
		named = true
	}
	return named && !c.short && len(c.b) == 0
}
