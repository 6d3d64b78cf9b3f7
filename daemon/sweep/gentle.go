package sweep

import (
	"context"
	"errors"
	"net"
	"net/http"
	"syscall"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// pulseKey is under which a context carries its device's pulse.
type pulseKey struct{}

// suffering reports whether ctx ended because its device does not bear more.
func suffering(ctx context.Context) bool { return context.Cause(ctx) == errSuffers }

// watched is the road to the device that ctx is about.
func watched(ctx context.Context, road probes.Reach) probes.Reach {
	if p, ok := ctx.Value(pulseKey{}).(*pulse); ok {
		return &gentle{road, p}
	}
	return road
}

// gentle is a road that ends when its device suffers.
type gentle struct {
	probes.Reach
	pulse *pulse
}

// Dial asks after each batch of connections whether the device still lives, and
// at once when it does not answer at a port that was open.
func (g *gentle) Dial(ctx context.Context, ep lan.Endpoint) (net.Conn, error) {
	if err := g.pulse.before(); err != nil {
		return nil, err
	}
	conn, err := g.Reach.Dial(ctx, ep)
	var failed *net.OpError
	switch {
	case !errors.As(err, &failed) || ctx.Err() != nil:
	case failed.Timeout(), errors.Is(err, syscall.EHOSTUNREACH):
		g.pulse.unanswered(ep)
		g.pulse.look()
	case errors.Is(err, syscall.ECONNREFUSED):
		g.pulse.unanswered(ep)
	}
	return conn, err
}

// Ask is the road's for as long as the device bears it.
func (g *gentle) Ask(ctx context.Context, ep lan.Endpoint, datagram []byte) ([]byte, error) {
	if suffering(g.pulse.ctx) {
		return nil, errSuffers
	}
	return g.Reach.Ask(ctx, ep, datagram)
}

// HTTP is a client on Dial.
func (g *gentle) HTTP(ep lan.Endpoint) *http.Client { return probes.Pinned(ep, g.Dial) }
