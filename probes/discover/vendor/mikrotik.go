package vendor

import "github.com/homesweep/homesweep/probes/lan"

var _ = register(Vendor{
	Name: "mikrotik",
	Hear: hearMikroTik,
	Ears: []uint16{5678},
})

// mikrotikText are the fields of the MikroTik Neighbor Discovery Protocol that
// tell what the device is (help.mikrotik.com, "Neighbor discovery"; Wireshark's
// packet-mndp). The number of the licence is left alone.
var mikrotikText = map[int]string{
	5:  "mikrotik.identity",
	7:  "mikrotik.version",
	8:  "mikrotik.platform",
	12: "mikrotik.board",
}

const mikrotikMAC = 1

// hearMikroTik reads the announcement that a router sends every minute.
func hearMikroTik(b []byte) (lan.Sighting, bool) {
	if len(b) <= 4 { // header and sequence alone are a question
		return lan.Sighting{}, false
	}
	h := lan.Heard{}
	if !readTLV(b[4:], 2, func(kind int, value []byte) {
		switch key, known := mikrotikText[kind]; {
		case known:
			h.Set(key, string(value))
		case kind == mikrotikMAC:
			h.Set("mikrotik.mac", mac(value))
		}
	}) || h["mikrotik.version"] == "" {
		return lan.Sighting{}, false
	}
	return sighting(h, h["mikrotik.identity"])
}
