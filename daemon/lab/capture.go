package lab

import (
	"bytes"
	"fmt"
	"net"
	"sync"

	"github.com/mdlayher/packet"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
)

// maxFrames bounds what a capture keeps.
const maxFrames = 100_000

// Capture is everything that one interface of this program's own namespace
// sends and receives, frame by frame.
type Capture struct {
	conn *packet.Conn
	own  lan.MAC
	done chan struct{}

	mu     sync.Mutex
	frames [][]byte
}

// StartCapture captures on the named interface until Sent is called.
func StartCapture(name string) (*Capture, error) {
	i, err := net.InterfaceByName(name)
	if err != nil {
		return nil, fmt.Errorf("capturing on %s: %w", name, err)
	}
	conn, err := packet.Listen(i, packet.Raw, unix.ETH_P_ALL, nil)
	if err != nil {
		return nil, fmt.Errorf("capturing on %s: %w", name, err)
	}
	c := &Capture{conn: conn, done: make(chan struct{})}
	c.own, _ = lan.MACFrom(i.HardwareAddr)
	go c.read()
	return c, nil
}

func (c *Capture) read() {
	defer close(c.done)
	buf := make([]byte, 2048)
	for {
		n, _, err := c.conn.ReadFrom(buf)
		if err != nil {
			return
		}
		c.mu.Lock()
		if len(c.frames) < maxFrames {
			c.frames = append(c.frames, bytes.Clone(buf[:n]))
		}
		c.mu.Unlock()
	}
}

// Sent ends the capture and gives the frames that left from here.
func (c *Capture) Sent() [][]byte {
	_ = c.conn.Close()
	<-c.done
	var sent [][]byte
	for _, f := range c.frames {
		// On a loopback interface every frame has the zero address.
		if len(f) >= 14 && bytes.Equal(f[6:12], c.own[:]) {
			sent = append(sent, f)
		}
	}
	return sent
}
