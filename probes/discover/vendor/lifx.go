package vendor

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(Vendor{
	Name: "lifx", Port: 56700,
	Questions: always(lifxService), Alone: lifxService, Small: true,
	Follow: followLIFX,
	Hear:   hearLIFX,
	Ears:   []uint16{56700},
})

var lifxService = lifxMessage(lifxGetService, nil)

// Messages of the LIFX LAN protocol (lan.developer.lifx.com, "Querying the
// device for data" and "Information messages").
const (
	lifxGetService        = 2
	lifxStateService      = 3
	lifxGetHostFirmware   = 14
	lifxStateHostFirmware = 15
	lifxGetVersion        = 32
	lifxStateVersion      = 33

	lifxHeader      = 36
	lifxProtocol    = 1024
	lifxAddressable = 0x1000
	lifxTagged      = 0x2000 // for everybody, not for one target
	lifxSource      = 0x70737768
)

// lifxMessage is a message without a payload, for the device with that target
// or for all when it is nil.
func lifxMessage(kind uint16, target []byte) []byte {
	b := make([]byte, lifxHeader)
	frame := uint16(lifxProtocol | lifxAddressable)
	if target == nil {
		frame |= lifxTagged
	}
	binary.LittleEndian.PutUint16(b, lifxHeader)
	binary.LittleEndian.PutUint16(b[2:], frame)
	binary.LittleEndian.PutUint32(b[4:], lifxSource)
	copy(b[8:16], target)
	b[23] = 1 // sequence
	binary.LittleEndian.PutUint16(b[32:], kind)
	return b
}

// readLIFX takes a message apart.
func readLIFX(b []byte) (kind uint16, payload []byte, ok bool) {
	if len(b) < lifxHeader || int(binary.LittleEndian.Uint16(b)) != len(b) {
		return 0, nil, false
	}
	frame := binary.LittleEndian.Uint16(b[2:])
	if frame&0x0fff != lifxProtocol || frame&lifxAddressable == 0 {
		return 0, nil, false
	}
	return binary.LittleEndian.Uint16(b[32:]), b[lifxHeader:], true
}

// followLIFX asks a bulb that gave its service for its product and firmware.
func followLIFX(answer []byte) [][]byte {
	if kind, _, ok := readLIFX(answer); !ok || kind != lifxStateService {
		return nil
	}
	target := answer[8:16]
	return [][]byte{lifxMessage(lifxGetVersion, target), lifxMessage(lifxGetHostFirmware, target)}
}

// hearLIFX reads what a bulb states of itself.
func hearLIFX(b []byte) (lan.Sighting, bool) {
	kind, payload, ok := readLIFX(b)
	if !ok {
		return lan.Sighting{}, false
	}
	h := lan.Heard{}
	switch {
	case kind == lifxStateService && len(payload) == 5:
	case kind == lifxStateVersion && len(payload) == 12:
		h.Set("lifx.vendor_id", lifxNumber(payload))
		h.Set("lifx.product_id", lifxNumber(payload[4:]))
	case kind == lifxStateHostFirmware && len(payload) == 20:
		minor, major := binary.LittleEndian.Uint16(payload[16:]), binary.LittleEndian.Uint16(payload[18:])
		h.Set("lifx.firmware", fmt.Sprintf("%d.%d", major, minor))
		if built := binary.LittleEndian.Uint64(payload) / uint64(time.Second); built < 1<<33 {
			h.Set("lifx.build", time.Unix(int64(built), 0).UTC().Format(time.RFC3339))
		}
	default:
		return lan.Sighting{}, false
	}
	h.Set("lifx.mac", mac(b[8:]))
	return sighting(h)
}

func lifxNumber(b []byte) string {
	return strconv.FormatUint(uint64(binary.LittleEndian.Uint32(b)), 10)
}
