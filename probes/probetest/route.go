package probetest

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"path"
	"strings"
)

// Route is one page.
type Route struct {
	Method string `json:"method"` // empty is GET, and HEAD without the body
	// Path is matched exactly, with the query when it holds a "?", else without.
	// "*" is every path.
	Path    string      `json:"path"`
	Status  int         `json:"status"` // 0 is 200
	Headers [][2]string `json:"headers"`
	Body    string      `json:"body"` // the text itself, or
	File    string      `json:"file"` // a file of the folder
	Auth    *Auth       `json:"auth"`
	// IPP answers an IPP request (RFC 8010): the answer's request-id becomes
	// that of the question. Anything else POSTed here is malformed.
	IPP bool `json:"ipp"`
}

func (t *Route) check(d *Device) error {
	switch {
	case t.Path != "*" && !strings.HasPrefix(t.Path, "/"):
		return errors.New("path begins with / or is *")
	case t.Status != 0 && http.StatusText(t.Status) == "":
		return fmt.Errorf("status %d is no status", t.Status)
	case t.Body != "" && t.File != "":
		return errors.New("both body and file")
	case t.IPP && (t.Method != http.MethodPost || len(d.files[t.File]) < ippHead):
		return errors.New("ipp wants method POST and a file with an IPP answer")
	}
	for _, h := range t.Headers {
		if h[0] == "" || strings.ContainsAny(h[0], " :") {
			return fmt.Errorf("header %q is no name", h[0])
		}
		if err := errors.Join(oneLine("header", h[0]), oneLine(h[0], h[1])); err != nil {
			return err
		}
	}
	if t.Auth != nil {
		if err := t.Auth.check(d); err != nil {
			return err
		}
	}
	return d.wantsFile(t.File)
}

func (t *Route) fits(req *http.Request) bool {
	if want := cmp.Or(t.Method, http.MethodGet); req.Method != want &&
		(want != http.MethodGet || req.Method != http.MethodHead) {
		return false
	}
	have := req.URL.Path
	if strings.Contains(t.Path, "?") {
		have = req.URL.RequestURI()
	}
	return t.Path == "*" || t.Path == have
}

// body is what the route says. Texts are placed, binary files are not.
func (t *Route) body(r *Running) []byte {
	if t.File == "" {
		return []byte(r.placed(t.Body))
	}
	if ext := path.Ext(t.File); ext == ".bin" || ext == ".hex" {
		return r.device.files[t.File]
	}
	return []byte(r.placed(string(r.device.files[t.File])))
}

// placed fills in where the device lives: "{addr}" stands for its address.
func (r *Running) placed(text string) string {
	return strings.ReplaceAll(text, "{addr}", r.net.Addr().String())
}

func contentType(file string) string {
	switch path.Ext(file) {
	case ".xml":
		return "text/xml"
	case ".json":
		return "application/json"
	case ".bin", ".hex":
		return "application/octet-stream"
	default:
		return "text/html"
	}
}
