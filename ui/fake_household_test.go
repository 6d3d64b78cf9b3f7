package ui

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// keeping is what the made-up house offers besides what a House must: Chronicle,
// Inspector and Keeper.
type keeping struct {
	log       []lan.Event // newest first
	days      map[string][]lan.Day
	inspected []string
	spared    string
	schedule  lan.Schedule
	links     []lan.LinkChoice
	contact   string
	upkeep    lan.Upkeep
	erased    int
}

// newKeeping is a home that has been looked after for 90 days.
func newKeeping(devices []lan.Device) keeping {
	k := keeping{
		days: map[string][]lan.Day{}, schedule: lan.Schedule{Hours: 24, Quiet: lan.Hours{From: "22:30", To: "06:30"}}, contact: "Anna, 0171 5550123",
		upkeep: lan.Upkeep{RSS: 18_400_000, CPUToday: 41.5, FlashToday: 61_440, FlashDay: 98_304},
	}
	lan0 := lan.LinkChoice{Link: lan.Link{Name: "br-lan"}, Chosen: true}
	k.links = []lan.LinkChoice{lan0, {Link: lan.Link{Name: "br-guest"}}, {Link: lan.Link{Name: "wan"}, Why: "faces the internet"}}
	for i, d := range devices {
		k.days[d.ID] = daysOf(d, i)
	}
	k.log = eventsOf(devices)
	return k
}

// daysOf is a device's last 90 days: with a gap, shorter at weekends, and without
// a minute for what somebody carries.
func daysOf(d lan.Device, seed int) (list []lan.Day) {
	for ago := 89; ago >= 0; ago-- {
		at := noon.AddDate(0, 0, -ago)
		day := lan.Day{Date: at.Format(time.DateOnly), Seen: (ago+seed)%11 != 7}
		if day.Seen && d.Kind != "phone" && d.Kind != "computer" {
			day.Minutes = 1440 - (ago*37+seed*101)%600*(seed%3)/2
		}
		list = append(list, day)
	}
	return list
}

// wordsOf are sentences as the daemon writes them.
var wordsOf = map[lan.Happening]string{
	lan.DeviceJoined:   "A device that was never here before joined the network.",
	lan.DeviceRenewed:  "It came back with another private address.",
	lan.DeviceBack:     "It is back.",
	lan.DeviceGone:     "It has not been seen for longer than is usual for its kind.",
	lan.AddressChanged: "It has another address: 192.168.1.77.",
	lan.PairingOpen:    "It was left open for pairing.",
	lan.PortMapped:     "Port 8443 of the router was opened to the internet.",
	lan.SecondDHCP:     "A second machine hands out addresses: 192.168.1.9.",
	lan.GatewayChanged: "The router's address belongs to another machine now.",
}

// eventsOf are 90 days of every kind of event, newest first.
func eventsOf(devices []lan.Device) (list []lan.Event) {
	happenings := lan.Happenings()
	for i := range 240 {
		what := happenings[i%len(happenings)]
		e := lan.Event{ID: uint64(240 - i), At: noon.Add(-time.Duration(i) * 9 * time.Hour), What: what, Link: "br-lan"}
		if len(devices) > 0 && what != lan.SecondDHCP {
			d := devices[i%len(devices)]
			e.Device, e.Name, e.Kind = d.ID, "Device "+d.ID, d.Kind
			if d.Kind == "phone" || d.Kind == "computer" {
				e.At = e.At.Truncate(24 * time.Hour)
			}
		}
		e.Words = wordsOf[what]
		switch what {
		case lan.FindingNew, lan.FindingWorse, lan.FindingFixed:
			e.Check, e.Service, e.Severity, e.Words = "telnet-open", "tcp/23", lan.Soon, "A remote command line without encryption is open."
		case lan.FirmwareChanged:
			e.Was, e.Now, e.Words = "5.5.0", "5.7.3", "It runs software 5.7.3 instead of 5.5.0."
		case lan.ServiceOpened:
			e.Service, e.Words = "tcp/8080", "It answers on tcp 8080, where it did not before."
		}
		list = append(list, e)
	}
	return list
}

func (f *fakeHouse) Events(device string, before uint64, limit int) (list []lan.Event, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, e := range f.log {
		if (device == "" || e.Device == device) && (before == 0 || e.ID < before) && len(list) < limit {
			list = append(list, e)
		}
	}
	return list, f.refusal
}

func (f *fakeHouse) Days(device string) ([]lan.Day, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.days[device]), f.refusal
}

func (f *fakeHouse) Inspect(device string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refusal == nil {
		f.inspected = append(f.inspected, device)
	}
	return f.refusal
}

func (f *fakeHouse) Spared(device string) string { return f.spared }

func (f *fakeHouse) Schedule() lan.Schedule {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.schedule
}

