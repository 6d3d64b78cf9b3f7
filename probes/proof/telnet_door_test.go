package proof

import (
	"regexp"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/nvt"
	"github.com/homesweep/homesweep/probes/probetest"
)

const telnetPass = "s3cret-word"

// TestTelnetTry is one login over Telnet, as devices play it.
func TestTelnetTry(t *testing.T) {
	// after plays a login with a user name and then what comes after it.
	after := func(text string) func(*talk) {
		return func(c *talk) {
			c.say("\xff\xfd\x18cam login: ")
			c.line()
			c.say("Password: ")
			c.line()
			c.say(text)
		}
	}
	for name, tt := range map[string]struct {
		script func(*talk)
		want   probes.Outcome
		heard  string
		fails  bool
	}{
		"shell":                {after("\r\nBusyBox v1.30\r\n# "), probes.Accepted, "a command line", false},
		"shell after worry":    {after("\r\nLast failed login: never\r\nroot@cam:~# "), probes.Accepted, "Last failed", false},
		"menu":                 {after("\r\n[admin@MikroTik] > "), probes.Accepted, "a command line", false},
		"login incorrect":      {after("\r\nLogin incorrect\r\ncam login: "), probes.Rejected, "Login incorrect", false},
		"incorrect, hung up":   {after("\r\nLogin incorrect\r\n"), probes.Rejected, "Login incorrect", false},
		"asks again, wordless": {after("\r\nPassword: "), probes.Rejected, "Password", false},
		"locked":               {after("\r\nToo many tries. Try again later.\r\n"), probes.Locked, "Too many", false},
		"locked, asks again":   {after("\r\nAccount locked\r\nlogin: "), probes.Locked, "Account locked", false},
		"hung up":              {after(""), probes.Unclear, "hung up", false},
		"chatters":             {after("\r\nwelcome home\r\n"), probes.Unclear, "welcome home", false},
		"password only": {func(c *talk) {
			c.say("Password:")
			if got := c.line(); got != telnetPass {
				c.say("\r\nno line of ours: " + got)
			}
			c.say("\r\nATP>")
		}, probes.Accepted, "ATP>", false},
		"a banner of warnings": {func(c *talk) {
			c.say("Access denied to strangers. Errors and failures are logged, invalid users blocked.\r\n")
			c.say("###############\r\n")
			c.say("Username : ")
			c.line()
			c.say("Password : ")
			c.line()
			c.say("\r\n$ ")
		}, probes.Accepted, "a command line", false},
		"echo": {func(c *talk) {
			c.say("login: ")
			c.say(c.line() + "\r\nPassword: ")
			c.say(c.line() + "\r\n# ")
		}, probes.Accepted, "***", false},
		"echo with a colour in it": {func(c *talk) {
			c.say("login: ")
			c.line()
			c.say("Password: ")
			text := c.line()
			c.say(text[:3] + "\x1b[1m" + text[3:] + "\x00\r\nlogin incorrect\r\nlogin: ")
		}, probes.Rejected, "***", false},
		"echo with a bell in it": {func(c *talk) {
			c.say("login: ")
			c.line()
			c.say("Password: ")
			text := c.line()
			c.say(text[:3] + "\a" + text[3:] + "\r\nlogin incorrect\r\nlogin: ")
		}, probes.Rejected, "***", false},
		"no password wanted": {func(c *talk) { c.say("login: "); c.line(); c.say("\r\n# ") }, probes.Unclear, "before any password", false},
		"open":               {func(c *talk) { c.say("/ # ") }, probes.Unclear, "before any password", false},
		"locked already":     {func(c *talk) { c.say("You are locked out.\r\n") }, probes.Locked, "locked out", false},
		"says nothing":       {func(*talk) {}, probes.Unclear, "never asked", true},
		"user asked twice":   {func(c *talk) { c.say("login: "); c.line(); c.say("\r\nlogin: ") }, probes.Unclear, "never asked", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := scripted(t, "telnet", nil, tt.script)
			got, heard, err := (&telnetDoor{reach: road{}, ep: s.Endpoint()}).Try(t.Context(), Login{"admin", telnetPass})
			if got != tt.want || (err != nil) != tt.fails || !strings.Contains(heard, tt.heard) {
				t.Errorf("%v, %q, %v; want %v with %q", got, heard, err, tt.want, tt.heard)
			}
			if strings.Contains(lan.Printable(heard, lan.MaxRaw), telnetPass) {
				t.Errorf("the password is in %q", heard)
			}
		})
	}
}

