package ui

import (
	"encoding/json"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// let is a home whose browser has logged in.
func let(t *testing.T) *home {
	t.Helper()
	m := newHome(t, password)
	m.ask("POST", "/api/v1/login", enter, 200)
	return m
}

func get[T any](m *home, path string) (v T) {
	m.t.Helper()
	if err := json.Unmarshal(m.ask("GET", path, "", 200).Body.Bytes(), &v); err != nil {
		m.t.Fatalf("%s: %v", path, err)
	}
	return v
}

func TestState(t *testing.T) {
	m := let(t)
	m.house.sweep.Devices[1].Heard = lan.Heard{lan.HTTPTitle: "long words"}
	m.house.sweep.Devices[1].Services[0].Heard = lan.Heard{lan.HTTPTitle: "long words"}
	s := get[whole](m, "/api/v1/state")
	if s.Version != "9.8.7" || !s.Now.Equal(noon) || s.Touch != lan.Ask || !s.Remembers || s.Sweep.Number != lan.Schema {
		t.Errorf("state is %+v", s)
	}
	if len(s.Sweep.Devices) != 14 || len(s.Here) != 12 {
		t.Errorf("%d devices, %d here, want 14 and 12", len(s.Sweep.Devices), len(s.Here))
	}
	camera := s.Sweep.Devices[1]
	if camera.Heard != nil || camera.Services[0].Heard != nil || len(camera.Findings[0].Evidence) > 0 || len(camera.Identity) > 0 || camera.Findings[0].Advice == "" {
		t.Error("the list carries what only the device's page shows")
	}
	for _, f := range camera.Findings {
		if !f.Verdict.Problem() && (f.Check == "" || f.Title+f.Advice != "") {
			t.Errorf("of what is no problem it carries %+v", f)
		}
	}
	whole := m.house.Sweep().Devices[1]
	if whole.Heard == nil || whole.Services[0].Heard == nil || len(whole.Findings[0].Evidence) == 0 || whole.Identity[1].Raw == "" {
		t.Error("shortening the answer changed the house's own sweep")
	}
}

func TestStateOfNothing(t *testing.T) {
	m := let(t)
	m.house.sweep = lan.Sweep{}
	body := m.ask("GET", "/api/v1/state", "", 200).Body.String()
	for _, want := range []string{`"devices":[]`, `"here":[]`, `"started":"0001-01-01T00:00:00Z"`} {
		if !strings.Contains(body, want) {
			t.Errorf("state of nothing lacks %s: %s", want, body)
		}
	}
}

func TestDevice(t *testing.T) {
	m := let(t)
	got := get[one](m, "/api/v1/devices/cam-front")
	if got.Device.Model != "DS-2CD2143G0-I" || !got.Here || len(got.Device.Findings[0].Evidence) != 2 {
		t.Errorf("device is %+v", got)
	}
	m.ask("GET", "/api/v1/devices/nobody", "", 404)
	m.house.sweep.Devices[0].ID = "a/b ?#<script>"
	if got := get[one](m, "/api/v1/devices/a%2Fb%20%3F%23%3Cscript%3E"); got.Device.Model != "WRT3200ACM" {
		t.Errorf("a device with an odd id is %+v", got.Device)
	}
}

// TestPresence: a watched device is here as its state says, whatever the last
// sweep met.
func TestPresence(t *testing.T) {
	for state, want := range map[lan.State]bool{lan.Online: true, lan.Idle: true, lan.Away: false, lan.Offline: false} {
		m := let(t)
		for i := range m.house.sweep.Devices {
			m.house.sweep.Devices[i].Presence = lan.Presence{State: state, By: "dhcp", At: noon, Since: noon}
		}
		s := get[whole](m, "/api/v1/state")
		if (len(s.Here) == 14) != want || (len(s.Here) == 0) == want {
			t.Errorf("%s: %d are here", state, len(s.Here))
		}
		if p := s.Sweep.Devices[3].Presence; p.State != state || p.By != "dhcp" || !p.At.Equal(noon) {
			t.Errorf("%s: %+v", state, p)
		}
	}
}

// TestDiscretion: a dashboard must not tell when a phone came home.
func TestDiscretion(t *testing.T) {
	m := let(t)
	for i := range m.house.sweep.Devices {
		d := &m.house.sweep.Devices[i]
		d.Presence = lan.Presence{State: lan.Idle, By: "dhcp", At: d.LastSeen, Since: d.LastSeen}
		for j := range d.Identity {
			d.Identity[j].LastSeen = d.LastSeen
		}
	}
	midnight := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for _, d := range get[whole](m, "/api/v1/state").Sweep.Devices {
		carried := d.Kind == "phone" || d.Kind == "computer"
		if carried && !d.LastSeen.Equal(d.LastSeen.Truncate(24*time.Hour)) {
			t.Errorf("%s was seen at %v", d.ID, d.LastSeen)
		}
		if carried && (!d.Presence.At.Equal(d.LastSeen) || !d.Presence.Since.Equal(d.LastSeen) || len(d.Identity) > 0 && !d.Identity[0].LastSeen.Equal(d.LastSeen)) {
			t.Errorf("%s: %+v, %+v", d.ID, d.Presence, d.Identity)
		}
		for _, f := range d.Findings {
			if carried && f.Verdict.Problem() && !f.LastSeen.Equal(midnight) {
				t.Errorf("%s: %s was seen at %v", d.ID, f.Check, f.LastSeen)
			}
		}
		if d.ID == "nas" && d.LastSeen.Equal(midnight) {
			t.Error("a NAS is nobody's secret")
		}
	}
	if got := get[one](m, "/api/v1/devices/iphone"); !got.Here || !got.Device.LastSeen.Equal(midnight) {
		t.Errorf("the phone: here %t, last seen %v", got.Here, got.Device.LastSeen)
	}
	if m.house.sweep.Devices[10].LastSeen.Equal(midnight) {
		t.Error("rounding changed the house's own sweep")
	}
}

func TestSweepOrders(t *testing.T) {
	m := let(t)
	m.ask("POST", "/api/v1/sweep", "", 202)
	m.ask("DELETE", "/api/v1/sweep", "", 202)
	if m.house.started != 1 || m.house.cancelled != 1 {
		t.Errorf("started %d, cancelled %d", m.house.started, m.house.cancelled)
	}
	m.house.refusal = errors.New("a sweep is running already")
	var got trouble
	body := m.ask("POST", "/api/v1/sweep", "", 409).Body.Bytes()
	if err := json.Unmarshal(body, &got); err != nil || got.Error != "A sweep is running already." || got.Do == "" {
		t.Errorf("refusal is %s", body)
	}
}

func TestTouch(t *testing.T) {
	m := let(t)
	for body, want := range map[string]int{
		`{"touch":"listen"}`: 200, `{"touch":"look"}`: 200, `{"touch":"ask"}`: 200,
		`{"touch":"login"}`: 400, `{"touch":"all"}`: 400, `{"touch":2}`: 400, `{}`: 400, `{"touch":null}`: 400,
		`[]`: 400, ``: 400, `{"touch":"ask"} {}`: 400, `{"touch":"ask","more":1}`: 400, `{"touch":`: 400,
		`{"touch":"` + strings.Repeat("a", maxBody) + `"}`: 413,
	} {
		m.house.touch = lan.Login
		w := m.ask("PUT", "/api/v1/touch", body, want)
		if changed := m.house.touch != lan.Login; changed != (want == 200) {
			t.Errorf("%.40s: %d %s, changed %t", body, w.Code, w.Body, changed)
		}
	}
	w := visit(m.h, "PUT", "/api/v1/touch", "192.168.1.1", `{"touch":"look"}`,
		"Origin", "http://192.168.1.1", "Content-Type", "text/plain", "Cookie", m.cookie)
	if w.Code != 415 {
		t.Errorf("as plain text: %d, want 415", w.Code)
	}
}

func TestDecisions(t *testing.T) {
	m := let(t)
	long := strings.Repeat("long ", 100)
	for _, c := range []struct {
		body string
		want int
		kept string // the value that reaches the house
	}{
		{`{"device":"nas","what":"name","value":"  Anna's\u0000 \u202e\n NAS "}`, 200, "Anna's NAS"},
		{`{"device":"nas","what":"name","value":"` + long + `"}`, 200, lan.Printable(long, lan.MaxName)},
		{`{"device":"nas","what":"room","value":"Attic"}`, 200, "Attic"},
		{`{"device":"nas","what":"note","value":"<b>"}`, 200, "<b>"},
		{`{"device":"nas","what":"name","value":""}`, 200, ""},
		{`{"device":"nas","what":"do-not-probe","value":"yes"}`, 200, "yes"},
		{`{"device":"nas","what":"accept","check":"smb1","value":"yes"}`, 200, "yes"},
		{`{"device":"nas","what":"accept","check":"smb1","value":""}`, 200, ""},
		{`{"device":"nas","what":"accept","check":"telnet-open","value":"yes"}`, 400, ""},
		{`{"device":"nas","what":"accept","value":"yes"}`, 400, ""},
		{`{"device":"nas","what":"do-not-probe","value":"maybe"}`, 400, ""},
		{`{"device":"nobody","what":"name","value":"x"}`, 400, ""},
		{`{"device":"nas","what":"login","value":"yes"}`, 400, ""},
		{`{"device":"nas","what":"","value":"x"}`, 400, ""},
		{`{"device":["nas"]}`, 400, ""},
	} {
		m.house.decisions = nil
		m.ask("POST", "/api/v1/decisions", c.body, c.want)
		if c.want != 200 {
			if len(m.house.decisions) > 0 {
				t.Errorf("%s reached the house", c.body)
			}
			continue
		}
		if len(m.house.decisions) != 1 || m.house.decisions[0].Value != c.kept || !m.house.decisions[0].At.Equal(noon) {
			t.Errorf("%.60s left %+v, want value %q", c.body, m.house.decisions, c.kept)
		}
	}
	m.house.decisions = []lan.Decision{{Device: "nas", What: "name", Value: "a"}, {Device: "tv", What: "name", Value: "b"}}
	if got := get[one](m, "/api/v1/devices/nas").Decisions; len(got) != 1 || got[0].Value != "a" {
		t.Errorf("the NAS's decisions are %+v", got)
	}
}

// TestIdentity: which device is which may be decided of what is on the list, and
// taken back when it is not there any more.
func TestIdentity(t *testing.T) {
	m := let(t)
	earlier := []lan.Decision{
		{Device: "tv", What: "merge", Value: "d-gone"},
		{Device: "sonos", What: "split", Value: "00:11:22:33:44:55"},
		{Device: "tv", What: "split", Value: "sonos"},
	}
	m.house.sweep.Devices[3].MACs = append(m.house.sweep.Devices[3].MACs, lan.MAC{2, 1, 2, 3, 4, 5})
	m.house.sweep.Devices[3].Identity = append(m.house.sweep.Devices[3].Identity, lan.Fact{Field: lan.FieldIdentity, Value: "udn:1"}, lan.Fact{Field: lan.FieldModel, Value: "DS218"})
	m.house.sweep.Devices[0].Self = true
	for _, c := range []struct {
		what, device, value string
		want                int
		kept                string
	}{
		{"merge", "iphone", "laptop", 200, "laptop"},
		{"merge", "iphone", "iphone", 400, ""},
		{"merge", "iphone", "", 400, ""},
		{"merge", "iphone", "nobody", 400, ""},
		{"merge", "nobody", "iphone", 400, ""},
		{"merge", "iphone", "router-1", 400, ""},
		{"merge", "router-1", "iphone", 400, ""},
		{"merge", "iphone", "00:11:32:5c:10:30", 400, ""},
		{"split", "iphone", "laptop", 200, "laptop"},
		{"split", "iphone", "d2:83:1f:44:a0:9e", 400, ""}, // its only one
		{"split", "iphone", "192.168.1.101", 200, "192.168.1.101"},
		{"split", "iphone", "192.168.1.30", 400, ""},
		{"split", "tv", "192.168.1.50", 400, ""}, // its only one
		{"split", "nas", "FD12:3456:789A:0::30", 200, "fd12:3456:789a::30"},
		{"split", "nas", "fe80::211:32ff:fe5c:1030%br-lan", 200, "fe80::211:32ff:fe5c:1030"},
		{"split", "nas", "02-01-02-03-04-05", 200, "02:01:02:03:04:05"},
		{"split", "nas", "udn:1", 200, "udn:1"},
		{"split", "nas", "DS218", 400, ""}, // a model is no handle
		{"split", "nas", "<b>", 400, ""},
		{"split", "router-1", "192.168.1.1", 400, ""},
		// What was said before is taken back although the list does not have it.
		{"split", "tv", "d-gone", 200, "d-gone"},
		{"split", "tv", "d-other", 400, ""},
		{"merge", "tv", "d-gone", 400, ""},
		{"merge", "sonos", "00:11:22:33:44:55", 200, "00:11:22:33:44:55"},
		{"merge", "sonos", "tv", 200, "tv"},
	} {
		m.house.decisions = earlier
		body := `{"device":"` + c.device + `","what":"` + c.what + `","check":"x","value":"` + c.value + `"}`
		m.ask("POST", "/api/v1/decisions", body, c.want)
		got := m.house.decisions[len(m.house.decisions)-1]
		if (len(m.house.decisions) > len(earlier)) != (c.want == 200) || c.want == 200 && (got.Value != c.kept || got.Check != "" || got.What != c.what) {
			t.Errorf("%s left %+v", body, got)
		}
	}
	m.house.decisions = earlier
	if got := get[one](m, "/api/v1/devices/sonos").Decisions; len(got) != 2 {
		t.Errorf("what was said of the speaker, from either side: %+v", got)
	}
	if w := visit(newPublic(t, m.house), "POST", "/api/v1/decisions", "127.0.0.1", `{"device":"iphone","what":"merge","value":"laptop"}`,
		"Origin", "http://127.0.0.1", "Content-Type", "application/json"); w.Code != 403 {
		t.Errorf("a visitor's word: %d", w.Code)
	}
	if w := visit(m.h, "POST", "/api/v1/decisions", "192.168.1.1", `{"device":"iphone","what":"merge","value":"laptop"}`,
		"Origin", "http://elsewhere.example", "Content-Type", "application/json", "Cookie", m.cookie); w.Code != 403 {
		t.Errorf("from another page: %d", w.Code)
	}
}

// forgetful is a House that is no Memory.
type forgetful struct{ House }

func TestForgetfulHouse(t *testing.T) {
	house := newHouse(t)
	house.decisions = []lan.Decision{{Device: "nas", What: "name", Value: "a"}}
	w := visit(newPublic(t, forgetful{house}), "GET", "/api/v1/state", "127.0.0.1", "")
	if body := w.Body.String(); !strings.Contains(body, `"remembers":false`) || strings.Contains(body, `"decisions"`) {
		t.Error("a house without memory is said to remember")
	}
}

// TestHundredDevices holds the answer a phone loads over and over to a size
// that a router can make.
func TestHundredDevices(t *testing.T) {
	m := let(t)
	for len(m.house.sweep.Devices) < 100 {
		d := m.house.sweep.Devices[len(m.house.sweep.Devices)%14]
		d.ID += "x"
		d.Addresses = []netip.Addr{netip.MustParseAddr("192.168.1.200")}
		m.house.sweep.Devices = append(m.house.sweep.Devices, d)
	}
	if n := m.ask("GET", "/api/v1/state", "", 200).Body.Len(); n > 256<<10 {
		t.Errorf("the state of 100 devices is %d bytes", n)
	} else {
		t.Logf("the state of 100 devices is %d bytes", n)
	}
}
