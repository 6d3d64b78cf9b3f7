package checks

import (
	"net/http"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/proof"
)

// TestPasswordNotEnforced: what default-login notes of a device that opens to
// any password is this check's finding, with the same evidence, and none of
// default-login's.
func TestPasswordNotEnforced(t *testing.T) {
	for name, tt := range map[string]struct {
		inside string
		want   lan.Verdict
	}{"inside whatever is typed": {"var resolution=1;", lan.Fail}, "a no with a status of yes": {"wrong password", lan.Undecided}} {
		heard := lan.Heard{lan.HTTPStatus: "200", lan.HTTPServer: "Netwave IP Camera"}
		s := served(t, heard, func(w http.ResponseWriter, r *http.Request) {
			if _, _, ok := r.BasicAuth(); !ok {
				w.Header().Set("WWW-Authenticate", `Basic realm="ipcamera"`)
				w.WriteHeader(401)
				return
			}
			_, _ = w.Write([]byte(tt.inside))
		})
		p := &probes.Pass{Service: s, Try: (&ledger{grants: 9}).try}
		got, err := judged(t, "default-login", p)
		if got != lan.Undecided || err != nil {
			t.Errorf("%s: default-login says %v, %v", name, got, err)
		}
		d := lan.Device{Findings: []lan.Finding{{Check: "default-login", Verdict: got, Service: s.Key(), Title: p.Title, Evidence: p.Evidence}}}
		c := check(t, "password-not-enforced")
		if c.Applies(d, s) != (tt.want == lan.Fail) || c.Applies(d, lan.Service{}) {
			t.Errorf("%s: applies %v", name, c.Applies(d, s))
			continue
		}
		if tt.want != lan.Fail {
			continue
		}
		own := &probes.Pass{Device: d, Service: s}
		if got, err := c.Run(t.Context(), own); got != tt.want || err != nil || !strings.Contains(words(own), "random password") {
			t.Errorf("%s: %v, %v\n%s", name, got, err, words(own))
		}
	}
}

var _ = hold("password-not-enforced",
	twin{name: "met by default-login", service: port("http", nil), want: lan.Fail, device: lan.Device{Findings: []lan.Finding{{
		Check: "default-login", Service: port("http", nil).Key(), Title: proof.Unchecked,
		Evidence: []lan.Evidence{{Said: "GET / with a random password", Heard: "200 OK, the protected page"}},
	}}}},
	twin{name: "a default login is another matter", service: port("http", nil), want: lan.NotApplicable, device: lan.Device{Findings: []lan.Finding{{
		Check: "default-login", Verdict: lan.Fail, Service: port("http", nil).Key(), Title: "The password printed in its public manual still opens it",
	}}}})
