package logins

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/homesweep/homesweep/probes/lan"
)

func ids(records []Record) (list []string) {
	for _, r := range records {
		list = append(list, r.ID)
	}
	return list
}

func web(heard lan.Heard) lan.Service { return lan.Service{Name: "http", Port: 80, Heard: heard} }

func TestDocumented(t *testing.T) {
	s := load(t)
	netgear := web(lan.Heard{lan.HTTPRealm: "NETGEAR R7000", lan.HTTPAuth: "digest"})
	got := s.Documented(lan.Device{Kind: "router"}, netgear)
	if len(got) != 1 || got[0].Auth != "digest" || got[0].Pairs[0].User != "admin" || got[0].Pairs[0].Pass.Reveal() != "password" {
		t.Fatalf("got %v", got)
	}
	https := netgear
	https.Name = "https"
	if len(s.Documented(lan.Device{}, https)) != 1 {
		t.Error("https is http with a wrapper")
	}
	none := map[string]struct {
		d   lan.Device
		svc lan.Service
	}{
		"another protocol":          {svc: lan.Service{Name: "ssh", Heard: netgear.Heard}},
		"the scheme is not known":   {svc: web(lan.Heard{lan.HTTPRealm: "NETGEAR R7000"})},
		"an unknown scheme":         {svc: web(lan.Heard{lan.HTTPRealm: "NETGEAR R7000", lan.HTTPAuth: "ntlm"})},
		"a hub":                     {d: lan.Device{Kind: "hub"}, svc: netgear},
		"an alarm panel":            {d: lan.Device{Model: "Home Alarm-Panel 3"}, svc: netgear},
		"a lock by its name":        {d: lan.Device{Names: []string{"front-door-lock"}}, svc: netgear},
		"a heat pump by its name":   {d: lan.Device{Names: []string{"heat-pump_1"}}, svc: netgear},
		"Home Assistant":            {d: lan.Device{Heard: lan.Heard{lan.MDNSTypes: "_home-assistant._tcp"}}, svc: netgear},
		"a HomeKit thermostat":      {d: lan.Device{Heard: lan.Heard{lan.MDNS("_hap._tcp", "ci"): "9"}}, svc: netgear},
		"the vendor is OUI's guess": {d: registry("TRENDnet"), svc: web(lan.Heard{lan.HTTPServer: "dcs-lig-httpd"})},
		"another service's page": {d: lan.Device{Services: []lan.Service{netgear}},
			svc: web(lan.Heard{lan.HTTPAuth: "basic"})},
	}
	for name, c := range none {
		if got := s.Documented(c.d, c.svc); len(got) > 0 {
			t.Errorf("%s: %v may be tried", name, ids(got))
		}
	}
	d := registry("TRENDnet")
	d.Identity = append(d.Identity, lan.Fact{Field: lan.FieldVendor, Value: "TRENDnet", Source: "upnp"})
	if got := ids(s.Documented(d, web(lan.Heard{lan.HTTPServer: "dcs-lig-httpd"}))); !slices.Equal(got, []string{"trendnet-tvip"}) {
		t.Errorf("the device's own word opens the gate: %v", got)
	}
}

// registry is a device whose maker only the address registry knows.
func registry(vendor string) lan.Device {
	return lan.Device{Vendor: vendor, Identity: []lan.Fact{{Field: lan.FieldVendor, Value: vendor, Source: "oui"}}}
}

func TestDocumentedMindsFirmware(t *testing.T) {
	s := load(t)
	for firmware, want := range map[string]bool{
		"": true, "V5.2.5 build 141201": true, "V5.2.99": true, "V5.3.0 build 150513": false, "V5.5.82": false, "newest": false,
	} {
		got := s.Documented(lan.Device{Firmware: firmware}, web(lan.Heard{lan.HTTPServer: "App-webs/"}))
		if (len(got) == 1) != want {
			t.Errorf("firmware %q: %v", firmware, ids(got))
		}
	}
	if all := s.All(); len(all) != len(s.entries) {
		t.Error("All leaves none out")
	}
}

