package fingerprints

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/homesweep/homesweep/probes/lan"
)

// Devices that no record knows must still get their facts.
func TestReadSelfDeclared(t *testing.T) {
	s := load(t)
	tests := []struct {
		name   string
		heard  lan.Heard
		source string
		want   map[string]string
	}{
		{"upnp", lan.Heard{
			lan.UPnPManufacturer: "Acme Audio Ltd.", lan.UPnPModelName: "Boom 3", lan.UPnPFriendlyName: "Kitchen",
			lan.UPnPSoftware: "4.2.1", lan.UPnPHardware: "rev B", lan.UPnPModelDescr: "Wireless speaker",
			lan.UPnPDeviceType: "urn:schemas-upnp-org:device:MediaRenderer:1",
		}, "upnp", map[string]string{"vendor": "Acme Audio", "model": "Boom 3", "name": "Kitchen", "firmware": "4.2.1", "hardware": "rev B", "kind": "speaker"}},
		{"gateway", lan.Heard{lan.UPnPManufacturer: "Newcomer", lan.UPnPModelNumber: "NX-1", lan.UPnPDeviceType: "urn:schemas-upnp-org:device:InternetGatewayDevice:2"},
			"upnp", map[string]string{"vendor": "Newcomer", "model": "NX-1", "kind": "router"}},
		{"television", lan.Heard{lan.UPnPManufacturer: "Acme", lan.UPnPModelName: "Acme Smart TV", lan.UPnPDeviceType: "urn:schemas-upnp-org:device:MediaRenderer:1"},
			"upnp", map[string]string{"kind": "tv"}},
		{"printer", lan.Heard{lan.IPPMakeModel: "HP LaserJet Pro M404n", lan.IPPFirmware: "2309A"},
			"ipp", map[string]string{"vendor": "HP", "model": "LaserJet Pro M404n", "firmware": "2309A", "kind": "printer"}},
		{"device id", lan.Heard{lan.IPPDeviceID: "MFG:Pantum;CMD:PCL;MDL:P2500W series;CLS:PRINTER;"},
			"ipp", map[string]string{"vendor": "Pantum", "model": "P2500W series"}},
		{"cast", lan.Heard{lan.MDNS("_googlecast._tcp", "md"): "Acme Cast", lan.MDNS("_googlecast._tcp", "fn"): "Den", lan.MDNSTypes: "_googlecast._tcp"},
			"mdns", map[string]string{"model": "Acme Cast", "name": "Den", "kind": "media"}},
		{"airplay", lan.Heard{lan.MDNS("_airplay._tcp", "model"): "AppleTV11,1", lan.MDNS("_airplay._tcp", "osvers"): "17.4", lan.MDNS("_airplay._tcp", "srcvers"): "760.20"},
			"mdns", map[string]string{"vendor": "Apple", "model": "AppleTV11,1", "firmware": "17.4", "kind": "media"}},
		{"homekit", lan.Heard{lan.MDNS("_hap._tcp", "md"): "Glow 2", lan.MDNS("_hap._tcp", "ci"): "5"},
			"mdns", map[string]string{"model": "Glow 2", "kind": "bulb"}},
		{"shelly", lan.Heard{lan.MDNS("_shelly._tcp", "gen"): "2", lan.MDNS("_shelly._tcp", "app"): "Plus1PM", lan.MDNS("_shelly._tcp", "ver"): "1.4.4"},
			"mdns", map[string]string{"vendor": "Shelly", "model": "Plus 1PM", "firmware": "1.4.4"}},
		{"synology", lan.Heard{lan.MDNS("_http._tcp", "vendor"): "Synology", lan.MDNS("_http._tcp", "model"): "DS920+", lan.MDNS("_http._tcp", "version_major"): "7", lan.MDNS("_http._tcp", "version_minor"): "2", lan.MDNS("_http._tcp", "version_build"): "64570"},
			"mdns", map[string]string{"vendor": "Synology", "model": "DS920+", "firmware": "7.2-64570", "kind": "nas"}},
		{"print service", lan.Heard{lan.MDNS("_ipp._tcp", "usb_MFG"): "EPSON", lan.MDNS("_ipp._tcp", "usb_MDL"): "XP-4200 Series", lan.MDNS("_ipp._tcp", "ty"): "EPSON XP-4200 Series", lan.MDNSTypes: "_ipp._tcp _pdl-datastream._tcp.local"},
			"mdns", map[string]string{"vendor": "Epson", "model": "XP-4200 Series", "kind": "printer"}},
		{"matter", lan.Heard{lan.MDNS("_matterc._udp", "DT"): "266", lan.MDNS("_matterc._udp", "DN"): "Desk plug"},
			"mdns", map[string]string{"kind": "plug", "name": "Desk plug"}},
		{"unknown TXT", lan.Heard{lan.MDNS("_acme._tcp", "model"): "Gizmo", lan.MDNS("_acme._tcp", "fw_version"): "3.3"},
			"mdns", map[string]string{"model": "Gizmo", "firmware": "3.3"}},
		{"unknown protocol", lan.Heard{"acme.Manufacturer": "Acme", "acme.modelName": "Z9", "acme.sw_ver": "1.5.6 Build 191125"},
			"acme", map[string]string{"vendor": "Acme", "model": "Z9", "firmware": "1.5.6 Build 191125"}},
		{"onvif scopes", lan.Heard{lan.WSDTypes: "Device NetworkVideoTransmitter", lan.WSDScopes: "onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/location/country/china onvif://www.onvif.org/hardware/DS-2CD2143G0-I onvif://www.onvif.org/name/HIKVISION%20DS-2CD2143G0-I"},
			"wsd", map[string]string{"vendor": "Hikvision", "model": "DS-2CD2143G0-I", "kind": "camera"}},
		{"wsd printer", lan.Heard{lan.WSDTypes: "Device PrintDeviceType ScanDeviceType"}, "wsd", map[string]string{"kind": "printer"}},
		{"windows lease", lan.Heard{lan.DHCPVendor: "MSFT 5.0"}, "dhcp", map[string]string{"kind": "computer"}},
		{"android lease", lan.Heard{lan.DHCPVendor: "android-dhcp-13"}, "dhcp", map[string]string{"kind": "phone", "firmware": "Android 13"}},
		{"raspberry lease", lan.Heard{lan.DHCPVendor: "dhcpcd-9.4.1:Linux-5.10.103-v7l+:armv7l:BCM2711"}, "dhcp", map[string]string{"hardware": "BCM2711"}},
		{"dhcpv6", lan.Heard{lan.DHCP6Vendor: "MSFT 5.0", lan.DHCP6FQDN: "desk.home"}, "dhcp6", map[string]string{"kind": "computer", "name": "desk.home"}},
		{"netbios", lan.Heard{lan.NetBIOSName: "DESKTOP-4H2K", lan.NetBIOSGroup: "WORKGROUP"}, "netbios", map[string]string{"name": "DESKTOP-4H2K", "kind": "computer"}},
		{"llmnr", lan.Heard{lan.LLMNRName: "study"}, "llmnr", map[string]string{"name": "study", "kind": "computer"}},
		{"address block", lan.Heard{lan.OUIVendor: "TP-LINK TECHNOLOGIES CO.,LTD."}, "oui", map[string]string{"vendor": "TP-Link"}},
		{"kasa", lan.Heard{"kasa.model": "HS110(EU)", "kasa.sw_ver": "1.5.6 Build 191125 Rel.083657", "kasa.dev_name": "Wi-Fi Smart Plug With Energy Monitoring", "kasa.alias": "Fridge", "kasa.hw_ver": "1.0"},
			"kasa", map[string]string{"model": "HS110(EU)", "firmware": "1.5.6 Build 191125 Rel.083657", "kind": "plug", "name": "Fridge", "hardware": "1.0"}},
		{"hue", lan.Heard{"hue.swversion": "1968096020", "hue.modelid": "BSB002", "hue.apiversion": "1.68.0"}, "hue", map[string]string{"firmware": "1968096020", "model": "BSB002"}},
		{"enterprise number", lan.Heard{lan.SNMPObjectID: "1.3.6.1.4.1.2435.2.3.9.1"}, "snmp", map[string]string{"vendor": "Brother"}},
	}
	for _, tt := range tests {
		got := s.Read(tt.heard, "elsewhere")
		for field, want := range tt.want {
			if v := best(got, field); v != want {
				t.Errorf("%s: %s %q, want %q (%v)", tt.name, field, v, want, got)
			}
		}
		for _, f := range got {
			if f.Source != tt.source || f.Raw == "" {
				t.Errorf("%s: fact %+v should come from %q with its words", tt.name, f, tt.source)
			}
		}
	}
}

