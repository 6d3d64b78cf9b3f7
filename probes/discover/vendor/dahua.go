package vendor

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(Vendor{
	Name: "dahua", Port: 37810, Group: netip.MustParseAddr("239.255.255.251"), Home: true,
	Questions: always(dahuaSearch), Alone: dahuaSearch,
	Hear: hearDahua,
	Ears: []uint16{37810},
})

var dahuaSearch = dhip([]byte(`{"method":"DHDiscover.search","params":{"mac":"","uni":1}}` + "\n"))

// dahuaReady says whether a camera's first password has been set: "no" or
// "yes"; older ones do not tell.
const dahuaReady = "dahua.initialized"

const dhipHeader = 32

// dhip puts JSON behind the header of Dahua's protocol: the header's length,
// the magic word, and twice the length of what follows (mcw0's
// Dahua-JSON-Debug-Console).
func dhip(body []byte) []byte {
	b := make([]byte, dhipHeader, dhipHeader+len(body))
	b[0] = dhipHeader
	copy(b[4:], "DHIP")
	binary.LittleEndian.PutUint32(b[16:], uint32(len(body)))
	binary.LittleEndian.PutUint32(b[24:], uint32(len(body)))
	return append(b, body...)
}

// hearDahua reads an answer or announcement of a Dahua camera or recorder, or
// of one that Dahua made for another brand. The serial number opens its cloud
// access and is not looked at.
func hearDahua(b []byte) (lan.Sighting, bool) {
	if len(b) <= dhipHeader || !bytes.HasPrefix(b[4:], []byte("DHIP")) || b[dhipHeader] != '{' {
		return lan.Sighting{}, false
	}
	o := readObject(b[dhipHeader:])
	info := o.in("params", "deviceInfo")
	if info.text("DeviceType") == "" && info.text("Version") == "" {
		return lan.Sighting{}, false
	}
	h := lan.Heard{}
	info.take(h, "dahua", "DeviceType", "DeviceClass", "Version")
	for _, key := range []string{"Vendor", "Manufacturer"} {
		if brand := info.text(key); !nobody[strings.ToLower(brand)] {
			h.Set("dahua.Vendor", brand)
		}
	}
	h.Set("dahua.mac", macText(o.text("mac")))
	if init, err := strconv.ParseUint(info.text("Init"), 10, 32); err == nil {
		// Bits 0 and 1 (Dahua NetSDK, DEVICE_NET_INFO_EX.byInitStatus).
		h.Set(dahuaReady, [4]string{"", "no", "yes", ""}[init&3])
	}
	return sighting(h)
}

// nobody are words that stand where a brand should, on devices made for others.
var nobody = map[string]bool{"private": true, "general": true, "oem": true, "other": true}
