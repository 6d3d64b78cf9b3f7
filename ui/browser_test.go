package ui

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/ui/chromium"
)

// hostile is what a device says everywhere when it wants to run a script here.
const hostile = `<script>document.title='owned'</script><img src=x onerror="document.title='owned'">`

// poison makes every word of a device hostile.
func poison(d *lan.Device) {
	d.Names = []string{hostile}
	d.Vendor, d.Model, d.Firmware = hostile, hostile, hostile
	d.Kind = lan.Kind(hostile)
	d.Presence = lan.Presence{State: lan.Online, By: hostile, At: d.LastSeen}
	d.Identity = nil
	for _, field := range []string{lan.FieldName, lan.FieldMAC, lan.FieldIdentity} {
		d.Identity = append(d.Identity, lan.Fact{Field: field, Value: hostile, Source: hostile, Raw: hostile, Confidence: 1})
	}
	d.Bonds = []lan.Bond{{One: hostile, Other: hostile, By: hostile, Source: hostile}}
	for i := range d.Services {
		d.Services[i].Name, d.Services[i].Product, d.Services[i].Version = hostile, hostile, hostile
	}
	for i := range d.Findings {
		f := &d.Findings[i]
		f.Title, f.Advice, f.Check, f.Provision = hostile, hostile, hostile, hostile
		f.Evidence = []lan.Evidence{{Said: hostile, Heard: hostile}}
	}
}

// dump is the page's markup after its scripts ran in a real browser.
func dump(t *testing.T, url string) (markup string) {
	t.Helper()
	c := chromium.New(t)
	c.Visit(url)
	c.Settled()
	c.Eval("document.documentElement.outerHTML", &markup)
	return markup
}

// eventless serves h without its events, for whose end the browser would wait.
func eventless(t *testing.T, h http.Handler) *httptest.Server {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v1/events" {
			refuse(w, http.StatusServiceUnavailable, "No events here.", "Ask now and then.")
			return
		}
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	return srv
}

func TestBrowser(t *testing.T) {
	house := newHouse(t)
	house.sweep.Notes = []string{hostile}
	for i := range house.sweep.Devices {
		poison(&house.sweep.Devices[i])
	}
	house.sweep.Suggestions = []lan.Suggestion{{Device: "dvr", Same: "nas", Reasons: []string{hostile}, Confidence: 1}}
	h := newPublic(t, house)
	srv := eventless(t, h)
	for _, at := range []string{"/#/", "/#/devices", "/#/device/dvr"} {
		t.Run("page "+at, func(t *testing.T) {
			dom := dump(t, srv.URL+at)
			if !strings.Contains(dom, "&lt;script&gt;document.title='owned'&lt;/script&gt;") {
				t.Errorf("the device's words are not on the page:\n%.3000s", dom)
			}
			for _, bad := range []string{"<script>document", "<img src=x", "<title>owned"} {
				if strings.Contains(dom, bad) {
					t.Errorf("the device's words became markup: %s", bad)
				}
			}
		})
	}
}

// TestPresenceInBrowser: the quiet line on both pages, and no hour of a
// person's device.
func TestPresenceInBrowser(t *testing.T) {
	house := newHouse(t)
	earlier := noon.Add(-26 * time.Hour)
	for i, p := range []lan.Presence{
		{}, // the router
		{State: lan.Online, By: "dhcp", At: noon.Add(-4 * time.Minute), Since: earlier},
		{State: lan.Offline, By: "arp", At: earlier, Since: earlier},
		{State: lan.Idle, By: "asked", At: noon.Add(-9 * time.Minute), Since: noon},
	} {
		house.sweep.Devices[i].Presence = p
	}
	for id, state := range map[int]lan.State{10: lan.Idle, 11: lan.Away} { // phone, laptop
		house.sweep.Devices[id].Presence = lan.Presence{State: state, By: "mdns", At: earlier, Since: earlier}
	}
	h, err := New(Options{House: house, Public: true, Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	srv := eventless(t, h)
	for at, wants := range map[string][]string{
		"/#/devices": {
			"Here now · heard by DHCP 4 minutes ago", "Off since yesterday: should be on", "Quiet · answered when asked 9 minutes ago",
			">Asleep, as phones are<", ">Away since yesterday<",
		},
		"/#/device/cam-front": {"Here now · heard by DHCP 4 minutes ago"},
		"/#/device/laptop":    {">Away since yesterday<"},
	} {
		dom := dump(t, srv.URL+at)
		for _, want := range wants {
			if !strings.Contains(dom, want) {
				t.Errorf("%s lacks %q", at, want)
			}
		}
	}
}
