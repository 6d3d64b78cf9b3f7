package vendor

import "github.com/homesweep/homesweep/probes/lan"

var _ = register(Vendor{
	Name: "ubiquiti", Port: 10001,
	Questions: always(ubiquitiAsk, []byte{2, 8, 0, 0}), Alone: ubiquitiAsk, // versions 1 and 2
	Hear: hearUbiquiti,
	Ears: []uint16{10001},
})

// ubiquitiAsk is the question of version 1, which devices of version 2 answer,
// too.
var ubiquitiAsk = []byte{1, 0, 0, 0}

// ubiquitiText are the fields of both versions that are text and tell what the
// device is (Wireshark's packet-ubdp; nmap's ubiquiti-discovery). The rest is
// left alone: the name of the Wi-Fi, who is logged in, and what a login is made
// of.
var ubiquitiText = map[int]string{
	0x03: "ubiquiti.build", // "BZ.qca956x.v6.6.55.15189.231218.0632"
	0x0b: "ubiquiti.hostname",
	0x0c: "ubiquiti.platform", // "U7PG2"
	0x14: "ubiquiti.model",    // version 1: "UAP-AC-Pro-Gen2"
	0x15: "ubiquiti.model",    // version 2: "UCK-v2"
	0x16: "ubiquiti.fwversion",
}

const ubiquitiMAC = 0x01

// hearUbiquiti reads an answer or announcement of either version.
func hearUbiquiti(b []byte) (lan.Sighting, bool) {
	if len(b) <= 4 || b[0] != 1 && b[0] != 2 || int(b[2])<<8|int(b[3]) != len(b)-4 {
		return lan.Sighting{}, false
	}
	h := lan.Heard{}
	if !readTLV(b[4:], 1, func(kind int, value []byte) {
		switch key, known := ubiquitiText[kind]; {
		case known:
			h.Set(key, string(value))
		case kind == ubiquitiMAC:
			h.Set("ubiquiti.mac", mac(value))
		}
	}) {
		return lan.Sighting{}, false
	}
	return sighting(h, h["ubiquiti.hostname"])
}
