//go:build !mips && !mipsle

package door

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/netip"
	"os"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// maxHosts is how many names and addresses a certificate names.
const maxHosts = 32

// The types of PEM block that a private key and a certificate stand in (RFC 7468
// sections 10 and 5).
const (
	pemKey         = "PRIVATE KEY"
	pemCertificate = "CERTIFICATE"
)

var errKey = errors.New("it holds no key of ours; move it away and a new one is made")

// readKey reads a P-256 key as makeKey writes it.
func readKey(path string) (*ecdsa.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != pemKey {
		return nil, errKey
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(*ecdsa.PrivateKey)
	if err != nil || !ok || key.Curve != elliptic.P256() {
		return nil, errKey
	}
	return key, nil
}

// makeKey makes a key that its owner alone may read. It is there as a whole or
// not at all.
func makeKey(path string) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, keep(path, pem.EncodeToMemory(&pem.Block{Type: pemKey, Bytes: der}))
}

// readCertificate is the certificate of key that writeCertificate kept, or nil:
// another is made then.
func readCertificate(path string, key *ecdsa.PrivateKey) *tls.Certificate {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != pemCertificate {
		return nil
	}
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err != nil || !key.PublicKey.Equal(leaf.PublicKey) || leaf.CheckSignature(leaf.SignatureAlgorithm, leaf.RawTBSCertificate, leaf.Signature) != nil {
		return nil
	}
	return &tls.Certificate{Certificate: [][]byte{block.Bytes}, PrivateKey: key, Leaf: leaf}
}

func writeCertificate(path string, der []byte) error {
	return keep(path, pem.EncodeToMemory(&pem.Block{Type: pemCertificate, Bytes: der}))
}

// sorted are the names and the addresses among hosts, each once and in order.
func sorted(hosts []string) (names []string, addrs []netip.Addr) {
	for _, h := range hosts[:min(len(hosts), maxHosts)] {
		if a, err := netip.ParseAddr(h); err == nil {
			addrs = append(addrs, a.WithZone("").Unmap())
		} else if h = strings.ToLower(strings.TrimSuffix(h, ".")); h != "" {
			names = append(names, h)
		}
	}
	names = lan.Sorted(slices.Values(names), strings.Compare)
	addrs = lan.Sorted(slices.Values(addrs), netip.Addr.Compare)
	return slices.Compact(names), slices.Compact(addrs)
}