func (f *fakeHouse) SetSchedule(s lan.Schedule) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refusal == nil {
		f.schedule = s
	}
	return f.refusal
}

func (f *fakeHouse) LinkChoices() ([]lan.LinkChoice, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.links), nil
}

func (f *fakeHouse) SetLinks(names []string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refusal != nil {
		return f.refusal
	}
	for i := range f.links {
		f.links[i].Chosen = slices.Contains(names, f.links[i].Name)
	}
	return nil
}

func (f *fakeHouse) Contact() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.contact
}

func (f *fakeHouse) SetContact(who string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refusal == nil {
		f.contact = who
	}
	return f.refusal
}

func (f *fakeHouse) Upkeep() lan.Upkeep {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.upkeep
}

func (f *fakeHouse) Erase() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refusal == nil {
		f.erased++
		f.sweep, f.decisions, f.grants, f.log, f.days = lan.Sweep{}, nil, nil, nil, nil
	}
	return f.refusal
}

// fakeAlarm is an Alarm that remembers what it was told to send.
type fakeAlarm struct {
	mu         sync.Mutex
	alerts     lan.Alerts
	deliveries []lan.Delivery
	tested     []string
	refusal    error
}

// newAlarm is a household with three channels, one of which is broken.
func newAlarm() *fakeAlarm {
	return &fakeAlarm{
		alerts: lan.Alerts{
			Channels: []lan.Channel{
				{ID: "phone", Kind: "ntfy", Name: "Anna’s phone", Server: "https://ntfy.example", Key: "tk_not_shown", To: "home-4711"},
				{ID: "mail", Kind: "smtp", Name: "Mail", Server: "mail.example:587", TLS: "start", User: "anna", Key: "not shown", From: "home@example.org", To: "anna@example.org"},
				{ID: "ha", Kind: "mqtt", Name: "Home Assistant", Server: "192.168.1.9:1883", To: "homesweep", Agent: true},
			},
			Rules: []lan.Rule{
				{ID: "r1", Events: []lan.Happening{lan.FindingNew, lan.FindingWorse, lan.GatewayChanged}, Least: lan.Soon, Channel: "phone"},
				{ID: "r2", Events: []lan.Happening{lan.DeviceJoined}, Channel: "phone", Delay: 5, Quiet: lan.Hours{From: "22:00", To: "07:00"}},
				{ID: "r3", Channel: "mail", Group: "kind:camera", Digest: true},
			},
		},
		deliveries: []lan.Delivery{
			{At: noon.Add(-time.Hour), Channel: "phone", Words: "New at home: 192.168.1.77", State: "sent", Tries: 1},
			{At: noon.Add(-2 * time.Hour), Channel: "mail", Words: "What happened today", State: "waiting", Tries: 3, Error: "mail.example:587 does not answer", Next: noon.Add(9 * time.Minute)},
			{At: noon.Add(-26 * time.Hour), Channel: "mail", Words: "What happened yesterday", State: "given up", Tries: 12, Error: "mail.example:587 refused the password"},
		},
	}
}

func (a *fakeAlarm) Alerts() lan.Alerts {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := lan.Alerts{Channels: slices.Clone(a.alerts.Channels), Rules: slices.Clone(a.alerts.Rules)}
	for i := range out.Channels {
		if out.Channels[i].Key != "" {
			out.Channels[i].Key = lan.Unsaid
		}
	}
	return out
}

func (a *fakeAlarm) SetAlerts(in lan.Alerts) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.refusal != nil {
		return a.refusal
	}
	for i := range in.Channels {
		c := &in.Channels[i]
		for _, old := range a.alerts.Channels {
			if c.Key == lan.Unsaid && old.ID == c.ID {
				c.Key = old.Key
			}
		}
	}
	a.alerts = in
	return nil
}

func (a *fakeAlarm) Test(_ context.Context, channel string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !slices.ContainsFunc(a.alerts.Channels, func(c lan.Channel) bool { return c.ID == channel }) {
		return errors.New("there is no such channel")
	}
	a.tested = append(a.tested, channel)
	state, tries := "sent", 1
	d := lan.Delivery{At: noon, Channel: channel, Words: "A test from homesweep", State: state, Tries: tries}
	if a.refusal != nil {
		d.State, d.Error = "given up", a.refusal.Error()
	}
	a.deliveries = append([]lan.Delivery{d}, a.deliveries...)
	return a.refusal
}

func (a *fakeAlarm) Deliveries() []lan.Delivery {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.deliveries)
}

var (
	_ Chronicle = (*fakeHouse)(nil)
	_ Inspector = (*fakeHouse)(nil)
	_ Keeper    = (*fakeHouse)(nil)
	_ Alarm     = (*fakeAlarm)(nil)
)
