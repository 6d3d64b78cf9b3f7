package presence

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// den is a keeper with a hand on its clock. Who answers, answers every question.
type den struct {
	*Keeper
	now     time.Time
	answers map[string]bool
	deaf    bool // nobody is asked at all
	asked   map[string][]time.Time
	moved   []Transition
}

func newDen(devices ...lan.Device) *den {
	d := &den{Keeper: New(noon), now: noon, answers: map[string]bool{}, asked: map[string][]time.Time{}}
	d.Know(devices, noon)
	return d
}

func device(id string, kind lan.Kind) lan.Device { return lan.Device{ID: id, Kind: kind, Link: "lan0"} }

func (d *den) hear(id, source string) {
	if t, ok := d.See(id, lan.Sighting{Source: source, At: d.now}, d.now); ok {
		d.moved = append(d.moved, t)
	}
}

// pass lets time go by.
func (d *den) pass(long time.Duration) {
	for end := d.now.Add(long); d.now.Before(end); {
		d.now = d.now.Add(Every)
		moved, ask := d.Tick(d.now)
		d.moved = append(d.moved, moved...)
		for _, id := range ask {
			d.asked[id] = append(d.asked[id], d.now)
			if d.deaf {
				continue
			}
			if t, ok := d.Answer(id, d.answers[id], d.now); ok {
				d.moved = append(d.moved, t)
			}
		}
	}
}

func (d *den) is(t *testing.T, id string, want lan.State) {
	t.Helper()
	if got := d.Presence(id).State; got != want {
		t.Errorf("at %s %s is %q, want %q", d.now.Format("15:04:05"), id, got, want)
	}
}

// states are the transitions of one device, in order.
func (d *den) states(id string) (list []lan.State) {
	for _, t := range d.moved {
		if t.ID == id {
			list = append(list, t.Now.State)
		}
	}
	return list
}

// TestEveryKind: online, then idle, then gone within the limit, asked at least
// twice and apart; back with the first word.
func TestEveryKind(t *testing.T) {
	for _, kind := range lan.Kinds {
		p := PatienceOf(kind)
		if p.Asks < 2 || p.Gap < time.Minute || p.Gone != lan.Away && p.Gone != lan.Offline {
			t.Fatalf("%s: %+v", kind, p)
		}
		d := newDen(device("x", kind), device("witness", "router"))
		d.answers["witness"] = true
		d.hear("x", "arp")
		last := d.now
		d.is(t, "x", lan.Online)
		d.pass(p.Quiet * 2 / 3)
		if state := d.Presence("x").State; (state == lan.Idle) != (p.Gone == lan.Away) {
			t.Errorf("%s, quiet for %s, is %q", kind, p.Quiet*2/3, state)
		}
		for d.Presence("x").State != p.Gone && d.now.Sub(last) < 2*p.Limit() {
			d.pass(Every)
		}
		if took := d.now.Sub(last); took > p.Limit()+Every || took < p.Quiet/2 {
			t.Errorf("%s: gone after %s, limit %s", kind, took, p.Limit())
		}
		d.is(t, "x", p.Gone)
		if got := d.Presence("x"); !got.Since.Equal(last) || got.By != "arp" || !got.At.Equal(last) {
			t.Errorf("%s: %+v, last heard at %s", kind, got, last)
		}
		for i, at := range d.asked["x"][1:] {
			if at.Sub(d.asked["x"][i]) < p.Gap {
				t.Errorf("%s: asked at %v", kind, d.asked["x"])
			}
		}
		if n := len(d.asked["x"]); n < p.Asks {
			t.Errorf("%s: gone after %d questions", kind, n)
		}
		d.hear("x", "dhcp")
		d.is(t, "x", lan.Online)
		if want := []lan.State{lan.Online, lan.Idle, p.Gone, lan.Online}; !slices.Equal(d.states("x"), want) {
			t.Errorf("%s went through %v, want %v", kind, d.states("x"), want)
		}
	}
	if PatienceOf("toaster") != stranger {
		t.Error("a kind that is not in the table")
	}
}

// TestLimits pins what is promised: how long after it went a device is known to
// be gone.
func TestLimits(t *testing.T) {
	for kind, want := range map[lan.Kind]time.Duration{
		"phone": 30 * time.Minute, "unknown": 30 * time.Minute, "computer": 15 * time.Minute, "tv": 15 * time.Minute,
		"plug": 10 * time.Minute, "bulb": 10 * time.Minute, "camera": 10 * time.Minute, "hub": 10 * time.Minute,
		"nas": 8 * time.Minute, "router": 8 * time.Minute, "ap": 8 * time.Minute, "printer": 15 * time.Minute,
		"appliance": 26 * time.Hour,
	} {
		if got := PatienceOf(kind).Limit(); got != want {
			t.Errorf("%s: %s, want %s", kind, got, want)
		}
	}
}

