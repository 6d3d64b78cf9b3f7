package identify

import (
	"encoding/binary"
	"strconv"

	"github.com/homesweep/homesweep/probes/lan"
)

// The question is for the router's outer address, which opens nothing (RFC 6886,
// section 3.2).
var _ = register(&query{service: "nat-pmp", port: 5351, only4: true, question: "\x00\x00", parse: parseNATPMP}, asks)

// What a router says of the protocol by which devices open ports to the
// internet.
const (
	NATPMPVersion = "nat-pmp.version" // "0"; 1 and 2 are its successor, PCP
	NATPMPResult  = "nat-pmp.result"  // "0" is success
)

// Layout of the answers (RFC 6886, section 3.2; RFC 6887, section 7.2).
const (
	natpmpAnswer  = 12
	natpmpRefusal = 8 // at least
	natpmpResults = 5 // the last result code
	pcpHeader     = 24
	maxPCP        = 1100
	pcpUnsupp     = 1 // UNSUPP_VERSION
	answersZero   = 0x80
)

// parseNATPMP reads the answer, or a refusal by a server that knows PCP only.
// The address itself is the home's and is not kept.
func parseNATPMP(svc *lan.Service, _, answer []byte) bool {
	n := len(answer)
	if n < natpmpRefusal || answer[1] != answersZero {
		return false
	}
	result := int(binary.BigEndian.Uint16(answer[2:]))
	switch answer[0] {
	case 0:
		if n > natpmpAnswer || result > natpmpResults || result == 0 && n != natpmpAnswer {
			return false
		}
	case 1, 2:
		if result &= 0xff; n < pcpHeader || n > maxPCP || n%4 != 0 || result != pcpUnsupp {
			return false
		}
	default:
		return false
	}
	svc.Heard.Set(NATPMPVersion, strconv.Itoa(int(answer[0])))
	svc.Heard.Set(NATPMPResult, strconv.Itoa(result))
	return true
}
