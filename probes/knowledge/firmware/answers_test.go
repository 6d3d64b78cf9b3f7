package firmware

import (
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// with is the set of one row of Acme's X1, changed by pairs of what to replace.
func with(t *testing.T, row string, changes ...string) *Set {
	t.Helper()
	s, err := Read([]byte("[" + strings.NewReplacer(changes...).Replace(row) + "]"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const verified = `"verified":true`

// TestWhatCapsAFailure: a conflict of sources, a cap, somebody other than the maker
// and doubt about the fact each take something off.
func TestWhatCapsAFailure(t *testing.T) {
	d := certain("Acme", "X1", "1.0")
	for name, c := range map[string]struct {
		changes []string
		want    lan.Verdict
		word    string
	}{
		"nothing":             {[]string{"", ""}, lan.Fail, "2.0 closed it"},
		"a conflict":          {[]string{verified, verified + `,"conflict":"One says 1.9."`}, lan.LikelyFail, "Public sources disagree: One says 1.9."},
		"a cap":               {[]string{verified, verified + `,"verdict_cap":"likely_fail"`}, lan.LikelyFail, "closed it"},
		"a stronger cap":      {[]string{verified, verified + `,"verdict_cap":"unknown"`}, lan.Undecided, "disagree"},
		"by a record":         {[]string{`"vendor","advice"`, `"record","advice"`}, lan.LikelyFail, "closed it"},
		"by the press":        {[]string{`"vendor","advice"`, `"press","advice"`}, lan.LikelyFail, "closed it"},
		"not confirmed":       {[]string{verified, `"verified":false`}, lan.Undecided, "could not confirm"},
		"weak":                {[]string{`"strong"`, `"weak"`}, lan.Undecided, "could not confirm"},
		"updates itself":      {[]string{verified, verified + `,"released":"2026-01-01"`}, lan.Undecided, "updates itself"},
		"had a year to do so": {[]string{verified, verified + `,"released":"2025-11-23"`}, lan.Fail, "closed it"},
	} {
		a := with(t, goodFirmware, c.changes...).Outdated(d, today)
		if a.Verdict != c.want || !strings.Contains(a.Why, c.word) || a.Checked != "2026-01-01" || a.Source != "https://e.org" {
			t.Errorf("%s: %+v", name, a)
		}
		if a.Verdict == lan.Undecided && (a.Severity != lan.ForInfo || a.Urgency != (lan.Urgency{})) {
			t.Errorf("%s weighs something: %+v", name, a)
		}
	}
}

// TestAnyModelIsStillAModel: even a row for all of a maker's models says nothing of
// a device that shows none.
func TestAnyModelIsStillAModel(t *testing.T) {
	s := with(t, goodFirmware, `"X1"`, `".*"`, `"floors":[{"fixed_in":"2.0"}]`, `"no_fix":true`)
	if a := s.Outdated(certain("Acme", "", "1.0"), today); a.Row != "" || a.Verdict != lan.Undecided {
		t.Errorf("%+v", a)
	}
}

func TestUrgency(t *testing.T) {
	d := certain("Acme", "X1", "1.0")
	s := with(t, goodFirmware, verified, verified+`,"kev_added":"2024-01-01","no_fix":true,"epss":0.94,"epss_date":"2026-01-01","cvss":9.8`)
	if a := s.Outdated(d, today); a.Urgency != (lan.Urgency{Exploited: true, NoFix: true, EPSS: 0.94, CVSS: 9.8}) || a.Severity != lan.ActNow {
		t.Errorf("%+v", a)
	}
	d.Identity = nil // not from the device itself
	if a := s.Outdated(d, today); a.Verdict != lan.LikelyFail || a.Severity != lan.Soon || !a.Urgency.Exploited {
		t.Errorf("less sure: %+v", a)
	}
}

func TestBackdoor(t *testing.T) {
	s := with(t, goodFirmware, `"outdated"`, `"backdoor"`, `"cves":["CVE-2020-1"],`, "")
	for version, want := range map[string]lan.Verdict{"1.9": lan.Fail, "2.0": lan.LikelyPass, "": lan.Undecided, "next": lan.Undecided} {
		if a := s.Backdoor(certain("Acme", "X1", version), today); a.Verdict != want {
			t.Errorf("%q: %+v", version, a)
		}
	}
	if a := s.Outdated(certain("Acme", "X1", "1.0"), today); a.Row != "" {
		t.Errorf("an account is no old version: %+v", a)
	}
	s = with(t, goodFirmware, `"outdated"`, `"backdoor"`, `"floors":[{"fixed_in":"2.0"}]`, `"no_fix":true,"exploited_source":"https://e.org/x"`)
	if a := s.Backdoor(certain("Acme", "X1", ""), today); a.Verdict != lan.Fail || !strings.Contains(a.Why, "no fix for a hidden account of its maker's that criminals use in this model") {
		t.Errorf("never mended: %+v", a)
	}
	s = with(t, goodFirmware, `"outdated"`, `"backdoor"`, verified, verified+`,"door":true`)
	if a := s.Backdoor(certain("Acme", "X1", "1.0"), today); !strings.Contains(a.Why, "has a hidden way in that its maker left; 2.0 closed it") {
		t.Errorf("a door: %+v", a)
	}
	if a := s.Backdoor(certain("Acme", "X1", "2.0"), today); !strings.Contains(a.Why, "does not have the hidden way in") {
		t.Errorf("a closed door: %+v", a)
	}
}

func TestSoftware(t *testing.T) {
	part := with(t, goodProgram)
	product := with(t, goodProgram, `"product":"p"`, `"product":"p","is_product":true`)
	never := with(t, goodProgram, `"floors":[{"fixed_in":"2.0"}]`, `"no_fix":true`)
	for _, c := range []struct {
		s       *Set
		product string
		version string
		known   bool
		want    lan.Verdict
		worth   bool
	}{
		{part, "P", "1.9", true, lan.Undecided, true},
		{part, "p", "2.0", true, lan.LikelyPass, false},
		{part, "p", "", true, lan.Undecided, false},
		{part, "p", "1.9 Ubuntu-3ubuntu0.10", true, lan.Undecided, false},
		{part, "p", "1.9 (Debian)", true, lan.Undecided, false},
		{part, "p", "new", true, lan.Undecided, false},
		{part, "pp", "1.9", false, lan.Undecided, false},
		{part, "", "1.9", false, lan.Undecided, false},
		{never, "p", "", true, lan.Undecided, true},
		{never, "p", "7", true, lan.Undecided, true},
		{product, "p", "1.9", true, lan.LikelyFail, false},
		{product, "p", "2.0rc1", true, lan.LikelyFail, false},
		{product, "p", "2.0", true, lan.LikelyPass, false},
		{with(t, goodProgram, verified, `"verified":false`), "p", "1.9", true, lan.Undecided, false},
	} {
		a, known := c.s.Software(c.product, c.version)
		if known != c.known || a.Verdict != c.want || a.Worth != c.worth || known && a.Why == "" {
			t.Errorf("%q %q: %v, %+v", c.product, c.version, known, a)
		}
	}
	if a := part.Outdated(certain("Acme", "p", "1.0"), today); a.Row != "" {
		t.Errorf("a part is no model: %+v", a)
	}
}

// TestProviders: a router that a provider hands out is the provider's to update.
func TestProviders(t *testing.T) {
	s := with(t, goodFirmware, `"X1"`, `"X1|livebox 5"`, `"vendor":"Acme"`, `"vendor":"Acme","aliases":["Orange"]`)
	for _, c := range []struct {
		kind          lan.Kind
		vendor, model string
		want          bool
	}{
		{"router", "Acme", "Livebox 5", true}, {"router", "Orange", "X1", true}, {"router", "Acme", "X1", false}, {"camera", "Orange", "X1", false},
	} {
		d := certain(c.vendor, c.model, "1.0")
		d.Kind = c.kind
		if a := s.Outdated(d, today); a.Provider != c.want || (a.Advice == askProvider) != c.want || a.Verdict != lan.Fail {
			t.Errorf("%+v: %+v", c, a)
		}
	}
	row := with(t, goodFirmware, verified, verified+`,"provider":true`, `"floors":[{"fixed_in":"2.0"}]`, `"no_fix":true`)
	if a := row.Outdated(certain("Acme", "X1", "1.0"), today); !a.Provider || a.Advice != askProviderToSwap {
		t.Errorf("as the row says: %+v", a)
	}
	end := with(t, goodRow, `"vendor":"V"`, `"vendor":"Orange"`)
	d := certain("Orange", "m", "1.0")
	d.Kind = "router"
	if a := end.Support(d, today); a.Verdict != lan.LikelyFail || a.Advice != askProviderNewer || !a.Urgency.NoFix {
		t.Errorf("past its end: %+v", a)
	}
}

// TestFloorOfAllTracks: where a source names no hardware it means all, while two
// devices of different hardware are still not compared.
func TestFloorOfAllTracks(t *testing.T) {
	for _, c := range []struct{ scheme, device, floor string }{
		{"fritz", "154.07.50", "7.57"}, {"ubiquiti", "XW.v6.3.6", "6.3.11"}, {"shelly", "20201124-091454/v1.9.0@57ac4ad8", "1.14.0"}, {"huawei", "10.0.1.11(H302SP17C00)", "10.0.5.17"},
	} {
		if order, ok := schemes[c.scheme].against(c.device, c.floor); order >= 0 || !ok {
			t.Errorf("%s: %q against %q: %d, %v", c.scheme, c.device, c.floor, order, ok)
		}
		if order, ok := schemes[c.scheme].compare(c.device, c.floor); ok {
			t.Errorf("%s: %q and %q compare as %d", c.scheme, c.device, c.floor, order)
		}
	}
	for _, c := range []struct{ scheme, device, floor string }{
		{"wyze", "4.9.8.1002", "4.36.8.32"}, {"mikrotik", "6.48.6 (long-term)", "6.49.7"}, {"qnap", "h4.5.4.2626 build 20231225", "5.1.5.2645 build 20240116"},
	} {
		if _, ok := schemes[c.scheme].against(c.device, c.floor); ok {
			t.Errorf("%s: the floor %q holds for %q of another track", c.scheme, c.floor, c.device)
		}
	}
}

// TestRuleGivesWay: what a maker promises in general gives way to a date that is
// known, also where it would only doubt.
func TestRuleGivesWay(t *testing.T) {
	a := loaded(t).Support(certain("NETGEAR", "R7800", "OpenWrt 24.10.0"), today)
	if a.Row != "openwrt-24.10" {
		t.Errorf("%+v", a)
	}
}

// TestNameEndsWhereItEnds: another model's name that only begins alike is not the row's.
func TestNameEndsWhereItEnds(t *testing.T) {
	s := with(t, goodFirmware, `"X1"`, `"X1(?: Ultra)?"`)
	for model, named := range map[string]bool{"X1": true, "X1 Ultra": true, "X1 rev. B": true, "X1 Pro": false, "X1 Ultra-X": false, "X1-2": false, "X12": false} {
		if a := s.Outdated(certain("Acme", model, "1.0"), today); (a.Row != "") != named {
			t.Errorf("%s: row %q", model, a.Row)
		}
	}
}
