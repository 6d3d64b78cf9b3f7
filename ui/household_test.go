package ui

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// siren is an Alarm that keeps what it is told.
type siren struct {
	alerts lan.Alerts
	tests  []string
	err    error
}

func (s *siren) Alerts() lan.Alerts { return s.alerts }

func (s *siren) SetAlerts(a lan.Alerts) error {
	if s.err == nil {
		s.alerts = a
	}
	return s.err
}

func (s *siren) Test(ctx context.Context, channel string) error {
	if _, ends := ctx.Deadline(); !ends {
		return errors.New("the test may take for ever")
	}
	s.tests = append(s.tests, channel)
	return s.err
}

func (s *siren) Deliveries() []lan.Delivery { return nil }

// armed is a home with an Alarm whose browser has logged in.
func armed(t *testing.T) (*home, *siren) {
	m, s := newHome(t, password), &siren{}
	var err error
	if m.h, err = New(Options{House: m.house, Door: m.door, Alarm: s, Now: m.clock.now}); err != nil {
		t.Fatal(err)
	}
	m.ask("POST", "/api/v1/login", enter, 200)
	return m, s
}

// writes are all requests that change something, with what each is answered by.
var writes = []struct {
	method, path, body string
	want               int
}{
	{"POST", "devices/nas/inspect", "", 202},
	{"PUT", "schedule", `{"hours":12,"quiet":{"from":"22:30","to":"06:30"}}`, 200},
	{"PUT", "links", `{"links":["br-guest"]}`, 200},
	{"PUT", "contact", `{"contact":"Anna"}`, 200},
	{"PUT", "alerts", `{"channels":[],"rules":[]}`, 200},
	{"POST", "alerts/test", `{"channel":"mail"}`, 200},
	{"POST", "erase", `{"word":"delete"}`, 200},
}

func TestHouseholdWrites(t *testing.T) {
	m, s := armed(t)
	for _, c := range writes {
		m.ask(c.method, "/api/v1/"+c.path, c.body, c.want)
	}
	if len(m.house.inspected) != 1 || m.house.schedule.Hours != 12 || m.house.schedule.Quiet.From != "22:30" || m.house.contact != "Anna" || m.house.erased != 1 || len(s.tests) != 1 {
		t.Errorf("the house has %+v, the alarm %+v", m.house.keeping.schedule, s)
	}
	m.cookie = ""
	for _, c := range writes {
		m.ask(c.method, "/api/v1/"+c.path, c.body, 401)
	}
	if m.house.erased != 1 || len(m.house.inspected) != 1 {
		t.Error("a stranger changed something")
	}
}

// TestInspectSaysWhatItLeavesOut in its answer.
func TestInspectSaysWhatItLeavesOut(t *testing.T) {
	m, _ := armed(t)
	for _, words := range []string{"", "Its factory login is not tried now."} {
		m.house.spared = words
		var got lan.Progress
		if err := json.Unmarshal(m.ask("POST", "/api/v1/devices/nas/inspect", "", 202).Body.Bytes(), &got); err != nil || got.Message != words {
			t.Errorf("%+v, %v, want %q", got, err, words)
		}
	}
}

// TestHouseholdRefusals: what cannot be is refused in words, with what is wrong.
func TestHouseholdRefusals(t *testing.T) {
	m, s := armed(t)
	for _, c := range []struct {
		method, path, body, says string
		want                     int
	}{
		{"GET", "events-log?limit=0", "", "cannot be shown", 400},
		{"GET", "events-log?limit=201", "", "cannot be shown", 400},
		{"GET", "events-log?before=-1", "", "cannot be shown", 400},
		{"GET", "devices/nobody/days", "", "not on the list", 404},
		{"POST", "devices/nobody/inspect", "", "not on the list", 404},
		{"PUT", "schedule", `{"hours":0}`, "1 to 168", 400},
		{"PUT", "schedule", `{"hours":169}`, "1 to 168", 400},
		{"PUT", "schedule", `{"hours":6,"quiet":{"from":"25:00","to":"06:30"}}`, "25:00", 400},
		{"PUT", "links", `{"links":["` + strings.Repeat(`a","`, maxLinks) + `"]}`, "more networks", 400},
		{"PUT", "alerts", `{"rules":[` + strings.Repeat("{},", lan.MaxRules) + `{}]}`, "at most", 400},
		{"POST", "erase", `{"word":"yes"}`, "Nothing was deleted", 400},
		{"POST", "erase", `{}`, "Nothing was deleted", 400},
		{"PUT", "contact", `{"contact":"` + strings.Repeat("x", maxBody) + `"}`, "at most 16 KiB", 413},
		{"PUT", "alerts", `{"channels":[{"name":"` + strings.Repeat("x", maxAlerts) + `"}]}`, "at most 64 KiB", 413},
	} {
		if got := m.ask(c.method, "/api/v1/"+c.path, c.body, c.want).Body.String(); !strings.Contains(got, c.says) {
			t.Errorf("%s %s: %s, want %q", c.method, c.path, got, c.says)
		}
	}
	m.house.refusal, s.err = errors.New("a sweep is under way already"), errors.New("the server said nothing")
	for path, c := range map[string]struct {
		method, body, says string
		want               int
	}{
		"devices/nas/inspect": {"POST", "", "A sweep is under way already.", 409}, "alerts": {"PUT", `{"channels":[],"rules":[]}`, "The server said nothing.", 422},
		"alerts/test": {"POST", `{"channel":"x"}`, "The server said nothing.", 502}, "erase": {"POST", `{"word":"delete"}`, "A sweep is under way already.", 409},
	} {
		if got := m.ask(c.method, "/api/v1/"+path, c.body, c.want).Body.String(); !strings.Contains(got, c.says) {
			t.Errorf("%s: %s, want %q", path, got, c.says)
		}
	}
	if m.house.erased+len(m.house.inspected) > 0 {
		t.Error("what was refused was done")
	}
}

