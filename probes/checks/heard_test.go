package checks

import (
	"net/http"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest"
	"github.com/homesweep/homesweep/probes/proof"
)

// The twins of checks that judge what was heard before.
var (
	_ = hold("telnet-open",
		twin{name: "Telnet", service: port("telnet", lan.Heard{lan.TelnetBanner: "BusyBox login:"}), want: lan.Fail},
		twin{name: "SSH", service: port("ssh", nil), want: lan.NotApplicable})
	_ = hold("ftp-open",
		twin{name: "FTP", service: port("ftp", nil), want: lan.Fail},
		twin{name: "FTP in TLS", service: port("ftps", nil), want: lan.NotApplicable})
	_ = hold("raw-print",
		twin{name: "raw printing", service: port("pdl-datastream", nil), want: lan.Fail},
		twin{name: "IPP", service: port("ipp", nil), want: lan.NotApplicable})
	_ = hold("mqtt-open",
		twin{name: "takes anyone", service: port("mqtt", lan.Heard{lan.MQTTConnack: "0"}), want: lan.Fail},
		twin{name: "wants a login", service: port("mqtt", lan.Heard{lan.MQTTConnack: "5"}), want: lan.Pass},
		twin{name: "does not say", service: port("mqtt", nil), want: lan.Undecided})
	_ = hold("rtsp-open",
		twin{name: "a camera shows", device: lan.Device{Kind: "camera"}, service: port("rtsp", lan.Heard{lan.RTSPDescribe: "200"}), want: lan.Fail},
		twin{name: "something shows", service: port("rtsp", lan.Heard{lan.RTSPDescribe: "200", identify.RTSPMedia: "audio video"}), want: lan.Fail},
		twin{name: "a loudspeaker that says yes to everything", device: lan.Device{Kind: "speaker"}, service: port("rtsp", lan.Heard{lan.RTSPDescribe: "200"}), want: lan.Undecided},
		twin{name: "music", service: port("rtsp", lan.Heard{lan.RTSPDescribe: "200", identify.RTSPMedia: "audio"}), want: lan.Undecided},
		twin{name: "wants a login", service: port("rtsp", lan.Heard{lan.RTSPDescribe: "401"}), want: lan.Pass},
		twin{name: "shows elsewhere, if at all", service: port("rtsp", lan.Heard{lan.RTSPDescribe: "404"}), want: lan.Undecided})
	_ = hold("snmp-public",
		twin{name: "public", service: port("snmp", lan.Heard{lan.SNMPCommunity: "public", lan.SNMPDescr: "Linux"}), want: lan.Fail},
		twin{name: "says only that it is there", service: port("snmp", nil), want: lan.Undecided})
	_ = hold("upnp-igd",
		twin{name: "opens doors", device: lan.Device{Heard: lan.Heard{lan.UPnPServices: "urn:schemas-upnp-org:service:WANIPConnection:1"}}, want: lan.Fail},
		twin{name: "only says how fast it is", device: lan.Device{Heard: lan.Heard{lan.UPnPServices: "urn:schemas-upnp-org:service:WANCommonInterfaceConfig:1"}}, want: lan.NotApplicable})
	_ = hold("no-login",
		twin{name: "a shell by Telnet", service: port("telnet", lan.Heard{lan.TelnetPrompt: "shell", lan.TelnetBanner: "/ #"}), want: lan.Fail},
		twin{name: "Telnet asks", service: port("telnet", lan.Heard{lan.TelnetPrompt: "login"}), want: lan.Pass},
		twin{name: "a web page of nobody we know", service: port("http", nil), want: lan.NotApplicable})
	_ = hold("firmware-outdated",
		twin{name: "an old MikroTik", device: lan.Device{Kind: "router", Vendor: "MikroTik", Model: "RB750", Firmware: "6.40"}, want: lan.LikelyFail},
		twin{name: "a camera for which there is no update", device: lan.Device{Kind: "camera", Vendor: "Edimax", Model: "IC-7100"}, want: lan.LikelyFail},
		twin{name: "nobody we know", device: lan.Device{Vendor: "Nobody & Sons", Model: "X1", Firmware: "0.1"}, want: lan.Undecided})
	_ = hold("end-of-support",
		twin{name: "a Wemo", device: lan.Device{Kind: "plug", Vendor: "Belkin", Model: "Wemo Switch F7C027"}, want: lan.LikelyFail},
		twin{name: "nobody we know", device: lan.Device{Vendor: "Nobody & Sons"}, want: lan.Undecided})
	_ = hold("vulnerability-contact",
		twin{name: "a maker with a contact", device: lan.Device{Vendor: "Hikvision"}, want: lan.Pass},
		twin{name: "one without", device: lan.Device{Vendor: "Nobody & Sons"}, want: lan.Undecided},
		twin{name: "no maker", want: lan.Undecided})
	_ = hold("global-address",
		twin{name: "one of the internet", device: lan.Device{Exposed: addrs("2001:db8::5")}, want: lan.Undecided},
		twin{name: "none", want: lan.NotApplicable})
	_ = hold("password-not-enforced",
		twin{name: "any password opens it", device: noted(proof.Unchecked), service: port("http", nil), want: lan.Fail},
		twin{name: "the factory's does", device: noted(""), service: port("http", nil), want: lan.NotApplicable})
	_ = hold("default-login",
		twin{name: "the factory's password", pass: atTheCamera(mobotixPass), want: lan.Fail},
		twin{name: "one of its own", pass: atTheCamera("own"), want: lan.Pass},
		twin{name: "nobody we know", pass: func(t *testing.T) *probes.Pass {
			s := served(t, lan.Heard{lan.HTTPStatus: "401"}, func(http.ResponseWriter, *http.Request) { t.Error("it was asked") })
			return &probes.Pass{Service: s, Logins: probes.Documented, Try: (&ledger{grants: 9}).try}
		}, want: lan.NotApplicable})
)

// noted is a device of which default-login has said so.
func noted(title string) lan.Device {
	return lan.Device{Findings: []lan.Finding{{Check: "default-login", Service: port("", nil).Key(), Title: title, Evidence: []lan.Evidence{{Said: "GET /"}}}}}
}

// atTheCamera is a pass at a camera of a known family with that password.
func atTheCamera(password string) func(*testing.T) *probes.Pass {
	return func(t *testing.T) *probes.Pass {
		_, s := started(t, "http", mobotix("basic"), camera(password, probetest.Auth{Scheme: "basic"}, 0, 0))
		return &probes.Pass{Service: s, Logins: probes.Documented, Try: (&ledger{grants: 9}).try}
	}
}

// TestVideoThatIsNoCamera: a stream of something known not to be a camera is told
// as such.
func TestVideoThatIsNoCamera(t *testing.T) {
	for kind, told := range map[lan.Kind]bool{"camera": false, "": false, "media": true} {
		p := &probes.Pass{Device: lan.Device{Kind: kind}, Service: port("rtsp", lan.Heard{lan.RTSPDescribe: "200", identify.RTSPMedia: "video"})}
		if got, err := judged(t, "rtsp-open", p); got != lan.Fail || err != nil || (p.Title != "") != told || (p.Severity != nil) != told {
			t.Errorf("%q: %v, %v, %q", kind, got, err, p.Title)
		}
	}
}
