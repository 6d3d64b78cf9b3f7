package shares

import (
	"bytes"
	"io"
	"net"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestAsk is what is told of servers that let nobody in, show nobody anything, and
// open folders to anybody.
func TestAsk(t *testing.T) {
	many := []string{"a", "b", "c", "d", "e"}
	for name, tt := range map[string]struct {
		server server
		want   Answer
		asked  []string
	}{
		"nobody":         {server{refuse: 0xc000006d}, Answer{Nobody: true}, nil},
		"nothing to see": {server{hidden: true}, Answer{}, []string{"IPC$"}},
		"strange no":     {server{refuse: 0xc000000d}, Answer{}, nil},
		"no folders":     {server{list: []string{"IPC$"}, kinds: map[string]uint32{"IPC$": 0x80000003}}, Answer{Listed: true}, []string{"IPC$"}},
		"open and closed": {
			server{
				list: []string{"IPC$", "C$", "films", "Öffentlich", "private", "printer"}, access: map[string]uint32{"films": 0x1200a9, "Öffentlich": 0x1f01ff},
				kinds: map[string]uint32{"IPC$": 0x80000003, "C$": 0x80000000, "printer": 1},
			},
			Answer{Listed: true, Shares: []Share{{"films", true, false}, {"Öffentlich", true, true}, {"private", false, false}}},
			[]string{"IPC$", "films", "Öffentlich", "private"},
		},
		"too many": {
			server{list: many},
			Answer{Listed: true, More: true, Shares: []Share{{"a", false, false}, {"b", false, false}, {"c", false, false}, {"d", false, false}}},
			[]string{"IPC$", "a", "b", "c", "d"},
		},
		"wants patience": {
			server{list: []string{"a"}, access: map[string]uint32{"a": 1}, pending: 2},
			Answer{Listed: true, Shares: []Share{{"a", true, false}}}, []string{"IPC$", "a"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := asked(t, &tt.server)
			if (err != nil) != (name == "strange no") || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%+v, %v; want %+v", got, err, tt.want)
			}
			if !slices.Equal(tt.server.asked, tt.asked) {
				t.Errorf("asked for %q, want %q", tt.server.asked, tt.asked)
			}
			if tt.server.user != "\x00\x00" {
				t.Errorf("a name of length %q was sent", tt.server.user)
			}
		})
	}
}

// TestAskHostile: whatever the server makes of its answers, a talk ends and finds
// nothing open.
func TestAskHostile(t *testing.T) {
	honest := func() *server { return &server{list: []string{"a"}} }
	for n := range 4 + headerSize + 16 {
		for _, spoil := range []func([]byte) []byte{
			func(b []byte) []byte { b[n%len(b)] ^= 0xff; return b },
			func(b []byte) []byte { return b[:n%len(b)] },
		} {
			f := honest()
			f.spoil = spoil
			a, _ := talked(t, func(c net.Conn) { f.serve(&hangsUpAfter{c, 12}) }, 200*time.Millisecond)
			if slices.ContainsFunc(a.Shares, func(s Share) bool { return s.Open }) && n < 12 {
				t.Errorf("byte %d spoilt opens %+v", n, a)
			}
		}
	}
	for name, play := range map[string]func(net.Conn){
		"garbage":         func(c net.Conn) { go io.Copy(io.Discard, c); io.WriteString(c, strings.Repeat("garbage ", 100)) },
		"huge":            func(c net.Conn) { go io.Copy(io.Discard, c); io.WriteString(c, "\x00\xff\xff\xff\xfeSMB") },
		"hangs up":        func(c net.Conn) { c.Close() },
		"endless pending": (&server{pending: 1 << 20}).serve,
		"zeros":           func(c net.Conn) { go io.Copy(io.Discard, c); c.Write(make([]byte, 1<<12)) },
	} {
		if a, err := talked(t, func(c net.Conn) { play(c); c.Close() }, 5*time.Second); err == nil || len(a.Shares) > 0 {
			t.Errorf("%s: %+v without an error", name, a)
		}
	}
}

// hangsUpAfter closes after so many messages, or one that is too short.
type hangsUpAfter struct {
	net.Conn
	left int
}

func (h *hangsUpAfter) Write(p []byte) (int, error) {
	n, err := h.Conn.Write(p)
	if h.left--; h.left <= 0 || len(p) < 4 || len(p)-4 < int(p[2])<<8|int(p[3]) {
		h.Conn.Close()
		err = io.ErrClosedPipe
	}
	return n, err
}

func FuzzParseShares(f *testing.F) {
	f.Add([]byte((&server{list: []string{"films", "IPC$"}}).names()))
	f.Add([]byte(rpcShareEnum))
	f.Add(bytes.Repeat([]byte{0xff}, 80))
	f.Fuzz(func(t *testing.T, said []byte) {
		names, ok := parseShares(said)
		if !ok && names != nil || len(names) > maxShares || slices.Contains(names, "") {
			t.Errorf("%q %v", names, ok)
		}
	})
}
