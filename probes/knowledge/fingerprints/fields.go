package fingerprints

import (
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// claim says that a field's value is a fact about another.
type claim struct {
	about      string
	confidence float64
}

// selfDeclared are fields in which a device names itself, by their full key.
var selfDeclared = map[string]claim{
	lan.UPnPManufacturer: {lan.FieldVendor, 0.9},
	lan.UPnPModelName:    {lan.FieldModel, 0.9},
	lan.UPnPFriendlyName: {lan.FieldName, 0.8},
	lan.UPnPSoftware:     {lan.FieldFirmware, 0.9},
	lan.UPnPHardware:     {lan.FieldHardware, 0.9},
	lan.IPPFirmware:      {lan.FieldFirmware, 0.9},
	lan.IPPName:          {lan.FieldName, 0.4},
	lan.SNMPName:         {lan.FieldName, 0.6},
	lan.DHCPHostname:     {lan.FieldName, 0.5},
	lan.DHCPFQDN:         {lan.FieldName, 0.45},
	lan.DHCP6FQDN:        {lan.FieldName, 0.45},
	lan.NetBIOSName:      {lan.FieldName, 0.6},
	lan.LLMNRName:        {lan.FieldName, 0.55},
	// Who holds the address block is often not who sells the device.
	lan.OUIVendor: {lan.FieldVendor, 0.3},
	// ONVIF and WS-Discovery scopes call the model "hardware".
	"wsd.hardware":   {lan.FieldModel, 0.75},
	"onvif.hardware": {lan.FieldModel, 0.75},
}

// txt are keys of mDNS TXT records, by service type without transport, then key.
// AirPlay's "srcvers" and "vs" are left out: they number the protocol, and a
// protocol's number taken for firmware would be called outdated.
var txt = map[string]claim{
	"_googlecast.md": {lan.FieldModel, 0.8}, "_googlecast.fn": {lan.FieldName, 0.8},
	"_airplay.model": {lan.FieldModel, 0.85}, "_airplay.manufacturer": {lan.FieldVendor, 0.85},
	"_airplay.osvers": {lan.FieldFirmware, 0.8}, "_airplay.fv": {lan.FieldFirmware, 0.7},
	"_raop.am": {lan.FieldModel, 0.85}, "_raop.fv": {lan.FieldFirmware, 0.7},
	"_hap.md": {lan.FieldModel, 0.8},
	"_ipp.ty": {lan.FieldModel, 0.8}, "_ipps.ty": {lan.FieldModel, 0.8},
	"_printer.ty": {lan.FieldModel, 0.8}, "_pdl-datastream.ty": {lan.FieldModel, 0.8},
	"_uscan.ty": {lan.FieldModel, 0.75}, "_uscans.ty": {lan.FieldModel, 0.75}, "_scanner.ty": {lan.FieldModel, 0.7},
	"_privet.ty":   {lan.FieldModel, 0.7},
	"_ipp.usb_mfg": {lan.FieldVendor, 0.9}, "_ipps.usb_mfg": {lan.FieldVendor, 0.9},
	"_printer.usb_mfg": {lan.FieldVendor, 0.9}, "_pdl-datastream.usb_mfg": {lan.FieldVendor, 0.9},
	"_ipp.usb_mdl": {lan.FieldModel, 0.85}, "_ipps.usb_mdl": {lan.FieldModel, 0.85},
	"_printer.usb_mdl": {lan.FieldModel, 0.85}, "_pdl-datastream.usb_mdl": {lan.FieldModel, 0.85},
	"_ipp.product": {lan.FieldModel, 0.7}, "_ipps.product": {lan.FieldModel, 0.7},
	"_printer.product": {lan.FieldModel, 0.7}, "_pdl-datastream.product": {lan.FieldModel, 0.7},
	"_scanner.mfg": {lan.FieldVendor, 0.85}, "_scanner.mdl": {lan.FieldModel, 0.8},
	"_http.vendor": {lan.FieldVendor, 0.85}, "_http.model": {lan.FieldModel, 0.85},
	"_http.version": {lan.FieldFirmware, 0.5}, "_http.fw": {lan.FieldFirmware, 0.7},
	"_esphomelib.version": {lan.FieldFirmware, 0.8}, "_esphomelib.board": {lan.FieldHardware, 0.7},
	"_esphomelib.project_name": {lan.FieldModel, 0.75}, "_esphomelib.friendly_name": {lan.FieldName, 0.8},
	"_wled.version": {lan.FieldFirmware, 0.8}, "_hue.modelid": {lan.FieldModel, 0.93},
	"_home-assistant.version": {lan.FieldFirmware, 0.9}, "_home-assistant.location_name": {lan.FieldName, 0.7},
	"_device-info.model": {lan.FieldModel, 0.7}, "_matterc.dn": {lan.FieldName, 0.6},
	"_meshcop.vn": {lan.FieldVendor, 0.8}, "_meshcop.mn": {lan.FieldModel, 0.8},
	"_octoprint.version": {lan.FieldFirmware, 0.7}, "_shelly.ver": {lan.FieldFirmware, 0.9},
	"_amzn-wplay.n":   {lan.FieldName, 0.7},
	"_nanoleafapi.md": {lan.FieldModel, 0.85}, "_nanoleafapi.srcvers": {lan.FieldFirmware, 0.8},
	"_elg.md": {lan.FieldModel, 0.8},
}

// readFields reads every field in which the device names itself.
func readFields(f *facts, h lan.Heard) {
	for key, value := range h {
		if c, known := selfDeclared[key]; known {
			f.add(c.about, value, key, c.confidence, value)
			continue
		}
		switch protocol, _, _ := strings.Cut(key, "."); protocol {
		case "mdns":
			readTXT(f, h, key, value)
		case "upnp", "http", "tls", "ssh", "telnet", "ftp", "rtsp", "ipp", "snmp", "ssdp",
			"dhcp", "dhcp6", "netbios", "llmnr", "wsd", "oui", "host":
			// Their plain words are the records' business.
		default:
			readWord(f, key, afterDot(key), value, 0.85)
		}
	}
	readPrinter(f, h)
	if number := h[lan.UPnPModelNumber]; h[lan.UPnPModelName] == "" {
		f.add(lan.FieldModel, number, lan.UPnPModelNumber, 0.6, number)
	}
	if vendor := enterprise(h[lan.SNMPObjectID]); vendor != "" {
		f.add(lan.FieldVendor, vendor, lan.SNMPObjectID, 0.75, h[lan.SNMPObjectID])
	}
	readSynology(f, h)
	readShelly(f, h)
	readScopes(f, h)
	readVendorClass(f, lan.DHCPVendor, h[lan.DHCPVendor])
	readVendorClass(f, lan.DHCP6Vendor, h[lan.DHCP6Vendor])
}

// readTXT reads one TXT key of an announced service.
func readTXT(f *facts, h lan.Heard, key, value string) {
	service, word, ok := splitTXT(key)
	if !ok {
		return
	}
	c, known := txt[service+"."+word]
	if !known {
		readWord(f, key, word, value, 0.65)
		return
	}
	confidence := c.confidence
	switch {
	case word == "product": // "(HP LaserJet 400)", as PostScript calls it
		value = strings.Trim(value, "()")
	case service == "_device-info" && faked(value):
		return
	}
	if c.about == lan.FieldModel {
		brand, rest, found := brandIn(value)
		if found {
			f.add(lan.FieldVendor, brand, key, confidence-0.05, value)
			if rest != "" {
				value = rest
			}
		} else if isApple(value) {
			f.add(lan.FieldVendor, "Apple", key, confidence, value)
		}
	}
	f.add(c.about, value, key, confidence, h[key])
}

// splitTXT takes "mdns._hap._tcp.md" apart into "_hap" and "md". TXT keys are
// the same in any case (RFC 6763 section 6.4).
func splitTXT(key string) (service, word string, ok bool) {
	key = strings.ToLower(strings.TrimPrefix(key, "mdns."))
	for _, transport := range []string{"._tcp.", "._udp."} {
		if service, word, ok = strings.Cut(key, transport); ok {
			return service, strings.TrimPrefix(word, "local."), word != ""
		}
	}
	return "", "", false
}

func afterDot(key string) string {
	_, word, _ := strings.Cut(key, ".")
	return word
}
