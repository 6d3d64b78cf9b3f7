package identify

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestFakesTurnHostile: whatever becomes of a protocol's own words, a turn stays
// within its bounds.
func TestFakesTurnHostile(t *testing.T) {
	for i, said := range everySaid() {
		f := fakes[i]
		if len(said) == 0 {
			if f.announced != nil {
				continue // what it announced was enough
			}
			t.Errorf("%s said nothing to its own question", f.name)
			continue
		}
		t.Run(f.name+"/"+f.ep.String(), func(t *testing.T) {
			if f.ep.Transport == lan.UDP {
				f.mangledDatagrams(t, said)
				return
			}
			for _, n := range lengths(len(said)) {
				f.meets(t, f.device(cut(f.play, n, net.Conn.Close)))
				f.meets(t, f.device(cut(f.play, n, func(c net.Conn) error { mum(c); return nil })))
			}
			for n := range min(len(said), 64) {
				f.meets(t, f.device(spoilt(f.play, n)))
			}
			f.meets(t, f.device(dripping(f.play)))
			f.meets(t, f.device(repeating(f.play)))
			f.meets(t, f.device(endless(string(said))))
			f.meets(t, f.device(thenSays(endless(string(said)))))
		})
	}
}

func (f fake) mangledDatagrams(t *testing.T, said []byte) {
	answers := func(change func(b []byte) []byte) {
		t.Helper()
		d := f.device(nil)
		d.answer = func(q []byte) []byte { return change(bytes.Clone(f.answer(q))) }
		f.meets(t, d)
	}
	for _, n := range lengths(len(said)) {
		answers(func(b []byte) []byte { return b[:min(n, len(b))] })
	}
	for n := range min(len(said), 64) {
		answers(func(b []byte) []byte {
			if n < len(b) {
				b[n] = 0xff
			}
			return b
		})
	}
	answers(func(b []byte) []byte { return bytes.Repeat(b, 1+4096/max(1, len(b)))[:4096] })
	answers(func([]byte) []byte { return nil })
}

// TestFakesTakeNoEcho: neither our own words nor noise have the name of any
// protocol.
func TestFakesTakeNoEcho(t *testing.T) {
	noise := []string{strings.Repeat("\x00", 64<<10), strings.Repeat("\xff", 64<<10), strings.Repeat("\x01\xfe\x80\n\"", 13<<10),
		strings.Repeat("\x00", 8), strings.Repeat("\xff", 8), "\x00\x00\x00\x00", "\r\n", "ok\r\n", "error\r\n"}
	for _, f := range fakes {
		t.Run(f.name+"/"+f.ep.String(), func(t *testing.T) {
			if f.ep.Transport == lan.UDP {
				f.isNot(t, "an echo", nil, func(q []byte) []byte { return q })
				for _, words := range noise {
					f.isNot(t, fmt.Sprintf("%.9q", words), nil, func([]byte) []byte { return []byte(words[:min(len(words), 4096)]) })
				}
				return
			}
			f.isNot(t, "an echo", func(c net.Conn) { io.Copy(c, c) }, nil)
			for _, words := range noise {
				f.isNot(t, fmt.Sprintf("greeting %.9q", words), says(words), nil)
				f.isNot(t, fmt.Sprintf("answer %.9q", words), thenSays(says(words)), nil)
			}
		})
	}
}

// TestFakesTakeNoOther: the words of one protocol are not taken for another's.
func TestFakesTakeNoOther(t *testing.T) {
	for i, said := range everySaid() {
		for _, f := range fakes {
			if f.ep.Transport != fakes[i].ep.Transport || mayPass(fakes[i].want.Name, f.want.Name) {
				continue
			}
			what := fakes[i].name + "'s words"
			if f.ep.Transport == lan.UDP {
				f.isNot(t, what, nil, func([]byte) []byte { return bytes.Clone(said[:min(len(said), 4096)]) })
				continue
			}
			f.isNot(t, "greeted with "+what, says(string(said)), nil)
			f.isNot(t, "answered with "+what, thenSays(says(string(said))), nil)
		}
	}
}

// alike are the names for which another protocol's words may pass with reason:
// its carrier's, or where only the port tells two apart.
var alike = map[string][]string{
	"ipp":         {"http"},
	"ftp":         {"smtp"}, // both greet with 220
	"vmware-auth": {"smtp"},
}

func mayPass(as, name string) bool {
	as, name = plainName(as), plainName(name)
	return as == name || slices.Contains(alike[as], name)
}

// isNot fails if what is not f's protocol is named as it is.
func (f fake) isNot(t *testing.T, what string, play script, answer func([]byte) []byte) {
	t.Helper()
	svc := f.meets(t, &device{scripts: []script{play}, answer: answer})
	if plainName(svc.Name) == plainName(f.want.Name) {
		t.Errorf("%s at %s is taken for %q", what, f.ep, words(svc))
	}
}

// plainName is a service's name outside TLS.
func plainName(name string) string {
	for plain, wrapped := range overTLS {
		if name == wrapped {
			return plain
		}
	}
	return name
}

// FuzzIdentify lets a stranger say anything, first or when asked, at the
// endpoint of any fake.
func FuzzIdentify(f *testing.F) {
	for i, said := range everySaid() {
		f.Add(uint16(i), i%2 == 0, said)
	}
	f.Fuzz(func(t *testing.T, which uint16, asked bool, said []byte) {
		at := fakes[int(which)%len(fakes)]
		play := says(string(said))
		if asked {
			play = thenSays(play)
		}
		at.meets(t, &device{scripts: []script{play}, answer: func([]byte) []byte { return said[:min(len(said), 4096)] }})
	})
}

// lengths are some of the lengths below n at which words may be cut.
func lengths(n int) []int {
	var some []int
	for at := 0; at < n; at += 1 + at/6 {
		some = append(some, at)
	}
	return append(some, n-1)
}

// cut is play until it has said n bytes; then it ends so.
func cut(play script, n int, end func(net.Conn) error) script {
	return func(c net.Conn) {
		left := n
		rewrites(play, func(_ io.Writer, p []byte) (int, error) {
			said, err := c.Write(p[:min(left, len(p))])
			if left -= said; err == nil && said < len(p) {
				end(c)
				err = io.ErrClosedPipe
			}
			return said, err
		})(c)
	}
}

// spoilt is play with its n-th byte changed.
func spoilt(play script, n int) script {
	return func(c net.Conn) {
		at := n
		rewrites(play, func(_ io.Writer, p []byte) (int, error) {
			p = bytes.Clone(p)
			if at >= 0 && at < len(p) {
				p[at] = 0xff
			}
			at -= len(p)
			return c.Write(p)
		})(c)
	}
}

// dripping is play one byte every tenth of a second.
func dripping(play script) script {
	return rewrites(play, func(c io.Writer, p []byte) (int, error) {
		for i := range p {
			<-time.After(100 * time.Millisecond) // of the bubble's clock
			if _, err := c.Write(p[i : i+1]); err != nil {
				return i, err
			}
		}
		return len(p), nil
	})
}

// repeating is play that never gets past its first words.
func repeating(play script) script {
	return func(c net.Conn) {
		rewrites(play, func(_ io.Writer, p []byte) (int, error) {
			endless(string(p))(c)
			return 0, io.ErrClosedPipe
		})(c)
	}
}

// thenSays is play once a first word has come.
func thenSays(play script) script {
	return func(c net.Conn) {
		if _, err := c.Read(make([]byte, 4096)); err == nil {
			play(c)
		}
	}
}
