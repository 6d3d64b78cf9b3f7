package identify

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/nbns"
)

var _ = register(netbios{}, asks)

// netbios asks a computer for its NetBIOS names (RFC 1002, section 4.2.17).
type netbios struct{}

// Name is "netbios".
func (netbios) Name() string { return "netbios" }

func (netbios) udpPort() uint16 { return nbns.Port }

// Likely claims UDP port 137 of IPv4 addresses: NetBIOS knows no others.
func (n netbios) Likely(ep lan.Endpoint, _ []byte) bool {
	return ep.Transport == lan.UDP && ep.Port == n.udpPort() && ep.Addr.Unmap().Is4()
}

// Identify asks and takes only an answer to this very question.
func (netbios) Identify(ctx context.Context, r probes.Reach, ep lan.Endpoint) (lan.Service, error) {
	svc := found(ep, "netbios-ns")
	id := uint16(rand.Uint32())
	answer, err := r.Ask(ctx, ep, nbns.Query(id))
	if err != nil {
		return svc, fmt.Errorf("ask netbios: %w", err)
	}
	status, ok := nbns.ParseStatus(answer, id)
	if !ok {
		return svc, probes.ErrNotMine
	}
	status.Tell(svc.Heard)
	return svc, nil
}
