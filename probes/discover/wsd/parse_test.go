package wsd

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// answer is a ProbeMatches of one match, as Windows and printers write it.
func answer(id, types, scopes, xaddrs string) string {
	return `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:wsd="http://schemas.xmlsoap.org/ws/2005/04/discovery"><soap:Header><wsa:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsa:To><wsa:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</wsa:Action><wsa:RelatesTo>urn:uuid:1</wsa:RelatesTo></soap:Header><soap:Body><wsd:ProbeMatches><wsd:ProbeMatch><wsa:EndpointReference><wsa:Address>` + id + `</wsa:Address></wsa:EndpointReference><wsd:Types>` + types + `</wsd:Types><wsd:Scopes>` + scopes + `</wsd:Scopes><wsd:XAddrs>` + xaddrs + `</wsd:XAddrs><wsd:MetadataVersion>2</wsd:MetadataVersion></wsd:ProbeMatch></wsd:ProbeMatches></soap:Body></soap:Envelope>`
}

// camera is an ONVIF camera's answer, with the scopes such cameras send.
const camera = `<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl">
<SOAP-ENV:Header><wsa:ReplyTo><wsa:Address>http://other</wsa:Address></wsa:ReplyTo></SOAP-ENV:Header>
<SOAP-ENV:Body><d:ProbeMatches>
<d:ProbeMatch><wsa:EndpointReference><wsa:Address>urn:uuid:4D454930-0000-1000-8000-BCAD2894AC1D</wsa:Address></wsa:EndpointReference>
<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types>
<d:Scopes>onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/Profile/Streaming onvif://www.onvif.org/name/Front%20Door onvif://www.onvif.org/hardware/DS-2CD2143G0-I onvif://www.onvif.org/location/country/london onvif://www.onvif.org/register_server/0.0.0.0 onvif://www.onvif.org/sn/123456 http://example.com/room/nursery</d:Scopes>
<d:XAddrs>http://192.168.1.64/onvif/device_service http://[fe80::1]/onvif/device_service</d:XAddrs><d:MetadataVersion>10</d:MetadataVersion></d:ProbeMatch>
<d:ProbeMatch><wsa:EndpointReference><wsa:Address>uuid:2</wsa:Address></wsa:EndpointReference></d:ProbeMatch>
</d:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>`

// hello is a Windows computer's, in version 1.1's namespaces.
const hello = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing" xmlns:d="http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01"><s:Header><a:Action>http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01/Hello</a:Action></s:Header><s:Body><d:Hello><a:EndpointReference><a:Address>urn:uuid:0A6DC791-2BE6-4991-9AF1-454778A1917A</a:Address></a:EndpointReference><d:Types>pub:Computer</d:Types><d:XAddrs>http://192.168.1.30:5357/x/</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion></d:Hello></s:Body></s:Envelope>`

func TestParse(t *testing.T) {
	kind, got := Parse([]byte(camera))
	if kind != "ProbeMatches" || len(got) != 2 || got[0].id != "wsd:4d454930-0000-1000-8000-bcad2894ac1d" || got[1].id != "wsd:2" ||
		fmt.Sprint(got[0].types) != "[NetworkVideoTransmitter Device]" || len(got[0].scopes) != 8 || len(got[0].xaddrs) != 2 {
		t.Errorf("%s %+v", kind, got)
	}
	s := lan.Sighting{Heard: lan.Heard{}}
	got[0].tell(&s)
	if s.Heard[OnvifName] != "Front Door" || s.Heard[OnvifHardware] != "DS-2CD2143G0-I" || s.Heard[lan.WSDTypes] != "NetworkVideoTransmitter Device" ||
		strings.Count(s.Heard[lan.WSDScopes], "onvif://") != 4 {
		t.Errorf("%v", s.Heard)
	}
	for key, v := range s.Heard {
		for _, private := range []string{"london", "nursery", "123456", "register"} {
			if strings.Contains(v, private) {
				t.Errorf("%s keeps %q", key, private)
			}
		}
	}
	for _, bad := range []string{"", "<Envelope>", "<Envelope><Body><Fault/></Body></Envelope>", "<ProbeMatches/>", "M-SEARCH * HTTP/1.1\r\n"} {
		if kind, got := Parse([]byte(bad)); kind == "ProbeMatches" || len(got) > 0 {
			t.Errorf("%q is %s %+v", bad, kind, got)
		}
	}
	many := strings.Replace(camera, "<d:ProbeMatch>", strings.Repeat("<d:ProbeMatch></d:ProbeMatch>", 30), 1)
	if _, got := Parse([]byte(many)); len(got) != maxMatches {
		t.Errorf("%d matches", len(got))
	}
}

