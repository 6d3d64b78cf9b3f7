package identify

import (
	"errors"
	"io"
	"maps"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// words are what q puts on the wire.
func (q *question) words() string {
	return q.ask + strings.Repeat("\x00", max(0, q.size-len(q.ask)))
}

// replying gives each of its answers to the question before it, waits for the
// other side to go, and hangs up on any other question.
func replying(questionsAndAnswers ...string) script {
	return func(c net.Conn) {
		for pair := range slices.Chunk(questionsAndAnswers, 2) {
			asked := make([]byte, len(pair[0]))
			if _, err := io.ReadFull(c, asked); err != nil || string(asked) != pair[0] {
				return
			}
			if _, err := io.WriteString(c, pair[1]); err != nil {
				return
			}
		}
		io.Copy(io.Discard, c)
	}
}

// reading is what a parser made of said, in one line: "short", "no", or the
// product, version and fields.
func reading(parse func(*lan.Service, *cursor) bool, said string) string {
	svc, c := found(at(1), ""), cursor{b: []byte(said)}
	switch ok := parse(&svc, &c); {
	case c.short:
		return "short"
	case !ok:
		return "no"
	}
	parts := []string{svc.Product, svc.Version}
	for _, field := range slices.Sorted(maps.Keys(svc.Heard)) {
		parts = append(parts, field+"="+svc.Heard[field])
	}
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

// readings holds a parser to a list of answers and what is to be made of each,
// and of each beginning of those that it takes: half an answer is never another
// protocol's.
func readings(t *testing.T, parse func(*lan.Service, *cursor) bool, answersAndWants ...string) {
	t.Helper()
	for pair := range slices.Chunk(answersAndWants, 2) {
		if got := reading(parse, pair[0]); got != pair[1] {
			t.Errorf("%.80q: got %q, want %q", pair[0], got, pair[1])
		}
		if pair[1] == "no" {
			continue
		}
		for n := range min(len(pair[0]), 200) {
			if reading(parse, pair[0][:n]) == "no" {
				t.Errorf("%.80q is refused before its byte %d", pair[0], n)
			}
		}
	}
}

// fuzzAnswer fuzzes a parser: it keeps no more than a service may, and takes or
// waits for any beginning of what it takes.
func fuzzAnswer(f *testing.F, parse func(*lan.Service, *cursor) bool, seeds ...string) {
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, said []byte) {
		if len(said) > maxGreeting {
			return
		}
		svc, c := found(at(1), ""), cursor{b: said}
		ok := parse(&svc, &c)
		if len(svc.Heard) > lan.MaxFields || len(c.b) > len(said) {
			t.Errorf("kept %d fields, %d of %d bytes", len(svc.Heard), len(c.b), len(said))
		}
		if !ok || c.short {
			return
		}
		for n := 0; n < len(said); n += 1 + n/4 {
			if reading(parse, string(said[:n])) == "no" {
				t.Errorf("%q is refused before its byte %d", said, n)
			}
		}
	})
}

func TestCursor(t *testing.T) {
	c := cursor{b: []byte("\x01\x02\x03\x04abc\x00rest")}
	if c.big(2) != 0x102 || c.little(2) != 0x403 || !c.is("ab") || c.is("x") || c.until("\x00") != "c" || c.text(4) != "rest" || c.short {
		t.Errorf("read %+v", c)
	}
	for name, past := range map[string]func(*cursor){
		"take":   func(c *cursor) { c.take(3) },
		"huge":   func(c *cursor) { c.take(1<<32 - 1) },
		"big":    func(c *cursor) { c.big(3) },
		"little": func(c *cursor) { c.little(3) },
		"is":     func(c *cursor) { c.is("abc") },
		"until":  func(c *cursor) { c.until("\n") },
	} {
		c := cursor{b: []byte("ab")}
		if past(&c); !c.short || c.b != nil || c.big(4) != 0 || c.is("") != true {
			t.Errorf("%s past the end leaves %+v", name, c)
		}
	}
}

