package proof

import (
	"bufio"
	"context"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/nvt"
	"io"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes"
)

// TestTelnetMakers are answers to a password in the manner of many makers.
func TestTelnetMakers(t *testing.T) {
	for answer, want := range map[string]probes.Outcome{
		// MikroTik RouterOS
		"\r\nLogin failed, incorrect username or password\r\n\r\nLogin: ":                                 probes.Rejected,
		"\r\n\x1b[9999B\x1b[c  MikroTik RouterOS 6.49\r\n\x1b[6n\r\r\r\r[admin@\x1b[1mMikroTik\x1b[m] > ": probes.Accepted,
		"\r\nChange your password\r\n\r\nnew password> ":                                                  probes.Accepted,
		"\r\nDo you want to see the software license? [Y/n]: ":                                            probes.Accepted,
		// Huawei and ZTE gateways
		"\r\nUser name or password is wrong, please try it again!\r\nLogin:":  probes.Rejected,
		"\r\nThe user has been locked, please try again after 60 seconds\r\n": probes.Locked,
		"\r\nWAP>": probes.Accepted,
		"\r\nLogin incorrect. Try again.\r\nLogin: ": probes.Rejected,
		"\r\n~ # ": probes.Accepted,
		"\r\n/ # ": probes.Accepted,
		// Broadcom's command line: Zyxel, D-Link, Comtrend
		"\r\nAuthorization failed after trying 3 times!!!.\r\nPlease login after 300 seconds!\r\n": probes.Locked,
		"\r\n > ": probes.Accepted,
		// ZyNOS
		"\r\nBad Password!!!\r\nPassword: ":                                   probes.Rejected,
		"\r\nCopyright (c) 1994 - 2012 ZyXEL Communications Corp.\r\nras> ":   probes.Accepted,
		"\r\n  24. System Maintenance\r\n  Enter Menu Selection Number:     ": probes.Accepted,
		// DrayTek, Netgear, TP-Link, Cisco, HP, APC, Technicolor
		"\r\nType ? for command help\r\n\r\nDrayTek> ":         probes.Accepted,
		"\r\nIncorrect Login/Password\r\nUser:":                probes.Rejected,
		"\r\n(GS724Tv4) >":                                     probes.Accepted,
		"********\r\n\r\nWelcome to TP-LINK\r\nTP-LINK(conf)#": probes.Accepted,
		"\r\n% Login invalid\r\n\r\nUsername: ":                probes.Rejected,
		"\r\n% Bad passwords\r\n":                              probes.Rejected,
		"\r\nauthentication failed\r\nUser Name:":              probes.Rejected,
		"\r\nInvalid password\r\n":                             probes.Rejected,
		"\r\nUser Name : ":                                     probes.Rejected,
		"\r\nInvalid username or password\r\nUsername : ":      probes.Rejected,
		"\r\n------\r\n{Administrator}=>":                      probes.Accepted,
		// inetutils, busybox, cameras
		"\r\nLast failed login: Mon from 10.0.0.1\r\nThere was 1 failed login attempt since the last successful login.\r\nroot@cam:~# ": probes.Accepted,
		"\r\nYou are required to change your password immediately\r\nCurrent password: ":                                                probes.Accepted,
		"\r\nLogin timed out after 60 seconds.\r\n":                                                                                     probes.Unclear,
		"\r\nMaximum number of login attempts reached\r\n":                                                                              probes.Locked,
		"\r\nLogin incorrect. 2 attempts left\r\nlogin: ":                                                                               probes.Locked,
		"\r\nSorry, another user is logged in\r\n":                                                                                      probes.Unclear,
		"\r\nError: the console is in use\r\n> ":                                                                                        probes.Unclear,
		"\r\nAccess denied, session limit reached\r\n":                                                                                  probes.Unclear,
		"\r\n####\r\n":   probes.Unclear,
		"\r\nPasswort: ": probes.Rejected,
		"\r\n-sh: /etc/profile: Permission denied\r\n# ":                     probes.Unclear,
		"\r\nFactory login is admin, please change your password\r\nLogin: ": probes.Rejected,
	} {
		t.Run("", func(t *testing.T) {
			t.Parallel() // some end by their time
			s := scripted(t, "telnet", nil, func(c *talk) {
				c.say("login: ")
				c.line()
				c.say("Password: ")
				c.line()
				c.say(answer)
				_, _ = io.Copy(io.Discard, c.in)
			})
			ctx, cancel := contextFor(t, answer)
			defer cancel()
			got, heard, _ := (&telnetDoor{reach: road{}, ep: s.Endpoint()}).Try(ctx, Login{"admin", telnetPass})
			if got != want {
				t.Errorf("%q: %v, %q; want %v", answer, got, heard, want)
			}
		})
	}
}

