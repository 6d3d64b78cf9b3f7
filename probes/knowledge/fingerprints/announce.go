package fingerprints

import (
	"net/url"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// readScopes reads the scopes of a WS-Discovery answer, where ONVIF devices say
// who they are (ONVIF Core Specification, section 7.3.2.2 "Scopes"): the path's
// first segment is the word, the rest its value. Where the device stands is left
// out.
func readScopes(f *facts, h lan.Heard) {
	for scope := range strings.FieldsSeq(h[lan.WSDScopes]) {
		rest, ok := strings.CutPrefix(scope, "onvif://www.onvif.org/")
		word, value, _ := strings.Cut(rest, "/")
		value, err := url.PathUnescape(value)
		if !ok || err != nil {
			continue
		}
		value = strings.ReplaceAll(value, "_", " ")
		switch strings.ToLower(word) {
		case "name":
			brand, rest, known := brandIn(value)
			if known {
				f.add(lan.FieldVendor, brand, lan.WSDScopes, 0.75, scope)
			}
			if known && strings.ContainsAny(rest, "0123456789") {
				f.add(lan.FieldModel, rest, lan.WSDScopes, 0.6, scope)
			}
		case "mfr", "manufacturer":
			f.add(lan.FieldVendor, value, lan.WSDScopes, 0.75, scope)
		case "hardware":
			f.add(lan.FieldModel, value, lan.WSDScopes, 0.75, scope)
		case "firmware":
			f.add(lan.FieldFirmware, value, lan.WSDScopes, 0.75, scope)
		case "type":
			if k, known := scopeTypes[strings.ToLower(value)]; known {
				f.add(lan.FieldKind, k.kind, lan.WSDScopes, k.confidence, scope)
			}
		}
	}
}

// scopeTypes are what ONVIF profiles call the device, blanks for underscores.
var scopeTypes = map[string]guess{
	"video encoder": {"camera", 0.6}, "ptz": {"camera", 0.7}, "network video transmitter": {"camera", 0.7},
	"networkvideotransmitter": {"camera", 0.7}, "network video recorder": {"nvr", 0.8}, "networkvideorecorder": {"nvr", 0.8},
}

// readVendorClass reads DHCP's vendor class (RFC 2132 section 9.13, RFC 8415
// section 21.16) where it tells of a system that many makers sell. The makers'
// own words are the records' business.
func readVendorClass(f *facts, field, class string) {
	switch {
	case strings.HasSuffix(class, "MSFT 5.0"): // learn.microsoft.com, [MS-DHCPE] 2.2.3
		f.add(lan.FieldKind, "computer", field, 0.5, class)
	case strings.HasPrefix(class, "android-dhcp-"): // AOSP, DhcpClient.java
		// Televisions with Android send it too.
		f.add(lan.FieldKind, "phone", field, 0.4, class)
		f.add(lan.FieldFirmware, "Android "+strings.TrimPrefix(class, "android-dhcp-"), field, 0.5, class)
	case strings.HasPrefix(class, "dhcpcd-"): // dhcpcd.conf(5): version:system:machine:platform
		parts := strings.Split(class, ":")
		if len(parts) > 3 && !isCPU(parts[3]) {
			f.add(lan.FieldHardware, parts[3], field, 0.4, class)
		}
		if len(parts) > 2 && (parts[2] == "x86_64" || parts[2] == "i686") {
			f.add(lan.FieldKind, "computer", field, 0.4, class)
		}
	}
}

// isCPU reports whether a dhcpcd platform names the processor's maker alone.
func isCPU(platform string) bool {
	return platform == "GenuineIntel" || platform == "AuthenticAMD"
}