func TestWalkIsBounded(t *testing.T) {
	nothing := func([]string, string) {}
	if err := walk([]byte(strings.Repeat("<a>", maxDepth+1)), nothing); !errors.Is(err, ErrTooDeep) {
		t.Errorf("deep: %v", err)
	}
	if err := walk([]byte(`<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`), nothing); !errors.Is(err, ErrDTD) {
		t.Errorf("with a DTD: %v", err)
	}
	longest := 0
	_ = walk([]byte("<a>"+strings.Repeat("x<![CDATA["+strings.Repeat("y", 900)+"]]>", 60)+"</a>"), func(_ []string, text string) { longest = max(longest, len(text)) })
	if longest == 0 || longest > maxText {
		t.Errorf("a text of %d bytes", longest)
	}
}

func TestHear(t *testing.T) {
	s, ok := Hear([]byte(hello))
	if !ok || s.ID != "wsd:0a6dc791-2be6-4991-9af1-454778a1917a" || s.Heard[lan.WSDTypes] != "Computer" || s.Gone || s.Source != "wsd" || fmt.Sprint(s.Endpoints) != "[tcp/192.168.1.30:5357]" {
		t.Errorf("%+v %v", s, ok)
	}
	if s, ok := Hear([]byte(strings.ReplaceAll(hello, "d:Hello", "d:Bye"))); !ok || !s.Gone {
		t.Errorf("%+v %v", s, ok)
	}
	if s, _ := Hear([]byte(strings.ReplaceAll(hello, "192.168.1.30", "pc.home"))); len(s.Endpoints) > 0 {
		t.Errorf("a host's name is taken for an address: %v", s.Endpoints)
	}
	for what, b := range map[string]string{
		"a question": string(questions()[1]), "an answer": camera, "nobody's": strings.Replace(hello, "urn:uuid:", "http://", 1), "nothing": "",
	} {
		if s, ok := Hear([]byte(b)); ok {
			t.Errorf("%s: %+v", what, s)
		}
	}
}

func TestPlace(t *testing.T) {
	device := netip.MustParseAddr("192.168.1.64")
	for xaddr, want := range map[string]string{
		"http://192.168.1.64/onvif/device_service?a=b": "tcp/192.168.1.64:80 /onvif/device_service?a=b false",
		"https://192.168.1.64":                         "tcp/192.168.1.64:443 / true",
		"http://192.168.1.64:5357/0a6d":                "tcp/192.168.1.64:5357 /0a6d false",
		"http://192.168.1.65/":                         "own", "http://camera/": "own", "http://127.0.0.1/": "own",
		"soap.udp://192.168.1.64:3702/": "not of HTTP", "http://192.168.1.64:0/": "not of HTTP", "http://192.168.1.64:99999/": "not of HTTP",
		"http://a:b@192.168.1.64/": "login", "http://192.168.1.64:x/": "no URL", "": "own",
		"http://192.168.1.64/" + strings.Repeat("a", 2000): "too long",
	} {
		ep, path, err := place(xaddr, device)
		got := fmt.Sprintf("%s %s %v", ep, path, ep.TLS)
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, want) {
			t.Errorf("%.60q leads to %q, want %q", xaddr, got, want)
		}
	}
}

// printer is the metadata of a printer, as such devices write it.
const printer = `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" xmlns:wsx="http://schemas.xmlsoap.org/ws/2004/09/mex" xmlns:wsdp="http://schemas.xmlsoap.org/ws/2006/02/devprof"><soap:Header/><soap:Body><wsx:Metadata>
<wsx:MetadataSection Dialect="http://schemas.xmlsoap.org/ws/2006/02/devprof/ThisDevice"><wsdp:ThisDevice><wsdp:FriendlyName xml:lang="en">Brother DCP-L2530DW</wsdp:FriendlyName><wsdp:FirmwareVersion>1.72</wsdp:FirmwareVersion><wsdp:SerialNumber>E78098C9N123456</wsdp:SerialNumber></wsdp:ThisDevice></wsx:MetadataSection>
<wsx:MetadataSection Dialect="http://schemas.xmlsoap.org/ws/2006/02/devprof/ThisModel"><wsdp:ThisModel><wsdp:Manufacturer>Brother</wsdp:Manufacturer><wsdp:ModelName>DCP-L2530DW</wsdp:ModelName><wsdp:ModelNumber>8C9</wsdp:ModelNumber><wsdp:PresentationUrl>http://192.0.2.2/</wsdp:PresentationUrl></wsdp:ThisModel></wsx:MetadataSection>
<wsx:MetadataSection Dialect="http://schemas.xmlsoap.org/ws/2006/02/devprof/Relationship"><wsdp:Relationship Type="http://schemas.xmlsoap.org/ws/2006/02/devprof/host"><wsdp:Hosted><wsdp:Types>wprt:PrinterServiceType</wsdp:Types></wsdp:Hosted></wsdp:Relationship></wsx:MetadataSection>
</wsx:Metadata></soap:Body></soap:Envelope>`

