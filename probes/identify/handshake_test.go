package identify

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// oldCert is a certificate with everything that there is to read.
var oldCert = sync.OnceValue(func() tls.Certificate {
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		panic(err)
	}
	return certificateFor(key, &key.PublicKey, big.NewInt(0xabcd))
})

func certificateFor(key, public any, serial *big.Int) tls.Certificate {
	about := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: "cam", Organization: []string{"Example"}, OrganizationalUnit: []string{"Cameras"}},
		DNSNames:     []string{"cam.home", "cam"}, IPAddresses: []net.IP{net.IPv4(192, 168, 1, 20)},
		NotBefore: time.Date(2014, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:  time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC),
	}
	der, err := x509.CreateCertificate(rand.Reader, about, about, public, key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// brokenCert is one that Go will not read: its number is negative.
var brokenCert = sync.OnceValue(func() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	cert := certificateFor(key, &key.PublicKey, big.NewInt(0x7777))
	cert.Certificate[0] = bytes.Replace(cert.Certificate[0], []byte{2, 2, 0x77, 0x77}, []byte{2, 2, 0xf7, 0x77}, 1)
	return cert
})

// oldTLS plays within TLS of that version at most.
func oldTLS(cert tls.Certificate, version uint16, play script) script {
	return func(c net.Conn) {
		wrapped := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS10, MaxVersion: version})
		if wrapped.Handshake() == nil {
			play(wrapped)
		}
	}
}

// flightOf is a server's first words in an old version, in records of at most
// size bytes, with its certificate.
func flightOf(version uint16, size int, der []byte) []byte {
	v := []byte{byte(version >> 8), byte(version)}
	hello := append(bytes.Clone(v), make([]byte, 33)...)
	hello = append(hello, 0, 0x0a, 0) // TLS_RSA_WITH_3DES_EDE_CBC_SHA
	three := func(n int) []byte { return []byte{byte(n >> 16), byte(n >> 8), byte(n)} }
	messages := append(append([]byte{2}, three(len(hello))...), hello...)
	list := append(three(len(der)), der...)
	messages = append(append(append(messages, 11), three(len(list)+3)...), append(three(len(list)), list...)...)
	var records []byte
	for len(messages) > 0 {
		n := min(size, len(messages))
		records = append(append(records, 22, v[0], v[1], byte(n>>8), byte(n)), messages[:n]...)
		messages = messages[n:]
	}
	return records
}

// TestTLSFacts pins every fact of a handshake, be it finished, or refused by Go
// for what a device of that age has.
func TestTLSFacts(t *testing.T) {
	whole := lan.Heard{lan.TLSSubject: "CN=cam, O=Example, OU=Cameras", lan.TLSIssuer: "CN=cam, O=Example, OU=Cameras",
		TLSNotBefore: "2014-01-01T00:00:00Z", lan.TLSNotAfter: "2024-01-02T03:04:05Z", TLSSelfSigned: "yes"}
	for _, tt := range []struct {
		name string
		play script
		want string
		more lan.Heard
	}{
		{"TLS 1.0 alone", oldTLS(oldCert(), tls.VersionTLS10, replies(page)), "https lighttpd 1.4.69", lan.Heard{
			lan.TLSVersion: "1.0", TLSKey: "RSA 1024", TLSSerial: "abcd", TLSNames: "cam.home cam 192.168.1.20", TLSSignature: "SHA256-RSA"}},
		{"a certificate that Go will not read, 1.2", oldTLS(brokenCert(), tls.VersionTLS12, replies(page)), "unknown",
			lan.Heard{lan.TLSVersion: "1.2", TLSKey: "ECDSA 256", TLSSerial: "f777"}},
		{"SSL 3.0 alone", thenSays(says(string(flightOf(0x300, 300, oldCert().Certificate[0])))), "unknown",
			lan.Heard{lan.TLSVersion: "SSLv3", TLSCipher: "TLS_RSA_WITH_3DES_EDE_CBC_SHA", TLSKey: "RSA 1024"}},
		{"a suite we did not offer", thenSays(says(strings.Replace(string(flightOf(0x301, 1<<14, oldCert().Certificate[0])), "\x00\x0a\x00\x0b", "\x00\x03\x00\x0b", 1))), "unknown",
			lan.Heard{lan.TLSVersion: "1.0", TLSCipher: "0x0003", TLSKey: "RSA 1024"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			svc, _, err := identifyIn(t, &device{scripts: []script{tt.play}}, at(443), 2)
			if err != nil || words(svc) != tt.want || !svc.TLS || len(svc.Heard[lan.TLSFingerprint]) != 64 {
				t.Errorf("%s, TLS %v, heard %v, %v", words(svc), svc.TLS, svc.Heard, err)
			}
			for _, facts := range []lan.Heard{whole, tt.more} {
				for field, want := range facts {
					if svc.Heard[field] != want {
						t.Errorf("%s is %q, want %q", field, svc.Heard[field], want)
					}
				}
			}
			if failed := tt.want == "unknown"; failed != (svc.Heard[TLSFailure] != "") {
				t.Errorf("failure %q", svc.Heard[TLSFailure])
			}
		})
	}
}

