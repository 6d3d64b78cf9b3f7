//go:build !mips && !mipsle

package door

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestCertificates: one key for good, a certificate that names the hosts and is
// made anew in time, or when they change.
func TestCertificates(t *testing.T) {
	state, now := t.TempDir(), time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	hosts := []string{"Router.lan", "192.168.1.1", "fd00::1", "router.lan.", "192.168.1.1"}
	open := func() *Certificates {
		c, err := OpenCertificates(state, func() []string { return hosts }, func() time.Time { return now })
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	leaf := func(c *Certificates) *x509.Certificate {
		made, err := c.Config().GetCertificate(nil)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := x509.ParseCertificate(made.Certificate[0])
		if err != nil || !parsed.PublicKey.(*ecdsa.PublicKey).Equal(c.key.Public()) {
			t.Fatalf("not of our key: %v", err)
		}
		return parsed
	}
	c := open()
	first := leaf(c)
	for _, host := range []string{"router.lan", "192.168.1.1", "fd00::1"} {
		pool := x509.NewCertPool()
		pool.AddCert(first)
		if _, err := first.Verify(x509.VerifyOptions{DNSName: host, Roots: pool, CurrentTime: now}); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
	if len(first.DNSNames) != 1 || len(first.IPAddresses) != 2 || !first.IPAddresses[0].Equal(net.IPv4(192, 168, 1, 1)) {
		t.Errorf("it names %v and %v", first.DNSNames, first.IPAddresses)
	}
	if again := leaf(c); !again.Equal(first) {
		t.Error("made anew without need")
	}
	now = now.Add(certified - renewal + time.Second)
	second := leaf(c)
	if second.Equal(first) || second.SerialNumber.Cmp(first.SerialNumber) == 0 || !second.NotAfter.After(now.Add(renewal)) {
		t.Error("not made anew before its end")
	}
	hosts = append(hosts, "192.168.2.1")
	if named := leaf(c).IPAddresses; len(named) != 3 {
		t.Errorf("with another address it names %v", named)
	}
	if info, err := os.Stat(filepath.Join(state, "tls.key")); err != nil || info.Mode() != 0o600 {
		t.Errorf("the key's file: %v, %v", info, err)
	}
	third, again := leaf(c), open()
	if !again.key.Equal(c.key) || !leaf(again).Equal(third) {
		t.Error("a restart made another key, or another certificate")
	}
	set := now
	now = time.Unix(0, 0) // a router without a clock has started
	if !leaf(open()).Equal(third) {
		t.Error("a clock that is not set made another certificate")
	}
	now = set
	for _, text := range []string{"", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"} {
		if err := os.WriteFile(filepath.Join(state, "tls.crt"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if fresh := leaf(open()); fresh.Equal(third) || len(fresh.IPAddresses) != 3 || !leaf(open()).Equal(fresh) {
			t.Errorf("of a damaged certificate came %v", fresh.IPAddresses)
		}
	}
	if err := os.WriteFile(filepath.Join(state, "tls.key"), bytes.Repeat([]byte("x"), 99), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenCertificates(state, nil, nil); err == nil {
		t.Error("a damaged key was taken, or overwritten")
	}
}
