package code

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// verdicts are all that a finding may carry.
var verdicts = []lan.Verdict{
	lan.Undecided, lan.Fail, lan.LikelyFail, lan.Pass, lan.LikelyPass, lan.NotTested, lan.NotApplicable, lan.Stale,
}

// anyone is a device with up to a dozen findings, some of checks nobody knows.
func anyone(r *rand.Rand) lan.Device {
	d := device("d", lan.Kinds[r.IntN(len(lan.Kinds))])
	for range r.IntN(12) {
		d.Findings = append(d.Findings, anything(r, verdicts[r.IntN(len(verdicts))]))
	}
	if r.IntN(5) == 0 {
		d.Suffered.At = noon
	}
	return d
}

func anything(r *rand.Rand, v lan.Verdict) lan.Finding {
	f := found(known[r.IntN(len(known))].ID, v)
	f.Severity, f.Service = lan.Severity(r.IntN(4)), []string{"", "tcp/80", "tcp/23"}[r.IntN(3)]
	if r.IntN(3) == 0 {
		n := r.IntN(32)
		f.Check, f.Guideline, f.Provision = fmt.Sprintf("of-tomorrow-%d-%d", n/4, n%4), n/4*2, []string{"5.6-1", "9.9-9", ""}[n%3]
	}
	return f
}

const rounds = 1000

// judged calls each for many devices with their sweep.
func judged(t *testing.T, each func(r *rand.Rand, d lan.Device, s lan.Sweep)) {
	t.Helper()
	r := rand.New(rand.NewPCG(6, 6))
	for range rounds {
		each(r, anyone(r), lan.Sweep{Finished: noon, Touch: lan.Touch(r.IntN(4))})
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	judged(t, func(r *rand.Rand, d lan.Device, s lan.Sweep) {
		want := Device(d, s, known, nil)
		checks := slices.Clone(known)
		r.Shuffle(len(checks), func(i, j int) { checks[i], checks[j] = checks[j], checks[i] })
		d.Findings = slices.Clone(d.Findings)
		r.Shuffle(len(d.Findings), func(i, j int) { d.Findings[i], d.Findings[j] = d.Findings[j], d.Findings[i] })
		if got := Device(d, s, checks, nil); !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v\nshuffled %+v", want, got)
		}
		s.Devices = []lan.Device{d, {ID: "e", Findings: []lan.Finding{anything(r, lan.Fail)}}}
		home := Fill(s, known, nil).Guidelines
		slices.Reverse(s.Devices)
		if got := Fill(s, known, nil).Guidelines; !reflect.DeepEqual(got, home) {
			t.Fatalf("%+v\nreversed %+v", home, got)
		}
	})
}

// TestNothingImproves: one more finding that is unknown or a problem never makes
// a guideline look better, nor takes a problem out of sight.
func TestNothingImproves(t *testing.T) {
	judged(t, func(r *rand.Rand, d lan.Device, s lan.Sweep) {
		s.Devices = []lan.Device{d, device("e", "tv", anything(r, lan.Pass))}
		before := Fill(s, known, nil)
		f := anything(r, []lan.Verdict{lan.Undecided, lan.LikelyFail, lan.Fail}[r.IntN(3)])
		s.Devices = slices.Clone(s.Devices)
		s.Devices[0].Findings = append(slices.Clone(d.Findings), f)
		after := Fill(s, known, nil)
		for i, g := range before.Devices[0].Guidelines {
			better(t, d, f, g, after.Devices[0].Guidelines[i])
			better(t, d, f, before.Guidelines[i], after.Guidelines[i])
			if f.Guideline == i+1 && f.Verdict.Problem() && !after.Devices[0].Guidelines[i].Verdict.Problem() {
				t.Fatalf("%+v is not told in %+v", f, after.Devices[0].Guidelines[i])
			}
		}
	})
}

// better fails the test if b is better than a. What does not apply is neither.
func better(t *testing.T, d lan.Device, f lan.Finding, a, b lan.Guideline) {
	t.Helper()
	if rank(b.Verdict) > rank(a.Verdict) && b.Verdict != lan.NotApplicable {
		t.Fatalf("%s: with %+v guideline %d went from %s to %s\n%+v", d.Kind, f, a.Number, a.Verdict, b.Verdict, d.Findings)
	}
}

func TestRank(t *testing.T) {
	sorted := lan.Sorted(slices.Values(verdicts), func(a, b lan.Verdict) int { return rank(a) - rank(b) })
	want := []lan.Verdict{lan.Fail, lan.LikelyFail, lan.Undecided, lan.NotTested, lan.Stale, lan.LikelyPass, lan.Pass, lan.NotApplicable}
	if !slices.Equal(sorted, want) {
		t.Errorf("%v", sorted)
	}
	if rank(99) != rank(lan.Undecided) {
		t.Error("a verdict of tomorrow is not unknown")
	}
}

func BenchmarkFill300(b *testing.B) {
	r := rand.New(rand.NewPCG(6, 6))
	s := lan.Sweep{Finished: noon, Touch: lan.Ask}
	for range 300 {
		s.Devices = append(s.Devices, anyone(r))
	}
	b.ReportAllocs()
	for b.Loop() {
		Fill(s, known, nil)
	}
}
