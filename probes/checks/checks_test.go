package checks

import (
	"context"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

var (
	idForm        = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	provisionForm = regexp.MustCompile(`^5\.([1-9]|1[0-3])-\d{1,2}[AB]?$`)
)

// TestEachCheckIsWhole holds what every check must bring.
func TestEachCheckIsWhole(t *testing.T) {
	list := All()
	if len(list) < 12 || !slices.IsSortedFunc(list, func(a, b probes.Check) int { return strings.Compare(a.ID, b.ID) }) {
		t.Fatalf("%d checks, or out of order", len(list))
	}
	seen := map[string]bool{}
	for _, c := range list {
		if !idForm.MatchString(c.ID) || seen[c.ID] {
			t.Errorf("ID %q is no word, or there twice", c.ID)
		}
		seen[c.ID] = true
		if c.Topic == "" || c.Title == "" || c.Title == c.Topic || c.Applies == nil || c.Run == nil {
			t.Errorf("%s lacks something", c.ID)
		}
		// Guideline n of the Code of Practice is clause 5.n of the standard.
		form := provisionForm.FindStringSubmatch(c.Provision)
		if c.Guideline < 1 || c.Guideline > 13 || form == nil || form[1] != strconv.Itoa(c.Guideline) {
			t.Errorf("%s: guideline %d, provision %q", c.ID, c.Guideline, c.Provision)
		}
		for _, word := range []string{"compliant", "safe", "hacked", "illegal"} {
			if strings.Contains(strings.ToLower(c.Topic+c.Title+c.Advice), word) {
				t.Errorf("%s says %q", c.ID, word)
			}
		}
		if c.Touch < lan.Login && c.ID == "default-login" {
			t.Error("logins are tried without being asked for")
		}
	}
	list[0].ID = "changed"
	if All()[0].ID == "changed" {
		t.Error("All hands out its own list")
	}
}

// TestApplies tells which services and devices each check looks at.
func TestApplies(t *testing.T) {
	port := func(name string, heard lan.Heard) lan.Service { return lan.Service{Port: 1, Name: name, Heard: heard} }
	router := lan.Device{Kind: "router", Heard: lan.Heard{lan.UPnPServices: "urn:x urn:schemas-upnp-org:service:WANIPConnection:2"}}
	private := lan.Device{Heard: lan.Heard{lan.UPnPServices: "urn:dslforum-org:service:WANIPConnection:1 urn:schemas-upnp-org:service:WANCommonInterfaceConfig:1"}}
	for _, tt := range []struct {
		id      string
		device  lan.Device
		service lan.Service
		want    bool
	}{
		{"telnet-open", lan.Device{}, port("telnet", nil), true},
		{"telnet-open", lan.Device{}, port("ssh", nil), false},
		{"telnet-open", lan.Device{}, lan.Service{}, false},
		{"ftp-open", lan.Device{}, port("ftp", nil), true},
		{"mqtt-open", lan.Device{}, port("secure-mqtt", nil), true},
		{"rtsp-open", lan.Device{}, port("rtsps", nil), true},
		{"snmp-public", lan.Device{}, port("snmp", nil), true},
		{"raw-print", lan.Device{}, port("pdl-datastream", nil), true},
		{"raw-print", lan.Device{}, port("printer", nil), false},
		{"no-login", lan.Device{}, port("https", nil), true},
		{"no-login", lan.Device{}, port("ftp", nil), false},
		{"default-login", lan.Device{}, port("http", lan.Heard{lan.HTTPStatus: "200"}), true},
		{"default-login", lan.Device{}, port("http", nil), false},
		{"default-login", lan.Device{}, port("telnet", nil), true},
		{"default-login", lan.Device{}, port("telnet", lan.Heard{lan.TelnetPrompt: "shell"}), false},
		{"default-login", lan.Device{}, port("ftp", nil), true},
		{"default-login", lan.Device{}, port("ssh", nil), true},
		{"default-login", lan.Device{}, port("smtp", nil), false},
		{"default-login", lan.Device{}, lan.Service{}, false},
		{"upnp-igd", router, lan.Service{}, true},
		{"upnp-igd", router, port("http", nil), false},
		{"upnp-igd", private, lan.Service{}, false},
		{"firmware-outdated", lan.Device{Kind: "camera"}, lan.Service{}, true},
		{"firmware-outdated", lan.Device{Kind: "phone"}, lan.Service{}, false},
		{"end-of-support", lan.Device{Kind: "computer"}, lan.Service{}, false},
		{"end-of-support", lan.Device{}, lan.Service{}, true},
		{"known-backdoor", lan.Device{Kind: "nas"}, lan.Service{}, true},
		{"known-backdoor", lan.Device{Kind: "computer"}, lan.Service{}, false},
		{"known-backdoor", lan.Device{}, port("http", nil), false},
		{"software-outdated", lan.Device{}, lan.Service{Port: 22, Product: "dropbear"}, true},
		{"software-outdated", lan.Device{}, port("http", lan.Heard{"plex.version": "1.19.1.2645"}), true},
		{"software-outdated", lan.Device{}, port("http", nil), false},
		{"software-outdated", lan.Device{}, lan.Service{}, false},
		{"software-outdated", lan.Device{Kind: "phone"}, lan.Service{Port: 22, Product: "dropbear"}, false},
		{"vulnerability-contact", lan.Device{}, lan.Service{}, true},
		{"vulnerability-contact", lan.Device{}, port("http", nil), false},
	} {
		if got := check(t, tt.id).Applies(tt.device, tt.service); got != tt.want {
			t.Errorf("%s on %s %q: %v", tt.id, tt.device.Kind, tt.service.Name, got)
		}
	}
}

// TestVerdictsFromWhatWasHeard are the checks that ask nothing themselves.
func TestVerdictsFromWhatWasHeard(t *testing.T) {
	s := func(name string, heard lan.Heard) lan.Service {
		return lan.Service{Address: netip.MustParseAddr("192.0.2.1"), Transport: lan.TCP, Port: 9, Name: name, Heard: heard}
	}
	for _, tt := range []struct {
		id      string
		service lan.Service
		want    lan.Verdict
		word    string
	}{
		{"telnet-open", s("telnet", lan.Heard{lan.TelnetBanner: "BusyBox login:"}), lan.Fail, "tcp/9 and read what it said -> BusyBox login:"},
		{"telnet-open", s("telnet", nil), lan.Fail, "a Telnet greeting"},
		{"ftp-open", s("ftp", lan.Heard{lan.FTPBanner: "220 hello"}), lan.Fail, "220 hello"},
		{"ftp-open", s("ftp", nil), lan.Fail, "an FTP greeting"},
		{"raw-print", s("pdl-datastream", nil), lan.Fail, "wrote nothing"},
		{"mqtt-open", s("mqtt", lan.Heard{lan.MQTTConnack: "0"}), lan.Fail, "CONNACK 0"},
		{"mqtt-open", s("mqtt", lan.Heard{lan.MQTTConnack: "5"}), lan.Pass, "CONNACK 5"},
		{"mqtt-open", s("mqtt", lan.Heard{lan.MQTTConnack: "4"}), lan.Pass, "CONNACK 4"},
		{"mqtt-open", s("mqtt", lan.Heard{lan.MQTTConnack: "3"}), lan.Undecided, "CONNACK 3"},
		{"mqtt-open", s("mqtt", nil), lan.Undecided, "no answer"},
		{"rtsp-open", s("rtsp", lan.Heard{lan.RTSPDescribe: "200", identify.RTSPMedia: "video"}), lan.Fail, "status 200"},
		{"rtsp-open", s("rtsp", lan.Heard{lan.RTSPDescribe: "401"}), lan.Pass, "status 401"},
		{"rtsp-open", s("rtsp", lan.Heard{lan.RTSPDescribe: "404"}), lan.Undecided, "another path"},
		{"rtsp-open", s("rtsp", nil), lan.Undecided, "no answer"},
		{"snmp-public", s("snmp", lan.Heard{lan.SNMPCommunity: "public", lan.SNMPDescr: "Linux cam"}), lan.Fail, "Linux cam"},
		{"snmp-public", s("snmp", nil), lan.Undecided, ""},
		{"no-login", s("telnet", lan.Heard{lan.TelnetPrompt: "shell", lan.TelnetBanner: "/ #"}), lan.Fail, "/ #"},
		{"no-login", s("telnet", lan.Heard{lan.TelnetPrompt: "login"}), lan.Pass, ""},
		{"no-login", s("telnet", lan.Heard{lan.TelnetPrompt: "password"}), lan.Pass, ""},
		{"no-login", s("telnet", nil), lan.Undecided, ""},
		{"no-login", s("http", nil), lan.NotApplicable, ""},
	} {
		p := &probes.Pass{Service: tt.service}
		if got, err := judged(t, tt.id, p); got != tt.want || err != nil || !strings.Contains(words(p), tt.word) {
			t.Errorf("%s with %v: %v, %v; want %v with %q in\n%s", tt.id, tt.service.Heard, got, err, tt.want, tt.word, words(p))
		}
	}
}

// TestNoLoginOnTheWeb asks for the protected page of a known family.
func TestNoLoginOnTheWeb(t *testing.T) {
	for name, tt := range map[string]struct {
		status int
		body   string
		want   lan.Verdict
	}{
		"the page itself":      {200, "var id='x';\nvar resolution=32;", lan.Fail},
		"asks for a login":     {401, "", lan.Pass},
		"some other page":      {200, "please log in", lan.Undecided},
		"not there":            {404, "", lan.Undecided},
		"sends us on to login": {302, "", lan.Undecided},
	} {
		t.Run(name, func(t *testing.T) {
			s := served(t, lan.Heard{lan.HTTPStatus: "200", lan.HTTPServer: "Netwave IP Camera"}, func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Authorization") != "" {
					t.Error("a login was sent")
				}
				if tt.status == 401 {
					w.Header().Set("WWW-Authenticate", `Basic realm="the default is 123456"`)
				}
				w.WriteHeader(tt.status)
				_, _ = w.Write([]byte(tt.body))
			})
			p := &probes.Pass{Service: s}
			if got, err := judged(t, "no-login", p); got != tt.want || err != nil || strings.Contains(words(p), "123456") {
				t.Errorf("%v, %v; want %v\n%s", got, err, tt.want, words(p))
			}
		})
	}
}

