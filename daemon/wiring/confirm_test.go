package wiring

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/config"
	"github.com/homesweep/homesweep/daemon/store"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/reach"
)

// TestPlaces: a device is asked on its own link, though every link has the same
// link-local addresses, and never at an address of the internet.
func TestPlaces(t *testing.T) {
	link := func(name, four string) lan.Link {
		return lan.Link{Name: name, Prefixes: []netip.Prefix{netip.MustParsePrefix(four), netip.MustParsePrefix("fe80::/64")}}
	}
	where := []lan.Link{link("br-lan", "192.168.1.0/24"), link("br-iot", "192.168.2.0/24")}
	scope := reach.NewScope(where, netip.MustParseAddr("192.168.2.9"))
	var addrs []netip.Addr
	for _, a := range []string{"192.168.1.7", "192.168.2.7", "192.168.2.9", "2001:db8::7", "fe80::7"} {
		addrs = append(addrs, netip.MustParseAddr(a))
	}
	for name, want := range map[string]string{
		"br-iot": "br-iot 192.168.2.7, br-iot fe80::7, ", "gone0": "br-lan 192.168.1.7, br-lan fe80::7, br-iot 192.168.2.7, br-iot fe80::7, ",
	} {
		got := ""
		for _, p := range places(where, scope, lan.Device{Link: name, Addresses: addrs}) {
			got += fmt.Sprintf("%s %s, ", p.link.Name, p.addr)
		}
		if got != want {
			t.Errorf("on %s it is asked at %q, want %q", name, got, want)
		}
	}
}

// TestAnOldAddressDelaysNobody: the address that answers is not kept waiting by
// those that do not.
func TestAnOldAddressDelaysNobody(t *testing.T) {
	old, now := place{addr: netip.MustParseAddr("192.168.1.7")}, place{addr: netip.MustParseAddr("192.168.1.8")}
	ask := func(ctx context.Context, p place) bool {
		if p.addr == old.addr {
			<-ctx.Done()
			return false
		}
		return true
	}
	if !anywhere(t.Context(), []place{old, old, now}, ask) || anywhere(t.Context(), nil, ask) {
		t.Error("it is not here")
	}
}

// TestNobodyIsAskedAtWhatIsLeftAlone, though another device is said to have it too.
func TestNobodyIsAskedAtWhatIsLeftAlone(t *testing.T) {
	addr := netip.MustParseAddr("192.168.1.7")
	link := lan.Link{Name: "lo", Index: 1, Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24")}}
	looked := 0
	ask := confirmer(func() ([]lan.Link, error) { return []lan.Link{link}, nil },
		func() []netip.Addr { looked++; return []netip.Addr{addr} })
	for range 2 {
		if ask(t.Context(), lan.Device{Link: "lo", Addresses: []netip.Addr{addr}}) {
			t.Error("it answered")
		}
	}
	if looked != 2 {
		t.Errorf("who is to be left alone was looked at %d times of 2", looked)
	}
}

// TestWhoRestsIsNotAsked whether it is there, after a new start either.
func TestWhoRestsIsNotAsked(t *testing.T) {
	c := config.Daemon()
	c.State, c.Listen = t.TempDir(), "127.0.0.1:0"
	memory, err := store.Open(memoryOptions(c.State))
	if err != nil {
		t.Fatal(err)
	}
	now, addr := time.Now(), netip.MustParseAddr("192.168.1.7")
	resting := lan.Device{ID: "d-1", Addresses: []netip.Addr{addr}, FirstSeen: now, LastSeen: now}
	resting.Suffered.At, resting.Suffered.Sign = now.Add(-time.Hour), "it fell silent"
	err = memory.Commit(lan.Sweep{Started: now.Add(-time.Minute), Finished: now, Devices: []lan.Device{resting}})
	if err = errors.Join(err, memory.Close()); err != nil {
		t.Fatal(err)
	}
	l, err := Listen(c)
	if err != nil {
		t.Fatal(err)
	}
	d, err := NewDaemon(c, l, true, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if got := d.leftAlone(); !slices.Contains(got, addr) {
		t.Errorf("left alone are %v", got)
	}
}
