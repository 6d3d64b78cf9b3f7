package identify

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// handshake is what came of a TLS handshake, be it finished or not.
type handshake struct {
	conn  net.Conn // nil unless it was finished
	facts lan.Heard
	spoke bool // the other side answered in TLS's own records
}

// shakeHands begins TLS on raw, within maxHandshake and raw's own deadline. What
// the other side told before a handshake failed counts: a certificate that Go
// will not read or a version that it no longer speaks is what we are here for.
func shakeHands(raw *line) (handshake, error) {
	var leaf []byte
	config := probes.Lenient()
	config.VerifyPeerCertificate = func(certificates [][]byte, _ [][]*x509.Certificate) error {
		if len(certificates) > 0 {
			leaf = certificates[0]
		}
		return nil
	}
	until := time.Now().Add(maxHandshake)
	if raw.until.Before(until) {
		until = raw.until
	}
	raw.SetDeadline(until)
	defer raw.SetDeadline(raw.until)
	conn := tls.Client(raw, config)
	err := conn.Handshake()
	if err == nil {
		return handshake{conn: conn, facts: tlsFacts(conn.ConnectionState(), leaf), spoke: true}, nil
	}
	flight, ok := parseFlight(raw.heard())
	if !ok {
		return handshake{}, err
	}
	if leaf == nil {
		leaf = flight.leaf
	}
	facts := tlsFacts(tls.ConnectionState{Version: flight.version, CipherSuite: flight.suite}, leaf)
	facts.Set(TLSFailure, err.Error())
	return handshake{facts: facts, spoke: true}, err
}

// wrap begins TLS on the connection that waits to be handed out. One that was
// never asked, because nothing may be written, goes on in clear.
func (r *road) wrap() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.wrapLocked()
}

// wrapLocked is wrap with the road's lock held.
func (r *road) wrapLocked() error {
	handshake, err := shakeHands(r.line)
	if errors.Is(err, probes.ErrNeverWrite) {
		return err
	}
	r.spoke = r.spoke || handshake.spoke
	if len(handshake.facts) > 0 {
		r.facts = handshake.facts
	}
	if err != nil {
		r.hangUpLocked()
		return fmt.Errorf("tls with %s: %w", r.ep, err)
	}
	r.ep.TLS = true
	r.line, r.fresh = newLine(handshake.conn, false), true
	r.line.bind(r.talk)
	return nil
}

// flight is a server's first words in TLS.
type flight struct {
	version uint16
	suite   uint16
	leaf    []byte // DER, in versions that send it in clear
}

// Types of records and of handshake messages (RFC 5246, sections 6.2.1 and 7.4).
const (
	recordAlert       = 21
	recordHandshake   = 22
	tlsServerHello    = 2
	tlsCertificateMsg = 11
)

// parseFlight reads the first records of a TLS or SSL 3.0 server, as far as they
// have come. ok means that there is one at all: an alert or a hello.
func parseFlight(said []byte) (f flight, ok bool) {
	c := cursor{b: said}
	var messages []byte
	for len(c.b) > 0 {
		kind, version, size := c.big(1), c.big(2), c.big(2)
		body := c.b[:min(int(size), len(c.b))]
		if version>>8 != 3 || version&0xff > 4 || size == 0 || size > 1<<14+2048 {
			break
		}
		if kind == recordAlert && size == 2 && len(body) == 2 && (body[0] == 1 || body[0] == 2) {
			ok = true
		}
		if kind != recordHandshake {
			break
		}
		messages = append(messages, body...)
		c.take(uint32(len(body)))
	}
	return f.hear(messages, ok)
}

// hear reads the handshake messages of a flight.
func (f flight) hear(messages []byte, ok bool) (flight, bool) {
	c := cursor{b: messages}
	for len(c.b) >= 4 {
		kind, size := c.big(1), c.big(3)
		body := cursor{b: c.b[:min(int(size), len(c.b))]}
		c.take(uint32(len(body.b)))
		switch {
		case kind == tlsServerHello && !ok:
			version := body.big(2)
			body.take(32)
			body.take(body.big(1)) // the session's name
			suite := body.big(2)
			if ok = version>>8 == 3 && version&0xff <= 3 && !body.short; !ok {
				return flight{}, false
			}
			if body.take(3) != nil && chosen13(&body) { // compression, extensions' size
				version = tls.VersionTLS13
			}
			f.version, f.suite = uint16(version), uint16(suite)
		case kind == tlsCertificateMsg && ok:
			body.take(3) // of the whole list
			f.leaf = body.take(body.big(3))
			return f, ok
		case !ok:
			return flight{}, false
		}
	}
	return f, ok
}

// chosen13 reports whether a hello's extensions choose TLS 1.3, which calls
// itself 1.2 otherwise (RFC 8446, section 4.2.1).
func chosen13(extensions *cursor) bool {
	for len(extensions.b) > 0 {
		kind, value := extensions.big(2), extensions.take(extensions.big(2))
		if kind == 43 {
			return string(value) == "\x03\x04"
		}
	}
	return false
}
