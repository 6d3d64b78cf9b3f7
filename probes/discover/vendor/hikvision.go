package vendor

import (
	"bytes"
	"crypto/rand"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(Vendor{
	Name: "hikvision", Port: 37020, Group: ssdpGroup, Home: true,
	Questions: sadpInquiry,
	Hear:      hearHikvision,
	Ears:      []uint16{37020},
})

// sadpInquiry is the question of Hikvision's Search Active Devices Protocol.
func sadpInquiry() [][]byte {
	var id [16]byte
	rand.Read(id[:])
	return [][]byte{fmt.Appendf(nil, `<?xml version="1.0" encoding="utf-8"?><Probe><Uuid>%X-%X-%X-%X-%X</Uuid><Types>inquiry</Types></Probe>`,
		id[:4], id[4:6], id[6:8], id[8:10], id[10:])}
}

// sadpFields are the elements that tell what the device is and whether it has
// been set up ("Activated"). The serial number is left alone: a reset code is
// made of it.
var sadpFields = map[string]bool{"DeviceDescription": true, "SoftwareVersion": true, "DSPVersion": true, "Activated": true}

// hearHikvision reads an answer or announcement of a Hikvision device, or of
// one that Hikvision made for another brand.
func hearHikvision(b []byte) (lan.Sighting, bool) {
	fields := readSADP(b)
	h := lan.Heard{}
	for key, value := range fields {
		if sadpFields[key] {
			h.Set("hikvision."+key, value)
		}
	}
	if h["hikvision.DeviceDescription"] == "" {
		return lan.Sighting{}, false
	}
	h.Set("hikvision.mac", macText(fields["MAC"]))
	s, ok := sighting(h)
	if port, err := strconv.ParseUint(fields["HttpPort"], 10, 16); err == nil && port > 0 {
		s.Endpoints = []lan.Endpoint{{Transport: lan.TCP, Port: uint16(port)}}
	}
	return s, ok
}

// maxSADP is how many elements of one document are looked at.
const maxSADP = 128

// readSADP is the text of each element right within ProbeMatch or Hello; nil
// for any other document, and for one with a document type.
func readSADP(b []byte) map[string]string {
	dec := xml.NewDecoder(bytes.NewReader(b))
	dec.Strict = false // no entity is ever expanded
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	fields := map[string]string{}
	depth, within := 0, ""
	for range 4 * maxSADP {
		tok, err := dec.RawToken()
		if err != nil {
			return fields // what came before it counts: some end without an end
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if depth++; depth == 1 && !strings.EqualFold(tok.Name.Local, "ProbeMatch") && tok.Name.Local != "Hello" {
				return nil
			}
			within = tok.Name.Local
		case xml.EndElement:
			depth--
			within = ""
		case xml.CharData:
			if depth == 2 && within != "" && len(fields) < maxSADP && fields[within] == "" {
				fields[within] = strings.TrimSpace(string(tok))
			}
		case xml.Directive:
			return nil
		}
	}
	return fields
}
