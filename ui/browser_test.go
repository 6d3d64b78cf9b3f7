package ui

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// hostile is what a device says everywhere when it wants to run a script here.
const hostile = `<script>document.title='owned'</script><img src=x onerror="document.title='owned'">`

// poison makes every word of a device hostile.
func poison(d *lan.Device) {
	d.Names = []string{hostile}
	d.Vendor, d.Model, d.Firmware = hostile, hostile, hostile
	d.Kind = lan.Kind(hostile)
	d.Identity = []lan.Fact{{Field: lan.FieldName, Value: hostile, Source: hostile, Raw: hostile, Confidence: 1}}
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
func dump(t *testing.T, url string) string {
	t.Helper()
	browser, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("CI must have chromium")
		}
		t.Skip("no chromium here")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
		"--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--user-data-dir="+t.TempDir(), "--virtual-time-budget=3000", "--dump-dom", url)
	cmd.WaitDelay = time.Second // its helpers hold the pipe a little longer
	out, err := cmd.Output()
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("chromium must run in CI")
		}
		t.Skipf("chromium does not run here: %v", err)
	}
	return string(out)
}

func TestBrowser(t *testing.T) {
	house := newHouse(t)
	house.sweep.Notes = []string{hostile}
	for i := range house.sweep.Devices {
		poison(&house.sweep.Devices[i])
	}
	h := newPublic(t, house)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v1/events" { // the browser would wait for its end
			refuse(w, http.StatusServiceUnavailable, "No events here.", "Ask now and then.")
			return
		}
		h.ServeHTTP(w, r)
	}))
	defer srv.Close()
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
