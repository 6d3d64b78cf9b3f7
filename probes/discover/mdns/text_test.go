package mdns

import (
	"fmt"
	"strings"
	"testing"
)

func TestUnescape(t *testing.T) {
	for in, want := range map[string]string{
		"plain": "plain", `Living\ Room`: "Living Room", `Living\032Room`: "Living Room", `K\195\188che`: "Küche",
		`a\.b\\c`: `a.b\c`, `tail\`: `tail\`, `\999`: "999", `\25`: "25", `\065\0661`: "AB1", "": "",
	} {
		if got := unescape(in); got != want {
			t.Errorf("unescape(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTexts(t *testing.T) {
	got := fmt.Sprint(texts([]string{
		"md=BSB002", `fn=K\195\188che`, "MD=second", "flag", "=nothing", "", "empty=", "a b=c", "k\x00=v", "url=http://x/?a=b",
		strings.Repeat("k", 33) + "=long", "Ünicode=x",
	}))
	if want := "[[md BSB002] [fn Küche] [empty ] [url http://x/?a=b]]"; got != want {
		t.Errorf("texts = %s, want %s", got, want)
	}
	var many []string
	for n := range 1000 {
		many = append(many, fmt.Sprintf("k%d=v", n))
	}
	if n := len(texts(many)); n != maxTexts {
		t.Errorf("%d keys kept", n)
	}
}

func FuzzTexts(f *testing.F) {
	f.Add(`fn=K\195\188che`, "md=x")
	f.Add(`\`, `\1=\256`)
	f.Fuzz(func(t *testing.T, a, b string) {
		known := map[string]bool{}
		for _, kv := range texts([]string{a, b, a}) {
			if low := strings.ToLower(kv[0]); known[low] || low == "" || strings.ContainsAny(low, " =\x00\n") {
				t.Fatalf("%q, %q gave the key %q", a, b, kv[0])
			} else {
				known[low] = true
			}
		}
	})
}

func TestServiceType(t *testing.T) {
	for in, want := range map[string]string{
		"_http._tcp.local": "_http._tcp", "_HAP._udp.local.": "_HAP._udp", "_a-b_c._tcp": "_a-b_c._tcp",
		"http._tcp.local": "", "_._tcp": "", "_x._sctp.local": "", "_x": "", "_printer._sub._http._tcp.local": "",
		"_x,_y._tcp.local": "", `_x\000._tcp`: "", "_" + strings.Repeat("x", 64) + "._tcp": "", "": "",
	} {
		if got, ok := serviceType(in); got != want || ok != (want != "") {
			t.Errorf("serviceType(%q) = %q, %t", in, got, ok)
		}
	}
}

func FuzzNames(f *testing.F) {
	f.Add("_http._tcp.local", `Living\ Room`)
	f.Add("_workstation._tcp", "attic [00:11:22:33:44:55]")
	f.Fuzz(func(t *testing.T, kind, instance string) {
		k, ok := serviceType(kind)
		if ok && strings.ContainsAny(k, ", \\") {
			t.Fatalf("%q is taken for the type %q", kind, k)
		}
		for _, n := range (&claim{kind: kind, instance: instance, host: instance}).names(nil) {
			if n == "" || len(n) > 63 || strings.ContainsAny(n, "\x00\n\x1b") {
				t.Fatalf("%q gave the name %q", instance, n)
			}
		}
	})
}

func TestHostName(t *testing.T) {
	for in, want := range map[string]string{"attic.local.": "attic", "Attic.LOCAL": "Attic", "local.": "local", ".local": ".local", "": "", `a\032b.local.`: "a b"} {
		if got := hostName(in); got != want {
			t.Errorf("hostName(%q) = %q", in, got)
		}
	}
}