func TestCommon(t *testing.T) {
	s := load(t)
	basic := web(lan.Heard{lan.HTTPAuth: "basic", lan.HTTPRealm: "Login"})
	telnet := lan.Service{Name: "telnet", Heard: lan.Heard{lan.TelnetPrompt: "login", lan.TelnetBanner: "BusyBox login:"}}
	for name, c := range map[string]struct {
		d    lan.Device
		svc  lan.Service
		want []string
	}{
		"router":            {lan.Device{Kind: "router"}, basic, []string{"common-web-router"}},
		"unknown":           {lan.Device{}, basic, []string{"common-web-unknown"}},
		"telnet on unknown": {lan.Device{}, telnet, []string{"common-telnet-embedded"}},
		"hub":               {lan.Device{Kind: "hub"}, basic, nil},
		"computer":          {lan.Device{Kind: "computer"}, telnet, nil},
		"no login asked":    {lan.Device{Kind: "router"}, web(lan.Heard{lan.HTTPServer: "x"}), nil},
		"OUI alone":         {registry("Acme"), web(lan.Heard{lan.HTTPAuth: "basic"}), nil},
		"boiler":            {lan.Device{Names: []string{"boiler"}}, basic, nil},
		"ssh":               {lan.Device{}, lan.Service{Name: "ssh"}, nil},
	} {
		got := s.Common(c.d, c.svc)
		if !slices.Equal(ids(got), c.want) {
			t.Errorf("%s: %v, want %v", name, ids(got), c.want)
		}
		for _, r := range got {
			if !r.Generic || r.Why == "" || r.Auth == "auto" {
				t.Errorf("%s: %+v", name, r)
			}
		}
	}
}

func TestSecretNeverPrints(t *testing.T) {
	const word = "hunter2"
	p := Pair{User: "admin", Pass: Hide(word)}
	type box struct{ inner Pair } // unexported: fmt cannot call methods in here
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%p"} {
		fmt.Fprintf(&out, verb+verb+verb+verb+verb+"\n", p.Pass, &p.Pass, p, box{p}, []Record{{Pairs: []Pair{p}}})
	}
	js, err := json.Marshal(map[string]any{"pair": p, "record": Record{Pairs: []Pair{p}}})
	if err != nil {
		t.Fatal(err)
	}
	out.Write(js)
	slog.New(slog.NewTextHandler(&out, nil)).Info("try", "secret", p.Pass, "pair", p)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("try", "secret", p.Pass, "pair", p)
	fmt.Fprintf(&out, "%+v", fmt.Errorf("try %v: %w", p, fmt.Errorf("%s", p.Pass)))
	for _, form := range []string{word, "68756e74657232", "68756E74657232", "104 117 110"} {
		if strings.Contains(out.String(), form) {
			t.Fatalf("the password shows as %q in:\n%s", form, out.String())
		}
	}
	if p.Pass.Reveal() != word || (Secret{}).Reveal() != "" {
		t.Error("Reveal is the text")
	}
	set := fmt.Sprintf("%v %+v", load(t).All(), Record{Pairs: []Pair{p}})
	if strings.Contains(set, "zoomadsl") || strings.Contains(set, "meinsm") {
		t.Error("the whole table prints its passwords")
	}
}

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		a, b  string
		order int
		ok    bool
	}{
		{"V5.4.5build 170124", "5.2.99", 1, true}, {"4.3.6.0993 Build 20190704", "4.4.1", -1, true},
		{"7.2-64570", "7.2.0", 0, true}, {"1.10", "1.9", 1, true}, {"20190704", "4.4.1", 0, false}, {"", "1.0", 0, false},
	} {
		if order, ok := compare(c.a, c.b); order != c.order || ok != c.ok {
			t.Errorf("compare(%q, %q) = %d, %v", c.a, c.b, order, ok)
		}
	}
}