// TestAnswersKeepItHere: quiet, but there.
func TestAnswersKeepItHere(t *testing.T) {
	d := newDen(device("plug", "plug"), device("router", "router"))
	d.Know([]lan.Device{device("plug", "plug"), device("router", "router"), device("phone", "phone")}, noon)
	d.answers["plug"], d.answers["router"], d.answers["phone"] = true, true, true
	d.hear("plug", "mdns")
	d.hear("phone", "mdns")
	d.pass(24 * time.Hour)
	if list := d.states("plug"); !slices.Equal(list, []lan.State{lan.Online}) {
		t.Errorf("the plug went through %v", list)
	}
	if list := d.states("phone"); !slices.Equal(list, []lan.State{lan.Online, lan.Idle}) {
		t.Errorf("the phone, answering in its sleep, went through %v", list)
	}
	if p := d.Presence("plug"); p.By != Asked || d.now.Sub(p.At) > 10*time.Minute {
		t.Errorf("%+v", p)
	}
}

// TestNobodyIsAsked: where nothing may be sent, silence stays silence.
func TestNobodyIsAsked(t *testing.T) {
	d := newDen(device("plug", "plug"), device("router", "router"))
	d.deaf = true
	d.hear("plug", "arp")
	for range 48 {
		d.pass(time.Hour)
		d.hear("router", "arp")
	}
	d.is(t, "plug", lan.Idle)
}

// TestNoEvidence holds what must not make anybody present, or keep it so.
func TestNoEvidence(t *testing.T) {
	for name, heard := range map[string]lan.Sighting{
		"a claim":         {Source: "mdns", Claim: true},
		"a lease":         {Source: "leases"},
		"a goodbye":       {Source: "mdns", Gone: true},
		"an old entry":    {Source: "neigh", At: noon.Add(-time.Hour)},
		"what was known":  {Source: "arp", At: noon.Add(-3 * time.Hour)},
		"somebody unseen": {Source: "arp"},
	} {
		x := device("x", "plug")
		x.Presence = lan.Presence{State: lan.Offline, Since: noon.Add(-2 * time.Hour), At: noon.Add(-2 * time.Hour), By: "arp"}
		d, id := newDen(x), "x"
		if name == "somebody unseen" {
			id = "y"
		}
		if got, ok := d.See(id, heard, noon); ok {
			t.Errorf("%s: %+v", name, got)
		}
		d.pass(time.Minute)
		d.is(t, "x", lan.Offline)
	}
}

// TestGoodbye has it asked at once, and only that.
func TestGoodbye(t *testing.T) {
	for _, here := range []bool{true, false} {
		d := newDen(device("phone", "phone"), device("router", "router"))
		d.answers["router"], d.answers["phone"] = true, here
		d.hear("phone", "arp")
		d.pass(time.Minute)
		d.See("phone", lan.Sighting{Source: "mdns", At: d.now, Gone: true}, d.now)
		d.pass(Every)
		if len(d.asked["phone"]) != 1 {
			t.Errorf("asked at %v", d.asked["phone"])
		}
		d.is(t, "phone", lan.Online)
		d.pass(13 * time.Minute)
		want := lan.Idle
		if !here {
			want = lan.Away
		}
		if len(d.asked["phone"]) > PatienceOf("phone").Asks {
			t.Errorf("here %v: asked at %v", here, d.asked["phone"])
		}
		d.is(t, "phone", want)
	}
}

// TestRestart: nobody is declared gone because the watch was off; who was gone
// stays it, without another word.
func TestRestart(t *testing.T) {
	var all []lan.Device
	for i, state := range []lan.State{lan.Online, lan.Idle, lan.Away, lan.Offline, ""} {
		d := device(fmt.Sprint("d", i), "phone")
		d.LastSeen = noon.Add(-72 * time.Hour)
		d.Presence = lan.Presence{State: state, Since: d.LastSeen, At: d.LastSeen, By: "arp"}
		all = append(all, d)
	}
	d := newDen(append(all, device("router", "router"))...)
	d.answers["router"] = true
	d.pass(PatienceOf("phone").Quiet - time.Minute)
	for i, want := range []lan.State{lan.Idle, lan.Idle, lan.Away, lan.Offline, ""} {
		id := fmt.Sprint("d", i)
		d.is(t, id, want)
		if list := d.states(id); len(list) > 0 {
			t.Errorf("%s went through %v", id, list)
		}
	}
	d.pass(20 * time.Minute)
	d.is(t, "d0", lan.Away)
	d.is(t, "d4", lan.Away)
	if got := d.Presence("d0"); !got.Since.Equal(noon.Add(-72 * time.Hour)) {
		t.Errorf("away since %s", got.Since)
	}
	if list := d.states("d2"); len(list) > 0 {
		t.Errorf("told again: %v", list)
	}
}

