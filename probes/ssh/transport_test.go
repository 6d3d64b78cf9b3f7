package ssh

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"io"
	"math/big"
	"strings"
	"testing"
)

// TestTampered flips each byte of a packet in turn.
func TestTampered(t *testing.T) {
	d := &derivation{newHash: sha256.New, secret: field("k"), sum: []byte("h")}
	for name := range strings.SplitSeq(cipherOffer, ",") {
		for mac := range strings.SplitSeq(macOffer, ",") {
			var sent bytes.Buffer
			out := transport{out: &sent}
			if err := out.write.secure(name, mac, d, 'A', true); err != nil {
				t.Fatal(err)
			}
			if err := out.send(msgSuccess, field("word")); err != nil {
				t.Fatal(err)
			}
			for i := range sent.Len() + 1 { // the last is left whole
				packet := bytes.Clone(sent.Bytes())
				if i < len(packet) {
					packet[i] ^= 1
				}
				in := transport{in: bufio.NewReader(bytes.NewReader(packet)), left: maxInAll}
				if err := in.read.secure(name, mac, d, 'A', false); err != nil {
					t.Fatal(err)
				}
				payload, err := in.packet()
				if whole := i == len(packet); whole != (err == nil) || whole && string(payload) != "\x34"+string(field("word")) {
					t.Errorf("%s, %s, byte %d: %q, %v", name, mac, i, payload, err)
				}
			}
		}
	}
}

// TestGroups: both primes are safe ones, and a public key that gives the secret
// away is refused (RFC 4253 section 8).
func TestGroups(t *testing.T) {
	for method, digits := range map[string]string{"diffie-hellman-group1-sha1": group1, "diffie-hellman-group14-sha1": group14} {
		p, _ := new(big.Int).SetString(digits, 16)
		if half := new(big.Int).Rsh(p, 1); !p.ProbablyPrime(8) || !half.ProbablyPrime(8) {
			t.Errorf("%s: no safe prime", method)
		}
		_, shared, err := keyPair(method)
		if err != nil {
			t.Fatal(err)
		}
		for f, ok := range map[*big.Int]bool{
			new(big.Int): false, big.NewInt(1): false, big.NewInt(2): true,
			new(big.Int).Sub(p, big.NewInt(2)): true, new(big.Int).Sub(p, big.NewInt(1)): false, p: false,
		} {
			if _, err := shared(f.Bytes()); (err == nil) != ok {
				t.Errorf("%s, %v: %v", method, f, err)
			}
		}
	}
	_, shared, _ := keyPair("curve25519-sha256")
	if _, err := shared(make([]byte, 32)); err == nil {
		t.Error("the point of order one is taken")
	}
}

// TestMisguessed: a server's guess counts if both first methods are ours.
func TestMisguessed(t *testing.T) {
	for first, want := range map[string]bool{"diffie-hellman-group1-sha1,curve25519-sha256": true, "curve25519-sha256": false} {
		fields := make([]byte, 16)
		for i, list := range offers {
			if i == kex {
				list = first
			}
			fields = append(fields, field(list)...)
		}
		fields = append(fields, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0)
		ch, err := choose(cursor{b: fields})
		if err != nil || ch.misguessed != want {
			t.Errorf("%s: %+v, %v", first, ch, err)
		}
	}
}

// TestEndless: who talks for ever is left.
func TestEndless(t *testing.T) {
	ignore := framed("\x02" + strings.Repeat("x", 1000))
	l := &line{Reader: io.MultiReader(strings.NewReader("SSH-2.0-x\r\n"), strings.NewReader(strings.Repeat(ignore, 2*maxInAll/1000)))}
	if _, err := Open(l); err == nil || !strings.Contains(err.Error(), "does not stop") {
		t.Errorf("%v", err)
	}
}
