package proof

import (
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

const rtspPath = "/Streaming/Channels/101"

// scene is a camera's RTSP: what it says to whom has a right login, and to
// whom has a wrong one or none.
type scene struct {
	pass        string
	basic       bool
	stale       int // answers with a stale nonce before it looks at a login
	right       string
	wrong       string
	none        string
	wrongLogins int
}

// serve is one conversation.
func (s *scene) serve(c *talk) {
	for n := 1; ; n++ {
		ask := c.line()
		if ask == "" {
			return
		}
		login := ""
		for line := c.line(); line != ""; line = c.line() {
			if rest, ok := strings.CutPrefix(line, "Authorization: "); ok {
				login = rest
			}
		}
		word := func(name string) string {
			_, rest, _ := strings.Cut(login, name+`="`)
			value, _, _ := strings.Cut(rest, `"`)
			return value
		}
		nonce := fmt.Sprintf("nonce-%d", s.stale)
		uri := strings.Fields(ask)[1]
		right := word("response") == md5Hex(md5Hex("admin:cam:"+s.pass)+":"+nonce+":"+md5Hex("DESCRIBE:"+uri)) && strings.HasSuffix(uri, rtspPath)
		dare := `Digest realm="cam", nonce="` + nonce + `"`
		if s.basic {
			dare = `Basic realm="cam"`
			right = login == "Basic YWRtaW46MTIzNDU=" && s.pass == "12345"
		}
		said := "401"
		switch {
		case login == "" && s.none != "":
			said = s.none
		case login != "" && s.stale > 0:
			s.stale--
			dare = fmt.Sprintf(`Digest realm="cam", nonce="nonce-%d", stale=TRUE`, s.stale)
		case right:
			said = s.right
		case login != "":
			s.wrongLogins++
			said = s.wrong
		}
		c.say(fmt.Sprintf("RTSP/1.0 %s Whatever\r\nCSeq: %d\r\nWWW-Authenticate: %s\r\nContent-Length: 5\r\n\r\nv=0\r\n", said, n, dare))
	}
}

func TestRTSP(t *testing.T) {
	for name, tt := range map[string]struct {
		scene
		state State
		want  lan.Verdict
		tries []probes.Outcome
	}{
		"default":          {scene{pass: "12345", right: "200", wrong: "401"}, Closed, lan.Fail, []probes.Outcome{probes.Accepted, probes.Rejected}},
		"default, Basic":   {scene{pass: "12345", basic: true, right: "200", wrong: "401"}, Closed, lan.Fail, []probes.Outcome{probes.Accepted, probes.Rejected}},
		"changed":          {scene{pass: "other", right: "200", wrong: "401"}, Closed, lan.Pass, []probes.Outcome{probes.Rejected}},
		"no such stream":   {scene{pass: "12345", right: "404", wrong: "401"}, Closed, lan.Fail, []probes.Outcome{probes.Accepted, probes.Rejected}},
		"404 to all":       {scene{pass: "other", right: "404", wrong: "404"}, Closed, lan.Undecided, []probes.Outcome{probes.Accepted, probes.Accepted}},
		"404 to strangers": {scene{pass: "12345", right: "200", wrong: "401", none: "404"}, Unclear, lan.Undecided, nil},
		"open":             {scene{pass: "12345", right: "200", wrong: "200", none: "200"}, Open, lan.NotApplicable, nil},
		"stale":            {scene{pass: "12345", stale: 1, right: "200", wrong: "401"}, Closed, lan.Fail, []probes.Outcome{probes.Unclear, probes.Accepted, probes.Rejected}},
		"always stale":     {scene{pass: "12345", stale: 9, right: "200", wrong: "401"}, Closed, lan.Undecided, []probes.Outcome{probes.Unclear, probes.Unclear}},
		"not allowed":      {scene{pass: "12345", right: "403", wrong: "401"}, Closed, lan.Undecided, []probes.Outcome{probes.Unclear}},
		"locked":           {scene{pass: "other", right: "200", wrong: "423"}, Closed, lan.Undecided, []probes.Outcome{probes.Locked}},
	} {
		t.Run(name, func(t *testing.T) {
			device := &tt.scene
			svc := scripted(t, "rtsp", nil, device.serve)
			l := &ledger{grants: 9}
			p := &probes.Pass{Service: svc, Reach: road{}, Try: l.try}
			record := logins.Record{ID: "x", Auth: "rtsp", Path: rtspPath, Pairs: []logins.Pair{{User: "admin", Pass: logins.Hide("12345")}}}
			if state, words, err := Of(p, record).Look(patient(t)); state != tt.state || err != nil {
				t.Errorf("looks %v, %q, %v", state, words, err)
			}
			got, err := Prove(patient(t), p, []logins.Record{record})
			if got != tt.want || err != nil || !slices.Equal(l.outcomes, tt.tries) {
				t.Errorf("%v, %v, %v\n%s", got, err, l.outcomes, words(p))
			}
			clean(t, words(p), "12345")
		})
	}
}

// TestConversationsGoWrong meets the doors that are no web pages with what is
// none of their protocols.
func TestConversationsGoWrong(t *testing.T) {
	for name, script := range map[string]func(*talk){
		"nothing":      func(*talk) {},
		"garbage":      func(c *talk) { c.say("\x00\xff\xfe\xffgarbage\r\n\r\n") },
		"web":          func(c *talk) { c.say("HTTP/1.1 200 OK\r\n\r\n") },
		"no end":       func(c *talk) { c.say("RTSP/1.0 401 No\r\n" + strings.Repeat("A: b\r\n", 99999)) },
		"no status":    func(c *talk) { c.say("RTSP/1.0 yes\r\n\r\n") },
		"long word":    func(c *talk) { c.say("\xbf\xff" + strings.Repeat("a", 1<<15)) },
		"huge word":    func(c *talk) { c.say("\xf0\xff\xff\xff\xff") },
		"much DVRIP":   func(c *talk) { c.say("\xff\x01\x00\x00" + strings.Repeat("\xff", 99)) },
		"other DVRIP":  func(c *talk) { c.say(strings.Repeat(string(dvripSays(1413, `{"Ret":100}`)), 99)) },
		"done, always": func(c *talk) { c.say(strings.Repeat("\x05!done\x00", 3)) },
		"many words":   func(c *talk) { c.say(strings.Repeat("\x01a", 99999)) },
	} {
		for _, auth := range []string{"rtsp", "dvrip", "routeros-api"} {
			t.Run(auth+"/"+name, func(t *testing.T) {
				p := &probes.Pass{Service: scripted(t, auth, nil, func(c *talk) {
					go func() { _, _ = io.Copy(io.Discard, c.in) }()
					script(c)
					if tcp, ok := c.Conn.(*net.TCPConn); ok {
						_ = tcp.CloseWrite()
					}
				}), Reach: road{}}
				door := Of(p, logins.Record{Auth: auth})
				if state, words, _ := door.Look(patient(t)); state == Open {
					t.Errorf("looks open: %q", words)
				}
				if got, words, err := door.Try(patient(t), Login{"admin", "12345"}); got == probes.Accepted || got == probes.Rejected {
					t.Errorf("%v, %q, %v", got, words, err)
				}
			})
		}
	}
}
