package proof

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

// rival is a device of a family, written from the family's description. It is
// one at a time that asks it.
type rival struct {
	sync.Mutex
	pass   string
	left   int  // tries left before it locks, where it counts them
	locked bool // from the start
	liar   bool // says yes and lets nobody in

	logins, logouts int
	inside          bool
}

// judge counts one login.
func (d *rival) judge(right bool) bool {
	d.logins++
	if !right {
		d.left--
		return false
	}
	d.inside = !d.liar
	return true
}

func (d *rival) leave() { d.logouts++; d.inside = false }

// breed is a family with the rival that speaks it.
type breed struct {
	auth, user, pass string
	serve            func(*rival, http.ResponseWriter, *http.Request)
	counts           bool // says how many tries are left
	forewarns        bool // says so, or that it is locked, before a login
	farewell         bool // has a session to end
}

var breeds = []breed{
	{"dahua-rpc2", "admin", "admin-x9", dahuaRival, true, true, true},
	{"hikvision-isapi", "admin", "12345-x9", hikvisionRival, true, true, true},
	{"hikvision-isapi", "admin", "12345-x9", hikvisionOldRival, true, true, false},
	{"reolink", "admin", "reo-x9", reolinkRival, false, false, true},
	{"foscam-cgi", "admin", "fos&x9 %", foscamRival, false, false, false},
	{"onvif", "admin", "onv<x9>", onvifRival, false, false, false},
	{"hnap", "admin", "hnap-x9", hnapRival, false, true, true},
	{"huawei-hilink", "admin", "hilink-x9", hilinkRival, false, true, true},
	{"huawei-ont", "root", "ont&x9", huaweiRival, true, true, true},
	{"zte-token", "admin", "zte-x9", zteRival, false, true, true},
	{"tplink-cookie", "admin", "tplink-x9", tplinkRival, false, true, true},
	{"asus-login", "admin", "asus-x9", asusRival, false, true, true},
	{"tenda-md5", "admin", "tenda-x9", tendaRival("/main.html", md5Hex), false, false, true},
	{"tenda-base64", "admin", "tenda-x9", tendaRival("/goform/getQos", inBase64), false, false, true},
	{"netgear-plus", "", "netgear-x9", netgearRival, false, false, true},
	{"qnap-authlogin", "admin", "qnap+x9/", qnapRival, false, false, true},
	{"sagemcom-md5", "admin", "sagem-x9", sagemcomRival("md5"), false, false, true},
	{"sagemcom-sha512", "admin", "sagem-x9", sagemcomRival("sha512"), false, false, true},
}

// at is the door to a handler's server.
func at(t *testing.T, auth string, h http.HandlerFunc) Door {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	p := &probes.Pass{Service: serviceAt(s.Listener.Addr(), "http", nil), Reach: road{}}
	d := Of(p, logins.Record{Auth: auth})
	if d == nil {
		t.Fatalf("nobody speaks %s", auth)
	}
	return d
}

// meet is the door to a rival.
func (b breed) meet(t *testing.T, d *rival) Door {
	t.Helper()
	return at(t, b.auth, func(w http.ResponseWriter, r *http.Request) {
		d.Lock()
		defer d.Unlock()
		b.serve(d, w, r)
	})
}

func (d *rival) counts() (logins, logouts int, inside bool) {
	d.Lock()
	defer d.Unlock()
	return d.logins, d.logouts, d.inside
}

// clean fails t if words hold the password in any of the usual forms.
func clean(t *testing.T, words, pass string) {
	t.Helper()
	sum := fmt.Sprintf("%x", md5.Sum([]byte(pass)))
	for _, secret := range []string{pass, base64.StdEncoding.EncodeToString([]byte(pass)), sum} {
		if strings.Contains(strings.ToLower(words), strings.ToLower(secret)) {
			t.Errorf("the words hold a password: %s", words)
		}
	}
}

func patient(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestFamilies(t *testing.T) {
	for _, b := range breeds {
		for name, tt := range map[string]struct {
			has    string // the device's password
			left   int
			locked bool
			liar   bool
			want   probes.Outcome
			logins int // -1 for any number
		}{
			"right":     {b.pass, 7, false, false, probes.Accepted, 1},
			"wrong":     {"changed", 7, false, false, probes.Rejected, 1},
			"liar":      {b.pass, 7, false, true, probes.Unclear, 1},
			"locked":    {b.pass, 7, true, false, probes.Locked, -1},
			"few left":  {b.pass, 2, false, false, probes.Locked, 0},
			"last good": {"changed", 3, false, false, probes.Locked, 1},
		} {
			if (name == "last good" || name == "few left") && !b.counts {
				continue
			}
			t.Run(b.auth+"/"+name, func(t *testing.T) {
				device := &rival{pass: tt.has, left: tt.left, locked: tt.locked, liar: tt.liar}
				door := b.meet(t, device)
				if state, words, err := door.Look(patient(t)); state != Closed || err != nil {
					t.Fatalf("looks %v, %q, %v", state, words, err)
				}
				if n, _, _ := device.counts(); n != 0 {
					t.Errorf("looking cost %d logins", n)
				}
				got, words, err := door.Try(patient(t), Login{b.user, b.pass})
				if got != tt.want || err != nil {
					t.Errorf("%v, %q, %v; want %v", got, words, err, tt.want)
				}
				clean(t, words, b.pass)
				count, left, inside := device.counts()
				if tt.logins >= 0 && count != tt.logins || tt.logins < 0 && b.forewarns && count != 0 {
					t.Errorf("%d logins", count)
				}
				if inside || b.farewell && got == probes.Accepted && left == 0 {
					t.Error("did not log out")
				}
			})
		}
	}
}

// TestFamiliesAreProven takes each family through the three steps.
func TestFamiliesAreProven(t *testing.T) {
	for _, b := range breeds {
		for pass, want := range map[string]lan.Verdict{b.pass: lan.Fail, "changed": lan.Pass} {
			t.Run(fmt.Sprint(b.auth, "/", want), func(t *testing.T) {
				device := &rival{pass: pass, left: 7}
				s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					device.Lock()
					defer device.Unlock()
					b.serve(device, w, r)
				}))
				defer s.Close()
				l := &ledger{grants: 9}
				p := &probes.Pass{Service: serviceAt(s.Listener.Addr(), "http", nil), Reach: road{}, Try: l.try}
				got, err := Prove(patient(t), p, []logins.Record{{
					ID: "test", Auth: b.auth, Pairs: []logins.Pair{{User: b.user, Pass: logins.Hide(b.pass)}},
				}})
				if got != want || err != nil {
					t.Errorf("%v, %v\n%s", got, err, words(p))
				}
				clean(t, words(p), b.pass)
				wrong := slices.DeleteFunc(slices.Clone(l.outcomes), func(o probes.Outcome) bool { return o == probes.Accepted })
				if len(wrong) != 1 {
					t.Errorf("%d wrong passwords: %v", len(wrong), l.outcomes)
				}
			})
		}
	}
}
