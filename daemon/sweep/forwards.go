package sweep

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/igd"
	"github.com/homesweep/homesweep/probes/lan"
)

// maxForwards bounds how long the routers are asked what they let in: all wait for
// it that are about to be judged.
const maxForwards = 5 * time.Second

// forwards are the ports that the home's routers let the internet reach. It is
// filled before asked is closed and not changed after.
type forwards struct {
	asked    chan struct{}
	byRouter map[string][]lan.Mapping // by ID
	byClient map[netip.Addr][]string  // keys of services, as lan.IGDForwarded wants them
}

func newForwards() *forwards {
	return &forwards{asked: make(chan struct{}), byRouter: map[string][]lan.Mapping{}, byClient: map[netip.Addr][]string{}}
}

// readForwards asks each device that offers to map ports which it has mapped.
func (r *run) readForwards(ctx context.Context) {
	defer close(r.forwards.asked)
	ctx, cancel := context.WithTimeout(ctx, maxForwards)
	defer cancel()
	for _, d := range r.devices() {
		if offers := d.Heard[lan.UPnPServices]; r.want.Touch < lan.Ask || r.alone(d) ||
			!strings.Contains(offers, "upnp-org:service:WANIPConnection:") && !strings.Contains(offers, "upnp-org:service:WANPPPConnection:") {
			continue
		}
		list, err := igd.Mappings(ctx, r.Road, d)
		if err != nil {
			r.Log.Info("a router does not say which ports it lets in", "device", d.ID, "error", err)
			continue
		}
		r.forwards.byRouter[d.ID] = list
		for _, m := range list {
			r.forwards.byClient[m.Client] = append(r.forwards.byClient[m.Client], lan.Service{Transport: m.Transport, Port: m.Port}.Key())
		}
	}
}

// exposed notes on d what it lets in, and what is let in to it.
func (r *run) exposed(d *lan.Device) {
	<-r.forwards.asked
	d.Mappings = r.forwards.byRouter[d.ID]
	var keys []string
	room := lan.MaxValue
	for _, addr := range d.Addresses {
		for _, key := range r.forwards.byClient[addr] {
			if !slices.Contains(keys, key) && room > len(key) { // one that was cut is another
				keys, room = append(keys, key), room-len(key)-1
			}
		}
	}
	if len(keys) > 0 {
		d.Heard = d.Heard.Clone()
		d.Heard.Set(lan.IGDForwarded, strings.Join(keys, " "))
	}
}
