package crowd

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
)

// receiveBuffer is asked of the kernel in bytes: room for some 80,000 frames.
const receiveBuffer = 32 << 20

// Serve answers on the named interface of the room, whose own kernel should have
// no address there, until Close. do runs a function inside the room.
func (c *Crowd) Serve(do func(f func() error) error, link string) error {
	var fd int
	err := do(func() (err error) {
		fd, err = Socket(link)
		return err
	})
	if err != nil {
		return fmt.Errorf("a crowd on %s: %w", link, err)
	}
	c.sock, c.done = os.NewFile(uintptr(fd), "crowd"), make(chan struct{})
	go c.listen()
	return nil
}

// Close ends Serve. The count stays.
func (c *Crowd) Close() {
	lost := dropped(c.sock)
	_ = c.sock.Close()
	<-c.done
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count.Lost += lost
}

// listen answers frame by frame until the socket is closed. One that the cable
// has no room for is lost, as on any other.
func (c *Crowd) listen() {
	defer close(c.done)
	buf := make([]byte, 1<<16)
	send := func(frame []byte) { _, _ = c.sock.Write(frame) }
	for {
		n, err := c.sock.Read(buf)
		switch {
		case err == nil:
			c.answer(buf[:n], send)
		case errors.Is(err, unix.ENETDOWN): // said once, when the cable is pulled
		default:
			return
		}
	}
}

// Socket hears all that comes in on the named interface, whoever it is for, and
// sends what is written to it: a non-blocking file descriptor, one frame a read.
func Socket(link string) (int, error) {
	i, err := net.InterfaceByName(link)
	if err != nil {
		return 0, err
	}
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, fmt.Errorf("packet socket: %w", err)
	}
	if unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, receiveBuffer) != nil {
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, receiveBuffer) // as much as there is for us
	}
	err = unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_IGNORE_OUTGOING, 1)
	if err == nil {
		err = unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: bigEndian(unix.ETH_P_ALL), Ifindex: i.Index})
	}
	if err != nil {
		_ = unix.Close(fd)
		return 0, fmt.Errorf("packet socket: %w", err)
	}
	return fd, nil
}

// bigEndian is n as packet(7) wants it.
func bigEndian(n uint16) uint16 { return n<<8 | n>>8 }

// dropped is how many frames the kernel had no room for.
func dropped(sock *os.File) (lost int) {
	raw, err := sock.SyscallConn()
	if err != nil {
		return 0
	}
	_ = raw.Control(func(fd uintptr) {
		if st, err := unix.GetsockoptTpacketStats(int(fd), unix.SOL_PACKET, unix.PACKET_STATISTICS); err == nil {
			lost = int(st.Drops)
		}
	})
	return lost
}

// Chatter has the first host announce its address again and again until ctx ends
// (RFC 5227 section 2.3): no home's network is ever silent. Serve comes first.
func (c *Crowd) Chatter(ctx context.Context, every time.Duration) {
	own := c.router.Addr.As4()
	frame := c.router.holds(1, lan.MAC{255, 255, 255, 255, 255, 255}, lan.MAC{}, own[:])
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			_, _ = c.sock.Write(frame) // one that is lost is followed by another
		}
	}
}
