package wiring

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/config"
	"github.com/homesweep/homesweep/probes/router"
)

// TestHeed: each signal is one new look, and the service ends with the daemon.
func TestHeed(t *testing.T) {
	c := config.Daemon()
	c.State, c.Listen = t.TempDir(), "127.0.0.1:0"
	l, err := Listen(c)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	d, err := NewDaemon(c, l, true, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	hangups := make(chan os.Signal)
	d.Hangups = hangups
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		for _, s := range d.services() {
			if s.Name == "reload" {
				ended <- s.Run(ctx)
			}
		}
	}()
	for range 2 {
		select {
		case hangups <- syscall.SIGHUP:
		case <-time.After(10 * time.Second):
			t.Fatal("nobody heeds the signal")
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if n := strings.Count(log.String(), "looked anew"); n != 2 {
		t.Errorf("%d looks for two signals:\n%s", n, &log)
	}
	if strings.Contains(log.String(), "changed=true") {
		t.Errorf("nothing changed, and yet:\n%s", &log)
	}
}

// TestSurroundings: a way in that the owner opens, and a zone, are a change; what cannot
// be read is none.
func TestSurroundings(t *testing.T) {
	own := settings
	defer func() { settings = own }()
	root := t.TempDir()
	settings = router.New(root)
	put := func(name, text string) {
		t.Helper()
		path := filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	put("etc/openwrt_release", "DISTRIB_ID='OpenWrt'\n")
	put("etc/config/network", "config interface lan\n\toption device br-lan\nconfig interface wan\n\toption device eth1\n")
	put("etc/config/firewall", firewall)
	d := &Daemon{config: config.Daemon()}
	before := d.surroundings(t.Context(), surroundings{})
	if before.zones == nil || before.forwards == nil || !reflect.DeepEqual(before, d.surroundings(t.Context(), before)) {
		t.Fatalf("at rest %+v", before)
	}
	put("etc/config/firewall", firewall+"config redirect\n\toption src wan\n\toption dest lan\n\toption src_dport 8080\n\toption dest_ip 192.168.1.7\n\toption proto tcp\n")
	now := d.surroundings(t.Context(), before)
	if len(now.forwards) != len(before.forwards)+1 {
		t.Errorf("with a redirect %+v", now)
	}
	if first := d.surroundings(t.Context(), surroundings{}); !now.differs(before) || now.differs(now) || first.differs(surroundings{links: first.links}) {
		t.Error("a way in is no change, or what is read for the first time is one")
	}
	put("etc/config/firewall", "config 'zone\n") // half written
	if again := d.surroundings(t.Context(), now); !reflect.DeepEqual(again.zones, now.zones) || !reflect.DeepEqual(again.forwards, now.forwards) {
		t.Errorf("unread: %+v", again)
	}
}

const firewall = "config zone\n\toption name lan\n\toption network lan\n\toption input ACCEPT\nconfig zone\n\toption name wan\n\toption network wan\n\toption masq 1\n"
