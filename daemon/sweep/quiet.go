package sweep

import (
	"context"
	"fmt"
	"net"
	"net/http"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// quiet is the road below touch "ask": it hears greetings and says nothing.
type quiet struct{ probes.Reach }

// Dial connects but never hand-shakes, and the connection refuses writes.
func (q quiet) Dial(ctx context.Context, ep lan.Endpoint) (net.Conn, error) {
	if ep.TLS {
		return nil, q.refuse(ep)
	}
	conn, err := q.Reach.Dial(ctx, ep)
	if err != nil {
		return nil, err
	}
	return mute{conn, q.refuse(ep)}, nil
}

// Ask refuses.
func (q quiet) Ask(_ context.Context, ep lan.Endpoint, _ []byte) ([]byte, error) {
	return nil, q.refuse(ep)
}

// HTTP is a client whose requests are refused before it connects.
func (q quiet) HTTP(ep lan.Endpoint) *http.Client {
	return probes.Pinned(ep, func(context.Context, lan.Endpoint) (net.Conn, error) { return nil, q.refuse(ep) })
}

func (q quiet) refuse(ep lan.Endpoint) error {
	return fmt.Errorf("%w: %s is only listened to at this touch", probes.ErrNeverWrite, ep)
}

type mute struct {
	net.Conn
	why error
}

func (m mute) Write([]byte) (int, error) { return 0, m.why }
