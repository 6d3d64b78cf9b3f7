package checks

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"

	"github.com/homesweep/homesweep/probes"
)

// webDoor is a page behind HTTP authentication (RFC 9110 section 11): Basic
// (RFC 7617) or Digest (RFC 7616), whichever the device asks for.
type webDoor struct {
	client *http.Client
	url    string
	path   string
	inside *regexp.Regexp

	ask challenge // the latest the device made
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
		d.ask = ask
		return closed, fmt.Sprintf("%s, asks for a login to %q", heard, ask.realm), nil
	case resp.StatusCode/100 == 2 && d.inside != nil && d.inside.Match(body):
		return open, heard + ", the protected page", nil
	}
	return unclear, heard, nil
}

func (d *webDoor) try(ctx context.Context, user, password string) (probes.Outcome, string, error) {
	resp, body, err := d.send(ctx, user, password)
	if err != nil {
		return probes.Unclear, "no answer", err
	}
	switch code := resp.StatusCode; {
	case code == http.StatusLocked || code == http.StatusTooManyRequests || resp.Header.Get("Retry-After") != "":
		return probes.Locked, resp.Status, nil
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		if lockWords.Match(body) {
			return probes.Locked, resp.Status + ", says it is locked", nil
		}
		return probes.Rejected, resp.Status, nil
	case code/100 == 2 && (d.inside == nil || d.inside.Match(body)):
		return probes.Accepted, resp.Status + ", the protected page", nil
	}
	return probes.Unclear, resp.Status, nil
}

// send answers the challenge. A stale nonce is not a refusal (RFC 7616
// section 3.3): the same login is sent once more under the new one.
func (d *webDoor) send(ctx context.Context, user, password string) (*http.Response, []byte, error) {
	for stale := false; ; stale = true {
		header, err := d.ask.answer(http.MethodGet, d.path, user, password)
		if err != nil {
			return nil, nil, err
		}
		resp, body, err := d.get(ctx, header)
		if err != nil || resp.StatusCode != http.StatusUnauthorized {
			return resp, body, err
		}
		next, ok := pickChallenge(resp.Header.Values("WWW-Authenticate"))
		if ok {
			d.ask = next
		}
		if stale || !ok || !next.stale {
			return resp, body, nil
		}
	}
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
