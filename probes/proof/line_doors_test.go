package proof

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

// broker is an MQTT broker of the given version that answers a CONNECT without
// a login with one code and one with it with the other.
func broker(t *testing.T, level byte, without, with string, saw func(flags byte, body string)) lan.Service {
	return scripted(t, "mqtt", nil, func(c *talk) {
		head := make([]byte, 2)
		if _, err := io.ReadFull(c.in, head); err != nil || head[0] != 0x10 {
			return
		}
		body := make([]byte, head[1])
		if _, err := io.ReadFull(c.in, body); err != nil || string(body[:6]) != "\x00\x04MQTT" || body[7]&2 == 0 {
			t.Errorf("CONNECT % x, %v", body, err)
			return
		}
		saw(body[7], string(body))
		switch {
		case body[6] != level && level == 5:
			c.say("\x20\x03\x00\x84\x00")
		case body[7]&0xc0 == 0xc0:
			c.say(with)
		default:
			c.say(without)
		}
		_, _ = io.Copy(io.Discard, c.in)
	})
}

func TestMQTTDoor(t *testing.T) {
	for name, tt := range map[string]struct {
		level         byte
		without, with string
		state         State
		want          probes.Outcome
	}{
		"right":            {4, "\x20\x02\x00\x05", "\x20\x02\x00\x00", Closed, probes.Accepted},
		"wrong":            {4, "\x20\x02\x00\x05", "\x20\x02\x00\x04", Closed, probes.Rejected},
		"not authorised":   {4, "\x20\x02\x00\x04", "\x20\x02\x00\x05", Closed, probes.Rejected},
		"open":             {4, "\x20\x02\x00\x00", "\x20\x02\x00\x00", Open, probes.Accepted},
		"down":             {4, "\x20\x02\x00\x03", "\x20\x02\x00\x03", Unclear, probes.Unclear},
		"version 5, right": {5, "\x20\x03\x00\x87\x00", "\x20\x03\x00\x00\x00", Closed, probes.Accepted},
		"version 5, wrong": {5, "\x20\x03\x00\x86\x00", "\x20\x03\x00\x86\x00", Closed, probes.Rejected},
		"banned":           {5, "\x20\x03\x00\x87\x00", "\x20\x03\x00\x8a\x00", Closed, probes.Locked},
		"too fast":         {5, "\x20\x03\x00\x87\x00", "\x20\x03\x00\x9f\x00", Closed, probes.Locked},
	} {
		t.Run(name, func(t *testing.T) {
			var names []string
			s := broker(t, tt.level, tt.without, tt.with, func(flags byte, body string) {
				if i := strings.Index(body, "homesweep-"); i >= 0 {
					names = append(names, body[i:i+18])
				}
				if has := strings.Contains(body, telnetPass); has != (flags&0xc0 == 0xc0) {
					t.Errorf("flags %x, body %q", flags, body)
				}
			})
			d := Of(&probes.Pass{Reach: road{}, Service: s}, logins.Record{Auth: "mqtt"})
			state, heard, err := d.Look(t.Context())
			if state != tt.state || err != nil {
				t.Errorf("look: %v, %q, %v", state, heard, err)
			}
			got, heard, err := d.Try(t.Context(), Login{"admin", telnetPass})
			if got != tt.want || err != nil || strings.Contains(heard, telnetPass) {
				t.Errorf("try: %v, %q, %v", got, heard, err)
			}
			slices.Sort(names)
			if len(names) < 2 || len(slices.Compact(names)) != len(names) {
				t.Errorf("client names %q", names)
			}
		})
	}
	for _, said := range []string{"", "\x20\x02\x00", "SSH-2.0-x\r\n", "\x20\x01\x00\x00", "\x20\x02\x02\x00"} {
		s := broker(t, 4, said, said, func(byte, string) {})
		if said == "" || len(said) == 3 {
			s = scripted(t, "mqtt", nil, func(c *talk) { c.say(said) })
		}
		d := &mqttDoor{reach: road{}, ep: s.Endpoint(), level: 4}
		if got, _, err := d.Try(t.Context(), Login{"a", "b"}); got != probes.Unclear || err == nil {
			t.Errorf("%q: %v, %v", said, got, err)
		}
	}
	if got, _, err := (&mqttDoor{level: 4}).Try(t.Context(), Login{"a", strings.Repeat("b", 200)}); got != probes.Unclear || err == nil {
		t.Errorf("long: %v, %v", got, err)
	}
}

