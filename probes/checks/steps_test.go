package checks

import (
	"context"
	"slices"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge"
	"github.com/homesweep/homesweep/probes/knowledge/howtos"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestStepsOfTheFamily: a problem comes with the part of its family's how-to that
// mends it, and nothing else does.
func TestStepsOfTheFamily(t *testing.T) {
	d := lan.Device{Kind: "router", Vendor: "AVM", Model: "FRITZ!Box 7590"}
	h, ok := known(t).Howtos.For(d)
	if !ok || len(h.Update) == 0 || len(h.Password) == 0 {
		t.Fatalf("no how-to for a FRITZ!Box: %+v", h)
	}
	own := []string{"as the check says"}
	for _, c := range []struct {
		id      string
		verdict lan.Verdict
		before  []string
		want    []string
	}{
		{"default-login", lan.Fail, nil, h.Password},
		{"password-not-enforced", lan.LikelyFail, nil, h.Password},
		{"setup-unfinished", lan.Fail, nil, h.Setup},
		{"setup-unfinished", lan.Fail, own, own},
		{"default-login", lan.Pass, nil, nil},
		{"telnet-open", lan.Fail, nil, nil},
	} {
		p := &probes.Pass{Device: d, Knowledge: known(t), Steps: c.before}
		run := weighed(probes.Check{ID: c.id, Run: func(context.Context, *probes.Pass) (lan.Verdict, error) { return c.verdict, nil }}).Run
		if _, err := run(t.Context(), p); err != nil || !slices.Equal(p.Steps, c.want) {
			t.Errorf("%s, %v: %v, %q; want %q", c.id, c.verdict, err, p.Steps, c.want)
		}
	}
}

// TestStepsToAnUpdate: they are for a problem that an update mends.
func TestStepsToAnUpdate(t *testing.T) {
	const family = `[{"id":"acme","family":"Acme","match":[{"vendors":["Acme"]}],"update":["Open the app.","Choose Update."],"wipe":["Choose Reset."],"source_url":"https://acme.example.org/","checked":"2026-11-23"}]`
	set, err := howtos.Read([]byte(family))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		id, model, version string
		steps              int
	}{
		{"firmware-outdated", "R1", "1.0", 2}, {"firmware-outdated", "R1", "2.0", 0}, {"firmware-outdated", "N1", "1.0", 0}, {"known-backdoor", "B1", "1.0", 2},
	} {
		p := inventing(acme(c.model, c.version), lan.Service{})(t)
		p.Knowledge.Howtos = set
		if _, err := judged(t, c.id, p); err != nil || len(p.Steps) != c.steps {
			t.Errorf("%s of %s %s: %v, %q", c.id, c.model, c.version, err, p.Steps)
		}
	}
}

// TestNoHowtos: without any nothing breaks.
func TestNoHowtos(t *testing.T) {
	for _, base := range []*knowledge.Base{nil, {}} {
		p := &probes.Pass{Knowledge: base}
		familySteps("default-login", p)
		if p.Steps != nil || updateSteps(p) != nil {
			t.Errorf("%q", p.Steps)
		}
	}
}
