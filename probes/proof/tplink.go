package proof

import (
	"bytes"
	"context"
	"crypto/md5" //nolint:gosec // the device chooses it
	"net/url"
	"strings"

	"github.com/homesweep/homesweep/probes"
)

// TP-Link's routers of 2013 to 2016 (TL-WR841N v8 to v11, Archer C7 v1 and v2):
// a cookie with user and MD5 of the password, and a random first part of every
// path (github.com/ericpignet/home-assistant-tplink_router,
// custom_components/tplink_router/device_tracker.py, Tplink4DeviceScanner). The
// login page's httpAutErrorArray says in its first number whether logins are
// taken (2 or 3), and in its second whether the password is hashed.
var tplinkFamily = family{
	name: "TP-Link login", path: "/userRpm/StatusRpm.htm", peek: tplinkPeek, enter: tplinkEnter, leave: tplinkLeave,
}

var _ = tplinkFamily.as("tplink-cookie")

func tplinkPeek(ctx context.Context, s *stay) (State, string) {
	p := s.look(ctx, s.session+s.at)
	switch {
	case contains(p.body, "httpAutErrorArray") || contains(p.body, "no authority to access"):
		return Closed, "asks for a login"
	case s.shows(p, contains(p.body, "statusPara")):
		return Open, "the status page"
	}
	return Unclear, ""
}

func tplinkEnter(ctx context.Context, s *stay, l Login) (probes.Outcome, string) {
	p := s.look(ctx, "/")
	state, hashed, ok := tplinkState(p.body)
	switch {
	case !ok:
		return probes.Unclear, odd
	case state != 2 && state != 3:
		return probes.Locked, "takes no logins now"
	}
	password := l.Password
	if hashed == 1 {
		password = digest(md5.New, password[:min(len(password), 15)]) // of which it looks at 15 bytes
	}
	s.cookies.set("Authorization", url.PathEscape("Basic "+base64Of(l.User+":"+password)))
	p = s.look(ctx, "/userRpm/LoginRpm.htm?Save=Save")
	state, _, refused := tplinkState(p.body)
	if prefix := tplinkPrefix(p.body); prefix != "" {
		s.session = "/" + prefix
		return probes.Accepted, "leads inside"
	}
	switch {
	case refused && state != 2 && state != 3:
		return probes.Locked, "takes no logins any more"
	case refused:
		return probes.Rejected, "asks for a login again"
	}
	return probes.Unclear, ""
}

// tplinkState are the first two numbers of the login page's httpAutErrorArray.
func tplinkState(body []byte) (state, hashed int, ok bool) {
	_, array, found := bytes.Cut(body, []byte("httpAutErrorArray"))
	_, array, opened := bytes.Cut(array[:min(len(array), 128)], []byte("("))
	if !found || !opened {
		return 0, 0, false
	}
	state, ok = numberAfter(array, "")
	if _, rest, more := bytes.Cut(array, []byte(",")); more {
		hashed, _ = numberAfter(rest, "")
	}
	return state, hashed, ok
}

const capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// tplinkPrefix is the random first part of the paths inside, which the answer
// to a good login leads to: "http://192.168.0.1/HQKATSSC…/userRpm/Index.htm".
func tplinkPrefix(body []byte) string {
	before, _, found := bytes.Cut(body, []byte("/userRpm/Index.htm"))
	if !found || !contains(before, "location.href") {
		return ""
	}
	prefix := string(before[bytes.LastIndexByte(before, '/')+1:])
	if len(prefix) < 8 || len(prefix) > 64 || strings.Trim(prefix, capitals) != "" {
		return ""
	}
	return prefix
}

func tplinkLeave(ctx context.Context, s *stay) {
	if s.session != "" {
		s.look(ctx, s.session+"/userRpm/LogoutRpm.htm")
	}
}