// TestRedisDoor plays the answers of Redis 2 to 7.
func TestRedisDoor(t *testing.T) {
	for name, tt := range map[string]struct {
		login Login
		auth  string
		ping  string // after AUTH
		want  probes.Outcome
	}{
		"right":             {Login{"", telnetPass}, "+OK", "+PONG", probes.Accepted},
		"right, of an ACL":  {Login{"admin", telnetPass}, "+OK", "+PONG", probes.Accepted},
		"may do nothing":    {Login{"admin", telnetPass}, "+OK", "-NOPERM this user has no permissions", probes.Accepted},
		"OK to anything":    {Login{"", telnetPass}, "+OK", "-NOAUTH Authentication required.", probes.Unclear},
		"wrong":             {Login{"", telnetPass}, "-WRONGPASS invalid username-password pair or user is disabled.", "", probes.Rejected},
		"wrong, of old":     {Login{"", telnetPass}, "-ERR invalid password", "", probes.Rejected},
		"too old for names": {Login{"admin", telnetPass}, "-ERR wrong number of arguments for 'auth' command", "", probes.Unclear},
		"no password set":   {Login{"", telnetPass}, "-ERR Client sent AUTH, but no password is set", "", probes.Unclear},
		"too many":          {Login{"", telnetPass}, "-ERR too many failed attempts", "", probes.Locked},
		"echoes":            {Login{"", telnetPass}, "-ERR unknown " + telnetPass, "", probes.Unclear},
	} {
		t.Run(name, func(t *testing.T) {
			var sent []string
			s := scripted(t, "redis", nil, func(c *talk) {
				for _, answer := range []string{tt.auth, tt.ping} {
					n := c.line()
					for range 2 * int(n[len(n)-1]-'0') {
						sent = append(sent, c.line())
					}
					c.say(answer + "\r\n")
					if answer != "+OK" {
						break
					}
				}
				rest, _ := io.ReadAll(c.in)
				sent = append(sent, string(rest))
			})
			d := &redisDoor{reach: road{}, ep: s.Endpoint()}
			got, heard, err := d.Try(t.Context(), tt.login)
			if got != tt.want || err != nil || strings.Contains(heard, telnetPass) {
				t.Errorf("%v, %q, %v", got, heard, err)
			}
		})
	}
	for said, want := range map[string]State{
		"+PONG\r\n": Open, "-NOAUTH Authentication required.\r\n": Closed, "-ERR operation not permitted\r\n": Closed,
		"-DENIED Redis is running in protected mode\r\n": Unclear, "HTTP/1.1 400 Bad Request\r\n": Unclear,
	} {
		s := scripted(t, "redis", nil, func(c *talk) { c.line(); c.say(said); _, _ = io.Copy(io.Discard, c.in) })
		if got, heard, err := (&redisDoor{reach: road{}, ep: s.Endpoint()}).Look(t.Context()); got != want || err != nil {
			t.Errorf("%q: %v, %q, %v", said, got, heard, err)
		}
	}
}

// agent is a Reach with an SNMP agent of one version behind it.
type agent struct {
	road
	version     byte
	communities []string
	deaf        int // questions that are lost first
	asked       []string
	status      byte
}

func (a *agent) Ask(_ context.Context, _ lan.Endpoint, b []byte) ([]byte, error) {
	community := string(b[7 : 7+b[6]])
	a.asked = append(a.asked, community)
	if a.deaf--; a.deaf >= 0 || b[4] != a.version || !slices.Contains(a.communities, community) {
		return nil, context.DeadlineExceeded
	}
	if int(b[1]) != len(b)-2 || b[7+b[6]] != 0xa0 {
		return nil, io.ErrUnexpectedEOF
	}
	pdu := b[9+b[6]:]
	value := "\x30\x10\x30\x0e\x06\x08\x2b\x06\x01\x02\x01\x01\x01\x00\x04\x02hi"
	if a.status != 0 {
		value = "\x30\x0e\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x01\x00\x05\x00"
	}
	body := string(pdu[:6]) + "\x02\x01" + string(rune(a.status)) + "\x02\x01\x00" + value
	head := string(b[2 : 7+b[6]])
	body = head + "\xa2\x81" + string([]byte{byte(len(body))}) + body
	return []byte("\x30\x82\x00" + string([]byte{byte(len(body))}) + body), nil
}

