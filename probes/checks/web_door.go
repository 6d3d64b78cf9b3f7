package checks

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/challenge"
)

// webDoor is a page behind HTTP authentication (RFC 9110 section 11): Basic
// (RFC 7617) or Digest (RFC 7616), whichever the device asks for.
type webDoor struct {
	client *http.Client
	url    string
	path   string
	inside *regexp.Regexp

	ask  challenge.Challenge // the latest that the device made
	sent int                 // answers under its nonce
}

// maxPage bounds a page's body.
const maxPage = 64 << 10

// lockWords are how web pages say that an account is locked.
var lockWords = regexp.MustCompile(`(?i)\b(account|user|login|ip)\b[^.<]{0,40}\b(locked|blocked)\b|too many (failed |login )?(attempts|tries)|try again (later|in \d+)`)

func (d *webDoor) name() string { return "GET " + d.path }

func (d *webDoor) look(ctx context.Context) (state, string, error) {
	resp, body, err := d.get(ctx, "")
	if err != nil {
		return unclear, "", err
	}
	heard := resp.Status
	switch {
	case resp.StatusCode == http.StatusUnauthorized:
		ask, ok := pickChallenge(resp.Header.Values("WWW-Authenticate"))
		if !ok {
			return unclear, heard + ", asks for a login in a way we do not speak", nil
		}
		d.heed(ask)
		return closed, fmt.Sprintf("%s, asks for a login to %q", heard, ask.Realm), nil
	case resp.StatusCode/100 == 2 && d.inside != nil && d.inside.Match(body):
		return open, heard + ", the protected page", nil
	}
	return unclear, heard, nil
}

func (d *webDoor) try(ctx context.Context, l login) (probes.Outcome, string, error) {
	asked := d.ask
	resp, body, err := d.send(ctx, l)
	if err != nil {
		return probes.Unclear, "no answer", err
	}
	says := lockWords.Match(body) || lockWords.MatchString(d.ask.Realm)
	inside := resp.StatusCode/100 == 2 && (d.inside == nil || d.inside.Match(body))
	switch code := resp.StatusCode; {
	case code == http.StatusLocked || code == http.StatusTooManyRequests || resp.Header.Get("Retry-After") != "":
		return probes.Locked, resp.Status, nil
	case says && (!inside || d.inside == nil):
		return probes.Locked, resp.Status + ", says it is locked", nil
	case code == http.StatusUnauthorized && d.ask.Stale:
		return probes.Unclear, resp.Status + ", did not look at the login (its nonce was stale)", nil
	case code == http.StatusUnauthorized && (d.ask.Realm != asked.Realm || d.ask.Scheme != asked.Scheme):
		return probes.Unclear, fmt.Sprintf("%s, now asks for another login, to %q", resp.Status, d.ask.Realm), nil
	case code == http.StatusUnauthorized:
		return probes.Rejected, resp.Status, nil
	case inside:
		return probes.Accepted, resp.Status + ", the protected page", nil
	}
	return probes.Unclear, resp.Status, nil // 403 too: it speaks of rights, not of the password
}

// send answers the challenge. A stale nonce is not a refusal (RFC 7616
// section 3.3): the same login is sent once more under the new one.
func (d *webDoor) send(ctx context.Context, l login) (*http.Response, []byte, error) {
	for again := false; ; again = true {
		d.sent++
		header, err := answer(d.ask, d.sent, http.MethodGet, d.path, l)
		if err != nil {
			return nil, nil, err
		}
		resp, body, err := d.get(ctx, header)
		if err != nil || resp.StatusCode != http.StatusUnauthorized {
			return resp, body, err
		}
		next, ok := pickChallenge(resp.Header.Values("WWW-Authenticate"))
		if ok {
			d.heed(next)
		}
		if again || !ok || !next.Stale {
			return resp, body, nil
		}
	}
}

// heed takes over a new challenge.
func (d *webDoor) heed(next challenge.Challenge) {
	if next.Nonce != d.ask.Nonce {
		d.sent = 0
	}
	d.ask = next
}

func (d *webDoor) get(ctx context.Context, authorization string) (*http.Response, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.url, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("asking for %s: %w", d.path, err)
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	req.Header.Set("User-Agent", "homesweep")
	resp, err := d.client.Do(req)
	if err != nil {
		return nil, nil, fmt.Errorf("asking for %s: %w", d.path, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxPage))
	if err != nil && len(body) == 0 {
		return nil, nil, fmt.Errorf("reading %s: %w", d.path, err)
	}
	return resp, body, nil
}
