// Package relay is a slow and lossy stretch of cable in user space, for kernels
// that have no network emulator.
package relay

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Line is what happens to each frame on its way, in each of both directions.
type Line struct {
	Delay time.Duration
	Loss  float64 // the share of frames that is lost, 0 to 1
	Seed  uint64  // which ones
}

const (
	// longest is the longest frame with its header: the kernel hands over what a
	// network card would cut up as one piece (segmentation offload).
	longest = 1 << 17
	// room is how many frames are on their way at most; more are lost, as in any
	// queue.
	room = 4096
)

// parcel is a frame on its way.
type parcel struct {
	due   time.Time
	frame []byte
}

// Carry carries frames from in to out, one each Read and Write, in their order,
// until in is at its end, and returns when the last one has arrived. What out
// does not take is lost.
func (l Line) Carry(in io.Reader, out io.Writer) {
	queue, arrived := make(chan parcel, room), make(chan struct{})
	go func() {
		defer close(arrived)
		for p := range queue {
			time.Sleep(time.Until(p.due))
			_, _ = out.Write(p.frame)
		}
	}()
	rng := rand.New(rand.NewPCG(l.Seed, l.Seed))
	for buf := make([]byte, longest); ; {
		n, err := in.Read(buf)
		if err != nil {
			break
		}
		if rng.Float64() < l.Loss {
			continue
		}
		select {
		case queue <- parcel{time.Now().Add(l.Delay), bytes.Clone(buf[:n])}:
		default:
		}
	}
	close(queue)
	<-arrived
}

// Join carries frames both ways between two interfaces of the room that do runs
// functions in, until the returned function is called.
func (l Line) Join(do func(f func() error) error, one, other string) (part func(), err error) {
	var ends [2]*os.File
	err = do(func() error {
		for i, name := range []string{one, other} {
			if ends[i], err = socket(name); err != nil {
				return fmt.Errorf("relaying on %s: %w", name, err)
			}
		}
		return nil
	})
	done := make(chan struct{}, len(ends))
	closeBoth := func() {
		for _, e := range ends {
			if e != nil {
				_ = e.Close()
			}
		}
	}
	if err != nil {
		closeBoth()
		return nil, err
	}
	back := l
	back.Seed++ // what gets lost there is not what gets lost back
	go func() { l.Carry(ends[0], ends[1]); done <- struct{}{} }()
	go func() { back.Carry(ends[1], ends[0]); done <- struct{}{} }()
	return func() { closeBoth(); <-done; <-done }, nil
}

// socket hears all that comes in on the named interface and sends what is written
// to it. Each frame has the kernel's note before it of what is left to be done
// for it, checksum and cutting (PACKET_VNET_HDR), which goes with it.
func socket(link string) (*os.File, error) {
	i, err := net.InterfaceByName(link)
	if err != nil {
		return nil, err
	}
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("packet socket: %w", err)
	}
	for _, option := range []int{unix.PACKET_IGNORE_OUTGOING, unix.PACKET_VNET_HDR} {
		if err == nil {
			err = unix.SetsockoptInt(fd, unix.SOL_PACKET, option, 1)
		}
	}
	if err == nil {
		all := uint16(unix.ETH_P_ALL)<<8 | uint16(unix.ETH_P_ALL)>>8 // big-endian, as packet(7) wants it
		err = unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: all, Ifindex: i.Index})
	}
	if err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("packet socket: %w", err)
	}
	return os.NewFile(uintptr(fd), link), nil
}