func TestReadLeavesOut(t *testing.T) {
	s := load(t)
	for name, h := range map[string]lan.Heard{
		"nothing":           nil,
		"placeholders":      {lan.UPnPManufacturer: "Manufacturer", lan.UPnPModelName: "unknown", lan.IPPFirmware: "n/a"},
		"a borrowed icon":   {lan.MDNS("_device-info._tcp", "model"): "Xserve"},
		"airplay protocol":  {lan.MDNS("_airplay._tcp", "srcvers"): "760.20"},
		"Net-SNMP's OID":    {lan.SNMPObjectID: "1.3.6.1.4.1.8072.3.2.10"},
		"laptop is no ap":   {lan.HTTPTitle: "A lap of apples"},
		"a lease's BusyBox": {lan.DHCPVendor: "udhcp 1.36.1", lan.DHCPParams: "1,3,6", lan.DHCPClient: "0102"},
		"a processor":       {lan.DHCPVendor: "dhcpcd-9.4.1:Linux-5.10.0:aarch64:GenuineIntel"},
		"where it stands":   {lan.WSDScopes: "onvif://www.onvif.org/location/city/hangzhou https://example.org/hardware/X1"},
		"NetBIOS groups":    {lan.NetBIOSGroup: "WORKGROUP", lan.NetBIOSRoles: "00 20"},
		"bare dropbear":     {lan.SSHBanner: "SSH-2.0-dropbear_2022.83"},
	} {
		if got := s.Read(h, "http"); len(got) > 0 {
			t.Errorf("%s gives %v", name, got)
		}
	}
}

