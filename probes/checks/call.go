package checks

import (
	"context"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of a check's own talk with a service.
const (
	maxCall = 8 * time.Second // most of it waiting for the device's turn
	maxSaid = 16 << 10        // bytes heard
)

// call connects to ep, lets talk have the connection and hangs up. Reading and
// writing end with the call's time.
func call(ctx context.Context, p *probes.Pass, ep lan.Endpoint, talk func(net.Conn) error) error {
	ctx, cancel := context.WithTimeout(ctx, maxCall)
	defer cancel()
	conn, err := p.Reach.Dial(ctx, ep)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	if err := talk(conn); err != nil {
		return fmt.Errorf("talk to %s: %w", ep, err)
	}
	return nil
}

// exchange says question and reads on until complete has enough, the service
// hangs up, or maxSaid bytes have come. Words count, however they end.
func exchange(conn net.Conn, question string, complete func(said []byte) bool) ([]byte, error) {
	if _, err := io.WriteString(conn, question); err != nil {
		return nil, err
	}
	said := make([]byte, 0, 512)
	for len(said) < maxSaid && !complete(said) {
		said = append(said, make([]byte, 512)...)
		n, err := conn.Read(said[len(said)-512:])
		said = said[:len(said)-512+n]
		if err != nil && len(said) == 0 {
			return nil, err
		}
		if err != nil {
			break
		}
	}
	return said, nil
}
