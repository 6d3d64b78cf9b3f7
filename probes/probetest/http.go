package probetest

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// Bounds of an HTTP conversation.
const (
	maxRoutes   = 64
	maxRequests = 100      // on one connection
	maxBody     = 64 << 10 // bytes of a request's body
)

// HTTP is a web server.
type HTTP struct {
	Server string  `json:"server"` // header on every answer; empty leaves it out
	Routes []Route `json:"routes"` // the first that fits answers; none is 404
	// MissingStatus is the answer when no route fits; 0 is 404.
	MissingStatus int `json:"missing_status"`
}

func (h *HTTP) check(d *Device) error {
	if len(h.Routes) > maxRoutes {
		return fmt.Errorf("http: %d routes, at most %d", len(h.Routes), maxRoutes)
	}
	if h.MissingStatus != 0 && http.StatusText(h.MissingStatus) == "" {
		return fmt.Errorf("http: missing_status %d is no status", h.MissingStatus)
	}
	if err := oneLine("http: server", h.Server); err != nil {
		return err
	}
	for i := range h.Routes {
		if err := h.Routes[i].check(d); err != nil {
			return fmt.Errorf("http: route %q: %w", h.Routes[i].Path, err)
		}
	}
	return nil
}

// serve answers requests one after the other.
func (h *HTTP) serve(s *session) {
	for range maxRequests {
		req, err := http.ReadRequest(s.in)
		if err != nil {
			if !gone(err) {
				s.malformed()
				h.reply(s, page{status: http.StatusBadRequest}, true)
			}
			return
		}
		s.asked(req.Method + " " + req.RequestURI)
		if req.Method != http.MethodGet {
			s.r.shock()
		}
		body, err := io.ReadAll(io.LimitReader(req.Body, maxBody+1))
		if err != nil || len(body) > maxBody {
			h.reply(s, page{status: http.StatusRequestEntityTooLarge}, true)
			return
		}
		last := req.Close
		if !h.reply(s, h.page(s, req, body), last) || last {
			return
		}
	}
}

// page is one answer.
type page struct {
	status  int
	headers [][2]string
	body    []byte
	bare    bool // HEAD: the body's length, but not the body
}

func (h *HTTP) page(s *session, req *http.Request, body []byte) page {
	i := slices.IndexFunc(h.Routes, func(t Route) bool { return t.fits(req) })
	if i < 0 {
		return page{status: cmp.Or(h.MissingStatus, http.StatusNotFound), bare: req.Method == http.MethodHead}
	}
	t := &h.Routes[i]
	if t.Auth != nil {
		status, challenge := t.Auth.admit(s, req.Method, req.RequestURI, req.Header.Get("Authorization"))
		if status != 0 {
			return refusal(status, challenge, req.Method == http.MethodHead)
		}
	}
	out := t.body(s.r)
	if t.IPP {
		if out = echoRequestID(out, body); out == nil {
			s.malformed()
			return page{status: http.StatusBadRequest}
		}
	}
	p := page{status: cmp.Or(t.Status, http.StatusOK), body: out, bare: req.Method == http.MethodHead}
	for _, f := range t.Headers {
		p.headers = append(p.headers, [2]string{f[0], s.r.placed(f[1])})
	}
	if !slices.ContainsFunc(p.headers, func(f [2]string) bool { return strings.EqualFold(f[0], "Content-Type") }) {
		p.headers = append(p.headers, [2]string{"Content-Type", contentType(t.File)})
	}
	return p
}

func refusal(status int, challenge string, bare bool) page {
	p := page{status: status, bare: bare, headers: [][2]string{{"Content-Type", "text/html"}}}
	p.body = fmt.Appendf(nil, "<html><head><title>%d %s</title></head><body></body></html>\n", status, http.StatusText(status))
	if challenge != "" {
		p.headers = append(p.headers, [2]string{"WWW-Authenticate", challenge})
	}
	if status == http.StatusTooManyRequests {
		p.headers = append(p.headers, [2]string{"Retry-After", "1800"})
	}
	return p
}

// reply writes p; false when the visitor has gone.
func (h *HTTP) reply(s *session, p page, last bool) bool {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", p.status, http.StatusText(p.status))
	if h.Server != "" {
		fmt.Fprintf(&b, "Server: %s\r\n", h.Server)
	}
	for _, f := range p.headers {
		fmt.Fprintf(&b, "%s: %s\r\n", f[0], f[1])
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n", len(p.body))
	if last {
		b.WriteString("Connection: close\r\n")
	}
	b.WriteString("\r\n")
	if !p.bare {
		b.Write(p.body)
	}
	_, err := s.Write(b.Bytes())
	return err == nil
}
