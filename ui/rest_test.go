package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestRestInBrowser: the owner reads on every page who is left alone, until when
// and why; and later, that it is asked with care.
func TestRestInBrowser(t *testing.T) {
	house := newHouse(t)
	house.sweep.Devices[1].Suffered = lan.Suffering{At: noon.Add(-time.Hour), Sign: "It fell silent. " + hostile}
	house.sweep.Devices[2].Suffered = lan.Suffering{At: noon.Add(-25 * time.Hour), Sign: "It came back."}
	h, err := New(Options{House: house, Public: true, Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	srv := eventless(t, h)
	first, second := house.sweep.Devices[1].ID, house.sweep.Devices[2].ID
	for at, wants := range map[string][]string{
		"/#/":                 {"Left alone until 23 November 2026", "It fell silent."},
		"/#/devices":          {"Left alone until 23 November 2026"},
		"/#/device/" + first:  {"Left alone until 23 November 2026", "It fell silent.", "does not bear being asked"},
		"/#/device/" + second: {"Asked with extra care since 21 November 2026", "It came back."},
	} {
		dom := dump(t, srv.URL+at)
		for _, want := range wants {
			if !strings.Contains(dom, want) {
				t.Errorf("%s lacks %q", at, want)
			}
		}
		if n := strings.Count(dom, "Left alone until"); n > 1 || strings.Contains(dom, "<script>document") {
			t.Errorf("%s says %d times that one is left alone, or has a stranger's markup", at, n)
		}
	}
}
