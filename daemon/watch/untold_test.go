package watch

import (
	"slices"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// diary is a Chronicle in memory.
type diary struct{ list []lan.Event }

func (d *diary) AppendEvents(list []lan.Event) ([]lan.Event, error) {
	d.list = append(d.list, list...)
	return list, nil
}

func (d *diary) Events(device string, _ uint64, limit int) (out []lan.Event, _ error) {
	for _, e := range slices.Backward(d.list) {
		if e.Device == device && len(out) < limit {
			out = append(out, e)
		}
	}
	return out, nil
}

func (d *diary) Days(string) ([]lan.Day, error) { return nil, nil }

// TestToldOnce: a problem that nobody looked for before is told; when it was not looked
// at for a time, or could not be found, it is not told again until it was fixed.
func TestToldOnce(t *testing.T) {
	h := newHouse(t)
	paper := &diary{}
	h.Home.o.Chronicle = paper
	look := func(v ...lan.Verdict) lan.Sweep {
		d := device("d-1")
		d.Findings = nil
		for _, v := range v {
			d.Findings = append(d.Findings, lan.Finding{Check: "default-login", Verdict: v, Severity: lan.ActNow, Title: "The factory password opens it", Service: "udp/161"})
		}
		return lan.Sweep{Started: time.Now().Add(-time.Minute), Finished: time.Now(), Touch: lan.Ask, Devices: []lan.Device{d}}
	}
	before := look(lan.NotTested)
	for i, c := range []struct {
		now  lan.Sweep
		want []lan.Happening
	}{
		{look(lan.NotTested), nil},
		{look(lan.Fail), []lan.Happening{lan.FindingNew}},
		{look(lan.Fail), nil},
		{look(), nil}, // it did not answer
		{look(lan.Fail), nil},
		{look(lan.Pass), []lan.Happening{lan.FindingFixed}},
		{look(lan.NotTested), nil},
		{look(lan.Fail), []lan.Happening{lan.FindingNew}},
	} {
		told := len(paper.list)
		h.happened(before, c.now)
		var got []lan.Happening
		for _, e := range paper.list[told:] {
			got = append(got, e.What)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("step %d: told %v, want %v", i+1, got, c.want)
		}
		before = c.now
	}
}
