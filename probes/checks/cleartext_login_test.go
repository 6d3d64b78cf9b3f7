package checks

import "github.com/homesweep/homesweep/probes/lan"

// serving is a device with these services.
func serving(list ...lan.Service) lan.Device { return lan.Device{Services: list} }

var (
	basicPage  = port("http", lan.Heard{lan.HTTPAuth: "basic", lan.HTTPStatus: "401"})
	formPage   = port("http", lan.Heard{lan.HTTPForm: "login", lan.HTTPStatus: "200"})
	securePage = lan.Service{Transport: lan.TCP, Port: 443, Name: "https", TLS: true, Heard: lan.Heard{lan.HTTPForm: "login"}}
)

var _ = hold("cleartext-login",
	twin{name: "Basic", device: serving(basicPage), want: lan.LikelyFail},
	twin{name: "a form", device: serving(formPage), want: lan.LikelyFail},
	twin{name: "Telnet", device: serving(port("telnet", lan.Heard{lan.TelnetPrompt: "login"})), want: lan.LikelyFail},
	twin{name: "FTP beside HTTPS", device: serving(port("ftp", nil), securePage), want: lan.LikelyFail},
	twin{name: "HTTPS as well", device: serving(basicPage, securePage), want: lan.LikelyPass},
	twin{name: "HTTPS only", device: serving(securePage), want: lan.NotApplicable},
	twin{name: "Digest", device: serving(port("http", lan.Heard{lan.HTTPAuth: "digest"})), want: lan.NotApplicable},
	twin{name: "a page without a login", device: serving(port("http", lan.Heard{lan.HTTPStatus: "200"})), want: lan.NotApplicable},
	twin{name: "a Telnet shell", device: serving(port("telnet", lan.Heard{lan.TelnetPrompt: "shell"})), want: lan.NotApplicable},
	twin{name: "SSH", device: serving(port("ssh", nil)), want: lan.NotApplicable})
