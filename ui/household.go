package ui

import (
	"context"

	"github.com/homesweep/homesweep/probes/lan"
)

// Chronicle is what a House may offer besides: what happened, and when its devices
// were here. It is safe for concurrent use.
type Chronicle interface {
	// Events are those of one device, or of all for the empty ID, newest first, at
	// most limit of them, older than the one numbered before (0: the newest).
	Events(device string, before uint64, limit int) ([]lan.Event, error)
	// Days are the last 90 of a device, oldest first.
	Days(device string) ([]lan.Day, error)
}

// Herald is what a Chronicle may offer besides: word of each event at once. Without
// it a page hears of an event within seconds.
type Herald interface {
	// Happenings calls see with each event once it is kept, from one goroutine,
	// until ctx ends, and returns then. see does not block.
	Happenings(ctx context.Context, see func(lan.Event))
}

// Inspector is what a House may offer besides: to look at one device now. The
// error says in plain words why it cannot.
type Inspector interface {
	Inspect(device string) error
}

// Sparing is what a House may offer besides an Inspector: what a look at the device now
// leaves out that its owner may expect of it, and from when on it would not, in plain
// words; empty for nothing.
type Sparing interface {
	Spared(device string) string
}

// Keeper is what a House may offer besides: its settings.
type Keeper interface {
	Schedule() lan.Schedule
	SetSchedule(lan.Schedule) error
	// LinkChoices are the links there are, SetLinks chooses among them; none
	// leaves the choice to homesweep.
	LinkChoices() ([]lan.LinkChoice, error)
	SetLinks([]string) error
	// Contact is who looks after the home, told to everybody in it: "Anna, 0171 …".
	Contact() string
	SetContact(string) error
	Upkeep() lan.Upkeep
	// Erase forgets everything but the password: what was found, happened and was
	// decided, every copy of it, and the consents.
	Erase() error
}

// Alarm tells people what happened; daemon/notify implements it. It is safe for
// concurrent use.
type Alarm interface {
	// Alerts has every secret as lan.Unsaid.
	Alerts() lan.Alerts
	// SetAlerts keeps them at once. Its error says in plain words what is wrong,
	// and with which channel or rule.
	SetAlerts(lan.Alerts) error
	// Test sends a test message by a channel, now and once; the error says in plain
	// words why it did not arrive.
	Test(ctx context.Context, channel string) error
	// Deliveries are the last 50, newest first.
	Deliveries() []lan.Delivery
}
