package bundle

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// key is a pair made of a seed.
func key(t testing.TB, seed uint64) SecretKey {
	t.Helper()
	k, err := NewKey(rand.NewChaCha8([32]byte{byte(seed)}))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

var created = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// some is a small bundle.
func some() *Bundle {
	return &Bundle{
		Schema: Schema, Serial: 7, Created: created, Expires: created.AddDate(0, 3, 0), Layer: "my-isp",
		Sections: map[string]json.RawMessage{Vendors: json.RawMessage(`[{"id":"acme"}]`), Fingerprints: json.RawMessage(`"#http\n"`)},
	}
}

// signed is some, signed.
func signed(t testing.TB, k SecretKey) []byte {
	t.Helper()
	payload, err := some().Payload()
	if err != nil {
		t.Fatal(err)
	}
	return Sign(k, "verify with acme.pub", payload)
}

func TestOpen(t *testing.T) {
	k := key(t, 1)
	b, by, err := Open(signed(t, k), []PublicKey{key(t, 2).Public(), k.Public()})
	if err != nil || by != k.Public() {
		t.Fatal(by, err)
	}
	want := some()
	if b.Serial != 7 || b.Layer != "my-isp" || b.IsBase() || !b.Created.Equal(want.Created) || !b.Expires.Equal(want.Expires) {
		t.Errorf("%+v", b)
	}
	text, ok, err := b.Text(Fingerprints)
	if string(b.Rows(Vendors)) != `[{"id":"acme"}]` || text != "#http\n" || !ok || err != nil || b.Rows(Logins) != nil {
		t.Errorf("sections %s, %q, %v", b.Rows(Vendors), text, err)
	}
	if _, ok, err := b.Text(OUI); ok || err != nil {
		t.Errorf("a section that is not there: %v, %v", ok, err)
	}
	if _, _, err := b.Text(Vendors); err == nil {
		t.Error("rows pass for a text")
	}
	if (*Bundle)(nil).Rows(Vendors) != nil {
		t.Error("no bundle has rows")
	}
}

// TestVerify: what a signature covers is given out whole, and nothing of what it
// does not cover.
func TestVerify(t *testing.T) {
	k, junk := key(t, 1), []byte("no gzip, no JSON")
	file := Sign(k, "x", junk)
	if payload, by, err := Verify(file, []PublicKey{k.Public()}); err != nil || by != k.Public() || !bytes.Equal(payload, junk) {
		t.Errorf("%q, %v, %v", payload, by, err)
	}
	for name, trusted := range map[string][]PublicKey{"nobody": nil, "another": {key(t, 2).Public()}} {
		if payload, _, err := Verify(file, trusted); err == nil || payload != nil {
			t.Errorf("%s is trusted: %q", name, payload)
		}
	}
	if payload, _, err := Verify(flipped(bytes.Clone(file), -1), []PublicKey{k.Public()}); !errors.Is(err, ErrForged) || payload != nil {
		t.Errorf("%q, %v", payload, err)
	}
	if by := Claimed(file, []PublicKey{key(t, 2).Public(), k.Public()}); len(by) != 1 || by[0] != k.Public() {
		t.Errorf("claimed by %v", by)
	}
	for name, want := range map[string][]byte{string(file): junk, string(junk): junk} {
		if payload, err := Payload([]byte(name)); err != nil || !bytes.Equal(payload, want) {
			t.Errorf("%q, %v", payload, err)
		}
	}
	if Signed(junk) || !Signed(file) {
		t.Error("what is signed is told wrongly")
	}
}

// TestPayloadIsAlwaysTheSame: what is signed twice is signed alike.
func TestPayloadIsAlwaysTheSame(t *testing.T) {
	if !bytes.Equal(signed(t, key(t, 1)), signed(t, key(t, 1))) {
		t.Error("the same bundle has two forms")
	}
}

func TestAttackWrongKey(t *testing.T) {
	file := signed(t, key(t, 1))
	for name, trusted := range map[string][]PublicKey{"none": nil, "another": {key(t, 2).Public()}} {
		if b, _, err := Open(file, trusted); !errors.Is(err, ErrKey) || b != nil {
			t.Errorf("%s: %v, %v", name, b, err)
		}
	}
	// One that took over the number of a trusted key.
	thief := key(t, 2)
	thief.number = key(t, 1).number
	if b, by, err := Open(signed(t, thief), []PublicKey{key(t, 1).Public()}); !errors.Is(err, ErrForged) || b != nil || by != (PublicKey{}) {
		t.Errorf("a stolen number: %v, %v, %v", b, by, err)
	}
	// Both of a number are trusted: each for what it signed.
	both := []PublicKey{key(t, 1).Public(), thief.Public()}
	for _, k := range []SecretKey{key(t, 1), thief} {
		if _, by, err := Open(signed(t, k), both); err != nil || by != k.Public() {
			t.Errorf("of two keys with one number: %v, %v", by, err)
		}
	}
	if claimed := Claimed(signed(t, thief), both); len(claimed) != 2 {
		t.Errorf("%v", claimed)
	}
}

// TestAttackTruncated cuts the file everywhere in its head, and all over the
// payload.
func TestAttackTruncated(t *testing.T) {
	k := key(t, 1)
	file := signed(t, k)
	head := bytes.Index(file, []byte("\n\x1f\x8b")) + 1
	for n := range file {
		_, by, err := Open(file[:n], []PublicKey{k.Public()})
		want := ErrForged
		if n <= head {
			want = ErrForm
		}
		if !errors.Is(err, want) || by != (PublicKey{}) {
			t.Fatalf("cut to %d of %d bytes: %v", n, len(file), err)
		}
	}
	if _, _, err := Open(append(bytes.Clone(file), 'x'), []PublicKey{k.Public()}); !errors.Is(err, ErrForged) {
		t.Errorf("one byte more: %v", err)
	}
}

// TestAttackBitFlips flips bits at every 64th byte, and in every byte of the head.
func TestAttackBitFlips(t *testing.T) {
	k := key(t, 1)
	b := some()
	noise := make([]byte, 40<<10)
	if _, err := rand.NewChaCha8([32]byte{9}).Read(noise); err != nil {
		t.Fatal(err)
	}
	b.Sections[Vendors] = json.RawMessage(fmt.Sprintf("%q", fmt.Sprintf("%x", noise)))
	payload, err := b.Payload()
	if err != nil {
		t.Fatal(err)
	}
	file := Sign(k, "verify with acme.pub", payload)
	about := bytes.IndexByte(file, '\n')
	for at := range file {
		if at > 300 && at%64 != 0 {
			continue
		}
		for bit := range 8 {
			bad := bytes.Clone(file)
			bad[at] ^= 1 << bit
			_, _, err := Open(bad, []PublicKey{k.Public()})
			covered := at >= about || at < len(comment) || bad[at] == '\n'
			if covered && err == nil {
				t.Fatalf("bit %d of byte %d of %d is flipped, and nobody minds", bit, at, len(file))
			}
		}
	}
}

// TestAttackZipBomb: 100 MB of blanks behind a valid signature end early.
func TestAttackZipBomb(t *testing.T) {
	k := key(t, 1)
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	blanks := bytes.Repeat([]byte(" "), 1<<20)
	for range 100 {
		if _, err := z.Write(blanks); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	file := Sign(k, "bomb", bomb.Bytes())
	if len(file) > MaxFile {
		t.Fatalf("the bomb has %d bytes and would not be unpacked anyway", len(file))
	}
	_, by, err := Open(file, []PublicKey{k.Public()})
	if !errors.Is(err, ErrTooBig) || by != k.Public() {
		t.Errorf("%v, %v", by, err)
	}
	got := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			_, _, _ = Open(file, []PublicKey{k.Public()})
		}
	})
	if per := got.AllocedBytesPerOp(); per > 6*maxPlain {
		t.Errorf("the bomb takes %d bytes of memory", per)
	}
	if _, _, err := Open(make([]byte, MaxFile+1), nil); !errors.Is(err, ErrTooBig) {
		t.Errorf("a file of more than MaxFile: %v", err)
	}
}

