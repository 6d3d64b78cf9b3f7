package ndp

import (
	"context"
	"net/netip"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// callers is the Source for who cannot hear the frames.
type callers struct{}

var _ probes.Source = callers{}

// Callers is the Source "ndp" that sends nothing and needs no capability: it
// tells of those that have called on us while other sources asked. Before a
// device answers a question to all by IPv6, it solicits our address, by which the
// kernel gets to know its own (RFC 4861, section 7.2.3).
func Callers() probes.Source { return callers{} }

// Name implements probes.Source.
func (callers) Name() string { return Name }

// Discover waits for the end of ctx, then tells of the neighbours that are new in
// the kernel's table or that the kernel itself has heard from.
func (callers) Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	if !local(link).IsValid() {
		return nil
	}
	before, err := known(link)
	if err != nil {
		return err
	}
	<-ctx.Done()
	return (&pings{link: link, see: see, seen: map[netip.Addr]bool{}}).look(before)
}
