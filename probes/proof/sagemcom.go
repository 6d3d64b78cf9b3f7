package proof

import (
	"context"
	"crypto/md5" //nolint:gosec // the device chooses it
	"crypto/rand"
	"crypto/sha512"
	"encoding/binary"
	"net/url"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes"
)

// Sagemcom's F@st routers: JSON questions, each signed with a hash of user,
// the device's nonce and the hashed password (github.com/iMicknl/python-sagemcom-api,
// sagemcom_api/client.py). Which hash is the model's matter, so there is a word
// for each; a device that is asked with the wrong one does not answer.
var (
	sagemcomMD5 = family{
		name: "Sagemcom login", path: "Device/DeviceInfo/ModelName", hash: md5Hash,
		peek: sagemcomPeek, enter: sagemcomEnter, leave: sagemcomLeave,
	}
	sagemcomSHA512 = family{
		name: "Sagemcom login (SHA-512)", path: "Device/DeviceInfo/ModelName", hash: sha512Hash,
		peek: sagemcomPeek, enter: sagemcomEnter, leave: sagemcomLeave,
	}
	_ = sagemcomMD5.as("sagemcom-md5")
	_ = sagemcomSHA512.as("sagemcom-sha512")
)

const sagemcomPath = "/cgi/json-req"

func md5Hash(text string) string    { return digest(md5.New, text) }
func sha512Hash(text string) string { return digest(sha512.New, text) }

func sagemcomLeave(ctx context.Context, s *stay) {
	if s.session != "" {
		s.xmo(ctx, "logOut", "")
	}
}

// sagemcomPeek reads one value of the device's data model (TR-181).
func sagemcomPeek(ctx context.Context, s *stay) (State, string) {
	j := s.xmo(ctx, "getValue", `,"xpath":`+asJSON(strings.TrimPrefix(s.at, "/"))+`,"options":{}`)
	given := j.at("reply/actions/0/callbacks/0/parameters/value").of
	switch said := xmoError(j); {
	case s.shows(s.last, given != nil && given != ""):
		return Open, "gives the value"
	case said == "XMO_INVALID_SESSION_ERR" || said == "XMO_AUTHENTICATION_ERR" || said == "XMO_ACCESS_RESTRICTION_ERR":
		return Closed, said
	}
	return Unclear, ""
}

func sagemcomEnter(ctx context.Context, s *stay, l Login) (probes.Outcome, string) {
	s.key = l.User + "::" + s.hash(l.Password)
	j := s.xmo(ctx, "logIn", `,"parameters":{"user":`+asJSON(l.User)+`,"persistent":true,"session-options":{`+
		`"nss":[{"name":"gtw","uri":"http://sagemcom.com/gateway-data"}],"language":"ident","time-format":"ISO_8601","capability-depth":2}}`)
	given := j.at("reply/actions/0/callbacks/0/parameters")
	id, nonce := given.text("id"), given.text("nonce")
	switch said := xmoError(j); {
	case said == "XMO_AUTHENTICATION_ERR":
		return probes.Rejected, said
	case said == "XMO_LOGIN_RETRY_ERR":
		return probes.Locked, said
	}
	if _, err := strconv.Atoi(id); err != nil || nonce == "" {
		return probes.Unclear, ""
	}
	s.session, s.key = id, l.User+":"+nonce+":"+s.hash(l.Password)
	return probes.Accepted, "gives a session"
}

// xmo asks for one action.
func (s *stay) xmo(ctx context.Context, method, more string) value {
	var random [4]byte
	_, _ = rand.Read(random[:]) // never fails
	cnonce := strconv.Itoa(int(binary.BigEndian.Uint32(random[:]) % 500000))
	number := strconv.Itoa(s.step)
	s.step++
	session := s.session
	if session == "" {
		session = "0"
	}
	body := `{"request":{"id":` + number + `,"session-id":` + session + `,"priority":` + strconv.FormatBool(method == "logIn") +
		`,"actions":[{"id":0,"method":"` + method + `"` + more + `}],"cnonce":` + cnonce + `,"auth-key":"` +
		s.hash(s.hash(s.key)+":"+number+":"+cnonce+":JSON:"+sagemcomPath) + `"}}`
	p := s.send(ctx, sagemcomPath, "req="+url.QueryEscape(body))
	return readJSON(p.body)
}

// xmoError is what a device says of a question or its action; "" for what is no
// word of its protocol.
func xmoError(j value) string {
	said := j.text("reply/error/description")
	if said == "XMO_REQUEST_ACTION_ERR" {
		said = j.text("reply/actions/0/error/description")
	}
	if !strings.HasPrefix(said, "XMO_") || !plain(said) {
		return ""
	}
	return said
}
