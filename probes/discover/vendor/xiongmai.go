package vendor

import (
	"encoding/binary"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(Vendor{
	Name: "xiongmai", Port: 34569,
	Alone: dvripSearch,
	Hear:  hearXiongmai,
})

// Layout of DVR-IP, which NETsurveillance and XMeye cameras and recorders speak
// (OpenIPC's python-dvr, DeviceManager.py; go2rtc, internal/dvrip).
const (
	dvripHeader = 20
	dvripAsk    = 1530
	dvripAnswer = 1531
)

// dvripSearch asks for the common part of the network settings, without a login
// and without a payload.
var dvripSearch = func() []byte {
	b := make([]byte, dvripHeader)
	b[0] = 0xff
	binary.LittleEndian.PutUint16(b[14:], dvripAsk)
	return b
}()

// hearXiongmai reads what a device tells of itself. The serial number opens its
// cloud access and is not looked at.
func hearXiongmai(b []byte) (lan.Sighting, bool) {
	if len(b) <= dvripHeader || b[0] != 0xff || binary.LittleEndian.Uint16(b[14:]) != dvripAnswer ||
		int64(binary.LittleEndian.Uint32(b[16:])) != int64(len(b)-dvripHeader) {
		return lan.Sighting{}, false
	}
	o := readObject(b[dvripHeader:]).in("NetWork.NetCommon")
	h := lan.Heard{}
	o.take(h, "xiongmai", "Version", "BuildDate", "DeviceType")
	h.Set("xiongmai.mac", macText(o.text("MAC")))
	if h["xiongmai.mac"] == "" {
		return lan.Sighting{}, false
	}
	return sighting(h)
}
