package vendor

import (
	"bytes"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(Vendor{
	Name: "wiz", Port: 38899,
	Questions: always(wizSystemConfig), Alone: wizSystemConfig, Small: true,
	Hear: hearWiZ,
	Ears: []uint16{38900}, // where a bulb says that it has been switched on
})

var wizSystemConfig = []byte(`{"method":"getSystemConfig","params":{}}`)

// hearWiZ reads the answer to getSystemConfig, or the first words of a bulb
// that was switched on (pywizlight). In which home and room the app has put it
// is not looked at.
func hearWiZ(b []byte) (lan.Sighting, bool) {
	if !bytes.HasPrefix(b, []byte("{")) {
		return lan.Sighting{}, false
	}
	o := readObject(b)
	said := o.in("result")
	switch o.text("method") {
	case "getSystemConfig":
	case "firstBeat":
		said = o.in("params")
	default:
		return lan.Sighting{}, false
	}
	h := lan.Heard{}
	said.take(h, "wiz", "moduleName", "fwVersion")
	h.Set("wiz.mac", macText(said.text("mac")))
	return sighting(h)
}
