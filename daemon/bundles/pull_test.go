package bundles

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/knowledge/bundle"
)

// server answers over TLS on loopback and keeps what it was asked.
func server(t *testing.T, answer http.HandlerFunc) (*httptest.Server, *[]*http.Request) {
	t.Helper()
	var asked []*http.Request
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r)
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	return s, &asked
}

// puller pulls from s, which it trusts for TLS.
func puller(t *testing.T, s *httptest.Server) *Puller {
	t.Helper()
	over := transport()
	over.TLSClientConfig = s.Client().Transport.(*http.Transport).TLSClientConfig
	return &Puller{Store: store(t), URL: s.URL + "/homesweep.bundle", Log: slog.New(slog.DiscardHandler), client: Client(over)}
}

// TestPull: one GET that tells nothing of the home, then one that says what is
// here already.
func TestPull(t *testing.T) {
	var whole []byte
	s, asked := server(t, func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "id", Value: "you"})
		w.Header().Set("ETag", `"one"`)
		if r.Header.Get("If-None-Match") == `"one"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write(whole)
	})
	p := puller(t, s)
	whole = file(t, publisher, "base", own(t)+1, site(page("acme", "/about")))
	what, err := p.Pull(t.Context())
	if err != nil || what.Bundle == nil || what.Already {
		t.Fatalf("%+v, %v", what, err)
	}
	if b, _ := base(t, p.Store); has(b, "acme") == "" {
		t.Error("what was pulled is not used")
	}
	again := &Puller{Store: p.Store, URL: p.URL, Log: p.Log, client: p.client} // after a restart
	if what, err := again.Pull(t.Context()); err != nil || what.Bundle != nil {
		t.Errorf("%+v, %v", what, err)
	}
	for i, r := range *asked {
		want := map[string]string{"User-Agent": "homesweep", "Connection": "close"}
		if i == 1 {
			want["If-None-Match"] = `"one"`
		}
		for name := range r.Header {
			if r.Header.Get(name) != want[name] {
				t.Errorf("request %d has %s: %s", i, name, r.Header.Get(name))
			}
		}
		if r.Method != http.MethodGet || r.RequestURI != "/homesweep.bundle" || r.ContentLength != 0 {
			t.Errorf("request %d: %s %s", i, r.Method, r.RequestURI)
		}
	}
	elsewhere := &Puller{Store: p.Store, URL: s.URL + "/other", Log: p.Log, client: p.client}
	if _, err := elsewhere.Pull(t.Context()); err != nil || (*asked)[2].Header.Get("If-None-Match") != "" {
		t.Errorf("another address is told what the first one gave: %v", err)
	}
}

// TestAttackPull: what a server must not be able to do.
func TestAttackPull(t *testing.T) {
	other, strayed := server(t, func(http.ResponseWriter, *http.Request) {})
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("asked without TLS") }))
	defer plain.Close()
	var answer http.HandlerFunc
	s, asked := server(t, func(w http.ResponseWriter, r *http.Request) { answer(w, r) })
	to := func(where string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, where, http.StatusFound) }
	}
	for want, a := range map[string]http.HandlerFunc{
		"leads off the host":       to(other.URL + "/x"),
		"leads off the host ":      to(plain.URL + "/x"),
		"leads off the host  ":     to("http://" + strings.TrimPrefix(s.URL, "https://") + "/x"),
		"too many redirects":       to("/homesweep.bundle"),
		"answered 404 Not Found":   http.NotFound,
		"larger than knowledge":    func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, bundle.MaxFile+1)) },
		"no signed knowledge file": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
	} {
		p := puller(t, s)
		answer = a
		if what, err := p.Pull(t.Context()); err == nil || !strings.Contains(err.Error(), strings.TrimSpace(want)) || what.Bundle != nil {
			t.Errorf("%s: %v", want, err)
		}
	}
	if len(*strayed) > 0 || len(*asked) > 12 {
		t.Errorf("%d requests off the host, %d in all", len(*strayed), len(*asked))
	}
	p := puller(t, s)
	answer = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", strings.Repeat("x", 300))
		_, _ = w.Write(file(t, publisher, "base", own(t)+1, site(page("acme", "/about"))))
	}
	if _, err := p.Pull(t.Context()); err != nil || p.last().Mark != "" {
		t.Errorf("a long mark is kept: %q, %v", p.last().Mark, err)
	}
	t.Setenv("HTTPS_PROXY", plain.URL)
	if _, err := (&Puller{Store: p.Store, URL: s.URL, Log: p.Log}).Pull(t.Context()); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a server that nobody vouches for: %v", err)
	}
	for _, address := range []string{"http://example.org/x", "ftp://example.org", "", "https:///x", "https://a:b@example.org/"} {
		if _, err := (&Puller{Store: p.Store, URL: address, Log: p.Log}).Pull(t.Context()); err == nil {
			t.Errorf("%q was asked", address)
		}
	}
}

// round is a RoundTripper made of a function.
type round func(*http.Request) (*http.Response, error)

func (f round) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestRun counts the tries of a month: one a day while it goes well, ever fewer
// and one line in the log while it does not.
func TestRun(t *testing.T) {
	for name, c := range map[string]struct {
		answer      error
		least, most int
		lines       int
	}{"well": {nil, 23, 31, 0}, "broken": {errors.New("no route"), 5, 9, 1}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var at []time.Time
				var log bytes.Buffer
				p := &Puller{Store: store(t), URL: "https://example.org/x", Log: slog.New(slog.NewTextHandler(&log, nil))}
				p.Store.Now = time.Now
				p.client = Client(round(func(*http.Request) (*http.Response, error) {
					at = append(at, time.Now())
					if c.answer != nil {
						return nil, c.answer
					}
					return &http.Response{StatusCode: http.StatusNotModified, Body: http.NoBody}, nil
				}))
				ctx, stop := context.WithTimeout(t.Context(), 30*24*time.Hour)
				defer stop()
				if err := p.Run(ctx); err != nil {
					t.Fatal(err)
				}
				if len(at) < c.least || len(at) > c.most || strings.Count(log.String(), "\n") != c.lines {
					t.Errorf("%d tries, log %s", len(at), log.String())
				}
				for i := 1; i < len(at); i++ {
					if at[i].Sub(at[i-1]) < pullEvery {
						t.Errorf("two tries within %s", at[i].Sub(at[i-1]))
					}
				}
			})
		})
	}
}

// TestWait: a restart does not ask again the same day, whatever the clock said.
func TestWait(t *testing.T) {
	p := &Puller{Store: store(t), URL: "https://example.org/x", Log: slog.New(slog.DiscardHandler), random: func(n int64) int64 { return n / 2 }}
	for name, c := range map[string]struct {
		last time.Time
		want time.Duration
	}{
		"never":                {time.Time{}, 12 * time.Hour},
		"just now":             {now, 27 * time.Hour},
		"half a day ago":       {now.Add(-12 * time.Hour), 15 * time.Hour},
		"long ago":             {now.AddDate(0, -1, 0), 30 * time.Minute},
		"by a clock in future": {now.AddDate(1, 0, 0), 12 * time.Hour},
	} {
		if err := os.RemoveAll(p.memory()); err != nil {
			t.Fatal(err)
		}
		if !c.last.IsZero() {
			p.remember(pulled{URL: p.URL, At: c.last})
		}
		if got := p.wait(); got != c.want {
			t.Errorf("%s: waits %s, want %s", name, got, c.want)
		}
	}
}
