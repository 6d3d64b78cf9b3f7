package proof

import (
	"context"
	"net/url"
	"strings"

	"github.com/homesweep/homesweep/probes"
)

// Foscam's HD cameras: every question has user and password in its address
// (codes of a result: github.com/krmarien/python-foscam, libpyfoscam/foscam.py:
// 0 done, -1 malformed, -2 wrong user or password, -3 not allowed). There is no
// session to end.
var foscamFamily = family{name: "Foscam CGI", path: "getDevState", peek: foscamPeek, enter: foscamEnter, whole: true}

var _ = foscamFamily.as("foscam-cgi")

func foscamPeek(ctx context.Context, s *stay) (State, string) {
	result := s.foscam(ctx, "")
	switch {
	case result == "0" && s.shows(s.last, true):
		return Open, "result 0"
	case result == "-1" || result == "-2":
		return Closed, "result " + code(result)
	}
	return Unclear, ""
}

func foscamEnter(ctx context.Context, s *stay, l Login) (probes.Outcome, string) {
	result := s.foscam(ctx, "&usr="+url.QueryEscape(l.User)+"&pwd="+url.QueryEscape(l.Password))
	outcome := probes.Unclear
	switch {
	case result == "0" && s.shows(s.last, true):
		outcome = probes.Accepted
	case result == "-2":
		outcome = probes.Rejected
	}
	return outcome, "result " + code(result)
}

// foscam runs the reading command that the path names, with a login or without,
// and gives its result.
func (s *stay) foscam(ctx context.Context, login string) string {
	p := s.look(ctx, "/cgi-bin/CGIProxy.fcgi?cmd="+url.QueryEscape(strings.Trim(s.at, "/"))+login)
	return readXML(p.body).text("CGI_Result/result")
}
