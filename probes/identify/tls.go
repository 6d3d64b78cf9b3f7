package identify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509/pkix"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// tlsFacts are the words of a handshake: its version and the leaf certificate.
// Nothing is verified: a home device signs for itself.
func tlsFacts(state tls.ConnectionState) lan.Heard {
	h := lan.Heard{}
	h.Set(lan.TLSVersion, strings.TrimPrefix(tls.VersionName(state.Version), "TLS "))
	if len(state.PeerCertificates) == 0 {
		return h
	}
	leaf := state.PeerCertificates[0]
	sum := sha256.Sum256(leaf.Raw)
	h.Set(lan.TLSSubject, distinguished(leaf.Subject))
	h.Set(lan.TLSIssuer, distinguished(leaf.Issuer))
	h.Set(lan.TLSNotAfter, leaf.NotAfter.UTC().Format(time.RFC3339))
	h.Set(lan.TLSFingerprint, hex.EncodeToString(sum[:]))
	return h
}

// distinguished is a name's common name and organisation: "CN=router, O=ASUS".
func distinguished(n pkix.Name) string {
	var parts []string
	if n.CommonName != "" {
		parts = append(parts, "CN="+n.CommonName)
	}
	if len(n.Organization) > 0 {
		parts = append(parts, "O="+n.Organization[0])
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
	if err != nil || to.Scheme != "https" || to.Hostname() != ep.Addr.WithZone("").String() {
		return false
	}
	port := to.Port()
	return port == portText(ep) || port == "" && ep.Port == 443
}

// notTLS reports whether a handshake failed as it does at a service that speaks
// something else, and not over TLS itself.
func notTLS(err error) bool {
	var record tls.RecordHeaderError
	for _, other := range []error{
		io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE,
		os.ErrDeadlineExceeded, context.DeadlineExceeded,
	} {
		if errors.Is(err, other) {
			return true
		}
	}
	return errors.As(err, &record)
}

// unreachable reports whether a dial failed before a connection was there.
func unreachable(err error) bool {
	for _, cause := range []error{
		syscall.ECONNREFUSED, syscall.EHOSTUNREACH, syscall.ENETUNREACH,
		probes.ErrScope, probes.ErrBudget, probes.ErrNeverWrite,
	} {
		if errors.Is(err, cause) {
			return true
		}
	}
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial" && refusal(err) != nil
}
