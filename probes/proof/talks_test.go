package proof

import (
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

// dvripSays is one message of a recorder.
func dvripSays(kind uint16, body string) []byte {
	head := make([]byte, 20)
	head[0], head[1] = 0xff, 1
	binary.LittleEndian.PutUint16(head[14:], kind)
	binary.LittleEndian.PutUint32(head[16:], uint32(len(body)+2))
	return append(head, body+"\n\x00"...)
}

// recorder speaks DVRIP. hash is what it expects for the password.
func recorder(hash string, wrong int, left *bool) func(*talk) {
	return func(c *talk) {
		for {
			var head [20]byte
			if _, err := io.ReadFull(c.in, head[:]); err != nil {
				return
			}
			body := make([]byte, binary.LittleEndian.Uint32(head[16:]))
			if _, err := io.ReadFull(c.in, body); err != nil || !strings.HasSuffix(string(body), "\n\x00") {
				return
			}
			var ask struct{ UserName, PassWord, Name, SessionID string }
			_ = json.Unmarshal(body[:len(body)-2], &ask)
			inside := binary.LittleEndian.Uint32(head[4:]) == 0x1a && ask.SessionID == "0x0000001A"
			switch kind := binary.LittleEndian.Uint16(head[14:]); {
			case kind == 1000 && ask.UserName == "admin" && ask.PassWord == hash:
				_, _ = c.Write(dvripSays(1413, `{"Name":"KeepAlive"}`)) // it chatters
				_, _ = c.Write(dvripSays(1001, `{"AliveInterval":20,"ChannelNum":4,"Ret":100,"SessionID":"0x0000001A"}`))
			case kind == 1000:
				_, _ = c.Write(dvripSays(1001, fmt.Sprintf(`{"Ret":%d,"SessionID":"0x00000000"}`, wrong)))
			case kind == 1020 && inside && ask.Name == "SystemInfo":
				_, _ = c.Write(dvripSays(1021, `{"Name":"SystemInfo","Ret":100,"SystemInfo":{"HardWare":"MBD6804T"}}`))
			case kind == 1002 && inside:
				*left = true
				_, _ = c.Write(dvripSays(1003, `{"Ret":100}`))
			}
		}
	}
}

func TestDVRIP(t *testing.T) {
	for name, tt := range map[string]struct {
		hash  string
		wrong int
		want  probes.Outcome
	}{
		"no password":  {"tlJwpbo6", 203, probes.Accepted},
		"changed":      {"6QNMIQGe", 203, probes.Rejected},
		"old changed":  {"6QNMIQGe", 106, probes.Rejected},
		"locked":       {"6QNMIQGe", 205, probes.Locked},
		"banned":       {"6QNMIQGe", 206, probes.Locked},
		"in use":       {"6QNMIQGe", 104, probes.Unclear},
		"out of words": {"6QNMIQGe", 9999, probes.Unclear},
	} {
		t.Run(name, func(t *testing.T) {
			left := false
			p := &probes.Pass{Service: scripted(t, "xiongmai-dvr", nil, recorder(tt.hash, tt.wrong, &left)), Reach: road{}}
			door := Of(p, logins.Record{Auth: "dvrip"})
			if state, words, err := door.Look(patient(t)); state != Closed || err != nil {
				t.Errorf("looks %v, %q, %v", state, words, err)
			}
			got, words, err := door.Try(patient(t), Login{"admin", ""})
			if got != tt.want || err != nil {
				t.Errorf("%v, %q, %v", got, words, err)
			}
			if got == probes.Accepted && !left {
				t.Error("did not log out")
			}
		})
	}
}

// mikrotik speaks the API, of before 6.43 if old.
func mikrotik(pass string, old, open bool, quit *bool) func(*talk) {
	return func(c *talk) {
		say := func(words ...string) {
			for _, w := range append(words, "") {
				c.say(string(rune(len(w))) + w)
			}
		}
		inside := open
		for {
			var words []string
			for {
				n, err := c.in.ReadByte()
				if err != nil {
					return
				}
				if n == 0 {
					break
				}
				w := make([]byte, n)
				if _, err := io.ReadFull(c.in, w); err != nil {
					return
				}
				words = append(words, string(w))
			}
			sum := md5.Sum([]byte("\x00" + pass + "\xeb\xdd\xd1\x83"))
			all := strings.Join(words, " ")
			switch {
			case words[0] == "/quit":
				*quit = true
				say("!fatal", "session terminated on request")
				return
			case words[0] == "/login" && old && !strings.Contains(all, "=response="):
				say("!done", "=ret=ebddd183")
			case words[0] == "/login" && (old && all == "/login =name=admin =response=00"+hex.EncodeToString(sum[:]) ||
				!old && all == "/login =name=admin =password="+pass):
				inside = true
				say("!done")
			case words[0] == "/login":
				say("!trap", "=message=invalid user name or password (6)")
				say("!done")
			case !inside:
				say("!fatal", "not logged in")
				return
			case words[0] == "/system/resource/print":
				say("!re", "=uptime=1w2d", "=version=6.49.10 (long-term)")
				say("!done")
			}
		}
	}
}

func TestRouterOS(t *testing.T) {
	for name, tt := range map[string]struct {
		pass      string
		old, open bool
		want      lan.Verdict
	}{
		"default":      {"", false, false, lan.Fail},
		"old default":  {"", true, false, lan.Fail},
		"changed":      {"other", false, false, lan.Pass},
		"old, changed": {"other", true, false, lan.Pass},
		"open":         {"other", false, true, lan.NotApplicable},
	} {
		t.Run(name, func(t *testing.T) {
			quit := false
			l := &ledger{grants: 9}
			p := &probes.Pass{Service: scripted(t, "routeros-api", nil, mikrotik(tt.pass, tt.old, tt.open, &quit)), Reach: road{}, Try: l.try}
			got, err := Prove(patient(t), p, []logins.Record{{ID: "x", Auth: "routeros-api", Pairs: []logins.Pair{{User: "admin", Pass: logins.Hide("")}}}})
			if got != tt.want || err != nil {
				t.Errorf("%v, %v, %v\n%s", got, err, l.outcomes, words(p))
			}
		})
	}
}
