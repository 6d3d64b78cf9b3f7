package checks

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest"
)

// mobotix is a camera whose documented login is admin with a password that is
// no word of ours; the record is for "/" and any scheme.
func mobotix(auth string) lan.Heard {
	return lan.Heard{lan.HTTPStatus: "401", lan.HTTPAuth: auth, lan.HTTPRealm: "MOBOTIX Camera User"}
}

const mobotixPass = "meinsm"

func camera(pass string, auth probetest.Auth, lockAfter, lockStatus int) *probetest.Device {
	auth.Realm, auth.Account = "MOBOTIX Camera User", "a"
	return &probetest.Device{
		Name:      "camera",
		Accounts:  []probetest.Account{{Name: "a", User: "admin", Pass: pass, LockAfter: lockAfter, LockStatus: lockStatus}},
		Listeners: []probetest.Listener{{Port: 80, HTTP: &probetest.HTTP{Routes: []probetest.Route{{Path: "/", Body: "live picture", Auth: &auth}}}}},
	}
}

// TestTheProof plays the three steps against devices that count.
func TestTheProof(t *testing.T) {
	basic, digest, old := probetest.Auth{Scheme: "basic"}, probetest.Auth{Scheme: "digest"}, probetest.Auth{Scheme: "digest", NoQop: true}
	for name, tt := range map[string]struct {
		device   *probetest.Device
		auth     string
		grants   int
		want     lan.Verdict
		wrong    int // passwords that the device counted as wrong
		outcomes []probes.Outcome
		conns    int
	}{
		"basic, factory password":          {camera(mobotixPass, basic, 0, 0), "basic", 9, lan.Fail, 1, []probes.Outcome{probes.Accepted, probes.Rejected}, 3},
		"digest, factory password":         {camera(mobotixPass, digest, 0, 0), "digest", 9, lan.Fail, 1, []probes.Outcome{probes.Accepted, probes.Rejected}, 3},
		"digest of RFC 2069":               {camera(mobotixPass, old, 0, 0), "digest", 9, lan.Fail, 1, []probes.Outcome{probes.Accepted, probes.Rejected}, 3},
		"basic, own password":              {camera("own", basic, 0, 0), "basic", 9, lan.Pass, 1, []probes.Outcome{probes.Rejected}, 2},
		"digest, own password":             {camera("own", digest, 0, 0), "digest", 9, lan.Pass, 1, []probes.Outcome{probes.Rejected}, 2},
		"locked with 423":                  {camera("own", basic, 1, 423), "basic", 9, lan.Undecided, 1, []probes.Outcome{probes.Locked}, 2},
		"locked with 429":                  {camera("own", basic, 1, 429), "basic", 9, lan.Undecided, 1, []probes.Outcome{probes.Locked}, 2},
		"locked with 403":                  {camera("own", basic, 1, 403), "basic", 9, lan.Undecided, 1, []probes.Outcome{probes.Unclear}, 2},
		"no try granted":                   {camera(mobotixPass, basic, 0, 0), "basic", 0, lan.NotTested, 0, nil, 1},
		"no try granted for the control":   {camera(mobotixPass, basic, 0, 0), "basic", 1, lan.LikelyFail, 0, []probes.Outcome{probes.Accepted}, 2},
		"the control met a lock, not a no": {camera(mobotixPass, basic, 1, 429), "basic", 9, lan.LikelyFail, 1, []probes.Outcome{probes.Accepted, probes.Locked}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			running, s := started(t, "http", mobotix(tt.auth), tt.device)
			l := &ledger{grants: tt.grants}
			p := &probes.Pass{Service: s, Logins: probes.Documented, Try: l.try}
			got, err := judged(t, "default-login", p)
			if got != tt.want || err != nil {
				t.Errorf("%v, %v; want %v\n%s", got, err, tt.want, words(p))
			}
			c := running.Counters()
			if c.WrongPasswordsInAll() != tt.wrong || c.Ports["tcp/80"].Connections != tt.conns || c.Malformed() != 0 {
				t.Errorf("the device counted %+v", c)
			}
			if !slices.Equal(l.outcomes, tt.outcomes) {
				t.Errorf("outcomes %v, want %v", l.outcomes, tt.outcomes)
			}
			if strings.Contains(words(p), mobotixPass) {
				t.Errorf("the password is in\n%s", words(p))
			}
			for i, try := range l.tries {
				if try.Account != "admin" || try.Control != (i == 1) {
					t.Errorf("try %d was charged as %+v", i, try)
				}
			}
			if tt.grants == 0 && !strings.Contains(words(p), "2 wrong passwords on account") {
				t.Errorf("the reason is not in\n%s", words(p))
			}
			if got.Problem() && !strings.Contains(words(p), "mobotix-closed (https://") {
				t.Errorf("the record and its source are not in\n%s", words(p))
			}
		})
	}
}

