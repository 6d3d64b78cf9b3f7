package checks

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// kept is an ordinary device of a home whose owner has done nothing wrong: what it
// announces and what identification heard of its services.
type kept struct {
	device   lan.Device
	services []lan.Service
	web      http.HandlerFunc // what answers at each of its web services; nil is nobody
}

// to is a Reach at which the same web server lives wherever it leads.
type to struct {
	road
	at lan.Endpoint
}

func (r to) Dial(ctx context.Context, ep lan.Endpoint) (net.Conn, error) {
	if r.at.Port == 0 {
		return nil, probes.ErrScope
	}
	return r.road.Dial(ctx, r.at)
}

func (to) Ask(context.Context, lan.Endpoint, []byte) ([]byte, error) {
	return nil, context.DeadlineExceeded
}

func (r to) HTTP(ep lan.Endpoint) *http.Client { return probes.Pinned(ep, r.Dial) }

// at is port with a number.
func at(n uint16, name string, facts ...string) lan.Service {
	s := tlsPort(facts...)
	s.Name, s.Port = name, n
	return s
}

// front is a web service with that status and page at its front.
func front(n uint16, status, page string, facts ...string) lan.Service {
	s := at(n, "http", facts...)
	s.Heard.Merge(identify.Page([]byte(page), "text/html"))
	s.Heard.Set(lan.HTTPStatus, status)
	return s
}

// secure is a service in TLS with a certificate of its own, or of its maker's.
func secure(n uint16, name string, facts ...string) lan.Service {
	return at(n, name, append([]string{
		lan.TLSVersion, "1.2", identify.TLSCipher, aes, identify.TLSKey, "RSA 2048", identify.TLSSignature, "SHA256-RSA", lan.TLSNotAfter, "2199-01-01T00:00:00Z",
	}, facts...)...)
}

func answers(status int, head, page string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", head)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, page)
	}
}

const igd = "urn:schemas-upnp-org:service:WANIPConnection:1"