// TestAttackOtherSchema signs contents that no bundle of ours has.
func TestAttackOtherSchema(t *testing.T) {
	k := key(t, 1)
	good, err := json.Marshal(some())
	if err != nil {
		t.Fatal(err)
	}
	for change, want := range map[string]string{
		`"schema":1=>"schema":2`:                            "schema 2",
		`"schema":1=>"schema":1.5`:                          "cannot be read",
		`"schema":1=>"schema":2,"future":true`:              "schema 2",
		`"schema":1=>"schema":1,"colour":"red"`:             "unknown field",
		`"schema":1=>"schema":1,"\u0073chema":1`:            "not plain",
		`"serial":7=>"serial":7,"serial":8`:                 "\"serial\" twice",
		`"serial":7=>"Serial":7`:                            "serial: unexpected end",
		`"sections":{=>"sections":{"vendors":[],`:           "\"vendors\" twice",
		`"serial":7=>"serial":0`:                            "serial 0",
		`"serial":7=>"serial":-7`:                           "serial -7",
		`"serial":7=>"serial":9223372036854775807`:          "out of bounds",
		`"serial":7=>"serial":99999999999999999999`:         "cannot be read",
		`"my-isp"=>"../../etc/passwd"`:                      "no name of lower-case",
		`"my-isp"=>"My ISP"`:                                "no name of lower-case",
		`"my-isp"=>""`:                                      "no name of lower-case",
		`"my-isp"=>"` + strings.Repeat("x", 41) + `"`:       "no name of lower-case",
		`"expires":"2027-=>"expires":"2025-`:                "in that order",
		`"vendors":=>"virus":`:                              "update homesweep",
		`"vendors":=>"firmware vendors":`:                   "update homesweep",
		`"vendors":=>"oui":`:                                "in the base only",
		`"vendors":[{"id":"acme"}]=>"vendors":null`:         "is null",
		`{"schema"=>[{"schema"`:                             "cannot be read",
		`"sections":{=>"sections":{},"sections":null,"x":{`: "\"sections\" twice",
		`"sections":{=>"sections":null,"x":{`:               "no object",
	} {
		from, to, _ := strings.Cut(change, "=>")
		bad := bytes.Replace(good, []byte(from), []byte(to), 1)
		if bytes.Equal(bad, good) {
			t.Fatalf("%s changes nothing", change)
		}
		_, by, err := Open(Sign(k, "x", packed(t, bad)), []PublicKey{k.Public()})
		if err == nil || !strings.Contains(err.Error(), want) || by != k.Public() {
			t.Errorf("%s: %v", change, err)
		}
	}
	for name, payload := range map[string][]byte{
		"not packed": good, "two streams": append(packed(t, good), packed(t, good)...), "a tail": append(packed(t, good), "tail"...),
		"cut off": packed(t, good)[:40], "not UTF-8 JSON": packed(t, bytes.Replace(good, []byte("my-isp"), []byte("my\xffisp"), 1)), "one more member": packed(t, append(bytes.Clone(good), ",{}"...)), "wrong sum": flipped(packed(t, good), -6), "empty": packed(t, nil), "two values": packed(t, append(good, good...)),
	} {
		if b, _, err := Open(Sign(k, "x", payload), []PublicKey{k.Public()}); err == nil {
			t.Errorf("%s: %+v", name, b)
		}
	}
}

// flipped is text with one byte changed, counted from the end.
func flipped(text []byte, at int) []byte {
	text[len(text)+at] ^= 1
	return text
}

// packed is gzip of text.
func packed(t testing.TB, text []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestPayloadRefuses(t *testing.T) {
	for name, spoil := range map[string]func(*Bundle){
		"no serial": func(b *Bundle) { b.Serial = 0 }, "no sections": func(b *Bundle) { b.Sections = nil },
		"not JSON": func(b *Bundle) { b.Sections[Vendors] = json.RawMessage("[") },
		"too large": func(b *Bundle) {
			b.Sections[Vendors] = json.RawMessage(`"` + strings.Repeat("x", maxPlain) + `"`)
		},
	} {
		b := some()
		spoil(b)
		if _, err := b.Payload(); err == nil {
			t.Errorf("%s: built", name)
		}
	}
}