func TestWithoutALedgerNothingIsSent(t *testing.T) {
	running, s := started(t, "http", mobotix("basic"), camera(mobotixPass, probetest.Auth{Scheme: "basic"}, 0, 0))
	p := &probes.Pass{Service: s}
	if got, err := judged(t, "default-login", p); got != lan.NotTested || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	if c := running.Counters().Ports["tcp/80"].Connections; c != 0 {
		t.Errorf("%d connections", c)
	}
}

func TestUnknownFamilyIsLeftAlone(t *testing.T) {
	heard := lan.Heard{lan.HTTPStatus: "401", lan.HTTPAuth: "basic", lan.HTTPRealm: "something of its own"}
	s := served(t, heard, func(http.ResponseWriter, *http.Request) { t.Error("it was asked") })
	p := &probes.Pass{Service: s, Logins: probes.Documented, Try: (&ledger{}).try}
	if got, err := judged(t, "default-login", p); got != lan.NotApplicable || err != nil {
		t.Errorf("%v, %v", got, err)
	}
}

// TestCommonPairIsNotCalledDocumented: what many devices share is in no manual
// of this one.
func TestCommonPairIsNotCalledDocumented(t *testing.T) {
	heard := lan.Heard{lan.HTTPStatus: "401", lan.HTTPAuth: "basic", lan.HTTPRealm: "something of its own"}
	s := served(t, heard, func(w http.ResponseWriter, r *http.Request) {
		if user, pass, _ := r.BasicAuth(); user != "admin" || pass != "admin" {
			w.Header().Set("WWW-Authenticate", `Basic realm="something of its own"`)
			w.WriteHeader(401)
		}
	})
	p := &probes.Pass{Service: s, Logins: probes.Common, Try: (&ledger{grants: 9}).try}
	got, err := judged(t, "default-login", p)
	if got != lan.Fail || err != nil || strings.Contains(words(p), "documented") || strings.Contains(words(p), "()") || !strings.Contains(p.Title, "share") {
		t.Errorf("%v, %v\n%s", got, err, words(p))
	}
}

// TestOnePairIsTriedOnce: a family's own pair is often a common one too, and
// the second wrong password would be spent for nothing.
func TestOnePairIsTriedOnce(t *testing.T) {
	heard := lan.Heard{lan.HTTPStatus: "401", lan.HTTPAuth: "basic", lan.HTTPRealm: "RT-AC68U"}
	var wrong atomic.Int32
	s := served(t, heard, func(w http.ResponseWriter, r *http.Request) {
		if _, _, ok := r.BasicAuth(); ok {
			wrong.Add(1)
		}
		w.Header().Set("WWW-Authenticate", `Basic realm="RT-AC68U"`)
		w.WriteHeader(401)
	})
	l := &ledger{grants: 9}
	p := &probes.Pass{Device: lan.Device{Kind: "router"}, Service: s, Logins: probes.Common, Try: l.try}
	got, err := judged(t, "default-login", p)
	if got != lan.Pass || err != nil || wrong.Load() != 2 || len(l.tries) != 2 {
		t.Errorf("%v, %v: %d wrong passwords\n%s", got, err, wrong.Load(), words(p))
	}
}

