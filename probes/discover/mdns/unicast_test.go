package mdns

import (
	"bytes"
	"slices"
	"testing"
)

// twoTypes is an avahi daemon's answer to Question(0x1234): two types.
const twoTypes = "\x12\x34\x84\x00\x00\x01\x00\x02\x00\x00\x00\x00" +
	"\x09_services\x07_dns-sd\x04_udp\x05local\x00\x00\x0c\x80\x01" +
	"\xc0\x0c\x00\x0c\x00\x01\x00\x00\x00\x0a\x00\x0c\x04_hap\x04_tcp\xc0\x23" +
	"\xc0\x0c\x00\x0c\x00\x01\x00\x00\x00\x0a\x00\x08\x05_http\xc0\x3f"

func TestQuestion(t *testing.T) {
	want := "\x12\x34\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x09_services\x07_dns-sd\x04_udp\x05local\x00\x00\x0c\x80\x01"
	if got := string(Question(0x1234)); got != want {
		t.Errorf("%q", got)
	}
}

func TestTypes(t *testing.T) {
	change := func(at int, to byte) []byte { b := []byte(twoTypes); b[at] = to; return b }
	for _, tt := range []struct {
		what   string
		answer []byte
		ok     bool
	}{
		{"an answer", []byte(twoTypes), true},
		{"to another question", change(0, 0x13), false},
		{"a question", change(2, 0), false},
		{"no types", change(7, 0), false},
		{"our own words", Question(0x1234), false},
		{"cut short", []byte(twoTypes[:50]), false},
		{"nothing", nil, false},
	} {
		types, ok := Types(tt.answer, 0x1234)
		if ok != tt.ok || ok && !slices.Equal(types, []string{"_hap._tcp", "_http._tcp"}) {
			t.Errorf("%s: %v %v", tt.what, types, ok)
		}
	}
	if _, ok := Types(append([]byte{0, 0}, twoTypes[2:]...), 0x1234); !ok {
		t.Error("an answer without an identifier was not taken")
	}
}

func FuzzTypes(f *testing.F) {
	f.Add([]byte(twoTypes))
	f.Add(Question(0x1234))
	f.Add(append([]byte(twoTypes[:45]), bytes.Repeat([]byte{0xc0, 0x0c}, 20)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		if types, ok := Types(b, 0x1234); ok && len(types) == 0 {
			t.Error("an answer without types")
		}
	})
}
