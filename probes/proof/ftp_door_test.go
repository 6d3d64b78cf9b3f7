package proof

import (
	"bufio"
	"net"
	"net/textproto"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest"
)

// TestFTPTry is one login over FTP, reply by reply (RFC 959 section 5.4).
func TestFTPTry(t *testing.T) {
	for name, tt := range map[string]struct {
		replies string // to the connection, to USER and to PASS
		want    probes.Outcome
		heard   string
		fails   bool
	}{
		"accepted":                 {"220 hello|331 password|230 welcome", probes.Accepted, "230", false},
		"long greeting":            {"220-hello\r\n there\r\n220 end|331 password|230 welcome", probes.Accepted, "230", false},
		"without a password":       {"220 hello|230 welcome", probes.Unclear, "never asked", false},
		"wants TLS after all":      {"220 hello|331 password|530 Must use TLS", probes.Unclear, "530", false},
		"not from here":            {"220 hello|331 password|530 Access denied for your address", probes.Unclear, "530", false},
		"full house":               {"220 hello|331 password|530 Sorry, maximum number of users", probes.Unclear, "530", false},
		"two tries left":           {"220 hello|331 password|530 Wrong password, 2 attempts left", probes.Locked, "turns us away", false},
		"ready after a while":      {"120 in a minute\r\n220 hello|331 password|230 welcome", probes.Accepted, "230", false},
		"refused":                  {"220 hello|331 password|530 Login incorrect.", probes.Rejected, "530", false},
		"refused with 430":         {"220 hello|331 password|430 no", probes.Rejected, "430", false},
		"wants TLS first":          {"220 hello|530 Non-anonymous sessions must use encryption.", probes.Unclear, "never asked", false},
		"wants an account too":     {"220 hello|331 password|332 account", probes.Unclear, "332", false},
		"turned away at the door":  {"421 too many connections", probes.Locked, "421", false},
		"turned away inside":       {"220 hello|331 password|421 bye", probes.Locked, "421", false},
		"too many tries":           {"220 hello|331 password|530 Too many tries, locked out", probes.Locked, "turns us away", false},
		"no such command":          {"220 hello|331 password|500 what?", probes.Unclear, "500", false},
		"not FTP":                  {"SSH-2.0-dropbear", probes.Unclear, "broke off", true},
		"hung up":                  {"220 hello|331 password", probes.Unclear, "broke off", true},
		"greeting that says later": {"120 ready in 5 minutes", probes.Unclear, "", true},
		"greeting without an end":  {"220-" + strings.Repeat("x\r\n", maxReply), probes.Unclear, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			s := scripted(t, "ftp", nil, func(c *talk) {
				for i, reply := range strings.Split(tt.replies, "|") {
					if want := []string{"", "USER root", "PASS " + telnetPass}[i]; i > 0 {
						if got := c.line(); got != want {
							t.Errorf("sent %q, want %q", got, want)
						}
					}
					c.say(reply + "\r\n")
				}
			})
			got, heard, err := (&ftpDoor{reach: road{}, ep: s.Endpoint()}).Try(t.Context(), Login{"root", telnetPass})
			if tt.fails && err != nil {
				return // Unclear, whatever was made of it
			}
			if got != tt.want || err != nil || !strings.Contains(heard, tt.heard) {
				t.Errorf("%v, %q, %v; want %v with %q", got, heard, err, tt.want, tt.heard)
			}
		})
	}
}

// TestFTPLook says a name and never a password, and no name for anonymous.
func TestFTPLook(t *testing.T) {
	for replies, want := range map[string]State{
		"220 hello|331 password":           Closed,
		"220 hello|230 come in":            Open,
		"220 hello|530 use TLS first":      Unclear,
		"220 hello|332 account":            Unclear,
		"421 too many connections":         Unclear,
		"220 hello|522 TLS or nothing":     Unclear,
		"220 hello|331-well\r\n331 asking": Closed,
	} {
		s := scripted(t, "ftp", nil, func(c *talk) {
			for i, reply := range strings.Split(replies, "|") {
				if got := ""; i > 0 {
					if got = c.line(); got != "USER root" {
						t.Errorf("sent %q", got)
					}
				}
				c.say(reply + "\r\n")
			}
			if got := c.line(); got != "QUIT" {
				t.Errorf("took leave with %q", got)
			}
		})
		got, heard, err := (&ftpDoor{reach: road{}, ep: s.Endpoint(), user: "root"}).Look(t.Context())
		if got != want || err != nil {
			t.Errorf("%s: %v, %q, %v", replies, got, heard, err)
		}
	}
	for _, user := range []string{"", "anonymous", "FTP", "a\r\nDELE x"} {
		if got, _, err := (&ftpDoor{user: user}).Look(t.Context()); got != Closed || err != nil {
			t.Errorf("%q: %v, %v", user, got, err)
		}
	}
}

func FuzzFTPReplies(f *testing.F) {
	f.Add("220 hello\r\n331 password\r\n230 in\r\n")
	f.Add("220-\r\n530 no\r\n421 too many\r\n")
	f.Fuzz(func(t *testing.T, said string) {
		v := &ftpVisit{conn: &deaf{}, replies: textproto.NewReader(bufio.NewReader(strings.NewReader(said)))}
		for range 3 {
			got, err := v.command("NOOP")
			if outcome, heard := got.outcome(true, nil); err == nil && (outcome == probes.Accepted && got.code != 230 || len(heard) > 60) {
				t.Errorf("%v, %q of %+v", outcome, heard, got)
			}
		}
	})
}

// deaf is a connection on which everything may be written.
type deaf struct{ net.Conn }

func (deaf) Write(b []byte) (int, error) { return len(b), nil }

// TestFTPProof is the whole check against a device that counts.
func TestFTPProof(t *testing.T) {
	for pass, want := range map[string]lan.Verdict{"system": lan.Fail, "own": lan.Pass} {
		d := &probetest.Device{
			Name:      "iqeye",
			Accounts:  []probetest.Account{{Name: "a", User: "root", Pass: pass}},
			Listeners: []probetest.Listener{{Port: 21, FTP: &probetest.FTP{Greeting: "FTP Version 1.0 on IQeye7", Account: "a"}}},
		}
		running, s := started(t, "ftp", lan.Heard{lan.FTPBanner: "220 FTP Version 1.0 on IQeye7"}, d)
		p := &probes.Pass{Service: s, Try: (&ledger{grants: 9}).try}
		got, err := judged(t, p)
		c := running.Counters()
		if got != want || err != nil || c.WrongPasswordsInAll() != 1 || c.Malformed() != 0 {
			t.Errorf("%v, %v, want %v; the device counted %+v\n%s", got, err, want, c, words(p))
		}
	}
}
