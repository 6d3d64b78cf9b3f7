package lab

import (
	"errors"
	"net/netip"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/homesweep/homesweep/daemon/census"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/space"
)

// resident is one member of the household under test.
type resident struct {
	name  string
	room  *Room
	truth Truth
}

// whole is the household under test: every fake device, all real software that
// this machine has, and the members that make trouble.
type whole struct {
	t         *testing.T
	house     *House
	residents []resident
	start     []func() error
	real      int
	block     byte // of the next hardware address

	phone, left, right *Room
	sleepers           []Sleeper
}

// mac is a hardware address of a machine made of software, which has no maker.
func (w *whole) mac() lan.MAC {
	w.block++
	return lan.MAC{0x02, 0x42, 0xc0, 0xa8, 2, w.block}
}

// wholeHouse builds the household. What is not installed is left out, save in CI.
func wholeHouse(t *testing.T) *whole {
	t.Helper()
	w := &whole{t: t, house: household(t)}
	w.must(w.house.WithIPv6())
	for i, r := range w.house.Running() {
		d := r.Device()
		truth := Truth{string(d.Truth.Kind), d.Truth.Vendor, d.Truth.Model, d.Truth.Firmware}
		if !d.Truth.Kind.Known() {
			truth.Kind = "" // nobody can tell
		}
		w.add(d.Name, w.house.rooms[i], truth)
	}
	for _, s := range slices.Concat(Catalogue, Neighbours) {
		if here(t, s) {
			room, err := w.house.Furnish(w.mac(), false)
			w.must(err)
			w.outfit(s, room)
		}
	}
	w.troubles()
	w.startAll(w.start)
	w.lodgers()
	return w
}

// here reports whether the software can run on this machine.
func here(t *testing.T, s Software) bool {
	t.Helper()
	missing := s.Missing()
	if len(missing) == 0 && !(s.Users && space.SingleUser()) {
		return true
	}
	if os.Getenv("CI") != "" && len(missing) > 0 {
		t.Fatalf("%s: CI must have %v (Debian packages %v)", s.Name, missing, s.Package)
	}
	t.Logf("left out %s (missing %v, of packages %v)", s.Name, missing, s.Package)
	return false
}

func (w *whole) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *whole) add(name string, room *Room, truth Truth) {
	w.residents = append(w.residents, resident{name: name, room: room, truth: truth})
}

// outfit has the software run in the room once all is started.
func (w *whole) outfit(s Software, room *Room) {
	w.start = append(w.start, w.house.Outfit(w.t.Context(), s, room, w.t.TempDir()))
	w.add(s.Name, room, s.Truth)
	w.real++
}

// startAll starts a few at a time: most of starting is waiting.
func (w *whole) startAll(list []func() error) {
	w.t.Helper()
	errs := make([]error, len(list))
	var wait sync.WaitGroup
	for i, f := range list {
		wait.Go(func() { errs[i] = f() })
	}
	wait.Wait()
	w.must(errors.Join(errs...))
}

// troubles are the members that are easy to miss, to list twice or to take for
// one another.
func (w *whole) troubles() {
	h := w.house
	bear := func(name string, room *Room, err error) *Room {
		w.t.Helper()
		w.must(err)
		w.add(name, room, Truth{})
		return room
	}
	daemon := func(s Software, room *Room, err error) {
		w.t.Helper()
		w.must(err)
		if here(w.t, s) {
			w.outfit(s, room)
		}
	}
	room, err := h.Partition(w.mac(), host(ownNetwork, 0x20))
	daemon(dropbear("IPv6-only server"), room, err)
	room, err = h.Silent6(w.mac())
	bear("IPv6-only and silent", room, err)
	room, err = h.Partition(w.mac(), h.Next(), host(publicNetwork, 0x30))
	daemon(dropbear("server on the internet"), room, err)
	room, err = h.Silent(w.mac())
	bear("silent", room, err)
	room, err = h.Furnish(w.mac(), false)
	daemon(mdnsAsleep, room, err)
	w.must(room.Asleep())
	room, err = h.Bare(w.mac())
	w.left = bear("swaps, first", room, err)
	room, err = h.Bare(w.mac())
	w.right = bear("swaps, second", room, err)
	room, err = h.Proxy(w.mac(), netip.MustParsePrefix("192.168.78.176/28"))
	bear("proxy", room, err)
	w.secondCable("dlink-dns-320l")
}

