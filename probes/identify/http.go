package identify

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(web{}, byDefault)

// HTTPRefresh is the field of Heard with where a front page leads a browser on by
// itself, be it by a refresh or by its script.
const HTTPRefresh = "http.refresh"

// web asks for the front page (RFC 9110), once and without following anything.
type web struct{}

// Name is "http".
func (web) Name() string { return "http" }

// Likely claims what speaks HTTP, and every silent port that is not known to
// take a line of text amiss.
func (web) Likely(ep lan.Endpoint, said []byte) bool {
	if ep.Transport != lan.TCP {
		return false
	}
	if len(said) == 0 {
		return !listenOnly[ep.Port]
	}
	if c := (cursor{b: said}); c.big(3)%6 == 0 && c.is("\x04\x00\x00\x00\x00\x00") {
		return true // HTTP/2 and nothing else: the SETTINGS with which it begins (RFC 9113, section 6.5)
	}
	start := strings.TrimSpace(string(said[:min(len(said), 32)]))
	for _, begin := range []string{"http/", "<html", "<!doctype html", "icy "} { // SHOUTcast says ICY for HTTP/1.0
		if hasPrefixFold(start, begin) {
			return true
		}
	}
	return false
}

// Identify asks GET / and keeps the head's words and the page's title; then, of
// a family that has one, the page on which it says who it is.
func (web) Identify(ctx context.Context, r probes.Reach, ep lan.Endpoint) (lan.Service, error) {
	svc := found(ep, "http")
	talk := &webTalk{reach: r, ep: ep}
	defer talk.hangUp()
	front, err := talk.get(ctx, "/", "*/*", maxBody)
	if err != nil {
		return svc, fmt.Errorf("get the front page of %s: %w", ep, err)
	}
	readWeb(&svc, front.head, front.body)
	askPage(ctx, talk, r, &svc)
	return svc, nil
}

// overhear reads an answer that net/http would not take, or that was given to
// another protocol's question.
func (web) overhear(ep lan.Endpoint, said []byte) lan.Service {
	svc := found(ep, "http")
	h, ok := parseHead(said, "HTTP/")
	if !ok {
		h, _ = parseHead(said, "ICY")
	}
	readWeb(&svc, h, said)
	return svc
}

// readWeb notes what a web server's answer says.
func readWeb(svc *lan.Service, h head, page []byte) {
	svc.Heard.Set(lan.HTTPStatus, h.status)
	svc.Heard.Set(lan.HTTPServer, h.get("Server"))
	svc.Heard.Set(lan.HTTPGoto, h.get("Location"))
	svc.Heard.Merge(Page(page, h.get("Content-Type")))
	if c, ok := loginAsked(h.values("WWW-Authenticate")); ok {
		svc.Heard.Set(lan.HTTPAuth, c.Scheme)
		svc.Heard.Set(lan.HTTPRealm, c.Realm)
	}
	for _, c := range (&http.Response{Header: http.Header(h.fields)}).Cookies() {
		svc.Heard.Add(lan.HTTPCookie, c.Name)
	}
	svc.Product, svc.Version = parseProduct(h.get("Server"))
	if product, version := datastore(h, page); product != "" {
		svc.Product, svc.Version = product, version
	}
}

// Page is what a page itself says: its media type, title, where it leads on to,
// and whether it asks for a password.
func Page(page []byte, contentType string) lan.Heard {
	h := lan.Heard{}
	kind, _, _ := strings.Cut(contentType, ";")
	h.Set(lan.HTTPType, strings.ToLower(strings.TrimSpace(kind)))
	h.Set(lan.HTTPTitle, parseTitle(page, contentType))
	h.Set(HTTPRefresh, parseRefresh(page))
	h.Set(lan.HTTPForm, parseForm(page))
	return h
}

// webRequest is a request for path on ep. Its URL names no zone, which a URL
// could not carry, and its Host no port that is the scheme's own.
func webRequest(ctx context.Context, ep lan.Endpoint, method, path string, body []byte) (*http.Request, error) {
	plain := ep
	plain.Addr = ep.Addr.WithZone("")
	req, err := http.NewRequestWithContext(ctx, method, probes.URL(plain, path), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", ep, err)
	}
	if ep.Port == 80 && !ep.TLS || ep.Port == 443 && ep.TLS {
		req.Host = plain.Addr.String()
		if plain.Addr.Is6() {
			req.Host = "[" + req.Host + "]"
		}
	}
	req.Header.Set("User-Agent", "homesweep")
	req.Header.Set("Accept", "*/*")
	return req, nil
}
