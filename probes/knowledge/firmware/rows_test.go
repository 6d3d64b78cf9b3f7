package firmware

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// published are the rows as people write them, with their examples.
func published(t *testing.T) []*Row {
	t.Helper()
	rows, err := readAll(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		r.prepare()
	}
	return rows
}

// What the program carries is what people wrote.
func TestPackedIsSource(t *testing.T) {
	want, err := Pack(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	if string(Packed()) != string(want) {
		t.Fatal("rows.json is not what data/*.json says: run go generate ./probes/knowledge")
	}
	all := loaded(t).All()
	for i, r := range published(t) {
		if got := all[i]; got.ID != r.ID || got.Match != r.Match || !slices.Equal(got.Floors, r.Floors) || got.SourceURL != r.SourceURL ||
			got.Date != r.Date || got.Verified != r.Verified || got.Advice != r.Advice || got.Examples != nil {
			t.Errorf("packed as %+v, want %+v", got, r)
		}
	}
}

func (e Example) device() lan.Device {
	return lan.Device{Vendor: e.Vendor, Model: e.Model, Hardware: e.Hardware, Firmware: e.Firmware}
}

// today is when the rows were written; examples may name another day.
var today = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

func (r *Row) alone(t *testing.T, e Example) Answer {
	t.Helper()
	one := newSet([]*Row{r})
	at := today
	if e.At != "" {
		var err error
		if at, err = time.Parse(time.DateOnly, e.At); err != nil {
			t.Fatal(err)
		}
	}
	switch r.Kind {
	case EndOfSupport:
		return one.Support(e.device(), at)
	case Backdoor:
		return one.Backdoor(e.device(), at)
	case Component:
		a, _ := one.Software(e.Product, e.Version)
		return a
	}
	return one.Outdated(e.device(), at)
}

func TestEveryRowsExamples(t *testing.T) {
	for _, r := range published(t) {
		t.Run(r.ID, func(t *testing.T) {
			if r.Examples == nil || len(r.Examples.Match) == 0 || len(r.Examples.NotMatch) == 0 {
				t.Fatal("wants an example that matches and one that does not")
			}
			for _, e := range r.Examples.Match {
				a := r.alone(t, e)
				if a.Row != r.ID || a.Verdict.String() != e.Expect {
					t.Errorf("%+v: row %q, verdict %v (%s); want %s", e, a.Row, a.Verdict, a.Why, e.Expect)
				}
				if a.Why == "" || a.Source == "" {
					t.Errorf("%+v: no reason or no source", e)
				}
				if !a.Verdict.Problem() && a.Verdict != lan.Pass && strings.Contains(a.Advice, "eplace it") {
					t.Errorf("%+v: %v, but the advice is %q", e, a.Verdict, a.Advice)
				}
			}
			for _, e := range r.Examples.NotMatch {
				if a := r.alone(t, e); a.Row != "" || a.Verdict != lan.Undecided {
					t.Errorf("%+v is matched: %v (%s)", e, a.Verdict, a.Why)
				}
			}
		})
	}
}
