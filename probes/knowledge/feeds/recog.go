package feeds

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes/knowledge/fingerprints"
	"github.com/homesweep/homesweep/probes/lan"
)

// database is a file of recog's
// (https://github.com/rapid7/recog, xml/fingerprints.xsd), as far as it is read.
type database struct {
	Matches      string  `xml:"matches,attr"`
	Fingerprints []print `xml:"fingerprint"`
}

type print struct {
	Pattern     string    `xml:"pattern,attr"`
	Flags       string    `xml:"flags,attr"`
	Description string    `xml:"description"`
	Examples    []example `xml:"example"`
	Params      []struct {
		Pos   int    `xml:"pos,attr"`
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	} `xml:"param"`
}

type example struct {
	Text     string     `xml:",chardata"`
	Expected []xml.Attr `xml:",any,attr"`
}

// fields are the things heard, by recog's name for them.
var fields = map[string]string{
	"html_title": lan.HTTPTitle, "http_header.server": lan.HTTPServer, "ftp.banner": lan.FTPBanner,
	"telnet.banner": lan.TelnetBanner, "ssh.banner": lan.SSHBanner, "rtsp_header.server": lan.RTSPServer,
	"snmp.sys_description": lan.SNMPDescr, "snmp.sys_object_id": lan.SNMPObjectID, "ssdp_header.server": lan.SSDPServer,
	"dhcp.vendor_class": lan.DHCPVendor, "x509.subject": lan.TLSSubject, "x509.issuer": lan.TLSIssuer,
}

// Source is where a file of fingerprints comes from.
type Source struct {
	Name    string // short word before the records' IDs: "recog"
	URL     string // public, https
	Checked string // YYYY-MM-DD when somebody looked at the records, or empty
}

// maxExamples are taken of a fingerprint; recog lists dozens of some.
const maxExamples = 3

// Recog is a record for each fingerprint that says something of a device: its
// maker, model, kind or software. Patterns that RE2 cannot take, those that
// fail their own examples and those that speak of a service only are in Left.
func Recog(data []byte, from Source) (Layer, error) {
	var l Layer
	if err := fits("the file of fingerprints", data); err != nil {
		return l, err
	}
	var db database
	d := xml.NewDecoder(bytes.NewReader(data)) // strict: no entities of its own, no DTD is read
	if err := d.Decode(&db); err != nil {
		return l, fmt.Errorf("this is no file of fingerprints in recog's form: %w", err)
	}
	field, known := fields[db.Matches]
	if !known {
		return l, fmt.Errorf("fingerprints on %.64q: nothing of the kind is heard here", db.Matches)
	}
	for i, p := range db.Fingerprints {
		r, err := p.record(field, from)
		if err == nil {
			r.ID = id(from.Name, db.Matches, strconv.Itoa(i+1))
			err = p.proven(&r, field, db.Fingerprints)
		}
		if err != nil {
			l.leave("%.80s: %v: %.200s", cmp.Or(p.Description, fmt.Sprintf("fingerprint %d", i+1)), err, p.Pattern)
			continue
		}
		l.Fingerprints = append(l.Fingerprints, r)
	}
	return l, nil
}

// pattern is p's in RE2. Ruby's "multiline" lets a dot match a line's end.
func (p print) pattern() string {
	flags := ""
	if strings.Contains(p.Flags, "REG_ICASE") || strings.Contains(p.Flags, "IGNORECASE") {
		flags += "i"
	}
	if strings.Contains(p.Flags, "REG_DOT_NEWLINE") || strings.Contains(p.Flags, "REG_MULTILINE") {
		flags += "s"
	}
	if flags == "" {
		return p.Pattern
	}
	return "(?" + flags + ")" + p.Pattern
}

// record is what p says of a device.
func (p print) record(field string, from Source) (fingerprints.Record, error) {
	r := fingerprints.Record{
		Match: map[string]string{field: p.pattern()}, Confidence: 0.6, KindConfidence: 0.6,
		Source: from.URL, Checked: from.Checked,
	}
	if _, err := regexp.Compile(p.pattern()); err != nil {
		return r, fmt.Errorf("RE2 cannot take the pattern (%w)", err)
	}
	said := map[string]string{}
	for _, param := range p.Params {
		switch {
		case param.Pos > 0:
			said[param.Name] = "${" + field + "." + strconv.Itoa(param.Pos) + "}"
		case !strings.ContainsAny(param.Value, "{}$") && param.Value != "Unknown":
			said[param.Name] = param.Value
		}
	}
	first := func(names ...string) string {
		for _, name := range names {
			if said[name] != "" {
				return said[name]
			}
		}
		return ""
	}
	r.Vendor = brand(first("hw.vendor"))
	r.Model = first("hw.product", "hw.model")
	r.Kind = string(kinds[strings.ToLower(first("hw.device", "os.device"))])
	r.Firmware = first("hw.version", "hw.version.version")
	if r.Firmware == "" && said["os.vendor"] != "" && said["os.vendor"] == said["hw.vendor"] {
		r.Firmware = said["os.version"] // the maker's own software
	}
	if r.Vendor == "" && r.Model == "" && r.Kind == "" {
		return r, errors.New("it says nothing of a device")
	}
	return r, nil
}

// brand is the maker as it is written here; what a pattern finds is taken as it is.
func brand(vendor string) string {
	if strings.Contains(vendor, "${") {
		return vendor
	}
	return fingerprints.Brand(vendor)
}

// kinds are the sorts of things, by recog's word in lower case.
var kinds = map[string]lan.Kind{
	"ip camera": "camera", "web cam": "camera", "webcam": "camera", "dvr": "nvr", "nvr": "nvr", "video recorder": "nvr",
	"printer": "printer", "multifunction device": "printer", "print server": "printer", "plotter": "printer",
	"nas": "nas", "storage": "nas", "tv": "tv", "smart tv": "tv", "set-top box": "tv", "media player": "tv",
	"speaker": "speaker", "router": "router", "broadband router": "router", "dsl modem": "router", "gateway": "router",
	"cable modem": "router", "wap": "ap", "access point": "ap", "wireless access point": "ap",
	"voip": "voip", "voip phone": "voip", "ip phone": "voip", "voip gateway": "voip", "game console": "console",
	"thermostat": "energy", "home automation": "hub", "smart home": "hub", "light": "bulb", "smart plug": "plug",
}
