package proof

import (
	"context"
	"net/http"
	"net/url"

	"github.com/homesweep/homesweep/probes"
)

// ASUS routers with ASUSWRT: user and password in base64 (the login page of
// github.com/RMerl/asuswrt-merlin.ng, release/src/router/www/Main_Login.asp;
// github.com/Vaskivskyi/asusrouter). The page itself says how many logins failed
// (error_num) and for how long it is locked (lock_time). Since some firmware
// locks for good after ten failures, nothing is tried after somebody else's.
var asusFamily = family{
	name: "ASUS login", path: "/appGet.cgi?hook=nvram_get(productid)", peek: asusPeek, enter: asusEnter, leave: asusLeave,
}

var _ = asusFamily.as("asus-login")

// What error_status means on the login page.
const (
	asusWrong  = 3
	asusLocked = 7
	asusDouble = 9 // somebody else is logged in
)

func asusPeek(ctx context.Context, s *stay) (State, string) {
	p := s.look(ctx, s.at)
	_, leads := numberAfter(p.body, "error_status")
	switch {
	case s.shows(p, readJSON(p.body).text("productid") != ""):
		return Open, "says what it is"
	case leads || contains(p.body, "Main_Login.asp"):
		return Closed, "leads to the login"
	}
	return Unclear, ""
}

func asusEnter(ctx context.Context, s *stay, l Login) (probes.Outcome, string) {
	p := s.look(ctx, "/Main_Login.asp")
	failed, _ := numberAfter(p.body, "error_num")
	seconds, _ := numberAfter(p.body, "lock_time")
	state, _ := numberAfter(p.body, `"error_status`)
	switch {
	case failed > 0 || seconds > 0 || state == asusLocked:
		return probes.Locked, "counts failed logins, or is locked"
	case state == asusDouble:
		return probes.Unclear, "somebody else is logged in"
	}
	p = s.send(ctx, "/login.cgi", "group_id=&action_mode=&action_script=&action_wait=5&current_page=Main_Login.asp"+
		"&next_page=index.asp&login_authorization="+url.QueryEscape(base64Of(l.User+":"+l.Password)))
	if given := readJSON(p.body).text("asus_token"); plain(given) {
		s.cookies.set("asus_token", given)
	}
	if s.cookies.value("asus_token") != "" {
		return probes.Accepted, "gives a token"
	}
	state, told := numberAfter(p.body, "error_status")
	if !told {
		state, _ = numberAfter(s.look(ctx, "/Main_Login.asp").body, `"error_status`)
	}
	switch state {
	case asusWrong:
		return probes.Rejected, "error_status 3"
	case asusLocked, 10, 11: // or wants a captcha, or warns that this was the last try but one
		return probes.Locked, "says it is locked"
	}
	return probes.Unclear, ""
}

func asusLeave(ctx context.Context, s *stay) {
	if s.cookies.value("asus_token") != "" {
		s.from(ctx, http.MethodGet, "/Logout.asp", "")
	}
}