// The Hue bridge counts its API in the SSDP header and its firmware elsewhere; a
// protocol's number taken for firmware would be called outdated.
func TestAPIVersionIsNoFirmware(t *testing.T) {
	got := load(t).Read(lan.Heard{lan.SSDPServer: "Hue/1.0 UPnP/1.0 IpBridge/1.56.0"}, "ssdp")
	if best(got, lan.FieldVendor) != "Philips" || best(got, lan.FieldFirmware) != "" {
		t.Errorf("read %v", got)
	}
}

// A pair of weak words is a record like any other, whatever source names the host.
func TestNamesAreMatchedOneByOne(t *testing.T) {
	one := `[{"id":"kasa-pair","match":{"host.name":"^(hs110)$","oui.vendor":"(?i)^tp-link"},"vendor":"TP-Link","model":"${host.name.1}",
		"kind":"plug","confidence":0.6,"source":"https://example.org","checked":"",
		"examples":{"match":[{"heard":{"dhcp.hostname":"HS110","oui.vendor":"TP-LINK"},"expect":{"kind":"plug"}}],"not_match":[{"http.title":"B"}]}}]`
	s, err := LoadFS(fstest.MapFS{"data/x.json": {Data: []byte(one)}})
	if err != nil {
		t.Fatal(err)
	}
	block := lan.Heard{lan.OUIVendor: "TP-LINK TECHNOLOGIES"}
	for name, h := range map[string]lan.Heard{
		"a lease":     {lan.DHCPHostname: "HS110", lan.OUIVendor: "TP-LINK"},
		"a full name": {lan.DHCPFQDN: "hs110.lan", lan.OUIVendor: "TP-LINK"},
		"NetBIOS":     {lan.NetBIOSName: "HS110", lan.LLMNRName: "x", lan.OUIVendor: "TP-LINK"},
		"elsewhere":   Named(block, []string{"Kitchen plug", "hs110.local"}),
	} {
		if got := s.Read(h, ""); best(got, lan.FieldModel) != "hs110" || best(got, lan.FieldKind) != "plug" {
			t.Errorf("%s: %v", name, got)
		}
	}
	for name, h := range map[string]lan.Heard{
		"other maker": {lan.DHCPHostname: "HS110", lan.OUIVendor: "Acme"},
		"other name":  Named(block, []string{"not hs110", "hs1101"}),
	} {
		if got := s.Read(h, ""); best(got, lan.FieldModel) != "" {
			t.Errorf("%s: %v", name, got)
		}
	}
	if len(block) != 1 {
		t.Errorf("Named changed what was heard: %v", block)
	}
}