// secondCable has a fake device be there on a second cable too, under an address
// and a hardware address of its own, saying the same of itself.
func (w *whole) secondCable(name string) {
	i := slices.IndexFunc(w.residents, func(r resident) bool { return r.name == name })
	device := w.house.Running()[i].Device()
	mac := device.MAC
	mac[5]++ // as makers number the ports of one device
	side, err := w.house.Side(w.residents[i].room, mac)
	w.must(err)
	running, err := device.Start(side)
	w.must(err)
	w.t.Cleanup(func() { _ = running.Close() })
}

// lodgers are those who are given their address by the household's dnsmasq.
func (w *whole) lodgers() {
	if !slices.ContainsFunc(w.residents, func(r resident) bool { return r.name == "dnsmasq" }) {
		w.t.Log("nobody lends addresses here: no member asks for one")
		return
	}
	var list []func() error
	for _, s := range []Software{udhcpc("udhcpc", "garden-sensor"), dhcpcd} {
		if !here(w.t, s) {
			continue
		}
		room, err := w.house.Partition(w.mac())
		w.must(err)
		list = append(list, w.house.Outfit(w.t.Context(), s, room, w.t.TempDir()))
		w.add(s.Name, room, s.Truth)
		w.real++
	}
	w.startAll(list)
	if len(Software{Programs: []string{"udhcpc"}}.Missing()) > 0 {
		return
	}
	phone, err := w.house.Partition(lan.MAC{0x9a, 0x11, 0x22, 0x33, 0x44, 0x01})
	w.must(err)
	w.add("phone under a private address", phone, Truth{Kind: "phone"})
	asleep, err := w.house.Partition(w.mac())
	w.must(err)
	w.must(asleep.Asleep())
	w.add("asleep, renewing its lease", asleep, Truth{})
	w.phone = phone
	w.sleepers = []Sleeper{{phone, "Annas-Pixel-8", "android-dhcp-14"}, {asleep, "door-sensor", ""}}
}

// members are all who are there now, this machine among them.
func (w *whole) members() []Member {
	w.t.Helper()
	var list []Member
	for _, r := range w.residents {
		m, err := r.room.Member(r.name, r.truth)
		w.must(err)
		list = append(list, m)
	}
	here, err := space.Here()
	w.must(err)
	defer here.Close()
	own, err := space.Addresses(here, Link)
	w.must(err)
	return append(list, Member{Name: "this machine", MACs: []lan.MAC{{2, 0x68, 0x73, 0, 0, 1}}, Addrs: own})
}

// asked is what a sweep with packet sockets must reach.
var asked = floor{recall: 100, vendor: 95, model: 90, kind: 90, firmware: 100}

// TestWholeHouse sweeps a household of fake devices, real software and members
// that make trouble: everybody is listed once, under the right name, and is known
// again by the next sweep. The whole run does it by raw packets, twice, and then
// by what an ordinary user may do; the short one as an ordinary user only.
func TestWholeHouse(t *testing.T) {
	if testing.Short() && !space.SingleUser() {
		t.Skip("sweeps the whole household, which the whole run does")
	}
	w := wholeHouse(t)
	t.Logf("%d members, %d of them real software", len(w.members()), w.real)
	if !testing.Short() {
		w.twice()
	}
	w.floor(w.sweep(wiring.RungConnect, nil), permitted)
}

// twice sweeps by raw packets, before and after some members changed their marks.
func (w *whole) twice() {
	first := w.sweep(wiring.RungRaw, nil)
	w.floor(first, asked)
	w.exposed(first)
	w.must(w.house.Swap(w.left, w.right))
	if w.phone != nil {
		w.must(w.phone.Return(lan.MAC{0xda, 0x55, 0x66, 0x77, 0x88, 0x02}))
	}
	w.must(w.house.Forget()) // the next sweep is hours later
	second := w.sweep(wiring.RungRaw, first.Devices)
	w.floor(second, asked)
	for _, r := range []*Room{w.left, w.right} {
		if a, b := w.find(first, r.mac).ID, w.find(second, r.mac).ID; a != b || a == "" {
			w.t.Errorf("the device with %s was %q and is %q after it was given another address", r.mac, a, b)
		}
	}
	if w.phone != nil {
		w.knownAgain(first, second, w.phone.mac)
	}
}