// TestNoLoginOfASession: where a login opens a session, the open door may be that
// of somebody else on this computer.
func TestNoLoginOfASession(t *testing.T) {
	p := &probes.Pass{Service: served(t, lan.Heard{lan.HTTPStatus: "200", lan.HTTPTitle: "Grafana"}, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"id":1,"login":"admin"}`))
	})}
	if got, err := judged(t, "no-login", p); got != lan.LikelyFail || err != nil || !strings.Contains(words(p), "logged in from this computer") {
		t.Errorf("%v, %v\n%s", got, err, words(p))
	}
}

func TestGateway(t *testing.T) {
	p := &probes.Pass{Device: lan.Device{Heard: lan.Heard{
		lan.UPnPServices: "urn:schemas-upnp-org:service:WANPPPConnection:1", lan.UPnPLocation: "http://192.0.2.1:5000/root.xml",
	}}}
	if got, err := judged(t, "upnp-igd", p); got != lan.Fail || err != nil || !strings.Contains(words(p), "5000/root.xml -> it offers urn:schemas-upnp-org:service:WANPPPConnection:1") {
		t.Errorf("%v, %v\n%s", got, err, words(p))
	}
}

func TestVulnerabilityContact(t *testing.T) {
	for vendor, want := range map[string]lan.Verdict{"": lan.Undecided, "Nobody & Sons": lan.Undecided, "Hikvision": lan.Pass} {
		p := &probes.Pass{Device: lan.Device{Vendor: vendor}}
		if got, err := judged(t, "vulnerability-contact", p); got != want || err != nil || p.Advice == "" {
			t.Errorf("%q: %v, %v\n%s", vendor, got, err, words(p))
		}
	}
}

// TestUnknownFirmwareIsNoAlarm: without a model or a version there is nothing
// to compare.
func TestUnknownFirmwareIsNoAlarm(t *testing.T) {
	for _, id := range []string{"firmware-outdated", "end-of-support", "known-backdoor"} {
		for _, d := range []lan.Device{{}, {Vendor: "Nobody & Sons", Model: "X1", Firmware: "0.1"}, {Vendor: "Axis"}} {
			p := &probes.Pass{Device: d}
			if got, err := judged(t, id, p); got != lan.Undecided || err != nil || len(p.Evidence) != 1 || p.Severity != nil {
				t.Errorf("%s on %+v: %v, %v\n%s", id, d.Vendor, got, err, words(p))
			}
		}
	}
}

// TestOldFirmwareIsGraded: a row of the data that is surely outdated comes with
// its source, its reason and a severity.
func TestOldFirmwareIsGraded(t *testing.T) {
	p := &probes.Pass{Device: lan.Device{Kind: "router", Vendor: "MikroTik", Model: "RB750", Firmware: "6.40"}}
	got, err := judged(t, "firmware-outdated", p)
	if !got.Problem() || err != nil || p.Severity == nil || !strings.Contains(words(p), "https://") || !strings.Contains(words(p), "6.40") {
		t.Errorf("%v, %v\n%s", got, err, words(p))
	}
}

// TestChecksWithoutTheirTouchSendNothing: what only looks at what was heard
// gets by without a road, a ledger or knowledge of the network.
func TestChecksWithoutTheirTouchSendNothing(t *testing.T) {
	for _, c := range All() {
		if c.Touch > lan.Look {
			continue
		}
		p := &probes.Pass{Knowledge: known(t), Service: lan.Service{Transport: lan.TCP, Port: 1}}
		if _, err := c.Run(context.Background(), p); err != nil { // Reach is nil: a use of it panics
			t.Errorf("%s: %v", c.ID, err)
		}
	}
}
