package proof

import (
	"context"
	"crypto/md5" //nolint:gosec // the device chooses it
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes"
)

// Dahua's RPC2, also under the names Amcrest, Lorex, IMOU and others: JSON, the
// password hashed with the realm and a random word of the device's
// (github.com/rroller/dahua, custom_components/dahua/rpc2.py; challenge and codes:
// github.com/mcw0/DahuaConsole/issues/29). A refusal counts down
// remainLoginTimes; remainLockSecond is above 0 while the account is locked.
var dahuaFamily = family{name: "Dahua RPC2", peek: dahuaPeek, enter: dahuaEnter, leave: dahuaLeave, exact: true}

var _ = dahuaFamily.as("dahua-rpc2")

// dahuaWrong is RPC2's "User or password not valid".
const dahuaWrong = "268632085"

// dahuaPeek reads a table of general settings, among them the device's name.
func dahuaPeek(ctx context.Context, s *stay) (State, string) {
	j := s.rpc2(ctx, "/RPC2", "configManager.getConfig", `{"name":"General"}`)
	switch failed := j.text("error/code"); {
	case j.text("result") == "true" && s.shows(s.last, j.at("params/table").of != nil):
		return Open, "gives its settings"
	case j.text("result") == "false" && failed != "":
		return Closed, "keeps its settings from strangers (" + code(failed) + ")"
	}
	return Unclear, ""
}

func dahuaEnter(ctx context.Context, s *stay, l Login) (probes.Outcome, string) {
	ask := `{"userName":` + asJSON(l.User) + `,"clientType":"Web3.0","loginType":"Direct","password":"`
	j := s.rpc2(ctx, "/RPC2_Login", "global.login", ask+`"}`)
	realm, random, way := j.text("params/realm"), j.text("params/random"), j.text("params/encryption")
	switch {
	case s.rpc2Locked(j):
		return probes.Locked, ""
	case j.text("result") != "false" || realm == "" || random == "" || way != "Default" && way != "":
		return probes.Unclear, odd
	}
	upper := func(parts ...string) string { return strings.ToUpper(digest(md5.New, parts...)) }
	j = s.rpc2(ctx, "/RPC2_Login", "global.login", ask+upper(l.User, random, upper(l.User, realm, l.Password))+
		`","realm":`+asJSON(realm)+`,"random":`+asJSON(random)+`,"passwordType":"Default","authorityType":"Default"}`)
	switch {
	case j.text("result") == "true":
		return probes.Accepted, "takes the login"
	case s.rpc2Locked(j):
		return probes.Locked, ""
	case j.text("error/code") == dahuaWrong:
		return probes.Rejected, "refuses it, " + code(dahuaWrong)
	}
	return probes.Unclear, code(j.text("error/code"))
}

func dahuaLeave(ctx context.Context, s *stay) {
	if s.session != "" {
		s.rpc2(ctx, "/RPC2", "global.logout", "null")
	}
}

// rpc2 asks one question and takes over the session that the device gives,
// which is a number or a word.
func (s *stay) rpc2(ctx context.Context, path, method string, params string) value {
	s.step++
	ask := `{"method":"` + method + `","params":` + params + `,"id":` + strconv.Itoa(s.step)
	if s.session != "" {
		ask += `,"session":` + s.session
	}
	j := readJSON(s.send(ctx, path, ask+"}").body)
	if given := j.text("session"); given != "" && len(given) <= 128 {
		s.session = asJSON(j.at("session").of)
	}
	return j
}

// rpc2Locked reports, and notes, that the account is locked or nearly so.
func (s *stay) rpc2Locked(j value) bool {
	return s.lock(some(j.text("params/remainLockSecond")) || few(j.text("params/remainLoginTimes")))
}
