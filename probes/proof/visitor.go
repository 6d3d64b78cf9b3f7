package proof

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of a visit to a web server.
const (
	maxPage  = 64 << 10         // bytes of a body; also of what it unpacks to
	maxHops  = 4                // redirects followed
	patience = 10 * time.Second // for one answer, whole
)

// visitor is one visit to a web server. It keeps the server's cookies for as
// long as the visit lasts, and talks to its own endpoint only.
type visitor struct {
	client  *http.Client
	ep      lan.Endpoint
	cookies jar
	typed   string // the field in which the password went out; no address is asked for that has it
}

// visit begins a visit to p's service.
func visit(p *probes.Pass) *visitor {
	ep := p.Service.Endpoint()
	return &visitor{client: p.Reach.HTTP(ep), ep: ep}
}

// page is one answer. The words in it are a stranger's.
type page struct {
	status int
	line   string // "200 OK", in the standard's words, not the device's
	header http.Header
	path   string // for which it was asked, with its query
	body   []byte
	whole  bool // the body came to its end, within maxPage
	posted bool // it answers a POST
}

// ask sends one request, with the header's names and values in turn, and reads
// the answer up to maxPage. What came of a body counts even where the rest did
// not come in time. It follows nothing.
func (v *visitor) ask(ctx context.Context, method, path, body string, header ...string) (page, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, probes.URL(v.ep, path), strings.NewReader(body))
	if err != nil {
		return page{}, unaddressed(err)
	}
	req.Host = v.host()
	req.Header.Set("User-Agent", "homesweep")
	v.cookies.send(req.Header)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := v.client.Do(req)
	if err != nil {
		return page{}, unaddressed(err)
	}
	defer resp.Body.Close()
	v.cookies.keep(resp)
	got := page{status: resp.StatusCode, line: strconv.Itoa(resp.StatusCode) + " " + http.StatusText(resp.StatusCode), header: resp.Header, path: path}
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxPage+1))
	if err != nil && len(text) == 0 {
		return page{}, fmt.Errorf("reading the device's answer: %w", err)
	}
	got.whole = err == nil && len(text) <= maxPage
	got.body = text[:min(len(text), maxPage)]
	if strings.EqualFold(resp.Header.Get("Content-Encoding"), "gzip") {
		got.unpack()
	}
	return got, nil
}

// unpack undoes the compression that nobody asked for.
func (p *page) unpack() {
	in, err := gzip.NewReader(bytes.NewReader(p.body))
	if err != nil {
		return
	}
	plain, err := io.ReadAll(io.LimitReader(in, maxPage+1))
	p.whole = p.whole && err == nil && len(plain) <= maxPage
	p.body = plain[:min(len(plain), maxPage)]
}

// get asks for path and follows where the server leads.
func (v *visitor) get(ctx context.Context, path string, header ...string) (page, error) {
	p, err := v.ask(ctx, http.MethodGet, path, "", header...)
	if err != nil {
		return p, err
	}
	return v.follow(ctx, p, header...)
}

// follow goes where p leads, by redirect or by refresh, as long as that is on
// the same endpoint. The page at which it stops may be another redirect.
func (v *visitor) follow(ctx context.Context, p page, header ...string) (page, error) {
	for range maxHops {
		path, ok := v.local(p.path, p.leads())
		if !ok || path == p.path && p.status == http.StatusOK {
			return p, nil
		}
		next, err := v.ask(ctx, http.MethodGet, path, "", header...)
		if err != nil {
			return p, err
		}
		p = next
	}
	return p, nil
}

// leads is where the page sends a browser, empty when it stays. A redirect that
// would send the same form once more leads nowhere (RFC 9110 section 15.4.8).
func (p page) leads() string {
	switch p.status {
	case http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		if p.posted {
			return ""
		}
		return p.header.Get("Location")
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther:
		return p.header.Get("Location")
	case http.StatusOK:
		return parsePage(p.body).refresh
	}
	return ""
}

// local is the path and query of to, as the page at from means it; ok is false
// unless that is on the visitor's own endpoint.
func (v *visitor) local(from, to string) (path string, ok bool) {
	if to = strings.TrimSpace(to); to == "" {
		return "", false
	}
	base, err := url.Parse(probes.URL(v.ep, from))
	if err != nil {
		return "", false
	}
	if v.ep.TLS {
		base.Scheme = "https"
	}
	next, err := base.Parse(to)
	if err != nil || next.Scheme != base.Scheme || next.User != nil {
		return "", false
	}
	port := next.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[next.Scheme]
	}
	addr, err := netip.ParseAddr(next.Hostname())
	if v.typed != "" && next.Query().Has(v.typed) {
		return "", false // the device would have the login once more
	}
	if err != nil || addr != v.ep.Addr.WithZone("") || port != base.Port() {
		return "", false
	}
	return probes.RequestTarget(next), true
}

// host is the Host field: without the port where that is the scheme's own, as
// browsers have it and picky devices want it.
func (v *visitor) host() string {
	addr := v.ep.Addr.WithZone("")
	switch {
	case v.ep.Port != 80 && !v.ep.TLS, v.ep.Port != 443 && v.ep.TLS:
		return netip.AddrPortFrom(addr, v.ep.Port).String()
	case addr.Is6():
		return "[" + addr.String() + "]"
	}
	return addr.String()
}

// origin is the visitor's server as a browser names it in Origin and Referer.
func (v *visitor) origin() string {
	if v.ep.TLS {
		return "https://" + v.host()
	}
	return "http://" + v.host()
}
