package proof

import (
	"io"
	"net/http"
	"testing"

	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestSessionByAddress meets devices that know their visitor by his address: who
// has logged in stays inside, cookie or not, and so would any password be taken.
func TestSessionByAddress(t *testing.T) {
	for name, at := range map[string]string{"the form is on the way": "", "the form is always there": "/login.html"} {
		var device *acme
		stuck := false
		page := func(w http.ResponseWriter, r *http.Request) {
			if stuck = stuck || device.session; stuck && r.URL.Path == "/status.html" {
				_, _ = io.WriteString(w, `<html><h1>Box status</h1></html>`) // from which no way leads out
				return
			}
			device.ServeHTTP(w, r)
		}
		record := acmeRecord()
		record.Form.Login = at
		device = &acme{pass: acmePass}
		p, l, got, err := proven(t, page, record)
		if got != lan.LikelyFail || err != nil || p.Title == Unchecked || len(l.tries) != 1 || len(device.logins) != 1 {
			t.Errorf("%s, the factory password: %v, %v, %d tries\n%s", name, got, err, len(l.tries), words(p))
		}
		device, stuck = &acme{pass: "own"}, false
		if p, l, got, err = proven(t, page, record); got != lan.Pass || err != nil || len(l.tries) != 1 {
			t.Errorf("%s, another password: %v, %v, %d tries\n%s", name, got, err, len(l.tries), words(p))
		}
	}
}

// TestUncheckedNeedsACloseLook: that a random password shows the inside too is no
// finding where the record knows no page of this family, nor where the device lets
// in our address by then, as of an owner who logs in from it.
func TestUncheckedNeedsACloseLook(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*logins.Record)
		stuck  int // logins after which the address is known
		title  string
	}{
		"takes anything":              {func(*logins.Record) {}, 9, Unchecked},
		"another user, log him out?":  {func(r *logins.Record) { r.Generic = true }, 9, ""},
		"the owner logs in from here": {func(*logins.Record) {}, 2, ""},
	} {
		device := &acme{takes: func(map[string]string) bool { return true }}
		record := acmeRecord()
		record.Form.Login = "/login.html"
		tt.change(&record)
		p, _, got, err := proven(t, func(w http.ResponseWriter, r *http.Request) {
			if len(device.logins) >= tt.stuck && r.URL.Path == "/status.html" {
				_, _ = io.WriteString(w, acmePage)
				return
			}
			device.ServeHTTP(w, r)
		}, record)
		if got != lan.Undecided || p.Title != tt.title || err != nil {
			t.Errorf("%s: %v, %v, %q\n%s", name, got, err, p.Title, words(p))
		}
	}
}
