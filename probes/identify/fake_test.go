package identify

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// device is a fake Reach with one device behind it. It plays its scripts in
// order, one a connection, the last one again for more, and counts what is done
// to it. Within a synctest bubble its time costs nothing.
type device struct {
	scripts []script
	answer  func(question []byte) []byte // to a datagram; nil is silence
	refuse  error                        // what Dial gives instead

	playing sync.WaitGroup
	mu      sync.Mutex
	dialled []lan.Endpoint
	open    int // connections open now
	most    int // the most that were open at once
	wrote   []byte
	heard   int // bytes that were read from it
	asked   int
}

// script is the device's side of one connection, closed when it returns.
type script func(net.Conn)

func (d *device) Dial(_ context.Context, ep lan.Endpoint) (net.Conn, error) {
	d.mu.Lock()
	d.dialled = append(d.dialled, ep)
	play := d.scripts[min(len(d.dialled), len(d.scripts))-1]
	d.mu.Unlock()
	if d.refuse != nil {
		return nil, d.refuse
	}
	ours, theirs := net.Pipe()
	d.playing.Go(func() { play(theirs); theirs.Close() })
	d.mu.Lock()
	d.open++
	d.most = max(d.most, d.open)
	d.mu.Unlock()
	return &counting{Conn: ours, device: d}, nil
}

func (d *device) Ask(ctx context.Context, _ lan.Endpoint, question []byte) ([]byte, error) {
	d.mu.Lock()
	d.asked++
	d.mu.Unlock()
	if d.answer != nil {
		if b := d.answer(question); b != nil {
			return b, nil
		}
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second) // as probes.Reach promises
	defer cancel()
	<-ctx.Done()
	return nil, ctx.Err()
}

func (d *device) HTTP(ep lan.Endpoint) *http.Client { return probes.Pinned(ep, d.Dial) }

// counting is a connection that tells the device of its end and its bytes.
type counting struct {
	net.Conn
	device *device
	once   sync.Once
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.device.mu.Lock()
	c.device.heard += n
	c.device.mu.Unlock()
	return n, err
}

func (c *counting) Write(p []byte) (int, error) {
	c.device.mu.Lock()
	c.device.wrote = append(c.device.wrote, p...)
	c.device.mu.Unlock()
	return c.Conn.Write(p)
}

func (c *counting) Close() error {
	c.once.Do(func() {
		c.device.mu.Lock()
		c.device.open--
		c.device.mu.Unlock()
	})
	return c.Conn.Close()
}

// says greets with words and listens to whatever comes, also meanwhile.
func says(words string) script {
	return func(c net.Conn) {
		var listening sync.WaitGroup
		listening.Go(func() { io.Copy(io.Discard, c) })
		io.WriteString(c, words)
		listening.Wait()
	}
}

// after is play once it has paused.
func after(pause time.Duration, play script) script {
	return func(c net.Conn) {
		<-time.After(pause) // of the bubble's clock
		play(c)
	}
}

// replies waits for requests that end in a blank line and gives each of its
// answers to one of them, then hangs up.
func replies(answers ...string) script {
	return func(c net.Conn) {
		in := bufio.NewReader(c)
		for _, a := range answers {
			if readRequest(in) == "" {
				return
			}
			io.WriteString(c, a)
		}
	}
}

func readRequest(in *bufio.Reader) string {
	var b strings.Builder
	for {
		line, err := in.ReadString('\n')
		b.WriteString(line)
		if err != nil || line == "\r\n" {
			return b.String()
		}
	}
}

// hangsUp closes without a word.
func hangsUp(net.Conn) {}

// mum reads whatever comes and never speaks.
func mum(c net.Conn) { io.Copy(io.Discard, c) }

// closesOn reads one request and hangs up.
func closesOn(c net.Conn) { readRequest(bufio.NewReader(c)) }

// inTLS plays within TLS. To a client that does not begin a handshake it says
// inClear and hangs up.
func inTLS(inClear string, play script) script {
	return func(c net.Conn) {
		wrapped := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{testCert()}})
		err := wrapped.Handshake()
		var notTLS tls.RecordHeaderError
		switch {
		case err == nil:
			play(wrapped)
		case errors.As(err, &notTLS):
			go io.Copy(io.Discard, c)
			io.WriteString(c, inClear)
		}
	}
}

const tlsAlert = "\x15\x03\x01\x00\x02\x02\x0a"

var testCert = sync.OnceValue(func() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(7),
		Subject:      pkix.Name{CommonName: "router.home", Organization: []string{"Example Networks"}},
		NotBefore:    time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC),
	}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
})

// at is a TCP endpoint of the fake device.
func at(port uint16) lan.Endpoint {
	return lan.Endpoint{Addr: netip.MustParseAddr("192.168.1.20"), Transport: lan.TCP, Port: port}
}

func udpAt(port uint16) lan.Endpoint {
	ep := at(port)
	ep.Transport = lan.UDP
	return ep
}

// identifyIn runs Service against d in a bubble of its own, where every second
// is free, and tells how many of them went by.
func identifyIn(t *testing.T, d *device, ep lan.Endpoint, connections int) (svc lan.Service, took time.Duration, err error) {
	t.Helper()
	return namedIn(t, d, ep, connections, nil)
}

// namedIn is identifyIn for Named.
func namedIn(t *testing.T, d *device, ep lan.Endpoint, connections int, announced lan.Heard) (svc lan.Service, took time.Duration, err error) {
	t.Helper()
	testCert() // made outside the bubble: its sync.Once must not block inside
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		svc, err = Named(t.Context(), d, ep, connections, announced)
		took = time.Since(start)
		d.playing.Wait()
		synctest.Wait()
		if d.open != 0 {
			t.Errorf("%d connections left open", d.open)
		}
	})
	if d.most > 1 {
		t.Errorf("%d connections open at once, want 1", d.most)
	}
	if len(d.dialled) > connections {
		t.Errorf("%d connections, want at most %d", len(d.dialled), connections)
	}
	return svc, took, err
}
