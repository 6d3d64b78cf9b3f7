package proof

import (
	"context"
	"crypto/hmac"
	"crypto/md5" //nolint:gosec // the device chooses it
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes"
)

// D-Link's HNAP with a challenge (DIR-8xx, DSP-W215 and others): SOAP, and
// HMAC-MD5 with a private key that comes of the password
// (github.com/acavalin/dsp-w215-hnap/wiki/Authentication-process,
// github.com/LinuxChristian/pyW215, pyW215/pyW215.py). LOCKUP and REBOOT are how
// a device says that it takes no more tries.
var hnapFamily = family{name: "HNAP", path: "GetRouterLanSettings", peek: hnapPeek, enter: hnapEnter, leave: hnapLeave}

var _ = hnapFamily.as("hnap")

const hnapSpace = "http://purenetworks.com/HNAP1/"

// hnapPeek calls the protected method that the record's path names; that it is
// a login which is missing shows in the challenge, which costs no try.
func hnapPeek(ctx context.Context, s *stay) (State, string) {
	method := strings.Trim(s.at, "/")
	said := s.hnap(ctx, method, "")
	if s.shows(s.last, said.text(method+"Result") == "OK") {
		return Open, "answers " + method
	}
	if s.key == "" {
		if s.hnap(ctx, "Login", hnapLogin("request", "admin", "")).text("Challenge") == "" {
			return Unclear, ""
		}
	}
	return Closed, "does not answer " + method
}

func hnapEnter(ctx context.Context, s *stay, l Login) (probes.Outcome, string) {
	said := s.hnap(ctx, "Login", hnapLogin("request", l.User, ""))
	challenge, public, cookie := said.text("Challenge"), said.text("PublicKey"), said.text("Cookie")
	switch {
	case s.hnapLocked(said):
		return probes.Locked, ""
	case challenge == "" || public == "" || !plain(cookie):
		return probes.Unclear, odd
	}
	s.cookies.set("uid", cookie)
	s.key = hmacMD5(public+l.Password, challenge)
	said = s.hnap(ctx, "Login", hnapLogin("login", l.User, hmacMD5(s.key, challenge)))
	switch result := strings.ToLower(said.text("LoginResult")); {
	case s.hnapLocked(said):
		return probes.Locked, ""
	case s.last.status == http.StatusOK && (result == "success" || result == "ok"):
		return probes.Accepted, "takes the login"
	case result == "failed":
		return probes.Rejected, "LoginResult failed"
	}
	return probes.Unclear, ""
}

func hnapLeave(ctx context.Context, s *stay) {
	if s.key != "" {
		s.hnap(ctx, "Logout", "")
	}
}

// hnapLocked reports, and notes, that the device takes no more tries.
func (s *stay) hnapLocked(said elements) bool {
	result := strings.ToUpper(said.text("LoginResult"))
	return s.lock(result == "LOCKUP" || result == "REBOOT")
}

// hnap calls one method, signed if the stay has a key.
func (s *stay) hnap(ctx context.Context, method, params string) elements {
	action := `"` + hnapSpace + method + `"`
	header := []string{"SOAPAction", action}
	if s.key != "" {
		now := strconv.FormatInt(time.Now().Unix(), 10)
		header = append(header, "HNAP_AUTH", hmacMD5(s.key, now+action)+" "+now)
	}
	p := s.send(ctx, "/HNAP1/", `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">`+
		"<soap:Body><"+method+` xmlns="`+hnapSpace+`">`+params+"</"+method+"></soap:Body></soap:Envelope>", header...)
	return readXML(p.body)
}

func hnapLogin(action, user, hashed string) string {
	return "<Action>" + action + "</Action><Username>" + asXML(user) + "</Username><LoginPassword>" + hashed +
		"</LoginPassword><Captcha/>"
}

// hmacMD5 is in upper-case hex, as the device has it.
func hmacMD5(key, text string) string {
	h := hmac.New(md5.New, []byte(key))
	h.Write([]byte(text))
	return strings.ToUpper(hex.EncodeToString(h.Sum(nil)))
}
