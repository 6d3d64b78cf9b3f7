package proof

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest"
)

// road is a Reach over loopback.
type road struct{}

func (road) Dial(ctx context.Context, ep lan.Endpoint) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", ep.AddrPort().String())
	if err != nil {
		return nil, err
	}
	if end, ok := ctx.Deadline(); ok {
		err = conn.SetDeadline(end)
	}
	return conn, err
}

func (road) Ask(context.Context, lan.Endpoint, []byte) ([]byte, error) {
	return nil, errors.New("no check asks by datagram")
}

func (r road) HTTP(ep lan.Endpoint) *http.Client { return probes.Pinned(ep, r.Dial) }

// ledger grants tries up to a number and keeps what came of them.
type ledger struct {
	grants   int
	tries    []probes.Try
	outcomes []probes.Outcome
}

func (l *ledger) try(ctx context.Context, t probes.Try, attempt probes.Attempt) (probes.Outcome, error) {
	if len(l.tries) >= l.grants {
		return probes.Unclear, fmt.Errorf("%w: 2 wrong passwords on account %q in the last 24 h", probes.ErrBudget, t.Account)
	}
	l.tries = append(l.tries, t)
	outcome, err := attempt(ctx)
	l.outcomes = append(l.outcomes, outcome)
	return outcome, err
}

var load = sync.OnceValues(knowledge.Load)

func known(t *testing.T) *knowledge.Base {
	t.Helper()
	base, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return base
}

// judged proves the documented logins of one service, as a sweep does.
func judged(t *testing.T, p *probes.Pass) (lan.Verdict, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if p.Knowledge == nil {
		p.Knowledge = known(t)
	}
	p.Reach = road{}
	return Prove(ctx, p, p.Knowledge.Logins.Documented(p.Device, p.Service))
}

// words is all that a pass would show.
func words(p *probes.Pass) string {
	all := p.Title + "\n" + p.Advice + "\n"
	for _, e := range p.Evidence {
		all += e.Said + " -> " + e.Heard + "\n"
	}
	return all
}

// started is a probetest device on loopback, as the service that its only
// listener is.
func started(t *testing.T, name string, heard lan.Heard, d *probetest.Device) (*probetest.Running, lan.Service) {
	t.Helper()
	home := probetest.Loopback()
	running, err := d.Start(home)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { running.Close() })
	ep := home.Endpoint(lan.TCP, d.Listeners[0].Port)
	return running, lan.Service{Address: ep.Addr, Transport: ep.Transport, Port: ep.Port, Name: name, Heard: heard}
}

// served is a web server as a service.
func served(t *testing.T, heard lan.Heard, h http.HandlerFunc) lan.Service {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return serviceAt(s.Listener.Addr(), "http", heard)
}

func serviceAt(at net.Addr, name string, heard lan.Heard) lan.Service {
	ap := netip.MustParseAddrPort(at.String())
	return lan.Service{Address: ap.Addr(), Transport: lan.TCP, Port: ap.Port(), Name: name, Heard: heard}
}

// talk is one side of a conversation in lines.
type talk struct {
	net.Conn
	in *bufio.Reader
}

func (c *talk) say(text string) { _, _ = io.WriteString(c, text) }

// line is what the visitor typed, without its end.
func (c *talk) line() string {
	text, _ := c.in.ReadString('\n')
	return strings.TrimRight(text, "\r\n")
}

// scripted is a service that plays script on every connection, one after the
// other, and then hangs up.
func scripted(t *testing.T, name string, heard lan.Heard, script func(*talk)) lan.Service {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
			script(&talk{conn, bufio.NewReader(conn)})
			conn.Close()
		}
	}()
	t.Cleanup(func() { ln.Close(); <-done })
	return serviceAt(ln.Addr(), name, heard)
}

// mobotix is a camera whose documented login is admin with a password that is
// no word of ours; the record is for "/" and any scheme.
func mobotix(auth string) lan.Heard {
	return lan.Heard{lan.HTTPStatus: "401", lan.HTTPAuth: auth, lan.HTTPRealm: "MOBOTIX Camera User"}
}

const mobotixPass = "meinsm"
