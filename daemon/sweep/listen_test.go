package sweep

import (
	"context"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestLateVoiceIsAskedToo: a device that presence did not find, but that was
// heard while others were asked, is inspected like any other; and listeners
// listen until the last question is asked.
func TestLateVoiceIsAskedToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHome(t)
		late := netip.MustParseAddr("192.168.1.77")
		h.engine.open[late] = []uint16{80}
		h.announce(source{"mdns", func(context.Context, func(lan.Sighting)) error {
			time.Sleep(3 * time.Second)
			return nil
		}})
		var listened time.Duration
		h.Listeners = []Ear{{source{"listen", func(ctx context.Context, see func(lan.Sighting)) error {
			begin := time.Now()
			time.Sleep(2 * time.Second) // presence is over by then
			see(sight("arp", late))
			<-ctx.Done()
			listened = time.Since(begin)
			return nil
		}}, lan.Listen}}
		s := h.sweep(t, want(lan.Look))
		if got := at(t, s, late).Services; len(got) != 1 {
			t.Errorf("services of the late device: %v", got)
		}
		if len(s.Devices) != 5 { // three, the late one, and ourselves
			t.Errorf("%d devices", len(s.Devices))
		}
		if listened != 3*time.Second {
			t.Errorf("listened for %s, the questions took 3s", listened)
		}
	})
}
