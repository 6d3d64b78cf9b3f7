package checks

import (
	"context"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// A device whose login is only to be had without encryption: Basic (RFC 7617) or
// a password's field on a page without TLS, Telnet, FTP. It is one finding a
// device, since Telnet and FTP have their own, and never more than likely: a
// script on the page may encrypt what is typed. EN 303 645's 5.1-3 asks for the
// same. That nobody but the household is on its network makes it mild.
var _ = register(probes.Check{
	ID:        "cleartext-login",
	Topic:     "How your password travels to it",
	Title:     "Your password crosses your network unprotected when you log in",
	Advice:    "Anyone on your Wi-Fi could read the password while you type it. Use one there that you use nowhere else. Look in the device's settings for \"HTTPS\" or \"secure login\" and turn it on. Log in only from your own network, never from a guest's or a hotel's.",
	Guideline: 5, Provision: "5.5-1", Severity: lan.ForInfo, Touch: lan.Ask,
	Applies: func(d lan.Device, s lan.Service) bool {
		if s.Port != 0 {
			return false
		}
		for _, s := range d.Services {
			if loginIn(s) != "" {
				return true
			}
		}
		return false
	},
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		verdict, secure := lan.LikelyPass, ""
		for _, s := range p.Device.Services {
			if s.Name == "https" {
				secure = s.Key()
			}
		}
		for _, s := range p.Device.Services {
			how := loginIn(s)
			switch {
			case how == "":
				continue
			case s.Name != "http" || secure == "":
				verdict = lan.LikelyFail
			default:
				how += ", and has an encrypted page on " + secure + " as well"
				p.Advice = "It can be reached encrypted: open its page with https:// in front of its address."
			}
			p.Saw("looked at how "+s.Key()+" asks for a login", how)
		}
		if verdict.Problem() {
			p.Advice = ""
		}
		return verdict, nil
	},
})

// loginIn is how a service asks for a password in clear; "" where it does not.
func loginIn(s lan.Service) string {
	prompt := s.Heard[lan.TelnetPrompt]
	switch {
	case s.Name == "http" && s.Heard[lan.HTTPAuth] == "basic":
		return "Basic authentication without encryption"
	case s.Name == "http" && s.Heard[lan.HTTPForm] != "":
		return "a page with a field for a password, without encryption"
	case s.Name == "telnet" && (prompt == "login" || prompt == "password"):
		return "Telnet asks for a " + prompt + ", without encryption"
	case s.Name == "ftp":
		return "FTP takes logins without encryption"
	}
	return ""
}
