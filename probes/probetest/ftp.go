package probetest

import (
	"strings"
)

// ftpCommands is how many commands one connection may give.
const ftpCommands = 50

// FTP is the control connection of an FTP server (RFC 959); there is nothing
// to fetch.
type FTP struct {
	Greeting string `json:"greeting"` // text of the 220
	// Account is who may log in; empty refuses everybody.
	Account   string `json:"account"`
	Anonymous bool   `json:"anonymous"` // user "anonymous" or "ftp" gets in with any password
	System    string `json:"system"`    // answer to SYST, "UNIX Type: L8"; empty is 502
}

func (f *FTP) check(d *Device) error {
	for _, text := range []string{f.Greeting, f.System} {
		if err := oneLine("ftp", text); err != nil {
			return err
		}
	}
	return d.wantsAccount(f.Account)
}

func (f *FTP) serve(s *session) {
	s.say("220 " + f.Greeting + "\r\n")
	var user string
	var in bool
	for range ftpCommands {
		line, err := s.line()
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(line, " ")
		verb = strings.ToUpper(verb)
		if verb != "PASS" {
			s.asked(line)
		}
		var reply string
		switch verb {
		case "USER":
			user, reply = rest, "331 Please specify the password."
		case "PASS":
			if in = f.admit(s, user, rest); in {
				reply = "230 Login successful."
			} else {
				reply = "530 Login incorrect."
			}
		case "QUIT":
			s.say("221 Goodbye.\r\n")
			return
		default:
			reply = f.other(s, verb, in)
		}
		if !s.say(reply + "\r\n") {
			return
		}
	}
}

func (f *FTP) admit(s *session, user, pass string) bool {
	if f.Anonymous && (user == "anonymous" || user == "ftp") {
		return s.r.ledger.login(Account{}, user, true)
	}
	return s.login(f.Account, user, pass)
}

// other answers what is neither login nor good-bye.
func (f *FTP) other(s *session, verb string, in bool) string {
	switch {
	case verb == "FEAT":
		return "211-Features:\r\n UTF8\r\n211 End"
	case verb == "NOOP":
		return "200 NOOP ok."
	case verb == "SYST" && f.System != "":
		return "215 " + f.System
	case len(verb) < 3 || len(verb) > 4 || strings.Trim(verb, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "":
		s.malformed()
		return "500 Unknown command."
	case verb == "PWD" && in:
		return `257 "/" is the current directory`
	case !in:
		return "530 Please login with USER and PASS."
	default:
		return "502 Command not implemented."
	}
}
