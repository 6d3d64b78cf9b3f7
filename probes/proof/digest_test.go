package proof

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

// digests is a server that checks RFC 7616 answers for admin with mobotixPass,
// and takes each nonce count once.
type digests struct {
	algorithm string
	newHash   func() hash.Hash
	nonces    []string // the first goes stale once
	requests  int
	seen      map[string]bool
	replayed  bool
}

var param = regexp.MustCompile(`(\w+)=(?:"([^"]*)"|([^\s,]+))`)

func (d *digests) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.requests++
	got := map[string]string{}
	for _, m := range param.FindAllStringSubmatch(r.Header.Get("Authorization"), -1) {
		got[m[1]] = m[2] + m[3]
	}
	stale := len(d.nonces) > 1 && got["nonce"] == d.nonces[0]
	if stale {
		d.nonces = d.nonces[1:]
	}
	h := func(s string) string {
		x := d.newHash()
		x.Write([]byte(s))
		return hex.EncodeToString(x.Sum(nil))
	}
	secret := h("admin:MOBOTIX Camera User:" + mobotixPass)
	if strings.HasSuffix(d.algorithm, "-sess") {
		secret = h(secret + ":" + d.nonces[0] + ":" + got["cnonce"])
	}
	want := h(strings.Join([]string{
		secret, d.nonces[0], got["nc"], got["cnonce"], "auth", h("GET:" + r.RequestURI),
	}, ":"))
	d.replayed = d.replayed || got["nc"] != "" && d.seen[got["nonce"]+got["nc"]]
	d.seen[got["nonce"]+got["nc"]] = true
	if got["response"] == want && got["opaque"] == "o" && got["algorithm"] == d.algorithm && got["qop"] == "auth" {
		return
	}
	if d.algorithm != "" {
		w.Header().Add("WWW-Authenticate", `Basic realm="weaker", Digest realm="MOBOTIX Camera User", nonce="`+d.nonces[0]+`", opaque="o", qop="auth-int, auth", algorithm=`+d.algorithm+fmt.Sprintf(", stale=%v", stale))
	} else {
		w.Header().Add("WWW-Authenticate", `Digest realm="MOBOTIX Camera User", nonce="`+d.nonces[0]+`", opaque="o", qop="auth-int, auth"`+fmt.Sprintf(", stale=%v", stale))
	}
	w.WriteHeader(401)
}

func TestDigestAnswersAreRight(t *testing.T) {
	for name, tt := range map[string]struct {
		server   *digests
		requests int // one each for the baseline, the login and the control
	}{
		"MD5":                     {&digests{"MD5", md5.New, []string{"n"}, 0, map[string]bool{}, false}, 3},
		"MD5 that goes unsaid":    {&digests{"", md5.New, []string{"n"}, 0, map[string]bool{}, false}, 3},
		"SHA-256 beside Basic":    {&digests{"SHA-256", sha256.New, []string{"n"}, 0, map[string]bool{}, false}, 3},
		"a session of SHA-256":    {&digests{"SHA-256-sess", sha256.New, []string{"n"}, 0, map[string]bool{}, false}, 3},
		"a nonce that goes stale": {&digests{"MD5", md5.New, []string{"old", "new"}, 0, map[string]bool{}, false}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			s := served(t, mobotix("digest"), tt.server.ServeHTTP)
			l := &ledger{grants: 9}
			p := &probes.Pass{Service: s, Try: l.try}
			got, err := judged(t, p)
			if got != lan.Fail || err != nil || tt.server.requests != tt.requests || len(l.tries) != tt.requests-1 || tt.server.replayed {
				t.Errorf("%v, %v after %d requests and %d tries\n%s", got, err, tt.server.requests, len(l.tries), words(p))
			}
		})
	}
}

// TestNonceIsFresh: after the pause that the ledger makes, a login goes out under a
// nonce that the device has just given, and once.
func TestNonceIsFresh(t *testing.T) {
	server := &digests{"MD5", md5.New, []string{"old", "new"}, 0, map[string]bool{}, false}
	r := logins.Record{Auth: "digest", Path: "/", Status: 200}
	d := newWebDoor(&probes.Pass{Reach: road{}, Service: served(t, nil, server.ServeHTTP)}, r).(*webDoor)
	if state, words, err := d.Look(t.Context()); state != Closed || err != nil {
		t.Fatal(state, words, err)
	}
	d.at = d.at.Add(-time.Minute)
	server.nonces = server.nonces[1:]
	if got, words, err := d.Try(t.Context(), Login{"admin", mobotixPass}); got != probes.Accepted || err != nil || server.requests != 3 {
		t.Errorf("%v, %q, %v after %d requests", got, words, err, server.requests)
	}
	for name, status := range map[string]int{"open": 200, "gone": 404, "locked": 423} {
		sent := false
		d.pass.Service = served(t, nil, func(w http.ResponseWriter, r *http.Request) {
			sent = sent || r.Header.Get("Authorization") != ""
			w.WriteHeader(status)
		})
		d.at = time.Time{}
		want := map[bool]probes.Outcome{true: probes.Locked}[status == 423]
		if got, words, _ := d.Try(t.Context(), Login{"admin", mobotixPass}); got != want || sent {
			t.Errorf("%s by now: %v, %q, sent %v", name, got, words, sent)
		}
	}
}
