package reach

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// maxAnswer is the longest datagram that Ask returns.
const maxAnswer = 4 << 10

// Ask is probes.Reach's. What others than ep's device send is dropped. The time that an answer has counts from the sending, not
// from when the device's turn was asked for.
func (r *Road) Ask(ctx context.Context, ep lan.Endpoint, datagram []byte) ([]byte, error) {
	if ep.Transport != lan.UDP {
		return nil, fmt.Errorf("%s takes no datagrams", ep)
	}
	conn, err := r.send(ctx, ep, datagram)
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", ep, err)
	}
	defer conn.Close()
	answer := make([]byte, maxAnswer)
	n, err := conn.Read(answer)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = context.DeadlineExceeded
	}
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", ep, err)
	}
	return answer[:n], nil
}

// send sends ep the datagram when it is its device's turn. The connection holds
// one of the places in asks until it is closed.
func (r *Road) send(ctx context.Context, ep lan.Endpoint, datagram []byte) (asking net.Conn, err error) {
	if err := r.scope.Allow(ep.Addr); err != nil {
		return nil, err
	}
	err = r.turn(ep.Addr).speak(ctx, r.pace, func() error {
		if err := r.slot(ctx, r.asks); err != nil {
			if cap(r.asks) < maxAsks && errors.Is(err, context.DeadlineExceeded) {
				r.unasked.Add(1)
			}
			return fmt.Errorf("waiting for the turn of all: %w", err)
		}
		raw, err := r.patiently(ctx, func() (net.Conn, error) { return r.toward(ctx, ep) })
		if err != nil {
			<-r.asks
			return err
		}
		conn := newConn(ctx, raw, nil, func() { <-r.asks })
		until := time.Now().Add(r.answer)
		if deadline, ok := ctx.Deadline(); ok && deadline.Before(until) {
			until = deadline
		}
		_ = conn.SetDeadline(until)
		r.datagrams.Add(1)
		if _, err := conn.Write(datagram); err != nil {
			return errors.Join(err, conn.Close())
		}
		asking = conn
		return nil
	})
	return asking, err
}

// toward is a socket for datagrams to ep.
func (r *Road) toward(ctx context.Context, ep lan.Endpoint) (net.Conn, error) {
	conn, err := r.dialer(r.connect).DialContext(ctx, "udp", r.target(ep))
	if err == nil && elsewhere(ep.Port) {
		return loosen(conn)
	}
	return conn, err
}
