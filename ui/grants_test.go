package ui

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// grantSome lets the made-up home's owner allow all devices for a while, the NAS
// by Telnet too, and one camera not at all.
func grantSome(house *fakeHouse) {
	by, at := "a browser at 192.168.1.7", noon.Add(-time.Hour)
	house.grants = []lan.Grant{
		{By: by, At: at, Until: at.Add(lan.GrantTime)},
		{Device: "nas", Clear: true, By: by, At: at, Until: at.Add(48 * time.Hour)},
		{Device: "cam-front", By: by, At: at},
	}
	for i := range house.sweep.Devices {
		d := &house.sweep.Devices[i]
		if d.ID == "nas" {
			d.Findings = append(d.Findings, lan.Finding{
				Check: "default-login", Verdict: lan.NotTested, Title: "Its factory password", Service: "tcp/80", Guideline: 1,
				Evidence: []lan.Evidence{{Said: `the factory login nas-http, account "admin"`, Heard: "It was not tried again, as that was done less than a week ago."}},
			})
		}
	}
}

// TestGrant: who is logged in allows and takes back, for one or for all, for 30
// days unless said otherwise, and where from is kept with it.
func TestGrant(t *testing.T) {
	m := newHome(t, password)
	m.ask("POST", "/api/v1/login", enter, 200)
	self := ""
	for i := range m.house.sweep.Devices {
		if m.house.sweep.Devices[i].Self {
			self = m.house.sweep.Devices[i].ID
		}
	}
	if self == "" {
		m.house.sweep.Devices[0].Self = true
		self = m.house.sweep.Devices[0].ID
	}
	for body, want := range map[string]int{
		`{"device":"nobody","allow":true}`: 400, `{"device":"` + self + `","allow":true}`: 400, `{"allow":true,"days":91}`: 400,
		`{"allow":true,"days":-1}`: 400, `{"allow":true,"until":"2099-01-01T00:00:00Z"}`: 400, `{"allow":"yes"}`: 400, ``: 400,
	} {
		m.ask("PUT", "/api/v1/grants", body, want)
	}
	if len(m.house.grants) != 0 {
		t.Fatalf("allowed by mistake: %+v", m.house.grants)
	}
	m.ask("PUT", "/api/v1/grants", `{"allow":true}`, 200)
	m.ask("PUT", "/api/v1/grants", `{"device":"nas","allow":true,"clear":true,"days":2}`, 200)
	m.ask("PUT", "/api/v1/grants", `{"device":"cam-front","allow":false,"clear":true}`, 200)
	var s whole
	if err := json.Unmarshal(m.ask("GET", "/api/v1/state", "", 200).Body.Bytes(), &s); err != nil || !s.Granting || len(s.Grants) != 3 {
		t.Fatalf("state: %v, %+v", err, s.Grants)
	}
	for i, want := range []lan.Grant{
		{At: noon, Until: noon.Add(lan.GrantTime)}, {Device: "nas", Clear: true, At: noon, Until: noon.Add(48 * time.Hour)}, {Device: "cam-front", At: noon},
	} {
		got := s.Grants[i]
		if !strings.HasPrefix(got.By, "a browser at ") || len(got.By) < 20 {
			t.Errorf("given by %q", got.By)
		}
		if got.By = ""; got != want {
			t.Errorf("grant %+v, want %+v", got, want)
		}
	}
	var o one
	if err := json.Unmarshal(m.ask("GET", "/api/v1/devices/nas", "", 200).Body.Bytes(), &o); err != nil || !o.Granting || len(o.Grants) != 2 {
		t.Errorf("the device's page: %v, %+v", err, o.Grants)
	}
	m.house.refusal = errors.New("the choice could not be kept: disk full")
	if w := m.ask("PUT", "/api/v1/grants", `{"allow":true}`, 409); !strings.Contains(w.Body.String(), "disk full") {
		t.Errorf("answer %s", w.Body)
	}
}

