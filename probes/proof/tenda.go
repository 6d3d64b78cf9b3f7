package proof

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"github.com/homesweep/homesweep/probes"
)

// Tenda's routers, with a redirect that tells: to /login.html outside. The AC
// and 4G series take MD5 of the password (github.com/dorianim/py-tenda4g09), the
// N301, F3 and F6 take it in base64 (github.com/talhabalaj/tenda-n301-api-python,
// tendan301api/__init__.py; github.com/CaptainFaisal/wifi, tenda.py). Their status
// questions below /goform are not asked in general: some answer strangers, too.
var (
	tendaMD5    = family{name: "Tenda login", path: "/main.html", hash: md5Hash, peek: tendaPeek, enter: tendaEnter, leave: tendaLeave}
	tendaBase64 = family{
		name: "Tenda login (base64)", path: "/goform/getQos?modules=onlineList", hash: base64Of,
		peek: tendaPeek, enter: tendaEnter, leave: tendaLeave,
	}
	_ = tendaMD5.as("tenda-md5")
	_ = tendaBase64.as("tenda-base64")
)

func base64Of(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func tendaPeek(ctx context.Context, s *stay) (State, string) {
	p := s.look(ctx, s.at)
	known := len(s.cookies.list) > 0 || s.record.Inside != nil // a page alone does not say that it is protected
	switch {
	case tendaOut(p):
		return Closed, "leads to the login"
	case known && s.shows(p, len(p.body) > 0 && !contains(p.body, "login/Auth")):
		return Open, "the protected page"
	}
	return Unclear, ""
}

// tendaOut reports whether the router leads to its login.
func tendaOut(p *page) bool {
	return p.status == http.StatusFound && strings.Contains(p.header.Get("Location"), "/login.html")
}

func tendaEnter(ctx context.Context, s *stay, l Login) (probes.Outcome, string) {
	p := s.send(ctx, "/login/Auth", "username="+url.QueryEscape(l.User)+"&password="+url.QueryEscape(s.hash(l.Password)))
	switch {
	case tendaOut(p):
		return probes.Rejected, "leads to the login again"
	case p.status == http.StatusFound && len(s.cookies.list) > 0:
		return probes.Accepted, "leads inside"
	}
	return probes.Unclear, ""
}

func tendaLeave(ctx context.Context, s *stay) {
	s.from(ctx, http.MethodGet, "/goform/exit", "")
}
