package proof

import (
	"context"
	"net/url"
	"strings"

	"github.com/homesweep/homesweep/probes"
)

// Reolink's cameras and recorders: a list of JSON commands, and a token
// (github.com/starkillerOG/reolink_aio, reolink_aio/api.py: rspCode -6 "please
// login first", -7 "login failed", or "password wrong", "invalid user").
var reolinkFamily = family{
	name: "Reolink login", path: "GetDevInfo", peek: reolinkPeek, enter: reolinkEnter, leave: reolinkLeave,
}

var _ = reolinkFamily.as("reolink")

// reolinkPeek runs a reading command.
func reolinkPeek(ctx context.Context, s *stay) (State, string) {
	j := s.reolink(ctx, strings.Trim(s.at, "/"), "{}")
	switch failed := j.text("0/error/rspCode"); {
	case s.shows(s.last, j.text("0/code") == "0" && j.at("0/value").of != nil):
		return Open, "gives its settings"
	case failed == "-6":
		return Closed, "wants a login first (" + code(failed) + ")"
	}
	return Unclear, ""
}

func reolinkEnter(ctx context.Context, s *stay, l Login) (probes.Outcome, string) {
	j := s.reolink(ctx, "Login", `{"User":{"userName":`+asJSON(l.User)+`,"password":`+asJSON(l.Password)+"}}")
	token, failed := j.text("0/value/Token/name"), j.text("0/error/rspCode")
	detail := strings.ToLower(j.text("0/error/detail"))
	switch {
	case j.text("0/code") == "0" && plain(token):
		s.session = token
		return probes.Accepted, "gives a token"
	case strings.Contains(detail, "lock"):
		return probes.Locked, "says it is locked"
	case failed == "-7" || detail == "password wrong" || detail == "invalid user":
		return probes.Rejected, code(failed)
	}
	return probes.Unclear, code(failed)
}

func reolinkLeave(ctx context.Context, s *stay) {
	if s.session != "" {
		s.reolink(ctx, "Logout", "{}")
	}
}

// reolink runs one command.
func (s *stay) reolink(ctx context.Context, command, param string) value {
	path := "/cgi-bin/api.cgi?cmd=" + url.QueryEscape(command)
	if s.session != "" {
		path += "&token=" + url.QueryEscape(s.session)
	}
	p := s.send(ctx, path, `[{"cmd":`+asJSON(command)+`,"action":0,"param":`+param+"}]")
	return readJSON(p.body)
}
