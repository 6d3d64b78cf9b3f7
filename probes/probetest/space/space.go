// Package space makes network namespaces for tests, the lab and the demo, so
// that whatever they send stays in a network of their own. It works for root
// and, where the kernel lets ordinary users have user namespaces, for them too.
package space

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// Space is one network namespace, held open by an OS thread that lives in it.
// Sockets and processes made by way of Do stay in the space. Its methods are
// safe for concurrent use until Close.
type Space struct {
	work   chan job
	done   chan struct{}
	handle netns.NsHandle
	links  *netlink.Handle
}

type job struct {
	f   func() error
	err chan<- error
}

// New makes an empty space with its loopback up.
func New() (*Space, error) {
	s := &Space{work: make(chan job), done: make(chan struct{})}
	ready := make(chan error)
	go s.live(ready)
	if err := <-ready; err != nil {
		return nil, fmt.Errorf("making a network namespace: %w", err)
	}
	lo, err := s.links.LinkByName("lo")
	if err == nil {
		err = s.links.LinkSetUp(lo)
	}
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("bringing up the loopback of a network namespace: %w", err)
	}
	return s, nil
}

// live is the thread. It is never unlocked, so the runtime ends the thread
// with the goroutine and nothing else ever runs in the space.
func (s *Space) live(ready chan<- error) {
	runtime.LockOSThread()
	defer close(s.done)
	err := unix.Unshare(unix.CLONE_NEWNET)
	if err == nil {
		s.handle, err = netns.Get()
	}
	if err == nil {
		s.links, err = netlink.NewHandleAt(s.handle)
	}
	ready <- err
	if err != nil {
		return
	}
	for j := range s.work {
		j.err <- j.f()
	}
}

// Do runs f with the calling thread inside the space, one f at a time. f must
// not wait for anything that needs the space itself.
func (s *Space) Do(f func() error) error {
	err := make(chan error)
	s.work <- job{f, err}
	return <-err
}

// Close lets the namespace go once its last socket and process are gone.
func (s *Space) Close() {
	close(s.work)
	<-s.done
	s.links.Close()
	_ = s.handle.Close()
}

// Listen is net.Listen inside the space.
func (s *Space) Listen(network, address string) (l net.Listener, err error) {
	err = s.Do(func() (err error) { l, err = net.Listen(network, address); return err })
	return l, err
}

// ListenPacket is net.ListenPacket inside the space.
func (s *Space) ListenPacket(network, address string) (c net.PacketConn, err error) {
	err = s.Do(func() (err error) { c, err = net.ListenPacket(network, address); return err })
	return c, err
}

// Start starts a program inside the space. It should carry a Pdeathsig, so that
// it never outlives the space.
func (s *Space) Start(cmd *exec.Cmd) error { return s.Do(cmd.Start) }

// Links speaks netlink inside the space.
func (s *Space) Links() *netlink.Handle { return s.links }

// FD is the namespace's file descriptor, valid until Close.
func (s *Space) FD() int { return int(s.handle) }

// Here is the namespace that this program itself runs in.
func Here() (*netlink.Handle, error) {
	h, err := netlink.NewHandle()
	if err != nil {
		return nil, fmt.Errorf("speaking netlink: %w", err)
	}
	return h, nil
}

// Denied reports whether err means that the machine does not let us have
// namespaces (for an ordinary user, in a container, or by a limit).
func Denied(err error) bool {
	return errors.Is(err, os.ErrPermission) || errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EUSERS) || errors.Is(err, unix.ENOSYS)
}
