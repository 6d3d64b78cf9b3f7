package probetest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"time"
)

// TLS wraps a listener with a self-signed certificate made when the device
// starts.
type TLS struct {
	CommonName   string `json:"cn"`
	Organization string `json:"org"`
	// Version is the only one spoken, "1.0" to "1.3"; empty is 1.2 and 1.3.
	Version string `json:"version"`
	// NotAfter is the certificate's last day, "2015-06-30"; empty is in ten
	// years. The first day is ten years earlier.
	NotAfter string `json:"not_after"`
}

var tlsVersions = map[string]uint16{
	"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13,
}

func (t *TLS) check() error {
	if _, ok := tlsVersions[t.Version]; t.Version != "" && !ok {
		return fmt.Errorf("tls: version %q is not 1.0, 1.1, 1.2 or 1.3", t.Version)
	}
	if _, err := t.lastDay(time.Time{}); err != nil {
		return fmt.Errorf("tls: not_after: %w", err)
	}
	return nil
}

func (t *TLS) lastDay(now time.Time) (time.Time, error) {
	if t.NotAfter == "" {
		return now.AddDate(10, 0, 0), nil
	}
	return time.Parse(time.DateOnly, t.NotAfter)
}

func (t *TLS) config() (*tls.Config, error) {
	cert, err := t.certificate(time.Now())
	if err != nil {
		return nil, err
	}
	c := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	if v, ok := tlsVersions[t.Version]; ok {
		c.MinVersion, c.MaxVersion = v, v
	}
	return c, nil
}

func (t *TLS) certificate(now time.Time) (tls.Certificate, error) {
	last, err := t.lastDay(now)
	if err != nil {
		return tls.Certificate{}, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	subject := pkix.Name{CommonName: t.CommonName}
	if t.Organization != "" {
		subject.Organization = []string{t.Organization}
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      subject,
		NotBefore:    last.AddDate(-10, 0, -1),
		NotAfter:     last,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
