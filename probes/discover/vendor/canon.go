package vendor

import (
	"bytes"
	"encoding/binary"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(Vendor{
	Name: "canon", Port: 8611,
	Questions: always(bjnp(bjnpDiscover)),
	Follow:    followCanon,
	Alone:     bjnp(bjnpIdentity), Service: "canon-bjnp1",
	Hear: hearCanon,
})

// Commands and layout of BJNP, by which Canon's printers are found (SANE's
// pixma_bjnp_private.h).
const (
	bjnpDiscover = 0x01
	bjnpIdentity = 0x30
	bjnpPrinter  = 0x01
	bjnpAnswers  = 0x80 // added to the device type
	bjnpHeader   = 16
)

// bjnp is a command without a payload.
func bjnp(command byte) []byte {
	return []byte{'B', 'J', 'N', 'P', bjnpPrinter, command, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0}
}

// readBJNP takes an answer apart.
func readBJNP(b []byte) (command byte, payload []byte, ok bool) {
	if len(b) < bjnpHeader || !bytes.HasPrefix(b, []byte("BJNP")) || b[4] != bjnpPrinter|bjnpAnswers {
		return 0, nil, false
	}
	n := binary.BigEndian.Uint32(b[12:])
	if int64(n) > int64(len(b)-bjnpHeader) {
		return 0, nil, false
	}
	return b[5], b[bjnpHeader : bjnpHeader+int(n)], true
}

// followCanon asks a printer that was found for its identity.
func followCanon(answer []byte) [][]byte {
	if command, _, ok := readBJNP(answer); !ok || command != bjnpDiscover {
		return nil
	}
	return [][]byte{bjnp(bjnpIdentity)}
}

// hearCanon reads a printer's hardware address, or its IEEE 1284 device ID with
// model and firmware.
func hearCanon(b []byte) (lan.Sighting, bool) {
	command, payload, ok := readBJNP(b)
	h := lan.Heard{}
	switch {
	case !ok:
	case command == bjnpDiscover && len(payload) >= 12 && payload[4] == 6:
		h.Set("canon.mac", mac(payload[6:]))
	case command == bjnpIdentity && len(payload) > 2:
		for part := range strings.SplitSeq(string(payload[2:]), ";") {
			key, value, _ := strings.Cut(part, ":")
			switch key = strings.ToUpper(strings.TrimSpace(key)); key {
			case "MFG", "MDL", "DES", "VER":
				h.Set("canon."+key, value)
			}
		}
	}
	return sighting(h)
}
