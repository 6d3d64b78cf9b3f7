package firmware

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

func loaded(t *testing.T) *Set {
	t.Helper()
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// certain is a device that said itself, clearly, what it is.
func certain(vendor, model, version string) lan.Device {
	d := lan.Device{Vendor: vendor, Model: model, Firmware: version}
	d.Identity = []lan.Fact{
		{Field: lan.FieldModel, Value: model, Source: "upnp", Confidence: 0.9},
		{Field: lan.FieldFirmware, Value: version, Source: "http", Confidence: 0.8},
	}
	return d
}

func TestCounts(t *testing.T) {
	kinds := map[Kind]int{}
	for _, r := range loaded(t).All() {
		kinds[r.Kind]++
		if r.Examples != nil {
			t.Errorf("%s keeps its examples in memory", r.ID)
		}
	}
	if kinds[Outdated] < 20 || kinds[EndOfSupport] < 14 {
		t.Errorf("rows: %v", kinds)
	}
}

func TestUnlistedIsUnknown(t *testing.T) {
	s := loaded(t)
	for _, d := range []lan.Device{
		{}, {Vendor: "TP-Link"}, {Model: "Archer AX21"}, {Vendor: "Frobnitz", Model: "X1", Firmware: "0.0.1"},
		{Vendor: "D-Link", Model: "DIR-9999", Firmware: "1.00"}, {Vendor: "Carlos", Model: "Arlo Pro"},
	} {
		for _, a := range []Answer{s.Outdated(d, today), s.Support(d, time.Now())} {
			if a.Verdict != lan.Undecided || a.Severity != lan.ForInfo || a.Row != "" || !strings.Contains(a.Why, "cannot tell") {
				t.Errorf("%+v: %+v", d, a)
			}
		}
	}
}

func TestHowSureDecidesTheVerdict(t *testing.T) {
	s := loaded(t)
	old := "1.1.3 Build 20221013 rel.50000(4555)"
	d := certain("TP-Link", "Archer AX21", old)
	if a := s.Outdated(d, today); a.Verdict != lan.Fail || a.Severity != lan.ActNow {
		t.Errorf("exact model and version, the maker's own floor, exploited: %+v", a)
	}
	d.Identity[1].Source = "owner"
	if a := s.Outdated(d, today); a.Verdict != lan.LikelyFail || a.Severity != lan.Soon {
		t.Errorf("version typed by the owner: %+v", a)
	}
	d.Identity[1] = lan.Fact{Field: lan.FieldFirmware, Value: old, Source: "http", Confidence: 0.7}
	if a := s.Outdated(d, today); a.Verdict != lan.LikelyFail || a.Severity != lan.Soon {
		t.Errorf("unclear version: %+v", a)
	}
	d.Identity[0].Source = "oui"
	if a := s.Outdated(d, today); a.Verdict != lan.Undecided || a.Severity != lan.ForInfo {
		t.Errorf("model from the hardware address: %+v", a)
	}
	if a := s.Outdated(certain("Synology", "DS220+", "DSM 7.2.1-69057 Update 5"), today); a.Verdict != lan.Fail || a.Severity != lan.Soon {
		t.Errorf("not exploited: %+v", a)
	}
	if a := s.Outdated(certain("Edimax", "IC-7100", ""), today); a.Verdict != lan.LikelyFail || a.Severity != lan.ActNow || !strings.Contains(a.Advice, "replace") {
		t.Errorf("no fix, not from the maker: %+v", a)
	}
	if a := s.Outdated(certain("ASUS", "RT-AC68U", "3.0.0.4.386_50000"), today); a.Verdict != lan.LikelyFail {
		t.Errorf("capped for a conflict of sources: %+v", a)
	}
}

func TestSeveralRowsOfOneModel(t *testing.T) {
	s := loaded(t)
	for version, want := range map[string]struct {
		v   lan.Verdict
		s   lan.Severity
		row string
	}{
		"V5.21(AAZF.12)C0": {lan.Fail, lan.ActNow, "zyxel-nas326-2023"},
		"V5.21(AAZF.15)C0": {lan.Fail, lan.Soon, "zyxel-nas326-2024"},
		"V5.21(AAZF.18)C0": {lan.LikelyPass, lan.ForInfo, "zyxel-nas326-2024"},
	} {
		a := s.Outdated(certain("Zyxel", "NAS326", version), today)
		if a.Verdict != want.v || a.Severity != want.s || a.Row != want.row {
			t.Errorf("%s: %+v", version, a)
		}
	}
	// A doubt outweighs a clean record.
	if a := s.Outdated(certain("MikroTik", "hEX S", "6.48.7"), today); a.Verdict != lan.Undecided {
		t.Errorf("one row passes, one cannot tell: %+v", a)
	}
}

func TestSupport(t *testing.T) {
	s := loaded(t)
	wemo := certain("Belkin International Inc.", "Socket", "")
	day := func(text string) time.Time { at, _ := time.Parse(time.DateOnly, text); return at }
	for _, c := range []struct {
		at string
		v  lan.Verdict
		s  lan.Severity
	}{
		{"2024-12-31", lan.Pass, lan.ForInfo}, {"2025-02-28", lan.Pass, lan.WhenYouCan}, {"2026-01-31", lan.Pass, lan.WhenYouCan}, {"2026-02-01", lan.Fail, lan.Soon},
	} {
		if a := s.Support(wemo, day(c.at)); a.Verdict != c.v || a.Severity != c.s || !strings.Contains(a.Why, "31 January 2026") {
			t.Errorf("%s: %+v", c.at, a)
		}
	}
	wemo.Identity = nil
	if a := s.Support(wemo, day("2026-11-22")); a.Verdict != lan.LikelyFail {
		t.Errorf("model not clear from the device: %+v", a)
	}
	if a := s.Support(certain("D-Link", "DIR-859", "1.06"), day("2026-11-22")); a.Verdict != lan.LikelyFail || !strings.Contains(a.Why, "by 21 January 2024") {
		t.Errorf("the very day is not known: %+v", a)
	}
	if a := s.Support(certain("Signify", "BSB002", ""), day("2026-11-22")); a.Verdict != lan.Undecided || !strings.Contains(a.Why, "three years") {
		t.Errorf("only a rule: %+v", a)
	}
	if a := s.Support(certain("Signify", "BSB001", ""), day("2026-11-22")); a.Row != "hue-bridge-v1" {
		t.Errorf("a date goes before a rule: %+v", a)
	}
}

// A person reads these sentences: none may say more than we know.
func TestWordsOfRows(t *testing.T) {
	banned := regexp.MustCompile(`(?i)\b(compliant|safe|hacked|illegal)\b`)
	sentence := regexp.MustCompile(`[.!?](?: |$)`)
	for _, r := range loaded(t).All() {
		if banned.MatchString(r.Advice + r.Rule) {
			t.Errorf("%s: %q", r.ID, r.Advice)
		}
		if n := len(sentence.FindAllString(r.Advice, -1)); n < 1 || n > 2 {
			t.Errorf("%s: advice has %d sentences", r.ID, n)
		}
		for _, cve := range r.CVEs {
			if !regexp.MustCompile(`^CVE-\d{4}-\d{4,}$`).MatchString(cve) {
				t.Errorf("%s: %q is no CVE", r.ID, cve)
			}
		}
	}
}

func FuzzAnswers(f *testing.F) {
	s, err := Load()
	if err != nil {
		f.Fatal(err)
	}
	f.Add("TP-Link", "Archer AX21", "v2 EU", "1.1.4 Build 20230219")
	f.Add("Zyxel", "NAS326", "", "V5.21(AAZF.14)C0")
	f.Add("MikroTik", "\xff\x00", "", "7.15rc3\n")
	at := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, vendor, model, hardware, version string) {
		d := certain(vendor, model, version)
		d.Hardware = hardware
		for _, a := range []Answer{s.Outdated(d, today), s.Support(d, at)} {
			if a.Why == "" || a.Verdict.Problem() && (a.Row == "" || a.Advice == "" || a.Source == "") {
				t.Errorf("%+v: %+v", d, a)
			}
			if lan.Printable(a.Why, 1<<12) != a.Why {
				t.Errorf("unprintable words: %q", a.Why)
			}
		}
	})
}