func TestSNMPDoor(t *testing.T) {
	for name, tt := range map[string]struct {
		agent agent
		known string
		want  probes.Outcome
		asked string
	}{
		"right":                        {agent{version: 1, communities: []string{"secret"}}, "", probes.Accepted, "secret"},
		"right, version 1":             {agent{version: 0, communities: []string{"secret"}}, "", probes.Accepted, "secret secret"},
		"lost once":                    {agent{version: 1, communities: []string{"secret"}, deaf: 1}, "", probes.Unclear, "secret secret"},
		"silence":                      {agent{version: 1}, "", probes.Unclear, "secret secret"},
		"silence beside public":        {agent{version: 1, communities: []string{"public"}}, "public", probes.Rejected, "secret secret public"},
		"silence, and public too":      {agent{version: 1}, "public", probes.Unclear, "secret secret public public"},
		"an answer without the object": {agent{version: 0, communities: []string{"secret"}, status: 2}, "", probes.Unclear, "secret secret"},
	} {
		t.Run(name, func(t *testing.T) {
			a := tt.agent
			p := &probes.Pass{Reach: &a, Service: lan.Service{Heard: lan.Heard{lan.SNMPCommunity: tt.known}}}
			d := Of(p, logins.Record{Auth: "snmp", Pairs: []logins.Pair{{Pass: logins.Hide("secret")}}})
			if state, _, err := d.Look(t.Context()); state != Closed || err != nil || len(a.asked) > 0 {
				t.Errorf("look: %v, %v", state, err)
			}
			got, heard, err := d.Try(t.Context(), Login{"", "secret"})
			if got != tt.want || err != nil || strings.Join(a.asked, " ") != tt.asked || strings.Contains(heard, "secret") {
				t.Errorf("%v, %q, %v after asking with %q", got, heard, err, a.asked)
			}
		})
	}
	// The random control is refused by silence, since the documented one was heard.
	a := agent{version: 1, communities: []string{"secret"}}
	d := &snmpDoor{reach: &a}
	for _, tt := range []struct {
		community string
		want      probes.Outcome
	}{{"secret", probes.Accepted}, {"random", probes.Rejected}} {
		if got, _, err := d.Try(t.Context(), Login{"", tt.community}); got != tt.want || err != nil {
			t.Errorf("%s: %v, %v", tt.community, got, err)
		}
	}
	p := &probes.Pass{Service: lan.Service{Heard: lan.Heard{lan.SNMPCommunity: "public"}}}
	open := Of(p, logins.Record{Auth: "snmp", Pairs: []logins.Pair{{Pass: logins.Hide("public")}}})
	if state, _, _ := open.Look(t.Context()); state != Open {
		t.Errorf("public: %v", state)
	}
	for _, l := range []Login{{"user", "secret"}, {"", ""}, {"", strings.Repeat("x", 65)}} {
		if got, _, err := d.Try(t.Context(), l); got != probes.Unclear || err == nil {
			t.Errorf("%v: %v, %v", l, got, err)
		}
	}
}

// TestSNMPGet is the message as net-snmp's snmpget -v2c -c public sends it.
func TestSNMPGet(t *testing.T) {
	want := "302902010104067075626c6963a01c020401020304020100020100300e300c06082b060102010101000500"
	if got := hex.EncodeToString(snmpGet(1, "public", 0x01020304)); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func FuzzSNMPStatus(f *testing.F) {
	a := agent{version: 1, communities: []string{"c"}}
	answer, _ := a.Ask(f.Context(), lan.Endpoint{}, snmpGet(1, "c", 1<<24))
	f.Add(answer)
	f.Add(answer[:20])
	f.Fuzz(func(t *testing.T, b []byte) {
		if status, err := snmpStatus(b, 1<<24); err == nil && status == 0 && !bytes.Contains(b, []byte{0xa2}) {
			t.Errorf("% x", b)
		}
	})
}

func FuzzRedisOutcome(f *testing.F) {
	f.Add("+OK\r\n+PONG\r\n")
	f.Add("-WRONGPASS no\r\n")
	f.Fuzz(func(t *testing.T, said string) {
		s := &redisVisit{conn: &deaf{}, in: newReader(said)}
		line, err := s.command("AUTH", "x")
		if got := redisOutcome(line); err == nil && (got == probes.Accepted || len(line) > lan.MaxValue) {
			t.Errorf("%v of %q", got, line)
		}
	})
}

func FuzzConnack(f *testing.F) {
	f.Add([]byte("\x20\x02\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if code, err := connack(bytes.NewReader(b)); err == nil && (b[0] != 0x20 || code != b[3]) {
			t.Errorf("%d of % x", code, b)
		}
	})
}

func newReader(said string) *bufio.Reader { return bufio.NewReader(strings.NewReader(said)) }