// TestDeaf: when all fall silent at once, nobody is declared gone; when they
// can be heard again, the counting starts over.
func TestDeaf(t *testing.T) {
	var all []lan.Device
	for i := range 40 {
		all = append(all, device(fmt.Sprintf("d%02d", i), lan.Kinds[i%len(lan.Kinds)]))
	}
	d := newDen(all...)
	for _, one := range all {
		d.hear(one.ID, "arp")
	}
	d.moved = nil
	d.pass(72 * time.Hour)
	for _, got := range d.moved {
		if got.Now.State != lan.Idle {
			t.Fatalf("%+v", got)
		}
	}
	if !d.Deaf("lan0") || d.Deaf("lan1") {
		t.Error("not found out that nobody is heard")
	}
	d.hear("d00", "arp")
	if d.Deaf("lan0") {
		t.Error("somebody was heard")
	}
	d.answers["d10"] = true // the router
	d.pass(3 * time.Minute)
	d.is(t, "d08", lan.Idle) // a bulb: on its way back
	d.pass(72 * time.Hour)
	d.is(t, "d08", lan.Offline)
}

// TestOwnPause: a machine that slept, or whose clock was set, blames nobody.
func TestOwnPause(t *testing.T) {
	for name, jump := range map[string]time.Duration{"slept": 9 * time.Hour, "clock set": 56 * 365 * 24 * time.Hour, "put back": -24 * time.Hour} {
		d := newDen(device("plug", "plug"), device("phone", "phone"), device("router", "router"))
		d.answers["router"] = true
		d.hear("plug", "arp")
		d.hear("phone", "arp")
		d.pass(time.Minute)
		d.now = d.now.Add(jump)
		d.pass(3 * time.Minute)
		for _, got := range d.moved {
			if got.Now.State == lan.Offline || got.Now.State == lan.Away {
				t.Errorf("%s: %+v", name, got)
			}
		}
		d.pass(time.Hour)
		d.is(t, "plug", lan.Offline)
		d.is(t, "phone", lan.Away)
		d.hear("plug", "arp")
		d.is(t, "plug", lan.Online)
		if p := d.Presence("phone"); p.At.After(d.now) {
			t.Errorf("%s: heard at %s, and it is %s", name, p.At, d.now)
		}
	}
}

// TestBounded: what the keeper holds and asks does not grow with the network.
func TestBounded(t *testing.T) {
	var all []lan.Device
	for i := range 3 * maxDevices {
		all = append(all, device(fmt.Sprint("d", i), "plug"))
	}
	d := newDen(all...)
	for i := range 1000 {
		d.hear("d0", fmt.Sprint("source", i))
		d.hear(fmt.Sprint("nobody", i), "arp")
	}
	if len(d.all) != maxDevices {
		t.Errorf("%d devices are watched", len(d.all))
	}
	d.now = d.now.Add(time.Minute)
	d.pass(10 * time.Minute)
	perTick := map[time.Time]int{}
	for _, times := range d.asked {
		for _, at := range times {
			if perTick[at]++; perTick[at] > maxAsks+maxWitnesses {
				t.Fatalf("%d questions at once", perTick[at])
			}
		}
	}
	d.Know(nil, d.now)
	if len(d.all) != 0 || d.Presence("d0").State != "" {
		t.Errorf("%d devices are still watched", len(d.all))
	}
}

// TestSelf is always there and never asked.
func TestSelf(t *testing.T) {
	own := device("own", "router")
	own.Self = true
	d := newDen(own)
	d.pass(24 * time.Hour)
	d.is(t, "own", lan.Online)
	if len(d.asked) > 0 || len(d.moved) > 0 {
		t.Errorf("asked %v, moved %v", d.asked, d.moved)
	}
}

func TestWeigh(t *testing.T) {
	order := []string{"hostapd", "fdb", "arp", "dhcp", "mdns", "kasa", "leases"}
	for i := range order[1:] {
		if Weigh(order[i]) <= Weigh(order[i+1]) {
			t.Errorf("%s says no more than %s", order[i], order[i+1])
		}
	}
}
