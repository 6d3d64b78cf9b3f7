package notify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// message is what one delivery says.
type message struct {
	Title    string       `json:"title"`
	Words    string       `json:"words"` // lines
	At       time.Time    `json:"at"`
	Severity lan.Severity `json:"severity"` // the highest of Events
	Events   []lan.Event  `json:"events"`   // those that Words are of
}

// Bounds of one message.
const (
	maxLines = 12
	maxLine  = 240 // bytes
	maxTitle = 120 // bytes
)

// titles name what happened, for one of it.
var titles = map[lan.Happening]string{
	lan.DeviceJoined:    "A new device",
	lan.DeviceRenewed:   "Another private address",
	lan.DeviceBack:      "Back again",
	lan.DeviceGone:      "Gone",
	lan.AddressChanged:  "Another address",
	lan.ServiceOpened:   "Something new answers",
	lan.FirmwareChanged: "Another version",
	lan.FindingNew:      "A new problem",
	lan.FindingWorse:    "A problem got worse",
	lan.FindingFixed:    "A problem is gone",
	lan.PairingOpen:     "Left open for pairing",
	lan.PortMapped:      "A port opened to the internet",
	lan.SecondDHCP:      "A second DHCP server",
	lan.GatewayChanged:  "The router looks different",
}

// compose says several events in one message, the most urgent first. missed were
// left out before.
func compose(events []lan.Event, missed int, digest bool, now time.Time) message {
	order := lan.Happenings()
	lan.Sort(events, func(a, b lan.Event) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity),
			cmp.Compare(slices.Index(order, a.What), slices.Index(order, b.What)), cmp.Compare(a.ID, b.ID))
	})
	m := message{Title: title(events, missed, digest), At: now, Severity: events[0].Severity}
	m.Events = events[:min(len(events), maxLines)]
	var lines []string
	for _, e := range m.Events {
		lines = append(lines, line(e))
	}
	if len(lines) > 1 {
		for i := range lines {
			lines[i] = "- " + lines[i]
		}
	}
	if more := len(events) - len(m.Events) + missed; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	m.Words = strings.Join(lines, "\n")
	return m
}

func title(events []lan.Event, missed int, digest bool) string {
	if digest {
		return plural(len(events)+missed, "thing that happened at home", "things that happened at home")
	}
	if n := len(events) + missed; n > 1 {
		return plural(n, "thing happened at home", "things happened at home")
	}
	what, ok := titles[events[0].What]
	if !ok {
		what = "Something happened"
	}
	if events[0].Name != "" {
		what += ": " + events[0].Name
	}
	return lan.Printable(what, maxTitle)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// line is e in one line.
func line(e lan.Event) string {
	words := e.Words
	if words == "" {
		words = titles[e.What] + ": " + e.Name
	}
	return lan.Printable(words, maxLine)
}

// trial is the message of a test.
func trial(now time.Time) message {
	return message{Title: "A test from homesweep", Words: "This is how you will hear of what happens at home.", At: now, Events: []lan.Event{}}
}
