package lan

import (
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Heard is what a device or service said of itself, field by field, before
// anybody judged it. Keys are the constants below, or "mdns.<type>.<txt key>"
// for TXT records ("mdns._googlecast._tcp.md"). Values went through Printable.
type Heard map[string]string

// The fields that sources and identifiers fill in. A field is named after its
// protocol, then after the protocol's own word for it.
const (
	HTTPStatus = "http.status" // "200"
	HTTPServer = "http.server" // Server header
	HTTPAuth   = "http.auth"   // scheme of WWW-Authenticate, lower case: "basic", "digest"
	HTTPRealm  = "http.realm"
	HTTPTitle  = "http.title"
	HTTPGoto   = "http.location" // Location header, not followed off-host
	HTTPCookie = "http.cookies"  // names only, space separated
	HTTPType   = "http.type"     // media type of the page, lower case: "text/html"
	HTTPForm   = "http.form"     // the page wants a password: "login", "new-password" to choose, "first-password" where there is none

	TLSVersion     = "tls.version"     // "1.2"
	TLSSubject     = "tls.subject"     // common name and organisation
	TLSIssuer      = "tls.issuer"      // the same of the issuer
	TLSNotAfter    = "tls.not_after"   // RFC 3339
	TLSFingerprint = "tls.fingerprint" // SHA-256 of the leaf, hex

	SSHBanner    = "ssh.banner" // "SSH-2.0-dropbear_2022.83"
	TelnetBanner = "telnet.banner"
	TelnetPrompt = "telnet.prompt" // "login", "password" or "shell"
	FTPBanner    = "ftp.banner"
	RTSPServer   = "rtsp.server"
	RTSPRealm    = "rtsp.realm"
	RTSPAuth     = "rtsp.auth"     // as HTTPAuth
	RTSPDescribe = "rtsp.describe" // status of DESCRIBE without a login: "401"
	MQTTConnack  = "mqtt.connack"  // return code: "0", "5"

	SNMPDescr     = "snmp.sysDescr"
	SNMPObjectID  = "snmp.sysObjectID"
	SNMPName      = "snmp.sysName"
	SNMPCommunity = "snmp.community" // the community that was answered: "public"

	IPPMakeModel = "ipp.printer-make-and-model"
	IPPFirmware  = "ipp.printer-firmware-string-version"
	IPPDeviceID  = "ipp.printer-device-id"
	IPPName      = "ipp.printer-name"

	UPnPManufacturer = "upnp.manufacturer"
	UPnPModelName    = "upnp.modelName"
	UPnPModelNumber  = "upnp.modelNumber"
	UPnPModelDescr   = "upnp.modelDescription"
	UPnPFriendlyName = "upnp.friendlyName"
	UPnPDeviceType   = "upnp.deviceType"  // every device's in the description, space separated
	UPnPServices     = "upnp.serviceType" // every service's, space separated
	UPnPSoftware     = "upnp.softwareVersion"
	UPnPHardware     = "upnp.hardwareVersion"
	UPnPLocation     = "upnp.location"
	SSDPServer       = "ssdp.server"

	MDNSTypes    = "mdns.types"    // service types seen, space separated
	DHCPHostname = "dhcp.hostname" // option 12, or as the lease file has it
	DHCPVendor   = "dhcp.vendor_class"
	DHCPUser     = "dhcp.user_class"
	DHCPClient   = "dhcp.client_id"  // option 61, hex
	DHCPParams   = "dhcp.parameters" // option 55 in its order: "1,3,6,15"
	DHCPOptions  = "dhcp.options"    // every option's number in the order sent
	DHCPFQDN     = "dhcp.fqdn"       // option 81
	DHCP6Vendor  = "dhcp6.vendor_class"
	DHCP6FQDN    = "dhcp6.fqdn"
	DHCP6DUID    = "dhcp6.duid" // hex
	DHCP6Params  = "dhcp6.parameters"

	LLMNRName    = "llmnr.name"
	NetBIOSName  = "netbios.name"  // suffix 00 or 20 of the name table
	NetBIOSGroup = "netbios.group" // its workgroup or domain
	NetBIOSRoles = "netbios.roles" // suffixes of its names in hex, space separated
	NetBIOSMAC   = "netbios.mac"   // as it claims itself

	WSDTypes  = "wsd.types"  // space separated, prefixes resolved to local names
	WSDScopes = "wsd.scopes" // space separated
	WSDXAddrs = "wsd.xaddrs"

	OUIVendor = "oui.vendor" // the registered holder of its address block

	// IGDForwarded are the device's ports that the router lets the internet reach,
	// as Service.Key has them, space separated: "tcp/80 tcp/554".
	IGDForwarded = "igd.forwarded"
)

// MDNS is the field of a TXT key: MDNS("_hap._tcp", "md") = "mdns._hap._tcp.md".
func MDNS(serviceType, key string) string { return "mdns." + serviceType + "." + key }

// Bounds of what is kept of a stranger's words.
const (
	MaxValue  = 256  // bytes of one value
	MaxFields = 64   // fields of one Heard
	MaxName   = 63   // bytes of one name, a DNS label's limit
	maxKey    = 96   // bytes of one key
	MaxRaw    = 1024 // bytes of evidence
)

// Set notes value under key after making it printable. Empty values and more
// than MaxFields fields are left out, so a talkative device cannot fill memory.
func (h Heard) Set(key, value string) {
	value = Printable(value, MaxValue)
	if value == "" || len(key) > maxKey {
		return
	}
	if _, known := h[key]; !known && len(h) >= MaxFields {
		return
	}
	h[key] = value
}

// Add notes one more word under a space-separated field, once.
func (h Heard) Add(key, word string) {
	word = strings.ReplaceAll(Printable(word, MaxValue), " ", "_")
	have := h[key]
	if word == "" || len(have)+1+len(word) > MaxRaw {
		return
	}
	for w := range strings.FieldsSeq(have) {
		if w == word {
			return
		}
	}
	if have != "" {
		word = have + " " + word
	}
	if _, known := h[key]; known || len(h) < MaxFields {
		h[key] = word
	}
}

// Merge takes over the fields of other; on a clash other wins. Both word lists
// ("mdns.types", "upnp.serviceType" …) are joined.
func (h Heard) Merge(other Heard) {
	for k, v := range other {
		switch k {
		case MDNSTypes, UPnPDeviceType, UPnPServices, WSDTypes, WSDScopes:
			for w := range strings.FieldsSeq(v) {
				h.Add(k, w)
			}
		default:
			h.Set(k, v)
		}
	}
}

// Clone is a copy that can be changed; never nil.
func (h Heard) Clone() Heard {
	if h == nil {
		return Heard{}
	}
	return maps.Clone(h)
}

// Printable makes a stranger's words fit to keep and show: valid UTF-8 without
// control, format or private characters, runs of white space folded into one
// blank, cut to at most max bytes on a rune's border.
func Printable(s string, max int) string {
	var b strings.Builder
	blank := false
	for len(s) > 0 && b.Len() < max {
		r, n := utf8.DecodeRuneInString(s)
		bad := r == utf8.RuneError && n <= 1
		s = s[n:]
		switch {
		case bad:
			r = '·'
		case unicode.IsSpace(r):
			blank = true
			continue
		case !unicode.IsPrint(r):
			continue
		}
		if blank && b.Len() > 0 {
			if b.Len()+1+utf8.RuneLen(r) > max {
				break
			}
			b.WriteByte(' ')
		}
		blank = false
		if b.Len()+utf8.RuneLen(r) > max {
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}