var homes = map[string]kept{
	"FRITZ!Box": {device: lan.Device{Kind: "router", Vendor: "AVM (FRITZ!)", Heard: lan.Heard{lan.UPnPServices: igd, lan.UPnPModelName: "FRITZ!Box 7590"}, Mappings: []lan.Mapping{consoleDoor}},
		services: []lan.Service{front(80, "200", "<title>FRITZ!Box</title>"), secure(443, "https", identify.TLSSelfSigned, "yes"), at(53, "domain", identify.DNSRecursion, "available"),
			at(554, "rtsp", lan.RTSPDescribe, "200", identify.RTSPMedia, "video")}}, // its cable television
	"a mesh's speaker": {device: lan.Device{Kind: "speaker", Vendor: "Google"}, services: []lan.Service{at(53, "domain", identify.DNSRecursion, "available")}},
	"Chromecast": {device: lan.Device{Kind: "media", Vendor: "Google"}, services: []lan.Service{
		secure(8009, "castv2", identify.TLSSignature, "SHA1-RSA", lan.TLSNotAfter, "2025-03-09T00:00:00Z"), front(8008, "404", "")}},
	"Apple TV":    {device: lan.Device{Kind: "media", Vendor: "Apple"}, services: []lan.Service{at(7000, "rtsp", lan.RTSPDescribe, "200")}},
	"HomePod":     {device: lan.Device{Kind: "speaker", Heard: lan.Heard{"mdns._hap._tcp.sf": "1"}}, services: []lan.Service{at(7000, "rtsp", lan.RTSPDescribe, "400")}},
	"Matter plug": {device: lan.Device{Kind: "plug", Heard: lan.Heard{"mdns._matterc._udp.CM": "1"}}},
	"Hue bridge": {device: lan.Device{Kind: "hub", Vendor: "Signify"}, services: []lan.Service{front(80, "200", "<title>hue personal wireless lighting</title>"),
		secure(443, "https")}},
	"HP printer": {device: lan.Device{Kind: "printer", Vendor: "HP"}, services: []lan.Service{at(9100, "pdl-datastream"), at(161, "snmp", lan.SNMPCommunity, "public"),
		front(80, "200", "<title>HP OfficeJet</title>"), secure(443, "https", identify.TLSSelfSigned, "yes", lan.TLSNotAfter, "2020-01-01T00:00:00Z")}},
	"Synology": {device: lan.Device{Kind: "nas", Vendor: "Synology"}, services: []lan.Service{front(5000, "200", "<title>nas - Synology DiskStation</title><input type=password>"),
		secure(5001, "https", lan.TLSNotAfter, "2024-01-01T00:00:00Z", identify.TLSNames, "synology"), at(445, "microsoft-ds", identify.SMB1, "no")}},
	"Shelly with a password":  {device: lan.Device{Kind: "plug", Heard: lan.Heard{"shelly.auth": "true"}}, services: []lan.Service{front(80, "401", "")}},
	"ESPHome with encryption": {device: lan.Device{Heard: lan.Heard{identify.ESPHomeAPI: "encrypted"}}},
	"Pi-hole":                 {services: []lan.Service{at(53, "domain", identify.DNSRecursion, "available"), front(80, "403", "<title>Pi-hole</title>")}},
	"AdGuard Home":            {services: []lan.Service{front(80, "302", "", lan.HTTPGoto, "/login.html")}, web: answers(200, "text/html", "<title>Login</title><input type=password>")},
	"Node-RED":                {services: []lan.Service{front(1880, "200", "<title>Node-RED</title>")}},
	"an old router's page": {device: lan.Device{Kind: "router"}, services: []lan.Service{front(80, "302", "", lan.HTTPGoto, "/setup.html")},
		web: answers(200, "text/html", "<title>Setup - Log in</title><input type=password>")},
	"a web socket at a proxy's port": {services: []lan.Service{front(8080, "400", "")}, web: answers(500, "text/plain", "oops")},
	"InfluxDB": {services: []lan.Service{{Name: "http", Port: 8086, Transport: lan.TCP, Product: "InfluxDB", Heard: lan.Heard{lan.HTTPStatus: "404"}}},
		web: answers(401, "application/json", `{"error":"unable to parse authentication credentials"}`)},
	"MJPEG of a printer's": {device: lan.Device{Kind: "appliance"}, services: []lan.Service{at(8081, "http", lan.HTTPStatus, "200", lan.HTTPType, "multipart/x-mixed-replace")}},
	"PlayStation":          {device: lan.Device{Kind: "console"}, services: []lan.Service{at(9295, lan.Unknown)}},
	"a computer": {device: lan.Device{Kind: "computer"}, services: []lan.Service{at(445, "microsoft-ds", identify.SMB1, "no"), at(22, "ssh", lan.SSHBanner, "SSH-2.0-OpenSSH_9.6", identify.SSHKex, "curve25519-sha256", identify.SSHCipher, "aes128-ctr", identify.SSHHostKey, "ssh-ed25519"),
		at(5900, "rfb"), front(631, "200", "<title>Home - CUPS</title>"), at(3306, "mysql"), at(5432, "postgresql")}},
	"a receiver at the old port": {device: lan.Device{Kind: "media"}, services: []lan.Service{at(513, lan.Unknown, "said", "hello")}},
}

// TestWellKeptHome: what is as its maker and a careful owner leave it raises
// nothing above "for your information".
func TestWellKeptHome(t *testing.T) {
	for name, home := range homes {
		t.Run(name, func(t *testing.T) {
			r := to{}
			if home.web != nil {
				s := httptest.NewServer(home.web)
				defer s.Close()
				r.at = serviceAt(s.Listener.Addr(), "", nil).Endpoint()
			}
			d := home.device
			if d.Heard == nil {
				d.Heard = lan.Heard{}
			}
			d.Services = home.services
			for _, c := range All() {
				for _, s := range append([]lan.Service{{}}, d.Services...) {
					if s.Port != 0 {
						s.Address = netip.MustParseAddr("192.0.2.1")
					}
					p := &probes.Pass{Device: d, Service: s, Reach: r, Knowledge: known(t)}
					if !c.Applies(d, s) {
						continue
					}
					got, _ := c.Run(t.Context(), p) // nobody answers where there is no web
					severity := c.Severity
					if p.Severity != nil {
						severity = *p.Severity
					}
					if got.Problem() && severity > lan.ForInfo {
						t.Errorf("%s at %s: %v, %v\n%s", c.ID, s.Key(), got, severity, words(p))
					}
				}
			}
		})
	}
}