// TestHandshakeNewest: a hello of 1.3 calls itself 1.2, and its certificate comes
// unseen.
func TestHandshakeNewest(t *testing.T) {
	svc, _, err := identifyIn(t, &device{scripts: []script{oldTLS(brokenCert(), tls.VersionTLS13, replies(page))}}, at(443), 2)
	if err != nil || !svc.TLS || svc.Heard[lan.TLSVersion] != "1.3" {
		t.Errorf("%+v, %v", svc, err)
	}
}

// TestHelloFitsOnePacket: some devices read no more of it.
func TestHelloFitsOnePacket(t *testing.T) {
	d := &device{scripts: []script{func(c net.Conn) { io.ReadAll(io.LimitReader(c, 5)) }}}
	if _, _, err := identifyIn(t, d, at(443), 1); err != nil || len(d.wrote) < 100 || len(d.wrote) > 1400 {
		t.Errorf("a hello of %d bytes, %v", len(d.wrote), err)
	}
}

func TestParseFlight(t *testing.T) {
	leaf := oldCert().Certificate[0]
	for name, tt := range map[string]struct {
		said    []byte
		version uint16
		ok      bool
	}{
		"alert":             {[]byte(tlsAlert), 0, true},
		"warning":           {[]byte("\x15\x03\x00\x00\x02\x01\x70"), 0, true},
		"no alert":          {[]byte("\x15\x03\x01\x00\x02\x09\x0a"), 0, false},
		"hello":             {flightOf(0x301, 1<<14, leaf), 0x301, true},
		"hello in pieces":   {flightOf(0x301, 7, leaf), 0x301, true},
		"hello cut short":   {flightOf(0x301, 1<<14, leaf)[:30], 0, false},
		"another's version": {flightOf(0x401, 1<<14, leaf), 0, false},
		"a page":            {[]byte(page), 0, false},
		"nothing":           {nil, 0, false},
		"a greeting":        {[]byte("\x16SSH-2.0-x\r\n"), 0, false},
	} {
		f, ok := parseFlight(tt.said)
		if ok != tt.ok || f.version != tt.version || tt.version != 0 && !bytes.Equal(f.leaf, leaf) {
			t.Errorf("%s: %v, version %x, leaf of %d bytes", name, ok, f.version, len(f.leaf))
		}
	}
}

func FuzzParseFlight(f *testing.F) {
	f.Add(flightOf(0x300, 50, oldCert().Certificate[0]))
	f.Add(flightOf(0x303, 1<<14, testCert().Certificate[0]))
	f.Add([]byte(tlsAlert))
	f.Fuzz(func(t *testing.T, said []byte) {
		if got, ok := parseFlight(said); !ok && (got.version != 0 || got.leaf != nil) || len(got.leaf) > len(said) {
			t.Errorf("%v, %v", got, ok)
		}
	})
}

func FuzzParseCertificate(f *testing.F) {
	f.Add(oldCert().Certificate[0])
	f.Add(brokenCert().Certificate[0])
	f.Fuzz(func(t *testing.T, der []byte) {
		for field, value := range tlsFacts(tls.ConnectionState{}, der) {
			if len(value) > lan.MaxValue {
				t.Errorf("%s has %d bytes", field, len(value))
			}
		}
	})
}