// TestPassWantsEveryPairRefused: netwave has two pairs on one account.
func TestPassWantsEveryPairRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		status []int // of the answers, the first without a login
		grants int
		want   lan.Verdict
	}{
		"both refused":                  {[]int{401, 401, 401}, 9, lan.Pass},
		"one unclear":                   {[]int{401, 500, 401}, 9, lan.Undecided},
		"the other unclear":             {[]int{401, 401, 500}, 9, lan.Undecided},
		"inside without its marker":     {[]int{401, 200, 401}, 9, lan.Undecided},
		"second not granted":            {[]int{401, 401}, 1, lan.Undecided},
		"locked at once, no more tries": {[]int{401, 429}, 9, lan.Undecided},
	} {
		t.Run(name, func(t *testing.T) {
			count := 0
			s := served(t, lan.Heard{lan.HTTPStatus: "200", lan.HTTPServer: "Netwave IP Camera"}, func(w http.ResponseWriter, r *http.Request) {
				if count >= len(tt.status) || r.URL.Path != "/get_camera_params.cgi" {
					t.Errorf("asked once more, for %s", r.URL)
					return
				}
				w.Header().Set("WWW-Authenticate", `Basic realm="ipcamera"`)
				w.WriteHeader(tt.status[count])
				count++
			})
			p := &probes.Pass{Service: s, Try: (&ledger{grants: tt.grants}).try}
			if got, err := judged(t, "default-login", p); got != tt.want || err != nil || count != len(tt.status) {
				t.Errorf("%v, %v after %d requests; want %v\n%s", got, err, count, tt.want, words(p))
			}
		})
	}
}

// TestRealmThatTellsThePassword: a family prints its factory login on its door.
func TestRealmThatTellsThePassword(t *testing.T) {
	heard := lan.Heard{lan.HTTPStatus: "401", lan.HTTPAuth: "basic", lan.HTTPRealm: "Default: admin/1234"}
	s := served(t, heard, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", `Basic realm="Default: admin/1234"`)
		w.WriteHeader(401)
	})
	p := &probes.Pass{Service: s, Try: (&ledger{grants: 9}).try}
	if got, err := judged(t, "default-login", p); got != lan.Pass || err != nil || len(p.Evidence) != 2 {
		t.Errorf("%v, %v\n%s", got, err, words(p))
	}
	for _, e := range p.Evidence {
		if strings.Contains(e.Heard, "1234") {
			t.Errorf("%q", e.Heard)
		}
	}
}

func TestDeviceThatIsGone(t *testing.T) {
	running, s := started(t, "http", mobotix("basic"), camera("own", probetest.Auth{Scheme: "basic"}, 0, 0))
	running.Close()
	l := &ledger{grants: 9}
	if got, err := judged(t, "default-login", &probes.Pass{Service: s, Try: l.try}); got != lan.Undecided || err == nil || len(l.tries) > 0 {
		t.Errorf("%v, %v, %d tries", got, err, len(l.tries))
	}
}

// TestBudgetOfTheRoad: a connection that the road refuses is no verdict.
func TestBudgetOfTheRoad(t *testing.T) {
	c := check(t, "default-login")
	p := &probes.Pass{
		Service:   lan.Service{Address: probetest.Loopback().Addr(), Name: "http", Port: 80, Heard: mobotix("basic")},
		Knowledge: known(t), Reach: closedRoad{}, Try: (&ledger{grants: 9}).try,
	}
	if got, err := c.Run(t.Context(), p); got != lan.NotTested || err != nil || !strings.Contains(words(p), "used up") {
		t.Errorf("%v, %v\n%s", got, err, words(p))
	}
}

type closedRoad struct{ road }

func (closedRoad) HTTP(lan.Endpoint) *http.Client {
	return &http.Client{Transport: refusing{}}
}

type refusing struct{}

func (refusing) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.Join(probes.ErrBudget)
}

var _ = hold("default-login", twin{name: "a password that many share", want: lan.Fail, pass: func(t *testing.T) *probes.Pass {
	p := atTheCamera("admin")(t)
	p.Service.Heard, p.Logins = lan.Heard{lan.HTTPStatus: "401", lan.HTTPAuth: "basic", lan.HTTPRealm: "something of its own"}, probes.Common
	return p
}})
