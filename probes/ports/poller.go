package ports

import (
	"context"
	"time"

	"golang.org/x/sys/unix"
)

// poller waits for many connections in one goroutine: one that waits for each
// would cost 14 KB a connection, this costs nothing but the socket. The end of
// ctx wakes it, and so does wake.
type poller struct {
	epoll, alarm int
	events       []unix.EpollEvent
	ready        []int
	disarm       func()
}

func newPoller(ctx context.Context) (*poller, error) {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, err
	}
	alarm, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		_ = unix.Close(epoll)
		return nil, err
	}
	p := &poller{epoll: epoll, alarm: alarm, events: make([]unix.EpollEvent, 64)}
	rung := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		p.wake()
		close(rung)
	})
	p.disarm = func() {
		if !stop() {
			<-rung // or it would write to a descriptor that is no longer ours
		}
	}
	event := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(alarm)}
	if err := unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, alarm, &event); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// add watches fd until it has connected or failed, or is closed.
func (p *poller) add(fd int) error {
	event := unix.EpollEvent{Events: unix.EPOLLOUT, Fd: int32(fd)}
	return unix.EpollCtl(p.epoll, unix.EPOLL_CTL_ADD, fd, &event)
}

// wait returns the descriptors that are done, none when d is over or the alarm
// rang. The list is valid until the next wait.
func (p *poller) wait(d time.Duration) ([]int, error) {
	// Rounded up, or the last millisecond before a turn would be spent awake.
	ms := (min(max(d, 0), time.Hour) + time.Millisecond - 1) / time.Millisecond
	n, err := unix.EpollWait(p.epoll, p.events, int(ms))
	if err != nil && err != unix.EINTR {
		return nil, err
	}
	p.ready = p.ready[:0]
	for _, e := range p.events[:max(n, 0)] {
		if int(e.Fd) != p.alarm {
			p.ready = append(p.ready, int(e.Fd))
			continue
		}
		_, _ = unix.Read(p.alarm, make([]byte, 8)) // it rings once
	}
	return p.ready, nil
}

// wake ends a wait, or the next one at once. It may be called from any goroutine
// until close.
func (p *poller) wake() {
	_, _ = unix.Write(p.alarm, []byte{0, 0, 0, 1, 1, 0, 0, 0}) // a small number, in any byte order
}

func (p *poller) close() {
	p.disarm()
	_ = unix.Close(p.alarm)
	_ = unix.Close(p.epoll)
}
