package reach

import (
	"context"
	"fmt"
	"net"
	"sync"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// conn gives its place back when closed and cannot write where nothing may ever
// be written. As with net.Dialer, the end of the dial's context does not end it;
// its deadline does.
type conn struct {
	net.Conn
	mute  error // why nothing may be written, nil otherwise
	leave func()
	once  sync.Once
}

func newConn(ctx context.Context, raw net.Conn, mute error, leave func()) *conn {
	if deadline, ok := ctx.Deadline(); ok {
		_ = raw.SetDeadline(deadline)
	}
	return &conn{Conn: raw, mute: mute, leave: leave}
}

func (c *conn) Write(b []byte) (int, error) {
	if c.mute != nil {
		return 0, c.mute
	}
	return c.Conn.Write(b)
}

// Close may be called more than once.
func (c *conn) Close() error {
	err := c.Conn.Close()
	c.once.Do(c.leave)
	return err
}

// neverWrite is why nothing is written to ep, nil if it may be spoken to.
// Ports and reasons: printers print every byte (nmap excludes 9100-9107 for
// it, this is the wider range); the camera and back-door ports crash on, or
// take as a login, the first bytes they get (CVE-2020-5735 and others).
func neverWrite(ep lan.Endpoint) error {
	if NeverWrite(ep.Transport, ep.Port) {
		return fmt.Errorf("%w: %s", probes.ErrNeverWrite, ep)
	}
	return nil
}

// NeverWrite reports whether nothing is ever written to the port.
func NeverWrite(transport lan.Transport, port uint16) bool {
	if transport != lan.TCP {
		return false
	}
	switch port {
	case 515, 9530, 32764, 34567, 37777:
		return true
	}
	return port >= 9100 && port <= 9116
}
