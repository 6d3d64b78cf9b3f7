package local

import (
	"net"
	"sync"
)

// few is a listener that hands out only so many connections at a time.
type few struct {
	net.Listener
	slots chan struct{}
	ended chan struct{}
	end   sync.Once
}

func newFew(l net.Listener) *few {
	return &few{Listener: l, slots: make(chan struct{}, maxTogether), ended: make(chan struct{})}
}

// Accept waits for a slot first, so that the others wait in the kernel's queue.
func (f *few) Accept() (net.Conn, error) {
	select {
	case f.slots <- struct{}{}:
	case <-f.ended:
		return nil, net.ErrClosed
	}
	c, err := f.Listener.Accept()
	if err != nil {
		<-f.slots
		return nil, err
	}
	return &slotted{Conn: c, free: sync.OnceFunc(func() { <-f.slots })}, nil
}

func (f *few) Close() error {
	f.end.Do(func() { close(f.ended) })
	return f.Listener.Close()
}

// slotted is a connection that frees its slot when it is closed.
type slotted struct {
	net.Conn
	free func()
}

func (s *slotted) Close() error {
	defer s.free()
	return s.Conn.Close()
}
