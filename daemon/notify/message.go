package notify

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// message is what one delivery says.
type message struct {
	ID       string       `json:"id"` // the same at each try
	Title    string       `json:"title"`
	Words    string       `json:"words"` // lines
	At       time.Time    `json:"at"`
	Severity lan.Severity `json:"severity"` // of the weightiest of Events
	Events   []*lan.Event `json:"events"`   // of which Words are of the first
	Missed   int          `json:"missed"`   // events that there was no room for
}

// Bounds of one message.
const (
	maxLines = 12  // of Words
	maxLine  = 240 // bytes
	maxTitle = 120 // bytes
)

// titles name what happened, for one of it.
var titles = [...]struct {
	what  lan.Happening
	title string
}{
	{lan.DeviceJoined, "A new device"},
	{lan.DeviceRenewed, "Another private address"},
	{lan.DeviceBack, "Back again"},
	{lan.DeviceGone, "Gone"},
	{lan.AddressChanged, "Another address"},
	{lan.ServiceOpened, "Something new answers"},
	{lan.FirmwareChanged, "Another version"},
	{lan.FindingNew, "A new problem"},
	{lan.FindingWorse, "A problem got worse"},
	{lan.FindingFixed, "A problem is gone"},
	{lan.PairingOpen, "Left open for pairing"},
	{lan.PortMapped, "A port opened to the internet"},
	{lan.SecondDHCP, "A second DHCP server"},
	{lan.GatewayChanged, "The router looks different"},
}

// compose says several events, which are in the order in which they came, in one
// message: the weightiest first, and with it what else came of its matter, so that
// what is so now is said last. missed were left out before.
func compose(events []*lan.Event, missed int, digest bool, now time.Time) *message {
	events = ranked(events)
	grave := slices.MaxFunc(events, func(a, b *lan.Event) int { return cmp.Compare(weight(a), weight(b)) })
	m := &message{ID: rand.Text(), Title: title(events, missed, digest), At: now, Severity: grave.Severity, Events: events, Missed: missed}
	var lines []string
	for _, e := range events[:min(len(events), maxLines)] {
		lines = append(lines, line(e))
	}
	if len(lines) > 1 {
		for i := range lines {
			lines[i] = "- " + lines[i]
		}
	}
	if more := max(len(events)-maxLines, 0) + missed; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	m.Words = strings.Join(lines, "\n")
	return m
}

// ranked is events in the order of compose.
func ranked(events []*lan.Event) []*lan.Event {
	order := lan.Happenings()
	list := slices.Clone(events)
	lan.Sort(list, func(a, b *lan.Event) int {
		return cmp.Or(cmp.Compare(weight(b), weight(a)),
			cmp.Compare(slices.Index(order, a.What), slices.Index(order, b.What)), cmp.Compare(a.ID, b.ID))
	})
	of := map[matter][]*lan.Event{}
	for _, e := range events {
		m := matterOf("", e)
		of[m] = append(of[m], e)
	}
	all := make([]*lan.Event, 0, len(events))
	for _, e := range list {
		m := matterOf("", e)
		all = append(all, of[m]...)
		delete(of, m)
	}
	return all
}

func title(events []*lan.Event, missed int, digest bool) string {
	if digest {
		return plural(len(events)+missed, "thing that happened at home", "things that happened at home")
	}
	if n := len(events) + missed; n > 1 {
		return plural(n, "thing happened at home", "things happened at home")
	}
	what := titleOf(events[0].What)
	if events[0].Name != "" {
		what += ": " + events[0].Name
	}
	return lan.Printable(what, maxTitle)
}

func titleOf(what lan.Happening) string {
	for _, t := range titles {
		if t.what == what {
			return t.title
		}
	}
	return "Something happened"
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// line is e in one line.
func line(e *lan.Event) string {
	words := e.Words
	if words == "" {
		words = titleOf(e.What) + ": " + e.Name
	}
	return lan.Printable(words, maxLine)
}

// trial is the message of a test.
func trial(now time.Time) *message {
	return &message{ID: rand.Text(), Title: "A test from homesweep", Words: "This is how you will hear of what happens at home.", At: now, Events: []*lan.Event{}}
}
