//go:build !mips && !mipsle

package door

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// How long a certificate of ours holds, and how long before its end, or after
// other names came, it is made anew. Browsers refuse longer than 825 days
// (Apple, "Requirements for trusted certificates in iOS 13 and macOS 10.15").
const (
	certified = 800 * 24 * time.Hour
	renewal   = 60 * 24 * time.Hour
)

// clockSet is a time that has passed: a clock that says less was not set yet, and
// nothing is made anew because of it.
var clockSet = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// Certificates are this installation's own: one key, made once and kept in the
// state directory as tls.key, and a certificate signed by it, beside it as tls.crt.
// A browser warns of it once, and again only when it was made anew. Safe for
// concurrent use.
type Certificates struct {
	key   *ecdsa.PrivateKey
	path  string // of the certificate
	hosts func() []string
	now   func() time.Time

	mu   sync.Mutex
	made *tls.Certificate
}

// OpenCertificates reads the key in the directory state, or makes it. hosts are
// the names and addresses at which the dashboard is opened.
func OpenCertificates(state string, hosts func() []string, now func() time.Time) (*Certificates, error) {
	if err := os.MkdirAll(state, 0o700); err != nil {
		return nil, err
	}
	path := filepath.Join(state, "tls.key")
	key, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		key, err = makeKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("the dashboard's key %s: %w", path, err)
	}
	c := &Certificates{key: key, path: filepath.Join(state, "tls.crt"), hosts: hosts, now: now}
	c.made = readCertificate(c.path, key)
	return c, nil
}

// Config is for the dashboard's server.
func (c *Certificates) Config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.Certificate() },
	}
}

// Certificate is the one that holds now, for the names there are now.
func (c *Certificates) Certificate() (*tls.Certificate, error) {
	names, addrs := sorted(c.hosts())
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.made != nil && c.holds(c.made.Leaf, names, addrs) {
		return c.made, nil
	}
	now := c.now()
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	leaf := &x509.Certificate{
		SerialNumber: serial.Add(serial, big.NewInt(1)), Subject: pkix.Name{CommonName: "homesweep"},
		NotBefore: now.Add(-24 * time.Hour), NotAfter: now.Add(certified), // a router's clock may be behind
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true, DNSNames: names,
	}
	for _, a := range addrs {
		leaf.IPAddresses = append(leaf.IPAddresses, a.AsSlice())
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, leaf, c.key.Public(), c.key)
	if err != nil {
		return nil, fmt.Errorf("making the dashboard's certificate: %w", err)
	}
	if leaf, err = x509.ParseCertificate(der); err != nil {
		return nil, fmt.Errorf("making the dashboard's certificate: %w", err)
	}
	c.made = &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: c.key, Leaf: leaf}
	_ = writeCertificate(c.path, der) // where that cannot be, it is another after a restart
	return c.made, nil
}

// holds reports whether leaf is good for these hosts and a while yet.
func (c *Certificates) holds(leaf *x509.Certificate, names []string, addrs []netip.Addr) bool {
	now := c.now()
	if now.After(clockSet) && (now.Before(leaf.NotBefore) || now.After(leaf.NotAfter.Add(-renewal))) || !slices.Equal(leaf.DNSNames, names) {
		return false
	}
	return slices.EqualFunc(leaf.IPAddresses, addrs, func(ip net.IP, a netip.Addr) bool {
		given, ok := netip.AddrFromSlice(ip)
		return ok && given.Unmap() == a
	})
}
