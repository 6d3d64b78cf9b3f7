package wifi

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ubus"
)

// listen runs the watcher until the test ends.
func listen(t *testing.T, b *bus) (told chan string, ended chan error, cancel context.CancelFunc) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	told, ended = make(chan string, 64), make(chan error, 1)
	w := watcher{over(t, b)}
	go func() { ended <- w.Discover(ctx, home, func(s lan.Sighting) { told <- text(s) }) }()
	return told, ended, cancel
}

func expect(t *testing.T, told chan string, want ...string) {
	t.Helper()
	for _, want := range want {
		if got := <-told; got != want {
			t.Fatalf("told %q, want %q", got, want)
		}
	}
}

func TestWatch(t *testing.T) {
	b := newBus(map[string]string{
		"list hostapd.*":                    "hostapd.phy0-ap0\nhostapd.phy1-ap0\nhostapd.phy1-ap1\n",
		"call hostapd.phy0-ap0 get_clients": `{"freq":2437,"clients":{"02:11:22:33:44:61":{"assoc":true}}}`,
	})
	told, ended, cancel := listen(t, b)
	expect(t, told, "wifi br-lan 02:11:22:33:44:61 0s band=2.4 GHz iface=phy0-ap0")
	by := map[string]*follower{}
	for range 2 {
		f := b.next(t)
		by[strings.Fields(f.args)[0]] = f
	}
	if by["subscribe"].args != "subscribe hostapd.phy0-ap0 hostapd.phy1-ap0" || by["listen"].args != "listen ubus.object.add" {
		t.Fatalf("follows %+v and %+v", by["subscribe"], by["listen"])
	}
	const sixty = "wifi br-lan 02:11:22:33:44:60 0s iface=phy0-ap0"
	by["subscribe"].say(t, strings.Split(strings.TrimSpace(sample(t, "events.txt")), "\n")...)
	expect(t, told, sixty, sixty+" gone")

	// One that moves to the other access point is not gone.
	by["subscribe"].say(t,
		`{ "sta-authorized": {"address":"02:11:22:33:44:61","ifname":"phy1-ap0"} }`,
		`{ "disassoc": {"address":"02:11:22:33:44:61","ifname":"phy0-ap0"} }`,
		`{ "deauth": {"address":"02:11:22:33:44:61","ifname":"phy1-ap0"} }`)
	const moved = "wifi br-lan 02:11:22:33:44:61 0s iface=phy1-ap0"
	expect(t, told, moved, moved+" gone")

	// Access points that start are subscribed to.
	b.set("list hostapd.*", "hostapd.phy0-ap0\n")
	by["listen"].say(t, `{ "ubus.object.add": {"id":1,"path":"network.device"} }`, `{ "ubus.object.add": {"id":2,"path":"hostapd.phy0-ap0"} }`)
	expect(t, told, "wifi br-lan 02:11:22:33:44:61 0s band=2.4 GHz iface=phy0-ap0")
	f := b.next(t)
	if f.args != "subscribe hostapd.phy0-ap0" {
		t.Errorf("follows %q", f.args)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestWatchEndsWithItsProgram(t *testing.T) {
	b := newBus(map[string]string{"list hostapd.*": "hostapd.phy0-ap0\n"})
	_, ended, _ := listen(t, b)
	broken := errors.New("broken")
	b.next(t).end <- broken
	if err := <-ended; !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}

func TestWatchWaitsForAccessPoints(t *testing.T) {
	b := newBus(map[string]string{})
	told, _, _ := listen(t, b)
	listener := b.next(t)
	b.set("list hostapd.*", "hostapd.phy0-ap0\n")
	b.set("call hostapd.phy0-ap0 get_clients", `{"freq":2437,"clients":{"02:11:22:33:44:61":{"assoc":true}}}`)
	listener.say(t, `{ "ubus.object.add": {"id":2,"path":"hostapd.phy0-ap0"} }`)
	expect(t, told, "wifi br-lan 02:11:22:33:44:61 0s band=2.4 GHz iface=phy0-ap0")
}

func TestWatchWithoutBus(t *testing.T) {
	b := newBus(nil)
	b.fails["list hostapd.*"] = ubus.ErrAbsent
	_, ended, _ := listen(t, b)
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestWatchLeavesNothingRunning holds that Discover returns after its children.
func TestWatchLeavesNothingRunning(t *testing.T) {
	dir := over(t, newBus(nil)).root
	synctest.Test(t, func(t *testing.T) {
		b := newBus(map[string]string{"list hostapd.*": "hostapd.phy0-ap0\n"})
		b.started, b.linger = make(chan *follower, 2), make(chan struct{})
		s := newSource(dir, b)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- watcher{s}.Discover(ctx, home, func(lan.Sighting) {}) }()
		synctest.Wait()
		cancel()
		synctest.Wait()
		if len(ended) > 0 || len(b.started) != 2 {
			t.Errorf("it returned before %d programs did", len(b.started))
		}
		close(b.linger)
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestRememberIsBounded(t *testing.T) {
	e := ear{last: map[lan.MAC]string{}}
	for i := range 2 * maxStations {
		e.remember(lan.MAC{2, 0, 0, 0, byte(i >> 8), byte(i)}, "phy0-ap0")
	}
	if len(e.last) != maxStations {
		t.Errorf("remembers %d stations", len(e.last))
	}
}
