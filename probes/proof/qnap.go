package proof

import (
	"context"
	"net/http"
	"net/url"

	"github.com/homesweep/homesweep/probes"
)

// QNAP's QTS: the password in base64 to authLogin.cgi, which answers in XML
// (github.com/colinodell/python-qnapstats, qnapstats/qnap_stats.py).
var qnapFamily = family{
	name: "QNAP login", path: "/cgi-bin/management/manaRequest.cgi?subfunc=sysinfo&sysHealth=1",
	peek: qnapPeek, enter: qnapEnter, leave: qnapLeave,
}

var _ = qnapFamily.as("qnap-authlogin")

func qnapPeek(ctx context.Context, s *stay) (State, string) {
	p := s.look(ctx, s.at+s.session)
	switch passed := readXML(p.body).text("authPassed"); {
	case s.shows(p, passed == "1"):
		return Open, "authPassed 1"
	case passed == "0":
		return Closed, "authPassed 0"
	}
	return Unclear, ""
}

func qnapEnter(ctx context.Context, s *stay, l Login) (probes.Outcome, string) {
	p := s.send(ctx, "/cgi-bin/authLogin.cgi", "user="+url.QueryEscape(l.User)+"&pwd="+url.QueryEscape(base64Of(l.Password)))
	said := readXML(p.body)
	passed, session := said.text("authPassed"), said.text("authSid")
	switch {
	case passed == "1" && plain(session):
		s.session = "&sid=" + session
		return probes.Accepted, "authPassed 1"
	case some(said.text("need_2sv")):
		return probes.Unclear, "wants a second factor"
	case passed == "0":
		return probes.Rejected, "authPassed 0"
	}
	return probes.Unclear, ""
}

func qnapLeave(ctx context.Context, s *stay) {
	if s.session != "" {
		s.from(ctx, http.MethodGet, "/cgi-bin/authLogout.cgi?logout=1"+s.session, "")
	}
}
