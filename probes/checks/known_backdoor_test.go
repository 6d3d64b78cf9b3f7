package checks

import (
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = hold("known-backdoor",
	twin{name: "with the account", pass: inventing(acme("B1", "1.5"), lan.Service{}), want: lan.Fail},
	twin{name: "probably with the account", pass: inventing(lan.Device{Vendor: "Acme", Model: "B1", Firmware: "1.2"}, lan.Service{}), want: lan.LikelyFail},
	twin{name: "without it", pass: inventing(acme("B1", "1.6"), lan.Service{}), want: lan.LikelyPass},
	twin{name: "no version", pass: inventing(acme("B1", ""), lan.Service{}), want: lan.Undecided},
	twin{name: "another model", pass: inventing(acme("R1", "1.0"), lan.Service{}), want: lan.Undecided},
	twin{name: "a phone", device: lan.Device{Kind: "phone"}, want: lan.NotApplicable})

// TestHiddenAccountIsNotTried: model and version decide, nobody is asked, and the
// check needs no road and no ledger.
func TestHiddenAccountIsNotTried(t *testing.T) {
	if c := check(t, "known-backdoor"); c.Touch != lan.Listen || c.Guideline != 4 || c.Provision != "5.4-3" {
		t.Errorf("%v, %d, %s", c.Touch, c.Guideline, c.Provision)
	}
	p := inventing(acme("B1", "1.0"), lan.Service{})(t)
	got, err := judged(t, "known-backdoor", p)
	if got != lan.Fail || err != nil || !strings.Contains(words(p), "a hidden account of its maker's; versions up to 1.5 have it") {
		t.Errorf("%v, %v, %s", got, err, words(p))
	}
}
