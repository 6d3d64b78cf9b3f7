package wiring

import (
	"crypto/tls"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/daemon/config"
)

// TestHTTPS: with -tls on the dashboard is served by https alone, with one
// certificate over restarts.
func TestHTTPS(t *testing.T) {
	dir, first := t.TempDir(), ""
	for range 2 {
		c := config.Daemon()
		c.State, c.Listen, c.TLS = dir, "127.0.0.1:0", "on"
		l, err := Listen(c)
		if err != nil {
			t.Fatal(err)
		}
		d, err := NewDaemon(c, l, true, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		served := make(chan error, 1)
		go func() { served <- d.serve(t.Context()) }()
		client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
		r, err := client.Get(d.origin())
		if err != nil || !strings.HasPrefix(d.origin(), "https://") {
			t.Fatal(d.origin(), err)
		}
		page, err := io.ReadAll(r.Body)
		if err != nil || !strings.Contains(string(page), "homesweep") {
			t.Errorf("%v, %q", err, page)
		}
		key := string(r.TLS.PeerCertificates[0].Raw)
		if first != "" && key != first {
			t.Error("after a restart the certificate is another")
		}
		first = key
		r.Body.Close()
		if plain, err := http.Get("http://" + l.Addr().String()); err == nil {
			if plain.StatusCode == http.StatusOK {
				t.Error("it is served without TLS too")
			}
			plain.Body.Close()
		}
		d.server.Close()
		<-served
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
}
