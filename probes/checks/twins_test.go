package checks

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// twin is a fake against which a check is held: one that must trigger it, or its
// well-kept twin, which must not.
type twin struct {
	name    string
	device  lan.Device
	service lan.Service // zero for the device as a whole
	// web or play, where not nil, is what the service does when it is asked.
	web  http.HandlerFunc
	play func(*talk)
	// pass, where not nil, makes the whole pass instead.
	pass func(*testing.T) *probes.Pass
	want lan.Verdict // NotApplicable also stands for a check that does not apply
}

// twins are the fakes of each check, by its ID.
var twins = map[string][]twin{}

// hold adds fakes to those of a check. Its test file does so in a package-level
// variable:
//
//	var _ = hold("telnet-open",
//		twin{name: "…", service: port("telnet", nil), want: lan.Fail},
//		twin{name: "…", service: port("ssh", nil), want: lan.NotApplicable})
func hold(id string, list ...twin) bool {
	twins[id] = append(twins[id], list...)
	return true
}

// port is a service at which nobody is asked.
func port(name string, heard lan.Heard) lan.Service {
	return lan.Service{Address: netip.MustParseAddr("192.0.2.1"), Transport: lan.TCP, Port: 9, Name: name, Heard: heard}
}

// addrs are addresses as a device has them.
func addrs(list ...string) (all []netip.Addr) {
	for _, a := range list {
		all = append(all, netip.MustParseAddr(a))
	}
	return all
}

// hints are the checks that never find a problem, with the reason.
var hints = map[string]string{
	"global-address":        "the router's firewall cannot be seen from inside",
	"vulnerability-contact": "a maker missing from our list says something about the list",
}

// TestEachCheckHasItsTwins: each check has a fake that must trigger it and one
// that must not, and judges both as it should.
func TestEachCheckHasItsTwins(t *testing.T) {
	for _, c := range All() {
		t.Run(c.ID, func(t *testing.T) {
			var triggers, spares int
			for _, w := range twins[c.ID] {
				p, got := w.meets(t, c)
				switch {
				case got != w.want:
					t.Errorf("%s: %v, want %v\n%s", w.name, got, w.want, words(p))
				case !got.Problem():
					spares++
				default:
					triggers++
					if len(p.Evidence) == 0 {
						t.Errorf("%s: a problem without evidence", w.name)
					}
				}
			}
			if triggers == 0 && hints[c.ID] == "" {
				t.Error("no fake triggers it: add one with hold in its test")
			}
			if spares == 0 {
				t.Error("it has no well-kept twin: add one with hold in its test")
			}
			if triggers > 0 && hints[c.ID] != "" {
				t.Error("it finds problems, so it is none of the hints")
			}
		})
	}
	for id := range twins {
		check(t, id)
	}
}

// meets runs c against w as a sweep does.
func (w twin) meets(t *testing.T, c probes.Check) (*probes.Pass, lan.Verdict) {
	t.Helper()
	p := &probes.Pass{Device: w.device, Service: w.service}
	if p.Device.Heard == nil {
		p.Device.Heard = lan.Heard{}
	}
	var at lan.Service
	switch {
	case w.pass != nil:
		p = w.pass(t)
	case w.web != nil:
		at = served(t, nil, w.web)
	case w.play != nil:
		at = scripted(t, "", nil, w.play)
	}
	if at.Port != 0 {
		p.Service.Address, p.Service.Transport, p.Service.Port = at.Address, at.Transport, at.Port
		if p.Service.Heard == nil {
			p.Service.Heard = lan.Heard{}
		}
	}
	if !c.Applies(p.Device, p.Service) {
		return p, lan.NotApplicable
	}
	got, err := judged(t, c.ID, p)
	if err != nil && got != lan.Undecided {
		t.Errorf("%s: %v with %v", w.name, got, err)
	}
	return p, got
}

// TestEachProblemReadsWell holds every title and advice that a problem comes with
// to what a household can take in.
func TestEachProblemReadsWell(t *testing.T) {
	for _, text := range told(t) {
		if n := sentences(text.advice); n > maxSentences || len(text.advice) > maxAdvice {
			t.Errorf("%s: %d sentences, %d bytes: %s", text.id, n, len(text.advice), text.advice)
		}
		if text.title == "" || len(text.title) > maxTitle || strings.HasSuffix(text.title, ".") {
			t.Errorf("%s: title %q", text.id, text.title)
		}
		if text.advice == "" && hints[text.id] == "" {
			t.Errorf("%s: %q comes without advice", text.id, text.title)
		}
		for _, word := range []string{"compliant", "safe", "hacked", "illegal", "certified"} {
			if strings.Contains(strings.ToLower(text.title+text.advice), word) {
				t.Errorf("%s says %q", text.id, word)
			}
		}
	}
}

// Bounds of an advice: why it matters in one or two sentences, and at most four
// steps.
const (
	maxSentences = 6
	maxAdvice    = 480
	maxTitle     = 100
)

// sentences counts the sentences of text.
func sentences(text string) (n int) {
	for part := range strings.SplitAfterSeq(text+" ", ". ") {
		if strings.TrimSpace(part) != "" {
			n++
		}
	}
	return n
}
