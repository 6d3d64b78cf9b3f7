package proof

import (
	"context"
	"slices"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestOpenedGoesFirst: what opened the door before is tried before all else, and its
// refusal is told although the others may not be tried.
func TestOpenedGoesFirst(t *testing.T) {
	one := acmeRecord()
	two := acmeRecord()
	two.ID, two.Pairs = "acme-new", []logins.Pair{{User: "root", Pass: logins.Hide("r00t-word")}, one.Pairs[0]}
	for name, tt := range map[string]struct {
		records []logins.Record
		pass    string // that the device has
		grants  int
		want    lan.Verdict
		tried   []string
	}{
		"the only one, mended":     {[]logins.Record{one}, "own", 9, lan.Pass, []string{"acme-box 1"}},
		"the only one, not mended": {[]logins.Record{one}, acmePass, 9, lan.Fail, []string{"acme-box 1", ""}},
		"one of many, mended":      {[]logins.Record{two, one}, "own", 1, lan.LikelyPass, []string{"acme-box 1"}},
		"one of many, all refused": {[]logins.Record{two, one}, "own", 9, lan.Pass, []string{"acme-box 1", "acme-new 1"}},
		"one of many, not mended":  {[]logins.Record{two, one}, acmePass, 9, lan.Fail, []string{"acme-box 1", ""}},
		"no room to find out":      {[]logins.Record{two, one}, "own", 0, lan.NotTested, nil},
		"the knowledge has it not": {[]logins.Record{two}, "own", 9, lan.Pass, []string{"acme-new 1", "acme-new 2"}},
		"nor room for what it has": {[]logins.Record{two}, "own", 1, lan.Undecided, []string{"acme-new 1"}},
	} {
		device := &acme{pass: tt.pass}
		l := &ledger{grants: tt.grants}
		p := &probes.Pass{Service: served(t, nil, device.ServeHTTP), Reach: road{}, Try: l.try, Opened: []string{"acme-box 1"}}
		got, err := Prove(context.WithoutCancel(t.Context()), p, tt.records)
		var tried []string
		for _, try := range l.tries {
			tried = append(tried, try.Login)
		}
		if got != tt.want || err != nil || !slices.Equal(tried, tt.tried) {
			t.Errorf("%s: %v, %v, tried %q, want %v, %q\n%s", name, got, err, tried, tt.want, tt.tried, words(p))
		}
	}
}
