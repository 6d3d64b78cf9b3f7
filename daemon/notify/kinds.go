package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// How long a server is waited for.
const (
	stepTime = 10 * time.Second // for a connection, and for each answer
	tryTime  = 40 * time.Second // for a whole try
	// Mail servers take their time: some look a caller up before they greet, others
	// read the mail before they take it. RFC 5321 section 4.5.3.2 asks to wait for 5
	// minutes for most answers and for 10 for that to the final dot; who goes sooner
	// may have it delivered, and sends it again.
	mailSteps = 3  // times stepTime
	dotSteps  = 60 // times stepTime
)

// kind is a way to send.
type kind struct {
	word  string // in lan.Channel
	check func(c *lan.Channel) error
	send  func(n *Notifier, ctx context.Context, c *lan.Channel, m *message) error
	more  time.Duration // that a try may take beyond tryTime
}

// kinds are all.
var kinds = [...]kind{
	{"webhook", checkWebhook, (*Notifier).webhook, 0},
	{"ntfy", checkNtfy, (*Notifier).ntfy, 0},
	{"gotify", checkGotify, (*Notifier).gotify, 0},
	{"telegram", checkTelegram, (*Notifier).telegram, 0},
	{"smtp", checkSMTP, (*Notifier).smtp, (mailSteps*8 + dotSteps) * stepTime},
	{"mqtt", checkMQTT, (*Notifier).mqtt, 0},
	{"syslog", checkSyslog, (*Notifier).syslog, 0},
}

// kindOf is that by its word in lan.Channel, nil for none.
func kindOf(word string) *kind {
	for i := range kinds {
		if kinds[i].word == word {
			return &kinds[i]
		}
	}
	return nil
}

// send is Options.send.
func (n *Notifier) send(ctx context.Context, c *lan.Channel, m *message) error {
	k := kindOf(c.Kind)
	if k == nil {
		return fmt.Errorf("there is no kind of channel called %q", c.Kind)
	}
	return k.send(n, ctx, c, m)
}

// refusal is a server's no, which another try soon will not change.
type refusal struct {
	words   string
	after   time.Duration // as it said; 0 for as long as it takes
	content bool          // it is of what the message says: another may be taken
}

func (r refusal) Error() string { return r.words }

// dial connects to a server, in TLS where secure is set. The connection ends with
// ctx, and waits for each answer at most stepTime.
func (n *Notifier) dial(ctx context.Context, network, server string, secure bool) (net.Conn, error) {
	ctx2, cancel := context.WithTimeout(ctx, n.o.step)
	defer cancel()
	raw, err := n.o.Dial(ctx2, network, server)
	if err != nil {
		return nil, plain(err, server)
	}
	conn := &patient{Conn: raw, step: n.o.step}
	conn.stop = context.AfterFunc(ctx, func() { _ = raw.Close() })
	if !secure {
		return conn, nil
	}
	return n.secure(ctx2, conn, server)
}

// secure puts TLS around conn; server's certificate must be in order.
func (n *Notifier) secure(ctx context.Context, conn net.Conn, server string) (net.Conn, error) {
	t := tls.Client(conn, n.tls(server))
	if err := t.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, plain(err, server)
	}
	return t, nil
}

func (n *Notifier) tls(server string) *tls.Config {
	host, _, _ := net.SplitHostPort(server)
	return &tls.Config{ServerName: host, RootCAs: n.o.roots, MinVersion: tls.VersionTLS12}
}

// patient is a connection that gives each answer a step's time.
type patient struct {
	net.Conn
	step time.Duration
	stop func() bool
}

func (p *patient) Read(b []byte) (int, error) {
	_ = p.SetReadDeadline(time.Now().Add(p.step))
	return p.Conn.Read(b)
}

func (p *patient) Write(b []byte) (int, error) {
	_ = p.SetWriteDeadline(time.Now().Add(p.step))
	return p.Conn.Write(b)
}

func (p *patient) Close() error {
	p.stop()
	return p.Conn.Close()
}

// waiting gives each answer from now on so many steps' time.
func (n *Notifier) waiting(conn net.Conn, steps int) {
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn()
	}
	conn.(*patient).step = time.Duration(steps) * n.o.step
}

// plain says what a connection's error means to the household.
func plain(err error, server string) error {
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &dns):
		return fmt.Errorf("%s could not be found; is its name right, and is this machine online? (%w)", server, dns)
	case errors.As(err, &cert):
		return fmt.Errorf("%s could not prove who it is; its certificate must be one that this machine trusts (%w)", server, cert.Err)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Errorf("%s did not answer in time", server)
	}
	return fmt.Errorf("%s could not be reached: %w", server, err)
}