// TestQuestionRefuses: an echo, another's words and endless words that come to
// nothing are not ours; silence is an error of the connection.
func TestQuestionRefuses(t *testing.T) {
	q := question{name: "test", service: "test", ask: "hello?", answer: func(_ *lan.Service, c *cursor) bool {
		return c.is("hello") && c.until("!") != ""
	}}
	for _, tt := range []struct {
		name string
		play script
		want error
	}{
		{"answer", replying("hello?", "hello you!"), nil},
		{"echo", func(c net.Conn) { io.Copy(c, c) }, probes.ErrNotMine},
		{"echo and more", replying("hello?", "hello?!"), probes.ErrNotMine},
		{"another's words", replying("hello?", "HTTP/1.1 400"), probes.ErrNotMine},
		{"half an answer", func(c net.Conn) { replying("hello?", "hello")(&closing{c}) }, probes.ErrNotMine},
		{"endless", thenSays(endless("hello ")), probes.ErrNotMine},
		{"hangs up", thenSays(hangsUp), io.EOF},
	} {
		d := &device{scripts: []script{tt.play}}
		_, err := q.Identify(t.Context(), d, at(7))
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: error %v, want %v", tt.name, err, tt.want)
		}
	}
}

// closing hangs up where a script would wait for the other side to go.
type closing struct{ net.Conn }

func (c *closing) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.Close()
	return n, err
}

// TestQuestionAdds: the second question leaves the name as it is, whatever comes
// of it.
func TestQuestionAdds(t *testing.T) {
	for _, second := range []string{"v2", "", "junk"} {
		q := question{name: "test", service: "test", ask: "1", answer: func(_ *lan.Service, c *cursor) bool { c.more = true; return c.is("ok") },
			then: &question{ask: "2", answer: func(svc *lan.Service, c *cursor) bool {
				if ok := c.is("v2"); ok {
					svc.Version = "2"
					return true
				}
				return false
			}}}
		d := &device{scripts: []script{func(c net.Conn) { replying("1", "ok", "2", second)(&closingLast{Conn: c, last: second}) }}}
		svc, err := q.Identify(t.Context(), d, at(7))
		if err != nil || svc.Name != "test" || (svc.Version == "2") != (second == "v2") {
			t.Errorf("after %q: %+v, %v", second, svc, err)
		}
	}
}

// closingLast hangs up after its last words.
type closingLast struct {
	net.Conn
	last string
}

func (c *closingLast) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if string(p) == c.last {
		c.Close()
	}
	return n, err
}

// TestQuestionAnnounced: a device that has announced itself is not asked, and
// one that has not is left alone where a stray word does harm.
func TestQuestionAnnounced(t *testing.T) {
	for _, tt := range []struct {
		told, only string
		heard      lan.Heard
		want       string
		dials      int
	}{
		{"a.", "", lan.Heard{"a.b": "c"}, "test", 0},
		{"a.", "", lan.Heard{"b.a.": "c"}, "test", 1},
		{"", "a.", lan.Heard{"a.b": "c"}, "test", 1},
		{"", "a.", nil, "", 0},
	} {
		q := question{service: "test", ask: "1", told: tt.told, only: tt.only, answer: func(_ *lan.Service, c *cursor) bool { return c.is("ok") }}
		d := &device{scripts: []script{replying("1", "ok")}}
		r := &road{reach: d, ep: at(7), left: 1, announced: tt.heard, talk: t.Context()}
		svc, err := q.Identify(t.Context(), r, at(7))
		r.close()
		if (err == nil) != (tt.want == svc.Name) || len(d.dialled) != tt.dials {
			t.Errorf("%+v: %q after %d connections", tt, svc.Name, len(d.dialled))
		}
	}
}

// TestFragileAreLeftAlone: without an announcement neither port is dialled.
func TestFragileAreLeftAlone(t *testing.T) {
	for _, q := range []*question{&esphome, &kasa} {
		r := &road{reach: &device{scripts: []script{mum}}, ep: at(q.ports[0]), left: 2, talk: t.Context()}
		if _, err := q.Identify(t.Context(), r, r.ep); !errors.Is(err, probes.ErrNotMine) || r.left != 2 {
			t.Errorf("%s: error %v, %d connections left", q.name, err, r.left)
		}
	}
}
