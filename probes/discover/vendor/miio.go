package vendor

import (
	"bytes"
	"encoding/binary"
	"strconv"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(Vendor{
	Name: "miio", Port: 54321,
	Questions: always(miioHello), Alone: miioHello, Small: true,
	Hear: hearMiIO,
})

// miioToken is the field that says whether a device hands out the token with
// which it is controlled: "given" or "withheld". The token itself is never
// kept.
const miioToken = "miio.token"

// miioHello asks for a device's number and clock (python-miio, Message).
var miioHello = append([]byte("\x21\x31\x00\x20"), bytes.Repeat([]byte{0xff}, 28)...)

// hearMiIO reads the answer of a Xiaomi device. One that is not set up yet, and
// some older ones for good, put their token where others put all ones or zeros.
func hearMiIO(b []byte) (lan.Sighting, bool) {
	if len(b) != len(miioHello) || !bytes.HasPrefix(b, miioHello[:4]) || bytes.Equal(b[4:16], miioHello[4:16]) {
		return lan.Sighting{}, false
	}
	h := lan.Heard{}
	h.Set("miio.did", strconv.FormatUint(uint64(binary.BigEndian.Uint32(b[8:])), 10))
	h.Set(miioToken, "withheld")
	if token := b[16:]; !bytes.Equal(token, miioHello[16:]) && !bytes.Equal(token, make([]byte, 16)) {
		h.Set(miioToken, "given")
	}
	return sighting(h)
}