// TestTelnetInside: the marker is looked for in the words as they came, also
// where they hold the password.
func TestTelnetInside(t *testing.T) {
	for password, want := range map[string]probes.Outcome{"raspberry": probes.Accepted, "other": probes.Accepted} {
		d := &telnetDoor{inside: regexp.MustCompile(`pi@raspberrypi:`)}
		if got, heard, _ := d.outcome(nvt.Shell, "", "pi@raspberrypi:~ $ ", password, nil); got != want || strings.Contains(heard, password) {
			t.Errorf("%v, %q", got, heard)
		}
		if got, _, _ := d.outcome(nvt.Shell, "", "Menu\r\n> ", password, nil); got != probes.Unclear {
			t.Errorf("without the marker: %v", got)
		}
	}
}

func TestTelnetRefusesLineBreaks(t *testing.T) {
	for _, l := range []Login{{"a\r\nb", "c"}, {"a", "b\nc"}} {
		if got, _, err := (&telnetDoor{}).Try(t.Context(), l); got != probes.Unclear || err == nil {
			t.Errorf("telnet, %q: %v, %v", l, got, err)
		}
		if got, _, err := (&ftpDoor{}).Try(t.Context(), l); got != probes.Unclear || err == nil {
			t.Errorf("FTP, %q: %v, %v", l, got, err)
		}
	}
}

// TestTelnetProof is the whole check against a device that counts.
func TestTelnetProof(t *testing.T) {
	for pass, want := range map[string]lan.Verdict{"raspberry": lan.Fail, "own": lan.Pass} {
		d := &probetest.Device{
			Name:     "pi",
			Accounts: []probetest.Account{{Name: "a", User: "pi", Pass: pass}},
			Listeners: []probetest.Listener{{Port: 23, Telnet: &probetest.Telnet{
				Banner: "Raspbian GNU/Linux 9\r\n", Login: "login: ", Password: "Password: ", Account: "a",
				Failure: "Login incorrect", Shell: "pi@home:~ $ ",
			}}},
		}
		heard := lan.Heard{lan.TelnetBanner: "Raspbian GNU/Linux 9 login:", lan.TelnetPrompt: "login"}
		running, s := started(t, "telnet", heard, d)
		p := &probes.Pass{Service: s, Try: (&ledger{grants: 9}).try}
		got, err := judged(t, p)
		c := running.Counters()
		if got != want || err != nil || c.WrongPasswordsInAll() != 1 {
			t.Errorf("%v, %v, want %v; the device counted %+v\n%s", got, err, want, c, words(p))
		}
		for _, asked := range c.Ports["tcp/23"].Asked {
			if asked != "shell exit" {
				t.Errorf("typed %q inside", asked)
			}
		}
		for _, e := range p.Evidence {
			if strings.Contains(e.Heard, "raspberry") {
				t.Errorf("the password is in %q", e.Heard)
			}
		}
	}
}

func FuzzTelnetOutcome(f *testing.F) {
	f.Add("\r\nLogin incorrect\r\nlogin: ", "secret")
	f.Add("sec\x00ret \xff\xf0# ", "secret")
	f.Add("too many", "*")
	f.Fuzz(func(t *testing.T, text, password string) {
		text = lan.Printable(text, 4*lan.MaxRaw)
		got, heard, err := (&telnetDoor{}).outcome(nvt.PromptOf(text), "", text, password, nil)
		if err != nil || got < probes.Unclear || got > probes.Locked {
			t.Errorf("%v, %v", got, err)
		}
		// What is of stars, or stands in our own words, is no secret of a device.
		if strings.Trim(password, "*") == password && len(password) > len("a command line: ") && strings.Contains(lan.Printable(heard, lan.MaxRaw), password) {
			t.Errorf("%q holds %q", heard, password)
		}
		if got == probes.Accepted && refusals().MatchString(notices().ReplaceAllString(text, "")) {
			t.Errorf("%q is taken for the inside", text)
		}
	})
}