// TestTelnetLeaves: nothing is typed where it could count as a login or choose
// from a menu.
func TestTelnetLeaves(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]string{
		"\r\nLogin incorrect\r\nlogin: ": "", "\r\nPassword: ": "", "\r\n> ": "", "\r\nE) Erase all\r\nYour choice: ": "",
		"\r\n# ": "exit\r\n",
	} {
		typed := make(chan string, 1)
		s := scripted(t, "telnet", nil, func(c *talk) {
			c.say("Password: ")
			c.line()
			c.say(answer)
			rest, _ := io.ReadAll(c.in)
			typed <- string(rest)
		})
		_, _, _ = (&telnetDoor{reach: road{}, ep: s.Endpoint()}).Try(t.Context(), Login{"", telnetPass})
		if got := <-typed; got != want {
			t.Errorf("after %q typed %q", answer, got)
		}
	}
}

// piped is a Reach to a device that knows when each of its words was heard.
type piped struct {
	road
	conn net.Conn
}

func (p piped) Dial(context.Context, lan.Endpoint) (net.Conn, error) { return p.conn, nil }

// TestTelnetHearsOut: a command line with something after it is none.
func TestTelnetHearsOut(t *testing.T) {
	for first, rest := range map[string]string{
		"\r\n#": " NOTICE #\r\nLogin incorrect\r\nlogin: ",
		"\r\n>": "> no entry: access denied\r\n",
	} {
		ours, theirs := net.Pipe()
		_ = ours.SetDeadline(time.Now().Add(20 * time.Second))
		_ = theirs.SetDeadline(time.Now().Add(20 * time.Second))
		go func() {
			c := &talk{theirs, bufio.NewReader(theirs)}
			c.say("Password: ")
			c.line()
			c.say(first)
			c.say(rest)
			theirs.Close()
		}()
		d := &telnetDoor{reach: piped{conn: ours}, settle: 20 * time.Second, inside: regexp.MustCompile(`(?m)[#$>]\s*$`)}
		if got, heard, _ := d.Try(t.Context(), Login{"", telnetPass}); got != probes.Rejected {
			t.Errorf("%q: %v, %q", first+rest, got, heard)
		}
	}
}

// TestTelnetNameAlone: an account without a password is let in by its name, which
// proves a login without a password and no other.
func TestTelnetNameAlone(t *testing.T) {
	for password, want := range map[string]probes.Outcome{"": probes.Accepted, telnetPass: probes.Unclear} {
		s := scripted(t, "telnet", nil, func(c *talk) {
			c.say("login: ")
			c.line()
			c.say("\r\n~ # ")
			c.line()
		})
		if got, heard, err := (&telnetDoor{reach: road{}, ep: s.Endpoint()}).Try(t.Context(), Login{"root", password}); got != want || err != nil {
			t.Errorf("%q: %v, %q, %v", password, got, heard, err)
		}
	}
}

// TestTelnetSlowly: a device that says its lines byte by byte.
func TestTelnetSlowly(t *testing.T) {
	t.Parallel()
	s := scripted(t, "telnet", nil, func(c *talk) {
		slowly := func(text string) {
			for _, b := range []byte(text) {
				c.say(string([]byte{b}))
			}
		}
		slowly("\xff\xfd\x18\xff\xfb\x01Welcome, please login with care\r\ncam login: ")
		_ = c.line() // with our refusals before it
		slowly("\r\nPassword: ")
		c.line()
		slowly("\r\n\x1b[32mcam\x1b[0m:/\x1b]0;x\x07# ")
		_, _ = io.Copy(io.Discard, c.in)
	})
	d := &telnetDoor{reach: road{}, ep: s.Endpoint()}
	if got, heard, err := d.Try(t.Context(), Login{"root", telnetPass}); got != probes.Accepted || !strings.Contains(heard, "cam:/#") {
		t.Errorf("%v, %q, %v", got, heard, err)
	}
}

// contextFor bounds the wait for a prompt where none will come.
func contextFor(t *testing.T, answer string) (context.Context, context.CancelFunc) {
	limit := 20 * time.Second
	if nvt.PromptOf(answer) == "" {
		limit = time.Second
	}
	return context.WithTimeout(t.Context(), limit)
}
