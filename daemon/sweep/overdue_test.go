package sweep

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/discover/ssdp"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestOverdueDescription: a description that was named and has not come is fetched
// before the device is judged, once, at touch ask; one that came, was refused or lies
// elsewhere is not.
func TestOverdueDescription(t *testing.T) {
	const described = "<root><device><friendlyName>Cam</friendlyName><manufacturer>D-Link</manufacturer><modelName>DCS-2530L</modelName></device></root>"
	here := fmt.Sprintf("http://%s:1900/root.xml", cam)
	for name, c := range map[string]struct {
		touch lan.Touch
		heard lan.Heard
		want  int
	}{
		"it did not come":      {lan.Ask, lan.Heard{lan.UPnPLocation: here}, 1},
		"it may be asked less": {lan.Look, lan.Heard{lan.UPnPLocation: here}, 0},
		"it came":              {lan.Ask, lan.Heard{lan.UPnPLocation: here, lan.UPnPFriendlyName: "Cam"}, 0},
		"it was refused":       {lan.Ask, lan.Heard{lan.UPnPLocation: here, ssdp.Refused: "the budget is used up"}, 0},
		"it lies elsewhere":    {lan.Ask, lan.Heard{lan.UPnPLocation: "http://192.0.2.9:1900/root.xml"}, 0},
		"it is no place":       {lan.Ask, lan.Heard{lan.UPnPLocation: "http://%zz/"}, 0},
	} {
		fetched := 0
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fetched++
			_, _ = io.WriteString(w, described)
		}))
		t.Cleanup(s.Close)
		h := newHome(t)
		h.Road = gateway{h.road, s.Listener.Addr().String()}
		camera := sight("ssdp", cam)
		camera.Heard = c.heard
		h.announce(says("ssdp", camera))
		judged := ""
		h.Checks = []probes.Check{check("c", lan.Look, func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
			if slices.Contains(p.Device.Addresses, cam) {
				judged = p.Device.Heard[lan.UPnPModelName]
			}
			return lan.Pass, nil
		})}
		h.sweep(t, want(c.touch))
		if fetched != c.want || strings.Contains(judged, "DCS") != (c.want == 1) {
			t.Errorf("%s: fetched %d times, judged as %q; %v", name, fetched, judged, h.road.calls)
		}
	}
}
