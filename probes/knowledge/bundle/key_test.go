package bundle

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func TestKeyFiles(t *testing.T) {
	k := key(t, 1)
	again, err := ParseSecret(k.File("acme secret key"))
	if err != nil || again.Public() != k.Public() {
		t.Fatal(again, err)
	}
	public, err := ParsePublic(k.Public().File("acme public key\nwith a second line"))
	if err != nil || public != k.Public() || len(public.String()) != 16 {
		t.Fatal(public, err)
	}
	if !bytes.HasPrefix(k.Public().File("a\nb"), []byte("untrusted comment: a b\nRW")) {
		t.Errorf("%s", k.Public().File("a\nb"))
	}
	if said := fmt.Sprintf("%v %+v %#v %s", k, k, k, k); said != "*** *** *** ***" {
		t.Errorf("a secret key prints as %s", said)
	}
	protected := bytes.Clone(k.File("x"))
	blob := bytes.LastIndex(protected, []byte("RWRCSwAAAAA"))
	if blob < 0 {
		t.Fatalf("%s", protected)
	}
	copy(protected[blob:], "RWRCSwAAACo") // 42 rounds
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"empty": {nil, "no secret key"}, "public": {k.Public().File("x"), "no secret key"}, "protected": {protected, "passphrase"},
		"damaged": {bytes.Replace(k.File("x"), k.File("x")[100:104], []byte("AAAA"), 1), "damaged"},
	} {
		if _, err := ParseSecret(c.file); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, file := range map[string][]byte{
		"empty": nil, "secret": k.File("x"), "no comment": []byte("RWQ="), "no base64": []byte("untrusted comment: x\n%%%\n"),
		"no end": bytes.TrimSpace(k.Public().File("x")), "long comment": []byte("untrusted comment: " + strings.Repeat("x", 2000) + "\nRW\n"),
	} {
		if _, err := ParsePublic(file); err == nil {
			t.Errorf("%s passes for a public key", name)
		}
	}
}

// TestPublishers holds the list that the program is built with to its form.
func TestPublishers(t *testing.T) {
	if _, err := Publishers(); err != nil {
		t.Error(err)
	}
	one, two, three := string(key(t, 1).Public().File("one")), string(key(t, 2).Public().File("two")), string(key(t, 3).Public().File("three"))
	keys, err := readTrusted("# ours\n\n" + one + "# the next\n" + two)
	if err != nil || len(keys) != 2 || keys[0] != key(t, 1).Public() || keys[1] != key(t, 2).Public() {
		t.Errorf("%v, %v", keys, err)
	}
	for text, want := range map[string]string{
		one + two + three: "3 publisher's keys", one + one: "are one", one + two[:30]: "key 2",
		one + strings.SplitAfter(two, "\n")[0]: "cut off", "word\n": "key 1", string(key(t, 1).File("x")): "key 1",
	} {
		if _, err := readTrusted(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: %v, want %q", text, err, want)
		}
	}
}

func FuzzOpen(f *testing.F) {
	k := key(f, 1)
	trusted := []PublicKey{k.Public()}
	f.Add(signed(f, k))
	f.Add(signed(f, key(f, 2)))
	f.Add(k.Public().File("x"))
	f.Add([]byte("untrusted comment: \nRWQ=\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		b, by, err := Open(file, trusted)
		if err == nil && (b == nil || by != k.Public()) {
			t.Errorf("%v, %v", b, by)
		}
		if err != nil && b != nil && by == (PublicKey{}) {
			t.Error("something is read of what nobody signed")
		}
		_, _ = ParseSecret(file)
		_, _ = readTrusted(string(file))
		_ = Claimed(file, trusted)
		if public, err := ParsePublic(file); err == nil {
			if again, err := ParsePublic(public.File("x")); err != nil || again != public {
				t.Errorf("%v becomes %v, %v", public, again, err)
			}
		}
	})
}

// FuzzParse is given payloads whose signature held, unpacked so that the fuzzer
// gets at what is in them.
func FuzzParse(f *testing.F) {
	payload, err := some().Payload()
	if err != nil {
		f.Fatal(err)
	}
	plain, err := inflate(payload)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(plain)
	f.Add([]byte(`{"schema":1,"serial":1,"layer":"base","created":"2026-11-23T00:00:00Z","expires":"2026-11-24T00:00:00Z","sections":{"oui":""}}`))
	f.Add([]byte(`{"schema":2}`))
	f.Fuzz(func(t *testing.T, plain []byte) {
		b, err := Parse(packed(t, plain))
		if err != nil {
			return
		}
		again, err := b.Payload()
		if err != nil {
			t.Fatalf("%+v cannot be written again: %v", b, err)
		}
		if c, err := Parse(again); err != nil || c.Serial != b.Serial || c.Layer != b.Layer || len(c.Sections) != len(b.Sections) {
			t.Errorf("%+v became %+v, %v", b, c, err)
		}
	})
}
