package identify

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/pages"
	"github.com/homesweep/homesweep/probes/lan"
)

// HTTPPage is the field of Heard that names the identity page which answered, by
// its ID in package pages.
const HTTPPage = "http.page"

// identityPages are the program's own identity pages, so an error means
// that it is damaged, which the tests of package pages rule out; then no page
// is asked for.
var identityPages = sync.OnceValue(func() *pages.Set {
	set, err := pages.Load()
	if err != nil {
		return &pages.Set{}
	}
	return set
})

// askPage asks for the one identity page of the family that the front page or
// the device's announcements name, and adds what it says to svc. It takes the
// connection at hand where the server kept it, else another if the road has one
// left. A page that does not come is no matter.
func askPage(ctx context.Context, talk *webTalk, r probes.Reach, svc *lan.Service) {
	way, ok := r.(*road)
	if !ok || asksForTLS(talk.ep, way.said()) {
		return // what is left is needed to ask again in TLS
	}
	known := way.pages
	if known == nil {
		known = identityPages()
	}
	page, ok := known.For(talk.ep.Port, svc.Heard, way.announced)
	if !ok || !talk.kept() && !way.spare() {
		return
	}
	answer, err := talk.get(ctx, page.Path, page.Accept(), page.Limit())
	if err != nil || answer.head.status != "200" {
		return
	}
	said := page.Read(answer.body)
	if len(said) == 0 {
		return
	}
	svc.Heard.Set(HTTPPage, page.ID)
	svc.Heard.Merge(said)
}

// webTalk is one or more requests to a web server, on one connection for as
// long as the server keeps it. It reads by hand what net/http would read on
// goroutines of its own, which log what a stranger says out of turn.
type webTalk struct {
	reach probes.Reach
	ep    lan.Endpoint
	conn  net.Conn
	in    *bufio.Reader
}

// webAnswer is what a server answered.
type webAnswer struct {
	head head
	body []byte
}

// maxInterim bounds the interim answers before the final one (RFC 9110, 15.2).
const maxInterim = 4

// get asks for path and reads at most limit bytes of the answer's body. What
// came of a body counts even if the rest did not come in time.
func (t *webTalk) get(ctx context.Context, path, accept string, limit int64) (webAnswer, error) {
	req, err := webRequest(ctx, t.ep, http.MethodGet, path, nil)
	if err != nil {
		return webAnswer{}, err
	}
	req.Header.Set("Accept", accept)
	if t.conn == nil {
		if t.conn, err = t.reach.Dial(ctx, t.ep); err != nil {
			t.conn = nil
			return webAnswer{}, err
		}
		t.in = bufio.NewReader(t.conn)
	}
	if err := t.send(req); err != nil {
		t.hangUp()
		return webAnswer{}, fmt.Errorf("ask for %s: %w", path, err)
	}
	resp, err := t.final(req)
	if err != nil {
		t.hangUp()
		return webAnswer{}, fmt.Errorf("read the answer to %s: %w", path, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit))
	if err != nil || resp.Close || int64(len(body)) >= limit {
		t.hangUp()
	}
	if strings.EqualFold(resp.Header.Get("Content-Encoding"), "gzip") {
		body = gunzip(body, limit)
	}
	return webAnswer{head{fmt.Sprint(resp.StatusCode), map[string][]string(resp.Header)}, body}, nil
}

// send asks a port that is known for the web or for TLS in HTTP/1.1. Anybody may
// live at another: HTTP/1.0 does without the Host field, at which a store like
// Redis hangs up instead of saying that it does not understand.
func (t *webTalk) send(req *http.Request) error {
	if webPorts[t.ep.Port] || wrapped(t.ep.Port, 1) {
		return req.Write(t.conn)
	}
	_, err := io.WriteString(t.conn, "GET "+probes.RequestTarget(req.URL)+" HTTP/1.0\r\nConnection: keep-alive\r\nUser-Agent: homesweep\r\nAccept: "+req.Header.Get("Accept")+"\r\n\r\n")
	return err
}

// gunzip is what body, which nobody asked to be packed, unpacks to, at most
// limit bytes and as far as it has come.
func gunzip(body []byte, limit int64) []byte {
	in, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return body
	}
	plain, _ := io.ReadAll(io.LimitReader(in, limit))
	return plain
}

// final is the answer after the interim ones.
func (t *webTalk) final(req *http.Request) (*http.Response, error) {
	for range maxInterim {
		resp, err := http.ReadResponse(t.in, req)
		if err != nil {
			return nil, err
		}
		if resp.StatusCode >= 200 || resp.StatusCode == http.StatusSwitchingProtocols {
			return resp, nil
		}
	}
	return nil, errors.New("only interim answers")
}

// kept reports whether the connection can take another request.
func (t *webTalk) kept() bool { return t.conn != nil }

// hangUp ends the connection.
func (t *webTalk) hangUp() {
	if t.conn != nil {
		t.conn.Close()
		t.conn, t.in = nil, nil
	}
}