const goodRecord = `{"id":"acme","vendor":"Acme","models":["One"],"gate":{"protocol":"http","match":{"http.realm":"^Acme$"}},
	"auth":{"type":"basic","path":"/"},"pairs":[{"user":"admin","pass":"x"}],"success":{"status":200},"lockout":{"max":5,"window":"30m"},
	"fix":"Set a password.","provision":"5.1-1","source":{"name":"manual","url":"https://example.org/m","grade":"A"},
	"checked":"2026-11-22","verified":true,"examples":{"match":[{"heard":{"http.realm":"Acme"}}],"not_match":[{"heard":{"http.realm":"B"}}],
	"success":[{"status":200}],"failure":[{"status":401}]}}`

const goodCommon = `{"id":"c","protocol":"http","kinds":["router"],"pairs":[{"user":"admin","pass":"x"}],"success":{"status":200},"fix":"Set one.","why":"because"}`

func TestLoadNamesWhatIsWrong(t *testing.T) {
	files := func(record, common string) fstest.MapFS {
		return fstest.MapFS{"data/a.json": {Data: []byte("[" + record + "]")}, "data/common/b.json": {Data: []byte("[" + common + "]")}}
	}
	if _, err := LoadFS(files(goodRecord, goodCommon)); err != nil {
		t.Fatal(err)
	}
	for _, c := range [][3]string{
		{`"id":"acme"`, `"id":"Ac me"`, "id"}, {`"^Acme$"`, `"("`, "gate"}, {`"http.realm":"^Acme$"`, `"http.status":"200"`, "family"},
		{`"type":"basic"`, `"type":"ftp"`, "auth"}, {`"path":"/"`, `"path":"//evil"`, "path"}, {`"user":"admin","pass":"x"`, `"user":"","pass":""`, "empty pair"},
		{`"status":200`, `"status":0`, "status"}, {`https:`, `http:`, "https"}, {`"grade":"A"`, `"grade":"C"`, "grade"},
		{`"checked":"2026-11-22"`, `"checked":""`, "date"}, {`"5.1-1"`, `"G1"`, "provision"}, {`"30m"`, `"half"`, "half"},
		{`"vendor":"Acme"`, `"vendor":"Acme Alarm"`, "no login"}, {`"models":["One"]`, `"models":[]`, "model"},
		{`"pass":"x"`, `"pass":"x","until":"1.0"`, "unknown field"}, {`"pass":"x"`, `"pass":"x","valid_until_firmware":"new"`, "dotted"},
		{`"not_match":[{"heard":{"http.realm":"B"}}]`, `"not_match":[]`, "example"},
	} {
		_, err := LoadFS(files(strings.Replace(goodRecord, c[0], c[1], 1), goodCommon))
		if err == nil || !strings.Contains(err.Error(), "data/a.json") || !strings.Contains(err.Error(), c[2]) {
			t.Errorf("%s → %s: error %v", c[0], c[1], err)
		}
	}
	for _, c := range [][3]string{
		{`"router"`, `"hub"`, "spared"}, {`"because"`, `""`, "reason"}, {`"http"`, `"snmp"`, "snmp"}, {`"success":{"status":200}`, `"auth":"form","success":{"status":200}`, "pattern"}, {`"id":"c"`, `"id":"acme"`, "too"},
	} {
		_, err := LoadFS(files(goodRecord, strings.Replace(goodCommon, c[0], c[1], 1)))
		if err == nil || !strings.Contains(err.Error(), "data/common/b.json") || !strings.Contains(err.Error(), c[2]) {
			t.Errorf("%s → %s: error %v", c[0], c[1], err)
		}
	}
	second, third := strings.ReplaceAll(goodCommon, `"c"`, `"d"`), strings.ReplaceAll(goodCommon, `"c"`, `"e"`)
	if _, err := LoadFS(files(goodRecord, goodCommon+","+second+","+third)); err == nil || !strings.Contains(err.Error(), "more than two") {
		t.Errorf("three generic pairs for one account: %v", err)
	}
}
