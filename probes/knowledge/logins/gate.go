package logins

import (
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// hearing is what a gate may look at.
type hearing struct {
	device  lan.Device
	service lan.Service
}

// value is what was heard under field: by the service itself, in the device's
// announcements, or, for another protocol than its own, by another service of
// the device. "vendor" and "model" are the device's own word for them.
func (h hearing) value(field string) string {
	switch field {
	case "vendor":
		return declared(h.device, lan.FieldVendor, h.device.Vendor)
	case "model":
		return declared(h.device, lan.FieldModel, h.device.Model)
	}
	if v := h.service.Heard[field]; v != "" {
		return cut(v)
	}
	if v := h.device.Heard[field]; v != "" {
		return cut(v)
	}
	protocol, _, _ := strings.Cut(field, ".")
	if protocol == protocolOf(h.service) {
		return "" // another web page of the device is another page
	}
	for _, other := range h.device.Services {
		if v := other.Heard[field]; v != "" {
			return cut(v)
		}
	}
	return ""
}

// selfDeclared are the sources by which a device speaks for itself. Whatever
// is not listed, above all the address registry, is somebody else's word.
var selfDeclared = []string{
	"http", "https", "tls", "ssh", "telnet", "ftp", "rtsp", "snmp", "ipp", "upnp", "ssdp", "mdns", "wsd", "onvif", "sip",
}

// declared is value if the device itself said so, else empty.
func declared(d lan.Device, field, value string) string {
	if value == "" {
		return ""
	}
	for _, f := range d.Identity {
		if f.Field == field && f.Value == value && slices.Contains(selfDeclared, f.Source) {
			return cut(value)
		}
	}
	return ""
}

// telling are the facts that say what a thing is, and not only that it is there.
var telling = []string{lan.FieldVendor, lan.FieldModel, lan.FieldKind, lan.FieldHardware, lan.FieldFirmware}

// silent reports whether the device said nothing by which it could be known:
// no login is tried on what only an address registry has a name for.
func silent(d lan.Device, svc lan.Service) bool {
	for _, f := range d.Identity {
		if slices.Contains(telling, f.Field) && slices.Contains(selfDeclared, f.Source) {
			return false
		}
	}
	for _, field := range []string{lan.HTTPServer, lan.HTTPRealm, lan.HTTPTitle, lan.TelnetBanner, lan.FTPBanner, lan.SSHBanner, lan.RTSPServer, lan.RTSPRealm, lan.SNMPDescr} {
		if svc.Heard[field] != "" {
			return false
		}
	}
	return true
}

// matches reports whether every pattern of the gate finds its field.
func (e *entry) matches(h hearing) bool {
	for field := range e.patterns {
		if h.value(field) == "" {
			return false // before any pattern is compiled
		}
	}
	for field, pattern := range e.patterns {
		if re := pattern(); re == nil || !re.MatchString(h.value(field)) {
			return false
		}
	}
	return true
}

// cut keeps a pattern from running over more than Heard may hold.
func cut(s string) string {
	if len(s) > lan.MaxRaw {
		return s[:lan.MaxRaw]
	}
	return s
}
