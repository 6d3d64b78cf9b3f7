package bundles

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"github.com/homesweep/homesweep/probes/knowledge/bundle"
)

const (
	pullEvery  = 24 * time.Hour
	pullAtMost = 7 * pullEvery   // between two tries, however many failed
	pullSpread = 6 * time.Hour   // so that homes that started together part
	pullSoon   = time.Hour       // within which a try that is overdue is made
	pullTime   = 2 * time.Minute // for one try
	redirects  = 3
)

// Puller fetches newer knowledge once a day from one HTTPS address, for a home
// that asked for it. It sends nothing but that it is homesweep and the mark
// (ETag) that the server gave to what it fetched last: no version, no cookie,
// nothing about the home. Proxies that the environment names are not used. The
// answer goes the way of every file, through Import.
type Puller struct {
	Store *Store
	URL   string // of the file; https
	Log   *slog.Logger

	client *http.Client        // a test's; nil for Client's
	random func(n int64) int64 // a test's; nil for chance
	failed int                 // tries in a row
}

// CheckURL is nil for an address that can be pulled from.
func CheckURL(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.Fragment != "" {
		return fmt.Errorf("%q is not an address such as https://example.org/homesweep.bundle, without user name", address)
	}
	return nil
}

// Run pulls until ctx ends: a day and up to a quarter of one after the last try,
// the first time at any moment of a day.
func (p *Puller) Run(ctx context.Context) error {
	for {
		wait := time.NewTimer(p.wait())
		select {
		case <-ctx.Done():
			wait.Stop()
			return nil
		case <-wait.C:
		}
		what, err := p.Pull(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			if p.failed++; p.failed == 1 { // one line for a broken line
				p.Log.Warn("newer knowledge could not be fetched; what is here stays in use", "error", err)
			}
		default:
			p.failed = 0
			if what.Bundle != nil && !what.Already {
				p.Log.Info("newer knowledge was fetched", "layer", what.Layer, "serial", what.Serial)
			}
		}
	}
}

// wait is how long until the next try.
func (p *Puller) wait() time.Duration {
	last, now := p.last(), p.Store.Now()
	if last.At.IsZero() || last.At.After(now) { // never, or by another clock
		return p.chance(pullEvery)
	}
	pause := min(pullEvery<<min(max(p.failed-1, 0), 8), pullAtMost)
	next := last.At.Add(pause + p.chance(pullSpread))
	if soon := now.Add(p.chance(pullSoon)); next.Before(soon) {
		next = soon
	}
	return next.Sub(now)
}

// chance is any time below most.
func (p *Puller) chance(most time.Duration) time.Duration {
	if p.random != nil {
		return time.Duration(p.random(int64(most)))
	}
	return time.Duration(rand.Int64N(int64(most)))
}

// Pull makes one try. Nothing newer gives no Bundle and no error.
func (p *Puller) Pull(ctx context.Context) (Imported, error) {
	if err := CheckURL(p.URL); err != nil {
		return Imported{}, err
	}
	last := p.last()
	try := pulled{URL: p.URL, Mark: last.Mark, At: p.Store.Now()}
	p.remember(try) // before it is made: a daemon that falls over it must not try all day
	file, mark, err := p.fetch(ctx, last.Mark)
	if err != nil || file == nil {
		return Imported{}, err
	}
	what, err := p.Store.Import(file)
	if err != nil {
		return what, fmt.Errorf("the file from %s: %w", p.URL, err)
	}
	try.Mark = mark
	p.remember(try)
	return what, nil
}

// fetch asks once; no file means that it has not changed.
func (p *Puller) fetch(ctx context.Context, known string) (file []byte, mark string, err error) {
	ctx, cancel := context.WithTimeout(ctx, pullTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL, nil)
	if err != nil {
		return nil, "", err
	}
	req.Header.Set("User-Agent", "homesweep")
	if known != "" {
		req.Header.Set("If-None-Match", known)
	}
	client := p.client
	if client == nil {
		client = Client(transport())
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusNotModified:
		return nil, "", nil
	case http.StatusOK:
		file, err = readAll(resp.Body, resp.ContentLength, bundle.MaxFile)
		return file, resp.Header.Get("ETag"), err
	}
	return nil, "", fmt.Errorf("%s answered %d %s", p.URL, resp.StatusCode, http.StatusText(resp.StatusCode))
}

// transport is that of one try: by no proxy, and without a word too many.
func transport() *http.Transport {
	return &http.Transport{DisableKeepAlives: true, DisableCompression: true, TLSHandshakeTimeout: 30 * time.Second}
}

// Client asks over t, follows few redirects, all on the first one's host and in
// TLS, and keeps no cookies.
func Client(t http.RoundTripper) *http.Client {
	return &http.Client{Transport: t, CheckRedirect: func(to *http.Request, via []*http.Request) error {
		switch {
		case to.URL.Scheme != "https" || to.URL.Host != via[0].URL.Host:
			return fmt.Errorf("the redirect to %s leads off the host", to.URL.Redacted())
		case len(via) > redirects:
			return errors.New("too many redirects")
		}
		to.Header.Del("Referer")
		return nil
	}}
}