// windows is the metadata of every Windows computer but for its name.
const windows = `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><x:Metadata><x:MetadataSection><w:ThisDevice><w:FriendlyName>Microsoft Publication Service Device Host</w:FriendlyName><w:FirmwareVersion>1.0</w:FirmwareVersion><w:SerialNumber>20050718</w:SerialNumber></w:ThisDevice></x:MetadataSection><x:MetadataSection><w:ThisModel><w:Manufacturer>Microsoft Corporation</w:Manufacturer><w:ModelName>Microsoft Publication Service</w:ModelName></w:ThisModel></x:MetadataSection><x:MetadataSection><w:Relationship><w:Host><w:Types>pub:Computer</w:Types><pub:Computer>DESKTOP-7QK/Workgroup:WORKGROUP</pub:Computer></w:Host></w:Relationship></x:MetadataSection></x:Metadata></e:Body></e:Envelope>`

func TestParseMetadata(t *testing.T) {
	m, err := ParseMetadata([]byte(printer))
	if err != nil || m.Fields["Manufacturer"] != "Brother" || m.Fields["ModelNumber"] != "8C9" || m.Fields["SerialNumber"] != "" || len(m.Fields) != 5 {
		t.Errorf("%+v %v", m, err)
	}
	m, err = ParseMetadata([]byte(windows))
	s := lan.Sighting{Heard: lan.Heard{}}
	m.tell(&s)
	want := lan.Heard{lan.WSDTypes: "Computer", Computer: "DESKTOP-7QK", Workgroup: "WORKGROUP"}
	if err != nil || fmt.Sprint(s.Heard) != fmt.Sprint(want) || fmt.Sprint(s.Names) != "[DESKTOP-7QK]" {
		t.Errorf("%v %v %v", s.Heard, s.Names, err)
	}
	nas := strings.NewReplacer("Microsoft Corporation", "NETGEAR", "Microsoft Publication Service</w:ModelName>", "ReadyNAS 212</w:ModelName>").Replace(windows)
	if m, err = ParseMetadata([]byte(nas)); err != nil {
		t.Error(err)
	}
	s = lan.Sighting{Heard: lan.Heard{}}
	if m.tell(&s); s.Heard["wsd.Manufacturer"] != "NETGEAR" || s.Heard["wsd.ModelName"] != "ReadyNAS 212" || s.Heard["wsd.FirmwareVersion"] != "" {
		t.Errorf("a computer of a known make: %v", s.Heard)
	}
	if m, err := ParseMetadata([]byte(printer[:700])); err == nil && m.Fields["FriendlyName"] == "" {
		t.Errorf("cut short: %+v %v", m, err)
	}
	for text, want := range map[string]string{
		`CORP\PC7/Domain:corp.example`: "PC7 corp.example", "PC7": "PC7 ", "PC7/Room:attic": "PC7 ", "/Workgroup:X": " X",
	} {
		var m Metadata
		if m.computer(text); m.Computer+" "+m.Workgroup != want {
			t.Errorf("%q is %q in %q", text, m.Computer, m.Workgroup)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(camera))
	f.Add([]byte(hello))
	f.Add([]byte(answer("urn:uuid:1", "a:b c", "onvif://www.onvif.org/name/%zz", "http://[::1]:1/")))
	device := netip.MustParseAddr("192.168.1.64")
	f.Fuzz(func(t *testing.T, b []byte) {
		_, matches := Parse(b)
		for _, m := range matches {
			s := lan.Sighting{Heard: lan.Heard{}}
			m.tell(&s)
			sound(t, s)
			eps, paths := own(m.xaddrs, device)
			for i, ep := range eps {
				if ep.Addr != device || ep.Port == 0 || strings.ContainsAny(paths[i], "\r\n ") {
					t.Errorf("leads to %s %q", ep, paths[i])
				}
			}
		}
		if s, ok := Hear(b); ok {
			sound(t, s)
			for _, ep := range s.Endpoints {
				if !ep.Addr.IsValid() || ep.Port == 0 {
					t.Errorf("names %s", ep)
				}
			}
		}
	})
}

func FuzzParseMetadata(f *testing.F) {
	f.Add([]byte(printer))
	f.Add([]byte(windows))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, _ := ParseMetadata(b)
		s := lan.Sighting{Heard: lan.Heard{}}
		m.tell(&s)
		sound(t, s)
	})
}

// sound fails unless everything in s is fit to keep.
func sound(t *testing.T, s lan.Sighting) {
	t.Helper()
	for key, v := range s.Heard {
		if len(v) > lan.MaxRaw || v != lan.Printable(v, lan.MaxRaw) {
			t.Errorf("%s is %q", key, v)
		}
	}
	for _, n := range append(s.Names, s.ID) {
		if n != lan.Printable(n, lan.MaxName+len("wsd:")) {
			t.Errorf("%q", n)
		}
	}
}
