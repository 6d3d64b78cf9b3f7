package vendor

import (
	"bytes"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(Vendor{
	Name: "tapo", Port: 20002,
	Questions: always(tapoDiscovery), Alone: tapoDiscovery, Small: true,
	Hear: hearTapo,
})

// tapoDiscovery is version 2, a discovery without a payload, and its checksum
// (python-kasa, DISCOVERY_QUERY_2). A key to encrypt the owner's particulars with
// is not offered: we do not want them.
var tapoDiscovery = []byte("\x02\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x46\x3c\xb5\xd3")

// tapoHeader is what stands before the JSON.
const tapoHeader = 16

// hearTapo reads the answer of TP-Link's newer devices, Tapo and Kasa alike.
func hearTapo(b []byte) (lan.Sighting, bool) {
	if len(b) <= tapoHeader || b[0] != 2 || !bytes.HasPrefix(b[tapoHeader:], []byte("{")) {
		return lan.Sighting{}, false
	}
	o := readObject(b[tapoHeader:]).in("result")
	h := lan.Heard{}
	o.take(h, "tapo", "device_type", "device_model", "device_name", "hw_ver", "fw_ver",
		"hardware_version", "firmware_version", "factory_default")
	h.Set("tapo.encrypt_type", o.in("mgt_encrypt_schm").text("encrypt_type"))
	h.Set("tapo.mac", macText(o.text("mac")))
	if h["tapo.device_type"] == "" && h["tapo.device_model"] == "" {
		return lan.Sighting{}, false
	}
	return sighting(h, o.text("device_name"))
}