// TestGrantFromElsewhere: another site's page cannot allow anything.
func TestGrantFromElsewhere(t *testing.T) {
	m := newHome(t, password)
	m.ask("POST", "/api/v1/login", enter, 200)
	for _, header := range [][]string{
		{"Origin", "http://evil.example", "Content-Type", "application/json"},
		{"Content-Type", "application/json"},
		{"Origin", "http://192.168.1.1:8080", "Content-Type", "application/json"},
	} {
		if w := visit(m.h, "PUT", "/api/v1/grants", "192.168.1.1", `{"allow":true}`, append(header, "Cookie", m.cookie)...); w.Code != 403 {
			t.Errorf("%v: %d", header, w.Code)
		}
	}
	if w := visit(m.h, "PUT", "/api/v1/grants", "192.168.1.1", "allow=true", "Origin", "http://192.168.1.1", "Content-Type", "text/plain", "Cookie", m.cookie); w.Code != 415 {
		t.Errorf("a plain form: %d", w.Code)
	}
	if len(m.house.grants) > 0 {
		t.Errorf("allowed %+v", m.house.grants)
	}
}

// TestGrantsInBrowser: what is allowed, to whom, until when and who said so, what
// is tried and the risk of it; and nothing of it in a demonstration.
func TestGrantsInBrowser(t *testing.T) {
	house := newHouse(t)
	grantSome(house)
	house.grants[2].By = hostile
	for i := range house.sweep.Devices {
		if d := &house.sweep.Devices[i]; d.ID == "cam-front" {
			d.Names = []string{hostile}
		}
	}
	srv := owned(t, house)
	const risk = "lock their own login for a while after wrong passwords"
	for at, wants := range map[string][]string{
		"/#/settings":         {"Try factory passwords", risk, "Allowed until 22 December 2026", "not by Telnet and FTP", "from a browser at 192.168.1.7", ">Stop for all devices<", ">not allowed<", "allowed until 24 November 2026"},
		"/#/device/nas":       {"Try its factory password", risk, "the factory login nas-http, account \"admin\"", "Allowed until 24 November 2026", "also by Telnet and FTP", ">Stop for this device<", "done less than a week ago"},
		"/#/device/cam-front": {"Try its factory password", ">Not allowed<", "Also by Telnet and FTP", ">It is mine: allow for 30 days<", "&lt;script&gt;document.title='owned'"},
		"/#/device/tv":        {"Allowed until 22 December 2026"},
	} {
		dom := dump(t, srv.URL+at)
		for _, want := range wants {
			if !strings.Contains(dom, want) {
				t.Errorf("%s lacks %q", at, want)
			}
		}
		if strings.Contains(dom, "<script>document") || strings.Contains(dom, "<title>owned") {
			t.Errorf("%s has a stranger's markup", at)
		}
	}
	house.decisions = []lan.Decision{{Device: "nas", What: "do-not-probe", Value: "yes"}}
	if dom := dump(t, owned(t, house).URL+"/#/device/nas"); !strings.Contains(dom, "so no password is tried on it") || strings.Contains(dom, "Allowed until") {
		t.Error("a password seems to be tried on a device that is left alone")
	}
	house.decisions, house.grants = nil, []lan.Grant{{By: "a browser", At: noon.Add(-2 * lan.GrantTime), Until: noon.Add(-lan.GrantTime)}}
	if dom := dump(t, owned(t, house).URL+"/#/settings"); !strings.Contains(dom, "That is over.") || !strings.Contains(dom, ">They are mine: allow for 30 days<") {
		t.Error("nothing is said of a word that holds no more")
	}
	house.grants = nil
	if dom := dump(t, owned(t, house).URL+"/#/settings"); !strings.Contains(dom, ">They are mine: allow for 30 days<") || strings.Contains(dom, "Allowed until") {
		t.Error("without a grant the page does not offer one, or shows one")
	}
	if dom := dump(t, eventless(t, newPublic(t, house)).URL+"/#/settings"); strings.Contains(dom, "Try factory passwords") {
		t.Error("the demonstration offers to try passwords")
	}
}
