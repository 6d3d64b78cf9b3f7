package proof

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes"
)

// Hikvision's ISAPI: a session for which the password is hashed as often as the
// device wants (github.com/petrleocompel/hikaxpro, src/hikaxpro.py), and on
// firmware without sessions Digest or Basic. A refusal says how many tries are
// left (retryLoginTime) and whether the account is locked (lockStatus,
// unlockTime).
var hikvisionFamily = family{
	name: "Hikvision ISAPI", path: "/ISAPI/System/deviceInfo",
	peek: hikvisionPeek, enter: hikvisionEnter, leave: hikvisionLeave,
}

var _ = hikvisionFamily.as("hikvision-isapi")

const (
	hikvisionSession = "/ISAPI/Security/sessionLogin"
	maxRounds        = 10000 // of hashing
)

func hikvisionPeek(ctx context.Context, s *stay) (State, string) {
	p := s.from(ctx, http.MethodGet, s.at, "", s.authorization()...)
	switch {
	case s.shows(p, readXML(p.body).text("model") != ""):
		return Open, "says what it is"
	case p.status == http.StatusUnauthorized:
		return Closed, ""
	}
	return Unclear, ""
}

// authorization is the header for firmware without sessions.
func (s *stay) authorization() []string {
	if s.key == "" {
		return nil
	}
	return []string{"Authorization", s.key}
}

func hikvisionEnter(ctx context.Context, s *stay, l Login) (probes.Outcome, string) {
	p := s.look(ctx, hikvisionSession+"/capabilities?username="+url.QueryEscape(l.User))
	asked := readXML(p.body)
	switch {
	case s.hikvisionLocked(asked):
		return probes.Locked, ""
	case p.status != http.StatusOK || asked.text("challenge") == "":
		return hikvisionOld(ctx, s, l)
	}
	hashed, ok := hikvisionHash(asked, l)
	if !ok {
		return probes.Unclear, odd
	}
	id, version := asked.text("sessionID"), asked.text("sessionIDVersion")
	if version == "" {
		version = "2"
	}
	p = s.send(ctx, hikvisionSession+"?timeStamp="+strconv.FormatInt(time.Now().Unix(), 10),
		"<SessionLogin><userName>"+asXML(l.User)+"</userName><password>"+hashed+"</password><sessionID>"+asXML(id)+
			"</sessionID><isSessionIDValidLongTerm>false</isSessionIDValidLongTerm><sessionIDVersion>"+asXML(version)+
			"</sessionIDVersion></SessionLogin>")
	said := readXML(p.body)
	s.session = id
	if p.status == http.StatusOK && (said.text("statusValue") == "200" || said.text("statusCode") == "1") {
		if given := said.text("sessionID"); len(s.cookies.list) == 0 && plain(given) {
			s.cookies.set("WebSession", given)
		}
		return probes.Accepted, ""
	}
	return s.hikvisionNo(p)
}

// hikvisionHash is the password as the device wants it.
func hikvisionHash(asked elements, l Login) (string, bool) {
	rounds, err := strconv.Atoi(asked.text("iterations"))
	if err != nil || rounds < 2 || rounds > maxRounds {
		return "", false
	}
	hash := func(words ...string) string {
		sum := sha256.Sum256([]byte(strings.Join(words, "")))
		return hex.EncodeToString(sum[:])
	}
	hashed := hash(l.Password)
	if asked.text("isIrreversible") == "true" {
		hashed = hash(l.User, asked.text("salt"), l.Password)
		if salt := asked.text("salt2"); salt != "" && asked.text("sessionIDVersion") != "2" {
			hashed = hash(l.User, salt, hashed)
		}
	}
	hashed += asked.text("challenge")
	for range rounds - 1 {
		hashed = hash(hashed)
	}
	return hashed, true
}

// hikvisionOld answers the challenge of the protected page itself.
func hikvisionOld(ctx context.Context, s *stay, l Login) (probes.Outcome, string) {
	p := s.look(ctx, s.at)
	asked, ok := pickChallenge(p.header.Values("WWW-Authenticate"))
	if !ok || p.status != http.StatusUnauthorized {
		return probes.Unclear, odd
	}
	if s.hikvisionLocked(readXML(p.body)) {
		return probes.Locked, ""
	}
	if s.key, s.err = answer(asked, 1, http.MethodGet, s.at, l); s.err != nil {
		return probes.Unclear, ""
	}
	p = s.from(ctx, http.MethodGet, s.at, "", s.authorization()...)
	if !s.shows(p, readXML(p.body).text("model") != "") {
		return s.hikvisionNo(p)
	}
	s.key, s.err = answer(asked, 2, http.MethodGet, s.at, l)
	return probes.Accepted, ""
}

// hikvisionNo reads a refusal.
func (s *stay) hikvisionNo(p *page) (probes.Outcome, string) {
	switch {
	case s.hikvisionLocked(readXML(p.body)):
		return probes.Locked, ""
	case p.status == http.StatusUnauthorized:
		return probes.Rejected, ""
	}
	return probes.Unclear, ""
}

// hikvisionLocked reports, and notes, that the account is locked or nearly so.
func (s *stay) hikvisionLocked(said elements) bool {
	return s.lock(said.text("lockStatus") == "lock" || some(said.text("unlockTime")) || few(said.text("retryLoginTime")))
}

func hikvisionLeave(ctx context.Context, s *stay) {
	if s.session != "" {
		s.from(ctx, http.MethodPut, "/ISAPI/Security/sessionLogout", "")
	}
}
