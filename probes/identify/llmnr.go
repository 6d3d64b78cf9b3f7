package identify

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/llmnr"
)

var _ = register(linkLocalName{}, asks)

// linkLocalName asks a computer for the name of its own address by LLMNR (RFC
// 4795).
type linkLocalName struct{}

// Name is "llmnr".
func (linkLocalName) Name() string { return "llmnr" }

func (linkLocalName) udpPort() uint16 { return llmnr.Port }

// Likely claims UDP port 5355.
func (l linkLocalName) Likely(ep lan.Endpoint, _ []byte) bool {
	return ep.Transport == lan.UDP && ep.Port == l.udpPort()
}

// Identify asks and takes only an answer to this very question, about this very
// address.
func (linkLocalName) Identify(ctx context.Context, r probes.Reach, ep lan.Endpoint) (lan.Service, error) {
	svc := found(ep, "llmnr")
	id := uint16(rand.Uint32())
	question, err := llmnr.Query(id, ep.Addr)
	if err != nil {
		return svc, fmt.Errorf("ask llmnr: %w", err)
	}
	answer, err := r.Ask(ctx, ep, question)
	if err != nil {
		return svc, fmt.Errorf("ask llmnr: %w", err)
	}
	name, ok := llmnr.ParseAnswer(answer, id, ep.Addr)
	if !ok {
		return svc, probes.ErrNotMine
	}
	svc.Heard.Set(lan.LLMNRName, name)
	return svc, nil
}