// permitted is what a sweep without packet sockets reaches. Who answers nothing
// but the call of its address leaves a trace in the kernel's table of neighbours;
// who sleeps and speaks only by DHCP is not heard.
var permitted = floor{recall: 95, vendor: 90, model: 90, kind: 85, firmware: 90}

// knownAgain holds that a phone that came back under another address is the same
// one, or is said to be likely so.
func (w *whole) knownAgain(first, second lan.Sweep, mac lan.MAC) {
	w.t.Helper()
	d := w.find(second, mac)
	if slices.ContainsFunc(first.Devices, func(old lan.Device) bool { return old.ID == d.ID }) {
		return
	}
	for _, s := range census.Suggest(second.Devices, first.Devices, nil) {
		if s.Device == d.ID {
			w.t.Logf("the phone: %.2f sure that it is %s: %v", s.Confidence, s.Same, s.Reasons)
			return
		}
	}
	w.t.Errorf("nothing suggests that %s is the phone of the first sweep", brief(d))
}

// exposed holds that who can be reached from the internet is noted.
func (w *whole) exposed(s lan.Sweep) {
	w.t.Helper()
	for _, r := range w.residents {
		if r.name != "server on the internet" {
			continue
		}
		if d := w.find(s, r.room.mac); !slices.Contains(d.Exposed, host(publicNetwork, 0x30)) {
			w.t.Errorf("exposed is %v, its addresses %v", d.Exposed, d.Addresses)
		}
	}
}

func (w *whole) find(s lan.Sweep, mac lan.MAC) lan.Device {
	w.t.Helper()
	i := slices.IndexFunc(s.Devices, func(d lan.Device) bool { return slices.Contains(d.MACs, mac) })
	if i < 0 {
		w.t.Errorf("no device has the hardware address %s", mac)
		return lan.Device{}
	}
	return s.Devices[i]
}

// floor is what a sweep must reach, in percent.
type floor struct{ recall, vendor, model, kind, firmware float64 }

func (w *whole) floor(s lan.Sweep, f floor) {
	w.t.Helper()
	score := Judge(w.members(), s.Devices)
	w.t.Log(score)
	for _, line := range score.Wrong {
		w.t.Log("  " + line)
	}
	for what, v := range map[string][2]float64{
		"recall": {score.Recall.Percent(), f.recall}, "vendor": {score.Vendor.Percent(), f.vendor}, "model": {score.Model.Percent(), f.model},
		"kind": {score.Kind.Percent(), f.kind}, "firmware": {score.Firmware.Percent(), f.firmware},
	} {
		if v[0] < v[1] {
			w.t.Errorf("%s is %.1f %%, at least %.0f %% is asked for", what, v[0], v[1])
		}
	}
	if score.Phantoms > 0 || score.Merges > 0 {
		w.t.Errorf("%d phantoms, %d wrong merges", score.Phantoms, score.Merges)
	}
}

// sweep sweeps the household once, while who sleeps wakes up now and then.
func (w *whole) sweep(rung string, known []lan.Device) lan.Sweep {
	w.t.Helper()
	for _, sleeper := range w.sleepers {
		stop, err := sleeper.Wake(w.t.Context(), w.t.TempDir())
		w.must(err)
		defer stop()
	}
	heard := &record{}
	s := sweepWith(w.t, Order{Rung: rung, Touch: lan.Ask, Known: known, Change: heard.tape})
	if *update && rung == wiring.RungRaw && known == nil {
		w.must(heard.save(golden))
	}
	return s
}

// dropbear is a server that listens on every address there is.
func dropbear(name string) Software {
	s := Catalogue[slices.IndexFunc(Catalogue, func(s Software) bool { return s.Name == "dropbear on two ports" })]
	s.Name = name
	return s
}

// mdnsAsleep announces itself though it does not answer when it is called.
var mdnsAsleep = func() Software {
	s := Neighbours[slices.IndexFunc(Neighbours, func(s Software) bool { return s.Name == "mdnsd" })]
	s.Name, s.Host = "asleep, announcing itself", "tablet"
	return s
}()
