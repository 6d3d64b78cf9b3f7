package proof

import (
	"context"
	"crypto/sha256"
	"strings"

	"github.com/homesweep/homesweep/probes"
)

// Huawei's HiLink API, on its mobile routers (B3xx, B5xx, E5xxx): a session and
// a token for each question, the password in SHA-256 with the token
// (github.com/Salamek/huawei-lte-api, huawei_lte_api/api/User.py; codes in
// enums/user.py). Newer firmware that wants SCRAM is left alone.
var hilinkFamily = family{
	name: "Huawei HiLink", path: "/api/device/information",
	peek: hilinkPeek, enter: hilinkEnter, leave: hilinkLeave,
}

var _ = hilinkFamily.as("huawei-hilink")

// hilinkOutcomes are the codes of a refused login: wrong user, password or
// either; tried too often.
var hilinkOutcomes = map[string]probes.Outcome{
	"108001": probes.Rejected, "108002": probes.Rejected, "108006": probes.Rejected, "108007": probes.Locked,
}

func hilinkPeek(ctx context.Context, s *stay) (State, string) {
	if s.session == "" {
		s.hilinkSession(ctx)
	}
	p := s.look(ctx, s.at)
	said := readXML(p.body)
	switch failed := said.text("error/code"); {
	case s.shows(p, said.text("response/DeviceName") != ""):
		return Open, "says what it is"
	case failed == "100003" || strings.HasPrefix(failed, "12500"): // no rights; not this session
		return Closed, "keeps it from strangers (" + code(failed) + ")"
	}
	return Unclear, ""
}

// hilinkSession gets a session and the first token.
func (s *stay) hilinkSession(ctx context.Context) {
	p := s.look(ctx, "/api/webserver/SesTokInfo")
	given := readXML(p.body)
	s.session = strings.TrimPrefix(given.text("SesInfo"), "SessionID=")
	if plain(s.session) {
		s.cookies.set("SessionID", s.session)
	}
	if s.key = given.text("TokInfo"); !plain(s.key) {
		s.key = ""
	}
}

func hilinkEnter(ctx context.Context, s *stay, l Login) (probes.Outcome, string) {
	if s.hilinkSession(ctx); s.key == "" {
		return probes.Unclear, "gives no token"
	}
	p := s.look(ctx, "/api/user/state-login")
	state := readXML(p.body)
	hashed, kind := "", state.text("password_type")
	switch {
	case some(state.text("remainwaittime")) || some(state.text("lockstatus")):
		return probes.Locked, "says that it is locked"
	case some(state.text("extern_password_type")):
		return probes.Unclear, odd
	case kind == "4":
		hashed = base64Of(digest(sha256.New, l.Password))
		hashed = digest(sha256.New, l.User+hashed+s.key)
	case kind == "0":
		hashed = l.Password
	default:
		return probes.Unclear, odd
	}
	hashed = base64Of(hashed)
	p = s.hilinkPost(ctx, "/api/user/login", "<Username>"+asXML(l.User)+"</Username><Password>"+hashed+
		"</Password><password_type>"+kind+"</password_type>")
	said := readXML(p.body)
	failed := said.text("error/code")
	outcome := hilinkOutcomes[failed]
	switch {
	case said.text("response") == "OK":
		outcome = probes.Accepted
	case some(said.text("error/waittime")):
		outcome = probes.Locked
	}
	return outcome, code(failed)
}

// hilinkPost sends one form with the token, and takes over the next one.
func (s *stay) hilinkPost(ctx context.Context, path, fields string) *page {
	p := s.send(ctx, path, `<?xml version="1.0" encoding="UTF-8"?><request>`+fields+"</request>",
		"__RequestVerificationToken", s.key)
	for _, name := range []string{"__RequestVerificationToken", "__RequestVerificationTokenone"} {
		if next, _, _ := strings.Cut(p.header.Get(name), "#"); plain(next) {
			s.key = next
		}
	}
	return p
}

func hilinkLeave(ctx context.Context, s *stay) {
	if s.key != "" {
		s.hilinkPost(ctx, "/api/user/logout", "<Logout>1</Logout>")
	}
}
