package proof

import (
	"context"
	"crypto/sha256"
	"net/http"
	"net/url"

	"github.com/homesweep/homesweep/probes"
)

// ZTE's home routers (H169A, H288A, F6640 and others): SHA-256 of the password
// and a token (github.com/juacas/zte_tracker,
// custom_components/zte_tracker/zteclient/zte_client.py). lockingTime is not 0
// while the account is locked, and is in the answer before a login, too.
var zteFamily = family{
	name: "ZTE login", path: "/?_type=menuData&_tag=devmgr_statusmgr_lua.lua",
	peek: ztePeek, enter: zteEnter, leave: zteLeave,
}

var _ = zteFamily.as("zte-token")

const (
	zteLogin = "/?_type=loginData&_tag=login_entry"
	zteMenu  = "/?_type=menuView&_tag=statusMgr&Menu3Location=0" // must be loaded before its data
)

func ztePeek(ctx context.Context, s *stay) (State, string) {
	s.look(ctx, zteMenu)
	p := s.look(ctx, s.at)
	said := readXML(p.body).text("IF_ERRORSTR")
	switch {
	case s.shows(p, said == "SUCC" || said == "SUCCESS"):
		return Open, "the status page"
	case said == "SessionTimeout":
		return Closed, "SessionTimeout"
	}
	return Unclear, ""
}

func zteEnter(ctx context.Context, s *stay, l Login) (probes.Outcome, string) {
	p := s.look(ctx, zteLogin)
	state := readJSON(p.body)
	session := state.text("sess_token")
	switch {
	case s.zteLocked(state):
		return probes.Locked, ""
	}
	p = s.look(ctx, "/?_type=loginData&_tag=login_token")
	token := readXML(p.body).text("ajax_response_xml_root")
	if token == "" || session == "" {
		return probes.Unclear, "gives no token"
	}
	p = s.send(ctx, zteLogin, "action=login&Username="+url.QueryEscape(l.User)+"&Password="+digest(sha256.New, l.Password+token)+
		"&_sessionTOKEN="+url.QueryEscape(session))
	said := readJSON(p.body)
	refresh := said.text("login_need_refresh")
	switch {
	case s.zteLocked(said):
		return probes.Locked, ""
	case said.text("loginErrMsg") != "":
		return probes.Rejected, "refuses it"
	case p.status == http.StatusOK && (refresh == "true" || refresh == "1"):
		return probes.Accepted, "takes the login"
	}
	return probes.Unclear, ""
}

func zteLeave(ctx context.Context, s *stay) {
	s.send(ctx, "/?_type=loginData&_tag=logout_entry", "IF_LogOff=1")
}

// zteLocked reports, and notes, that the account is locked.
func (s *stay) zteLocked(said value) bool {
	return s.lock(some(said.text("lockingTime")))
}
