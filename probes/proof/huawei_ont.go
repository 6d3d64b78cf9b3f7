package proof

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/homesweep/homesweep/probes"
)

// Huawei's fibre routers (HG8245, EG8145 and others): the password in base64
// and a random token (github.com/csg2008/tools, router/main.go; the variables of the
// login page as in the firmware's login.asp: LoginTimes, LockLeftTime,
// errloginlockNum, which is 3 by default).
var huaweiFamily = family{
	name: "Huawei ONT login", path: "/html/ssmp/deviceinfo/deviceinfo.asp",
	peek: huaweiPeek, enter: huaweiEnter, leave: huaweiLeave,
}

var _ = huaweiFamily.as("huawei-ont")

// huaweiLogin is on the page that asks for a login, and on no other.
func huaweiLogin(body []byte) bool {
	return contains(body, "errloginlockNum") || contains(body, "GetRandCount.asp") ||
		contains(body, "loginpage")
}

func huaweiPeek(ctx context.Context, s *stay) (State, string) {
	p := s.look(ctx, s.at)
	switch {
	case huaweiLogin(p.body) || p.status == http.StatusUnauthorized || p.status == http.StatusForbidden || p.status/100 == 3 ||
		contains(p.body, "top.location") && !contains(p.body, "stDeviceInfo("):
		return Closed, "leads to the login"
	case s.shows(p, contains(p.body, "stDeviceInfo(")):
		return Open, "the protected page"
	}
	return Unclear, ""
}

func huaweiEnter(ctx context.Context, s *stay, l Login) (probes.Outcome, string) {
	before := s.look(ctx, "/")
	if s.huaweiLocked(before) {
		return probes.Locked, ""
	}
	p := s.from(ctx, http.MethodPost, "/asp/GetRandCount.asp", "")
	token := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(string(p.body)), "\ufeff"))
	if !plain(token) {
		return probes.Unclear, "gives no token"
	}
	s.cookies.set("Cookie", "body:Language:english:id=-1")
	s.send(ctx, "/login.cgi", "UserName="+url.QueryEscape(l.User)+"&PassWord="+
		url.QueryEscape(base64Of(l.Password))+"&Language=english&x.X_HW_Token="+url.QueryEscape(token))
	s.session = "sent"
	after := s.look(ctx, "/")
	failed, told := numberAfter(after.body, "LoginTimes")
	was, _ := numberAfter(before.body, "LoginTimes")
	switch {
	case s.huaweiLocked(after):
		return probes.Locked, ""
	case told && failed > was:
		return probes.Rejected, "counts one more failure"
	}
	return probes.Accepted, ""
}

// huaweiLocked reports, and notes, that a login page counts down a lock or has
// few tries left.
func (s *stay) huaweiLocked(p *page) bool {
	seconds, _ := numberAfter(p.body, "LockLeftTime")
	failed, _ := numberAfter(p.body, "LoginTimes")
	most, limited := numberAfter(p.body, "errloginlockNum")
	return s.lock(seconds > 0 || limited && most-failed < fewest)
}

func huaweiLeave(ctx context.Context, s *stay) {
	if s.session != "" {
		s.send(ctx, "/logout.cgi?RequestFile=html/logout.html", "")
	}
}
