package checks

import (
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

var _ = hold("certificate-expired",
	twin{name: "long ago", service: tlsPort(lan.TLSNotAfter, "2019-05-01T00:00:00Z", identify.TLSNotBefore, "2009-05-01T00:00:00Z"), want: lan.Fail},
	twin{name: "long ago, its own", service: tlsPort(lan.TLSNotAfter, "2019-05-01T00:00:00Z", identify.TLSSelfSigned, "yes"), want: lan.Fail},
	twin{name: "far ahead", service: tlsPort(lan.TLSNotAfter, "2199-12-31T23:59:59Z"), want: lan.Pass},
	twin{name: "no date", service: tlsPort(lan.TLSNotAfter, "tomorrow"), want: lan.Undecided},
	twin{name: "no TLS", service: port("http", nil), want: lan.NotApplicable})

// TestExpired: by which clock, and how pressing.
func TestExpired(t *testing.T) {
	own, public := lan.Heard{identify.TLSSelfSigned: "yes", identify.TLSNames: "nas.example.org"}, lan.Heard{identify.TLSNames: "nas.example.org"}
	for name, tt := range map[string]struct {
		now    string
		heard  lan.Heard
		want   lan.Verdict
		graded bool
	}{
		"the day after":               {"2027-03-02T00:00:00Z", public, lan.Fail, false},
		"the day after, its own":      {"2027-03-02T00:00:00Z", own, lan.Fail, true},
		"the day after, its maker's":  {"2027-03-02T00:00:00Z", lan.Heard{identify.TLSNames: "synology 192.168.1.2 nas.local"}, lan.Fail, true},
		"the day after, without name": {"2027-03-02T00:00:00Z", nil, lan.Fail, true},
		"the second before":           {"2027-02-28T23:59:59Z", public, lan.Pass, false},
		"our clock is not set":        {"1970-01-01T00:05:00Z", public, lan.Undecided, false},
		"our clock is a build's":      {"2025-12-31T00:00:00Z", own, lan.Undecided, false},
		"our clock is not set yet":    {"2000-01-01T00:00:00Z", own, lan.Undecided, false},
	} {
		now, err := time.Parse(time.RFC3339, tt.now)
		if err != nil {
			t.Fatal(err)
		}
		p := &probes.Pass{Service: tlsPort(lan.TLSNotAfter, "2027-03-01T00:00:00Z")}
		p.Service.Heard.Merge(tt.heard)
		if got := expired(p, now); got != tt.want || (p.Severity != nil) != tt.graded || p.Severity != nil && *p.Severity != lan.ForInfo {
			t.Errorf("%s: %v, graded %v\n%s", name, got, p.Severity, words(p))
		}
	}
}
