package ports

import (
	"context"
	"errors"
	"net/netip"
	"time"
)

// Errors of a road's ask, beside those that end the scan.
var (
	errBusy    = errors.New("ports: the machine is short of sockets, ports or buffers")
	errRefused = errors.New("ports: address is out of scope")
)

// answer is what was heard of one port.
type answer struct {
	addr netip.Addr
	port uint16
	says state
	at   time.Duration
}

// road carries questions out and answers in. Its methods are called from one
// goroutine, but for post.
type road interface {
	// ask sends one question. After errBusy it is asked again later, after
	// errRefused the host is left alone; any other error ends the scan.
	ask(h *host, port uint16) error
	// drop says that nobody waits for this answer any more.
	drop(h *host, port uint16)
	// wait returns what has been heard, as soon as there is something, or
	// nothing when d is over. It fails when ctx ends.
	wait(ctx context.Context, d time.Duration) ([]answer, error)
	// post has wait return a too. It may be called from any goroutine, and
	// gives up when ctx ends.
	post(ctx context.Context, a answer)
	// lost is how many answers were lost in the machine by now.
	lost() int
}
