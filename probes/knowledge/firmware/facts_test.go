package firmware

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestEveryRowHasItsSource: each row names the public page that it is from, in words
// and with the day on which somebody read it.
func TestEveryRowHasItsSource(t *testing.T) {
	begin, end := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), today.AddDate(0, 6, 0)
	for _, r := range published(t) {
		read, err := time.Parse(time.DateOnly, r.Checked)
		if err != nil || read.Before(begin) || read.After(end) {
			t.Errorf("%s: checked %q", r.ID, r.Checked)
		}
		host, _, _ := strings.Cut(strings.TrimPrefix(r.SourceURL, "https://"), "/")
		if !strings.HasPrefix(r.SourceURL, "https://") || !strings.Contains(host, ".") || r.SourceName == "" {
			t.Errorf("%s: source %q at %q", r.ID, r.SourceName, r.SourceURL)
		}
		if r.Conflict != "" && !strings.HasSuffix(r.Conflict, ".") {
			t.Errorf("%s: the conflict is no sentence: %q", r.ID, r.Conflict)
		}
	}
	for _, r := range loaded(t).All() {
		if r.SourceURL == "" || r.Checked == "" {
			t.Errorf("%s: the packed row lost its source", r.ID)
		}
	}
}

// TestTooLittleIsNoProblem: whatever a row says, a device of which only the maker
// is known, or whose model is a guess, has no problem.
func TestTooLittleIsNoProblem(t *testing.T) {
	s := loaded(t)
	for _, r := range published(t) {
		if r.Examples == nil {
			continue
		}
		for _, e := range r.Examples.Match {
			vendor := lan.Device{Vendor: e.Vendor, Firmware: e.Firmware, Hardware: e.Hardware}
			if r.Match.Model == "" || otherSoftware().MatchString(e.Firmware) {
				vendor.Firmware = "" // by which a row may go
			}
			fromAddress := vendor
			fromAddress.Identity = []lan.Fact{{Field: lan.FieldVendor, Value: e.Vendor, Source: "oui", Confidence: 0.9}}
			guess := e.device()
			guess.Identity = []lan.Fact{
				{Field: lan.FieldModel, Value: e.Model, Source: "http", Confidence: 0.4},
				{Field: lan.FieldFirmware, Value: e.Firmware, Source: "http", Confidence: 0.4},
			}
			byAddress := e.device()
			byAddress.Identity = []lan.Fact{
				{Field: lan.FieldModel, Value: e.Model, Source: "oui", Confidence: 0.9},
				{Field: lan.FieldFirmware, Value: e.Firmware, Source: "oui", Confidence: 0.9},
			}
			for name, d := range map[string]lan.Device{"vendor": vendor, "vendor of the address": fromAddress, "guess": guess, "guess by the address": byAddress} {
				for _, a := range []Answer{s.Outdated(d, today), s.Backdoor(d, today), s.Support(d, today)} {
					if a.Verdict.Problem() || a.Severity != lan.ForInfo || a.Urgency != (lan.Urgency{}) {
						t.Errorf("%s, %s: %+v gives %+v", r.ID, name, d, a)
					}
				}
			}
		}
	}
}

// TestFailWantsTheMakersWord: only the maker's own page about an exact model makes
// a failure, and never where sources disagree.
func TestFailWantsTheMakersWord(t *testing.T) {
	for _, r := range published(t) {
		if r.Examples == nil {
			continue
		}
		for _, e := range r.Examples.Match {
			d := certain(e.Vendor, e.Model, e.Firmware)
			d.Hardware = e.Hardware
			one := newSet([]*Row{r})
			for _, a := range []Answer{one.Outdated(d, today), one.Backdoor(d, today), one.Support(d, today)} {
				may := r.PublishedBy == "vendor" && r.Conflict == "" && r.VerdictCap == "" && r.Verified && r.Confidence != "weak"
				if a.Verdict == lan.Fail && !may {
					t.Errorf("%s: %+v gives %+v", r.ID, e, a)
				}
				if a.Verdict.Problem() && a.Advice == "" {
					t.Errorf("%s: %+v without advice", r.ID, e)
				}
			}
		}
	}
}

// TestNoRowsContradict: two rows that say different things of one hole in one model,
// or of one model's last day, say that sources disagree.
func TestNoRowsContradict(t *testing.T) {
	rows := published(t)
	for i, a := range rows {
		for _, b := range rows[i+1:] {
			if what := contradiction(a, b); what != "" && a.Conflict == "" && b.Conflict == "" {
				t.Errorf("%s and %s contradict each other (%s): mark the conflict in one of them", a.ID, b.ID, what)
			}
		}
	}
}

func contradiction(a, b *Row) string {
	if a.Kind != b.Kind || !a.speaksOf(b) && !b.speaksOf(a) {
		return ""
	}
	switch {
	case a.Kind == EndOfSupport && a.Date != "" && b.Date != "" && a.Date != b.Date:
		return a.Date + " and " + b.Date
	case a.Kind == EndOfSupport || !slices.ContainsFunc(a.CVEs, func(cve string) bool { return slices.Contains(b.CVEs, cve) }):
		return ""
	case a.NoFix != b.NoFix:
		return "a fix and none"
	case !slices.Equal(a.Floors, b.Floors):
		return "other versions"
	}
	return ""
}

// speaksOf reports whether a row matches an example of another.
func (r *Row) speaksOf(b *Row) bool {
	if b.Examples == nil {
		return false
	}
	return slices.ContainsFunc(b.Examples.Match, func(e Example) bool {
		if r.Kind == Component {
			return r.product().MatchString(e.Product)
		}
		d := e.device()
		return r.madeBy(d.Vendor, lan.AppendWords(nil, d.Vendor)) && r.fit(&d, spaced(d.Model)) == same
	})
}

func TestContradictionIsFound(t *testing.T) {
	row := func(id, model, fixed, date string, kind Kind, cves ...string) *Row {
		r := &Row{ID: id, Kind: kind, Vendor: "Acme", Match: Match{Model: model}, Date: date, CVEs: cves, Floors: []Floor{{FixedIn: fixed}},
			Examples: &Examples{Match: []Example{{Vendor: "Acme Inc.", Model: "X1"}}}}
		r.prepare()
		return r
	}
	a := row("a", "X1", "1.0", "2026-01-01", Outdated, "CVE-1", "CVE-2")
	for name, c := range map[string]struct {
		b    *Row
		want bool
	}{
		"other floor":  {row("b", "X[12]", "2.0", "", Outdated, "CVE-2"), true},
		"same floor":   {row("b", "X1", "1.0", "", Outdated, "CVE-2"), false},
		"other hole":   {row("b", "X1", "2.0", "", Outdated, "CVE-3"), false},
		"other kind":   {row("b", "X1", "2.0", "2026-02-02", EndOfSupport, "CVE-2"), false},
		"never mended": {&Row{Kind: Outdated, Vendor: "Acme", CVEs: []string{"CVE-1"}, NoFix: true}, true},
	} {
		c.b.prepare()
		if got := contradiction(a, c.b) != ""; got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	end := row("c", "X1", "", "2026-01-01", EndOfSupport)
	if contradiction(end, row("d", "X1", "", "2026-02-01", EndOfSupport)) == "" || contradiction(end, row("d", "X1", "", "2026-01-01", EndOfSupport)) != "" {
		t.Error("days of the end")
	}
}