// A record that knows a protocol reads its words better than their names tell.
func TestRecordOverrulesPlainWords(t *testing.T) {
	one := `[{"id":"acme","match":{"acme.sw_ver":"^V(\\S+?)build (\\d+)$"},"firmware":"${acme.sw_ver.1} build ${acme.sw_ver.2}","confidence":0.5,
		"source":"https://example.org","checked":"","examples":{"match":[{"heard":{"acme.sw_ver":"V1.2build 3"},"expect":{"firmware":"1.2 build 3"}}],"not_match":[{"acme.sw_ver":"1"}]}}]`
	s, err := LoadFS(fstest.MapFS{"data/x.json": {Data: []byte(one)}})
	if err != nil {
		t.Fatal(err)
	}
	got := s.Read(lan.Heard{"acme.sw_ver": "V1.2build 3", "acme.model": "M"}, "")
	if len(got) != 2 || best(got, lan.FieldFirmware) != "1.2 build 3" || best(got, lan.FieldModel) != "M" {
		t.Errorf("read %v", got)
	}
	if got := s.Read(lan.Heard{"acme.sw_ver": "1.3"}, ""); best(got, lan.FieldFirmware) != "1.3" {
		t.Errorf("what the record does not know: %v", got)
	}
}

// Only what a device speaks is loaded, and only what may match is compiled.
func TestLoadedOnFirstUse(t *testing.T) {
	text, err := Pack([]Record{
		{ID: "a", Match: map[string]string{lan.HTTPTitle: "^Acme [0-9]+"}, Vendor: "Acme", Confidence: 0.5, Source: "s"},
		{ID: "b", Match: map[string]string{lan.FTPBanner: "^Acme"}, Vendor: "Acme", Confidence: 0.5, Source: "s"},
		{ID: "c", Match: map[string]string{lan.HTTPTitle: "Other"}, Vendor: "Other", Confidence: 0.5, Source: "s"},
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := open(string(text))
	if err != nil {
		t.Fatal(err)
	}
	loaded := map[string]bool{}
	for protocol, get := range s.sections {
		s.sections[protocol] = func() *section { loaded[protocol] = true; return get() }
	}
	if got := best(s.Read(lan.Heard{lan.HTTPTitle: "ACME 3"}, ""), lan.FieldVendor); got != "" {
		t.Errorf("read %q", got)
	}
	if got := best(s.Read(lan.Heard{lan.HTTPTitle: "Acme 3"}, ""), lan.FieldVendor); got != "Acme" {
		t.Errorf("read %q", got)
	}
	if !loaded["http"] || loaded["ftp"] {
		t.Errorf("loaded %v", loaded)
	}
	for _, r := range s.sections["http"]().rules {
		if compiled := r.conditions[0].re != nil; compiled != (r.ID == "a") {
			t.Errorf("%s compiled: %v", r.ID, compiled)
		}
	}
}

func TestBrand(t *testing.T) {
	for name, want := range map[string]string{
		"TP-LINK TECHNOLOGIES CO.,LTD.":               "TP-Link",
		"ASUSTeK Computer Inc.":                       "ASUS",
		"Hangzhou Hikvision Digital Technology":       "Hikvision",
		"Zhejiang Dahua Technology Co., Ltd.":         "Dahua",
		"Royal Philips Electronics":                   "Philips",
		"Hewlett-Packard":                             "HP",
		"Sonos, Inc.":                                 "Sonos",
		"Acme Robotics GmbH":                          "Acme Robotics",
		"Fuji Xerox":                                  "Fuji Xerox",
		"Espressif Inc.":                              "",
		"Justin Maggard":                              "",
		"Hon Hai Precision Ind. Co.,Ltd.":             "",
		"unknown":                                     "",
		"":                                            "",
		strings.Repeat("x", 500):                      strings.Repeat("x", maxValue),
		"Samsung Electronics Co.,Ltd":                 "Samsung",
		"Brother Industries, LTD.":                    "Brother",
		"AVM Audiovisuelles Marketing und Computers.": "AVM",
	} {
		if got := Brand(name); got != want {
			t.Errorf("Brand(%q) = %q, want %q", name, got, want)
		}
		if want != "" && Brand(want) != want {
			t.Errorf("Brand(%q) = %q changes its own answer", want, Brand(want))
		}
	}
}

func TestLoadNamesWhatIsWrong(t *testing.T) {
	good := `{"id":"a","match":{"http.title":"^A$"},"vendor":"Acme","confidence":0.5,"source":"https://example.org","checked":"",
		"examples":{"match":[{"heard":{"http.title":"A"},"expect":{"vendor":"Acme"}}],"not_match":[{"http.title":"B"}]}}`
	if _, err := LoadFS(fstest.MapFS{"data/x.json": {Data: []byte("[" + good + "]")}}); err != nil {
		t.Fatal(err)
	}
	for change, want := range map[string][2]string{
		"id":         {`"id":"a"`, `"id":"A b"`},
		"pattern":    {`^A$`, `(`},
		"group":      {`"vendor":"Acme"`, `"model":"${http.title.2}"`},
		"kind":       {`"vendor":"Acme"`, `"kind":"gadget"`},
		"module":     {`"vendor":"Acme"`, `"vendor":"Espressif"`},
		"source":     {`https:`, `http:`},
		"confidence": {`0.5`, `0.99`},
		"date":       {`"checked":""`, `"checked":"soon"`},
		"misspelt":   {`"vendor"`, `"vendro"`},
		"says":       {`"vendor":"Acme",`, ``},
		"tab":        {`^A$`, `^A\t$`},
		"block":      {`{"http.title":"^A$"}`, `{"oui.vendor":"^A$"}`},
	} {
		data := strings.Replace(good, want[0], want[1], 1)
		_, err := LoadFS(fstest.MapFS{"data/broken.json": {Data: []byte("[" + data + "]")}})
		if err == nil || !strings.Contains(err.Error(), "data/broken.json") {
			t.Errorf("%s: error %v does not name the file", change, err)
		}
	}
	_, err := LoadFS(fstest.MapFS{"data/x.json": {Data: []byte("[" + good + "," + good + "]")}})
	if err == nil || !strings.Contains(err.Error(), `record "a"`) {
		t.Errorf("twice the same id: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	s, err := Load()
	if err != nil {
		f.Fatal(err)
	}
	for _, r := range source(f) {
		for _, e := range r.Examples.Match {
			for k, v := range e.Heard {
				f.Add(k, v, lan.HTTPTitle, "x")
			}
		}
	}
	f.Add(lan.IPPDeviceID, ";;:;MDL:;MFG:\xff", "mdns._hap._tcp.ci", "99")
	f.Add("mdns.", "", "mdns._tcp.", "a")
	f.Fuzz(func(t *testing.T, k1, v1, k2, v2 string) {
		h := lan.Heard{k1: v1, k2: v2}
		first := s.Read(h, "fallback")
		if len(first) > maxFacts {
			t.Fatalf("%d facts", len(first))
		}
		for _, fact := range first {
			if fact.Value == "" || len(fact.Value) > maxValue || fact.Confidence <= 0 || fact.Confidence > 1 ||
				fact.Value != lan.Printable(fact.Value, maxValue) || fact.Source == "" {
				t.Fatalf("bad fact %+v of %q", fact, h)
			}
			if fact.Field == lan.FieldKind && !lan.Kind(fact.Value).Known() {
				t.Fatalf("kind %q", fact.Value)
			}
		}
		again := s.Read(h, "fallback")
		for i := range first {
			if first[i] != again[i] {
				t.Fatalf("not the same twice: %v, %v", first[i], again[i])
			}
		}
	})
}
