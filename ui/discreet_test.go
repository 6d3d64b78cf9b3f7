package ui

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestDiscreetFigures: of phones and computers the figures have no label of state,
// and there is no figure that grows when one comes.
func TestDiscreetFigures(t *testing.T) {
	m := let(t)
	for i := range m.house.sweep.Devices {
		m.house.sweep.Devices[i].Presence.State = lan.Online
	}
	text := m.ask("GET", "/metrics", "", 200).Body.String()
	for _, line := range strings.Split(text, "\n") {
		for _, kind := range []string{"phone", "computer"} {
			if strings.Contains(line, `kind="`+kind+`"`) && strings.Contains(line, "state=") {
				t.Errorf("the figures say %s", line)
			}
		}
	}
	if !strings.Contains(text, `homesweep_devices{kind="phone"} `) || !strings.Contains(text, `kind="nas",state="online"`) {
		t.Errorf("the figures lack the devices: %s", text)
	}
	m.house.log = append([]lan.Event{{ID: 9000, What: lan.DeviceRenewed, Kind: "phone"}}, m.house.log...)
	if after := m.ask("GET", "/metrics", "", 200).Body.String(); after != text {
		t.Error("a figure grew when a phone came with another private address")
	}
}

// TestDiscreetLater: what is known to be a phone now is told of by the day, also
// where it was of no known kind then.
func TestDiscreetLater(t *testing.T) {
	m := let(t)
	m.house.sweep.Devices[0].ID, m.house.sweep.Devices[0].Kind = "p", "phone"
	m.house.log = []lan.Event{
		{ID: 3, At: noon, What: lan.DeviceBack, Device: "p", Kind: "unknown"}, {ID: 2, At: noon, What: lan.DeviceJoined, Device: "p"}, {ID: 1, At: noon, What: lan.DeviceBack, Device: "nas", Kind: "nas"},
	}
	list := get[eventPage](m, "/api/v1/events-log").Events
	if len(list) != 2 || list[0].ID != 2 || list[0].At.Equal(noon) || !list[1].At.Equal(noon) {
		t.Errorf("told: %+v", list)
	}
}

// TestDiscreetGuest: what hides its hardware address and was not recognised may be
// a guest's phone, and is told of as one.
func TestDiscreetGuest(t *testing.T) {
	m := let(t)
	guest := &m.house.sweep.Devices[0]
	*guest = lan.Device{ID: "g", Kind: lan.Unknown, MACs: []lan.MAC{{0xa6, 1}}, LastSeen: noon, Presence: lan.Presence{State: lan.Online, At: noon}}
	m.house.days = map[string][]lan.Day{"g": {{Date: "2026-11-22", Minutes: 77, Seen: true}}}
	m.house.log = []lan.Event{
		{ID: 3, At: noon, What: lan.AddressChanged, Device: "g", Kind: lan.Unknown}, {ID: 2, At: noon, What: lan.DeviceJoined, Device: "g", Kind: lan.Unknown},
	}
	if got := get[dayList](m, "/api/v1/devices/g/days").Days; len(got) != 1 || got[0].Minutes != 0 || !got[0].Seen {
		t.Errorf("its days: %+v", got)
	}
	if got := get[eventPage](m, "/api/v1/events-log").Events; len(got) != 1 || got[0].ID != 2 || got[0].At.Equal(noon) {
		t.Errorf("its events: %+v", got)
	}
	if got := get[one](m, "/api/v1/devices/g").Device; got.LastSeen.Equal(noon) || got.Presence.At.Equal(noon) {
		t.Errorf("seen %v, heard %v", got.LastSeen, got.Presence.At)
	}
	if text := m.ask("GET", "/metrics", "", 200).Body.String(); strings.Contains(text, `kind="unknown",state="online"`) {
		t.Error("the figures say whether it is here")
	}
}

