package identify

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"math/big"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// What else a handshake tells, beside lan's own fields.
const (
	TLSCipher     = "tls.cipher"      // the suite: "TLS_RSA_WITH_3DES_EDE_CBC_SHA"
	TLSNotBefore  = "tls.not_before"  // RFC 3339
	TLSKey        = "tls.key"         // kind and size in bits: "RSA 1024"
	TLSSignature  = "tls.signature"   // how the leaf is signed: "SHA1-RSA"
	TLSSerial     = "tls.serial"      // the leaf's number, hex
	TLSNames      = "tls.names"       // of its subject, space separated
	TLSSelfSigned = "tls.self_signed" // "yes" where issuer and subject are one
	TLSFailure    = "tls.failure"     // why a handshake came to nothing
)

// tlsFacts are the words of a handshake: its version, which is the highest that
// both sides have, its suite, and the leaf certificate. Nothing is verified: a
// home device signs for itself.
func tlsFacts(state tls.ConnectionState, der []byte) lan.Heard {
	h := lan.Heard{}
	if state.Version != 0 {
		h.Set(lan.TLSVersion, strings.TrimPrefix(tls.VersionName(state.Version), "TLS "))
		h.Set(TLSCipher, tls.CipherSuiteName(state.CipherSuite))
	}
	if len(der) == 0 {
		return h
	}
	sum := sha256.Sum256(der)
	h.Set(lan.TLSFingerprint, hex.EncodeToString(sum[:]))
	leaf, ok := parseCertificate(der)
	if !ok {
		return h
	}
	h.Set(lan.TLSSubject, distinguished(leaf.Subject))
	h.Set(lan.TLSIssuer, distinguished(leaf.Issuer))
	h.Set(TLSNotBefore, leaf.NotBefore.UTC().Format(time.RFC3339))
	h.Set(lan.TLSNotAfter, leaf.NotAfter.UTC().Format(time.RFC3339))
	h.Set(TLSKey, keyText(leaf.PublicKey))
	if leaf.SignatureAlgorithm != x509.UnknownSignatureAlgorithm {
		h.Set(TLSSignature, leaf.SignatureAlgorithm.String())
	}
	if leaf.SerialNumber != nil {
		h.Set(TLSSerial, leaf.SerialNumber.Text(16))
	}
	names := leaf.DNSNames
	for _, addr := range leaf.IPAddresses {
		names = append(names, addr.String())
	}
	for _, name := range names {
		if len(h[TLSNames])+len(name) >= lan.MaxValue {
			break
		}
		h.Add(TLSNames, name)
	}
	if bytes.Equal(leaf.RawSubject, leaf.RawIssuer) {
		h.Set(TLSSelfSigned, "yes")
	}
	return h
}

// parseCertificate reads a certificate, and of one that breaks the rules (a
// negative number, an extension that is none) as much as stands where it should.
func parseCertificate(der []byte) (*x509.Certificate, bool) {
	if leaf, err := x509.ParseCertificate(der); err == nil {
		return leaf, true
	}
	var outer struct {
		TBS struct { // RFC 5280, section 4.1; what comes after the key is left
			Version   int `asn1:"optional,explicit,default:0,tag:0"`
			Serial    asn1.RawValue
			Algorithm asn1.RawValue
			Issuer    asn1.RawValue
			Validity  struct{ From, To time.Time }
			Subject   asn1.RawValue
			Key       asn1.RawValue
		}
	}
	if _, err := asn1.Unmarshal(der, &outer); err != nil {
		return nil, false
	}
	tbs := outer.TBS
	leaf := &x509.Certificate{
		RawIssuer: tbs.Issuer.FullBytes, RawSubject: tbs.Subject.FullBytes,
		SerialNumber: new(big.Int).SetBytes(tbs.Serial.Bytes),
		NotBefore:    tbs.Validity.From, NotAfter: tbs.Validity.To,
	}
	for raw, name := range map[*asn1.RawValue]*pkix.Name{&tbs.Issuer: &leaf.Issuer, &tbs.Subject: &leaf.Subject} {
		var rdns pkix.RDNSequence
		if _, err := asn1.Unmarshal(raw.FullBytes, &rdns); err == nil {
			name.FillFromRDNSequence(&rdns)
		}
	}
	if key, err := x509.ParsePKIXPublicKey(tbs.Key.FullBytes); err == nil {
		leaf.PublicKey = key
	}
	return leaf, true
}

// keyText is a public key's kind and size, "" for one that Go does not know.
func keyText(key any) string {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return "RSA " + strconv.Itoa(k.N.BitLen())
	case *ecdsa.PublicKey:
		return "ECDSA " + strconv.Itoa(k.Curve.Params().BitSize)
	case ed25519.PublicKey:
		return "Ed25519 256"
	}
	return ""
}

// distinguished is a name's common name, organisation and unit: "CN=router,
// O=ASUS".
func distinguished(n pkix.Name) string {
	var parts []string
	if n.CommonName != "" {
		parts = append(parts, "CN="+n.CommonName)
	}
	if len(n.Organization) > 0 {
		parts = append(parts, "O="+n.Organization[0])
	}
	if len(n.OrganizationalUnit) > 0 {
		parts = append(parts, "OU="+n.OrganizationalUnit[0])
	}
	return strings.Join(parts, ", ")
}

// asksForTLS reports whether said is how a TLS server at ep answers a question
// in clear: an alert record (RFC 8446, section 5.1), a web server's page that
// says so, or a redirect to the very same place in TLS.
func asksForTLS(ep lan.Endpoint, said []byte) bool {
	if len(said) >= 3 && said[0] == 0x15 && said[1] == 3 && said[2] <= 4 {
		return true
	}
	if !bytes.HasPrefix(said, []byte("HTTP/")) {
		return false
	}
	for _, phrase := range []string{
		"plain HTTP request was sent to HTTPS port",      // nginx
		"speaking plain HTTP to an SSL-enabled server",   // Apache httpd
		"Client sent an HTTP request to an HTTPS server", // Go net/http
		"combination of host and port requires TLS",      // Apache Tomcat
	} {
		if bytes.Contains(said, []byte(phrase)) {
			return true
		}
	}
	h, _ := parseHead(said, "HTTP/")
	to, err := url.Parse(h.get("Location"))
	if err != nil || to.Scheme != "https" || to.Hostname() != "" && to.Hostname() != ep.Addr.WithZone("").String() {
		return false
	}
	port := to.Port()
	return port == portText(ep) || port == "" && ep.Port == 443
}
