package ports

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
)

// call is one connection under way.
type call struct {
	addr netip.Addr
	port uint16
}

// connectRoad is a road of non-blocking connects.
type connectRoad struct {
	link  lan.Link
	allow func(netip.Addr) error
	poll  *poller
	table *table
	clock func() time.Duration

	calls map[int]call // by file descriptor
	fds   map[netip.AddrPort]int
	ready []answer // decided before anybody waited

	mu     sync.Mutex
	posted []answer
}

func (r *connectRoad) ask(h *host, port uint16) error {
	if r.allow == nil || r.allow(h.addr) != nil {
		return errRefused
	}
	fd, err := r.socket(h.addr)
	if err != nil {
		return err
	}
	switch err := unix.Connect(fd, r.sockaddr(h.addr, port)); err {
	case unix.EINPROGRESS, unix.EINTR:
		if err := r.poll.add(fd); err != nil {
			_ = unix.Close(fd)
			return shortage(err)
		}
		r.table.begin()
		r.calls[fd] = call{h.addr, port}
		r.fds[netip.AddrPortFrom(h.addr, port)] = fd
		return nil
	default:
		says := verdict(err)
		if err == nil && ourselves(fd) {
			says = closed
		}
		_ = unix.Close(fd)
		if short(err) {
			return errBusy
		}
		r.table.begin()
		r.table.end(r.clock(), resetLife)
		r.ready = append(r.ready, answer{h.addr, port, says, r.clock()})
		return nil
	}
}

// socket is a TCP socket that never blocks, leaves by no gateway and ends with
// a RST, so that neither side keeps it in TIME-WAIT.
func (r *connectRoad) socket(addr netip.Addr) (int, error) {
	family := unix.AF_INET6
	if addr.Is4() {
		family = unix.AF_INET
	}
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, shortage(err)
	}
	if err := unix.SetsockoptLinger(fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1}); err != nil {
		_ = unix.Close(fd)
		return -1, err
	}
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_DONTROUTE, 1); err != nil {
		_ = unix.Close(fd)
		return -1, err
	}
	queueErrors(fd, family)
	return fd, nil
}

// sockaddr is where to connect to; a link-local address needs the link's zone.
func (r *connectRoad) sockaddr(addr netip.Addr, port uint16) unix.Sockaddr {
	if addr.Is4() {
		return &unix.SockaddrInet4{Port: int(port), Addr: addr.As4()}
	}
	to := &unix.SockaddrInet6{Port: int(port), Addr: addr.As16()}
	if addr.IsLinkLocalUnicast() {
		to.ZoneId = uint32(r.link.Index)
	}
	return to
}

func (r *connectRoad) drop(h *host, port uint16) {
	if fd, ok := r.fds[netip.AddrPortFrom(h.addr, port)]; ok {
		r.hangUp(fd, unansweredLife)
	}
}

// hangUp resets the connection, of which the kernel's table keeps its entry for
// life; closing takes it out of the poller too.
func (r *connectRoad) hangUp(fd int, life time.Duration) {
	r.table.end(r.clock(), life)
	c := r.calls[fd]
	delete(r.calls, fd)
	delete(r.fds, netip.AddrPortFrom(c.addr, c.port))
	_ = unix.Close(fd)
}

func (r *connectRoad) wait(ctx context.Context, d time.Duration) ([]answer, error) {
	list := r.ready
	r.ready = nil
	if len(list) > 0 {
		d = 0
	}
	fds, err := r.poll.wait(d)
	if err != nil {
		return nil, err
	}
	for _, fd := range fds {
		c, ok := r.calls[fd]
		if !ok {
			continue
		}
		if says := outcome(fd, c.addr); says != asked {
			list = append(list, answer{c.addr, c.port, says, r.clock()})
			r.hangUp(fd, resetLife)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	list = append(list, r.posted...)
	r.posted = nil
	return list, ctx.Err()
}

func (r *connectRoad) post(_ context.Context, a answer) {
	r.mu.Lock()
	r.posted = append(r.posted, a)
	r.mu.Unlock()
	r.poll.wake()
}

// lost is none: the kernel keeps what a connection came to.
func (r *connectRoad) lost() int { return 0 }