// TestHouseholdOffers: a house that is no more than a House says so, and is asked
// for nothing else.
func TestHouseholdOffers(t *testing.T) {
	m, _ := armed(t)
	full := get[whole](m, "/api/v1/state")
	if got := strings.Join(full.Offers, " "); got != "chronicle inspect keeper alarm" || full.Schedule == nil || full.Upkeep == nil {
		t.Errorf("offers %q, %+v", got, full.Schedule)
	}
	var err error
	if m.h, err = New(Options{House: struct{ House }{m.house}, Door: m.door, Now: m.clock.now}); err != nil {
		t.Fatal(err)
	}
	m.ask("POST", "/api/v1/login", enter, 200)
	if least := get[whole](m, "/api/v1/state"); len(least.Offers) != 0 || least.Schedule != nil {
		t.Errorf("offers %q", least.Offers)
	}
	for _, c := range writes {
		m.ask(c.method, "/api/v1/"+c.path, c.body, 404)
	}
	for _, path := range []string{"events-log", "devices/nas/days", "settings", "upkeep", "alerts"} {
		m.ask("GET", "/api/v1/"+path, "", 404)
	}
}

// TestHouseholdDemonstration: a visitor sees it all and changes nothing.
func TestHouseholdDemonstration(t *testing.T) {
	house, s := newHouse(t), &siren{}
	h, err := New(Options{House: house, Alarm: s, Public: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range append(writes, struct {
		method, path, body string
		want               int
	}{"PUT", "password", `{"old":"x","new":"` + password + `"}`, 0}) {
		w := visit(h, c.method, "/api/v1/"+c.path, "127.0.0.1", c.body, "Origin", "http://127.0.0.1", "Content-Type", "application/json")
		if w.Code != 403 {
			t.Errorf("%s: %d", c.path, w.Code)
		}
	}
	for _, path := range []string{"events-log", "devices/nas/days", "settings", "upkeep", "alerts"} {
		if w := visit(h, "GET", "/api/v1/"+path, "127.0.0.1", ""); w.Code != 200 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

// TestAbout is read by everybody and names no device.
func TestAbout(t *testing.T) {
	m := newHome(t, password)
	m.house.contact = `Anna <script>alert(1)</script> & "Co"`
	w := m.ask("GET", "/about", "", 200)
	text := w.Body.String()
	if !strings.Contains(text, "Anna &lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Co&quot;") || strings.Contains(text, "<script") {
		t.Errorf("the page says %s", text)
	}
	for _, d := range m.house.sweep.Devices {
		for _, word := range append(d.Names, d.Model, d.ID) {
			if word != "" && len(word) > 3 && strings.Contains(text, word) {
				t.Errorf("the page names %q", word)
			}
		}
	}
	if hit := inline.FindString(text); hit != "" || banned.MatchString(text) {
		t.Errorf("the page has %q, or words of the code of practice", hit)
	}
}

// TestMetrics: who has the token reads figures that a Prometheus server takes.
func TestMetrics(t *testing.T) {
	m := newHome(t, password)
	m.house.sweep.Devices[0].Kind = "a\"b\\c\nd"
	h, err := New(Options{House: m.house, Door: m.door, Version: "9", Now: func() time.Time { return noon }, MetricsToken: func() string { return "token-of-26-letters-or-more" }})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(auth string) *httptest.ResponseRecorder {
		return visit(h, "GET", "/metrics", "192.168.1.1", "", "Authorization", auth)
	}
	for _, auth := range []string{"", "Bearer", "Bearer ", "Bearer token", "Basic token-of-26-letters-or-more", "token-of-26-letters-or-more"} {
		if w := ask(auth); w.Code != 401 || strings.Contains(w.Body.String(), "homesweep_devices") {
			t.Errorf("Authorization %q: %d", auth, w.Code)
		}
	}
	text := ask("bearer token-of-26-letters-or-more").Body.String()
	for _, want := range []string{
		"# TYPE homesweep_devices gauge\n", `homesweep_devices{kind="a\"b\\c\nd",state=""} 1` + "\n", "homesweep_findings{severity=\"act_now\"} ",
		"homesweep_last_sweep_duration_seconds ", "homesweep_resident_memory_bytes 1.84e+07\n", "homesweep_login_refusals_total 0\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the figures lack %q:\n%s", want, text)
		}
	}
	empty, err := New(Options{House: m.house, Door: m.door, MetricsToken: func() string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	if w := visit(empty, "GET", "/metrics", "192.168.1.1", "", "Authorization", "Bearer "); w.Code != 401 {
		t.Errorf("an empty token lets in: %d", w.Code)
	}
}
