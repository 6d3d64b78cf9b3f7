package identify

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// The question is what any clock asks: mode 3 of version 4, with nothing in it
// but a transmit timestamp, which is random and comes back as the origin's (RFC
// 5905, section 7.3), so that it tells nothing of our own clock.
var _ = register(&query{
	service: "ntp", port: 123,
	question: "\x23" + nine + nine + nine + nine + nine + "\x00\x00", id: ntpTransmit, size: 8,
	parse: parseNTP,
}, asks)

// What a time server says of itself. The reference is the kind of clock it has,
// or the address of its own server.
const (
	NTPVersion   = "ntp.version"
	NTPStratum   = "ntp.stratum"
	NTPReference = "ntp.refid"
)

// nine zeros.
const nine = "\x00\x00\x00\x00\x00\x00\x00\x00\x00"

const (
	ntpSize     = 48
	ntpOrigin   = 24
	ntpTransmit = 40
)

// parseNTP reads a server's answer, mode 4. What may follow the header is left
// alone.
func parseNTP(svc *lan.Service, question, answer []byte) bool {
	if len(answer) < ntpSize || answer[0]&7 != 4 || !bytes.Equal(answer[ntpOrigin:ntpOrigin+8], question[ntpTransmit:]) {
		return false
	}
	stratum := answer[1]
	svc.Heard.Set(NTPVersion, strconv.Itoa(int(answer[0]>>3&7)))
	svc.Heard.Set(NTPStratum, strconv.Itoa(int(stratum)))
	reference := answer[12:16]
	if stratum < 2 { // four letters, of a clock or of a refusal
		svc.Heard.Set(NTPReference, strings.TrimRight(string(reference), "\x00"))
	} else {
		svc.Heard.Set(NTPReference, netip.AddrFrom4([4]byte(reference)).String())
	}
	return true
}
