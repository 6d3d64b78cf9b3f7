package wsd

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// matched answers a Probe with one target service at xaddr.
func matched(probe []byte, xaddr string) string {
	_, id, _ := strings.Cut(string(probe), "<wsa:MessageID>")
	id, _, _ = strings.Cut(id, "<")
	return `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header><a:RelatesTo>` + id + `</a:RelatesTo></s:Header>` +
		`<s:Body><d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:1419d68a-1dd2-11b2-a105-000000000001</a:Address></a:EndpointReference>` +
		`<d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/name/Cam onvif://www.onvif.org/location/Attic</d:Scopes>` +
		`<d:XAddrs>` + xaddr + `</d:XAddrs></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>`
}

func TestMatched(t *testing.T) {
	probe, other := Probe(), Probe()
	device := netip.MustParseAddr("192.168.1.20")
	const own = "http://192.168.1.20/onvif/device_service"
	for _, tt := range []struct {
		what, answer string
		ok           bool
	}{
		{"a camera", matched(probe, own), true},
		{"without addresses", matched(probe, ""), true},
		{"at its other address, too", matched(probe, own+" http://10.0.0.1/x"), true},
		{"another device's", matched(probe, "http://192.168.1.99/x"), false},
		{"to another question", matched(other, own), false},
		{"a goodbye", strings.ReplaceAll(matched(probe, own), "ProbeMatches", "Bye"), false},
		{"our own words", string(probe), false},
		{"nothing", "", false},
	} {
		h, ok := Matched(probe, []byte(tt.answer), device)
		if ok != tt.ok || ok && (h[OnvifName] != "Cam" || strings.Contains(h[lan.WSDScopes], "Attic")) {
			t.Errorf("%s: %v %v", tt.what, h, ok)
		}
	}
	if _, ok := Matched(nil, []byte(matched(nil, own)), device); ok {
		t.Error("an answer to no question was taken")
	}
}

func FuzzMatched(f *testing.F) {
	probe, device := Probe(), netip.MustParseAddr("192.168.1.20")
	f.Add([]byte(matched(probe, "http://192.168.1.20/x")))
	f.Add(probe)
	f.Fuzz(func(t *testing.T, b []byte) {
		if h, ok := Matched(probe, b, device); ok && h == nil || len(h) > lan.MaxFields {
			t.Errorf("%v %v", h, ok)
		}
	})
}
