package checks

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/homesweep/homesweep/probes"
)

// maxPage bounds what is read of an answer's body.
const maxPage = 64 << 10

// reply is what a web server said to one question.
type reply struct {
	status int
	line   string // "200 OK"
	kind   string // Content-Type as it was sent
	body   []byte
}

// ask sends one question to the pass's service, without a login, and reads at
// most limit bytes of the answer. A body is sent as SOAP (SOAP 1.2 part 2,
// section 7).
func ask(ctx context.Context, p *probes.Pass, path, body string, limit int64) (reply, error) {
	method := http.MethodGet
	if body != "" {
		method = http.MethodPost
	}
	ep := p.Service.Endpoint()
	req, err := http.NewRequestWithContext(ctx, method, probes.URL(ep, path), strings.NewReader(body))
	if err != nil {
		return reply{}, fmt.Errorf("asking for %s: %w", path, err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/soap+xml; charset=utf-8")
	}
	req.Header.Set("User-Agent", "homesweep")
	resp, err := p.Reach.HTTP(ep).Do(req)
	if err != nil {
		return reply{}, fmt.Errorf("asking for %s: %w", path, err)
	}
	defer resp.Body.Close()
	page, _ := io.ReadAll(io.LimitReader(resp.Body, limit)) // what came before a fault counts
	return reply{resp.StatusCode, resp.Status, resp.Header.Get("Content-Type"), page}, nil
}

// refuses reports whether a server wants a login first, or lets nobody in.
func (r reply) refuses() bool {
	return r.status == http.StatusUnauthorized || r.status == http.StatusForbidden
}