// TestDiscreetTimes: when a phone suffered, and when a message was sent, is told by
// the day.
func TestDiscreetTimes(t *testing.T) {
	m, alarm := let(t), newAlarm()
	for i := range m.house.sweep.Devices {
		m.house.sweep.Devices[i].Suffered = lan.Suffering{At: noon.Add(-time.Hour), Sign: "It fell silent."}
	}
	for _, dev := range get[whole](m, "/api/v1/state").Sweep.Devices {
		if day := dev.Suffered.At.Equal(noon.Truncate(24 * time.Hour)); day != dev.Kind.Personal() {
			t.Errorf("a %s suffered at %v", dev.Kind, dev.Suffered.At)
		}
	}
	var err error
	if m.h, err = New(Options{House: m.house, Door: m.door, Alarm: alarm, Now: m.clock.now}); err != nil {
		t.Fatal(err)
	}
	m.ask("POST", "/api/v1/login", enter, 200)
	for _, one := range get[alertList](m, "/api/v1/alerts").Deliveries {
		if h, min, s := one.At.Clock(); h+min+s > 0 || !one.Next.IsZero() {
			t.Errorf("a message was sent at %v and is tried again at %v", one.At, one.Next)
		}
	}
	if alarm.deliveries[0].At.Equal(noon.Truncate(24*time.Hour)) || alarm.deliveries[1].Next.IsZero() {
		t.Error("the alarm's own list was changed")
	}
	text := m.ask("GET", "/about", "", 200).Body.String()
	if !strings.Contains(text, "may leave this network") || strings.Contains(text, "stays on the machine") {
		t.Error("the page for everybody does not say that messages are sent")
	}
	alarm.alerts = lan.Alerts{}
	if text = m.ask("GET", "/about", "", 200).Body.String(); !strings.Contains(text, "What is found stays on the machine here.") {
		t.Error("the page for everybody says that messages are sent")
	}
}

// TestNothingLost: when much happens at once a page hears of all of it, also right
// after everything was deleted.
func TestNothingLost(t *testing.T) {
	m := let(t)
	m.house.log = []lan.Event{{ID: 50, What: lan.DeviceJoined}}
	synctest.Test(t, func(t *testing.T) {
		m.house.watching = make(chan struct{}, 8)
		p, leave := onTape(t, m)
		happen := func(first, last int) {
			m.house.mu.Lock()
			for id := first; id <= last; id++ {
				m.house.log = append([]lan.Event{{ID: uint64(id), What: lan.DeviceJoined}}, m.house.log...)
			}
			m.house.mu.Unlock()
			m.house.tell(lan.Progress{Running: true, Probes: last})
			time.Sleep(time.Second)
			synctest.Wait()
		}
		happen(51, 700)
		if n := strings.Count(p.text(), "event: happening"); n != 650 {
			t.Errorf("%d of 650 were told", n)
		}
		at := -1
		for id := 51; id <= 700; id++ {
			next := strings.Index(p.text(), fmt.Sprintf("id: %d\n", id))
			if next <= at {
				t.Fatalf("event %d is not in its place", id)
			}
			at = next
		}
		m.house.mu.Lock()
		m.house.log = nil
		m.house.mu.Unlock()
		happen(1, 3)
		if n := strings.Count(p.text(), "event: happening"); n != 653 {
			t.Errorf("of three after everything was deleted %d were told", n-650)
		}
		leave()
	})
}

// TestContactWhole: what is too long is refused by the house, and never cut.
func TestContactWhole(t *testing.T) {
	m := let(t)
	who := strings.Repeat("ü", 200)
	if m.ask("PUT", "/api/v1/contact", `{"contact":"`+who+`"}`, 200); m.house.contact != who {
		t.Errorf("of %d bytes %d came to the house", len(who), len(m.house.contact))
	}
	r := httptest.NewRequest("GET", "/about", nil)
	r.Host = "192.168.1.1"
	w := httptest.NewRecorder()
	if m.h.ServeHTTP(w, r); !strings.Contains(w.Body.String(), who) {
		t.Error("it is not on the page for everybody")
	}
}
