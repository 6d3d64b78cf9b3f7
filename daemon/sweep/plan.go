package sweep

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/daemon/census"
	"github.com/homesweep/homesweep/daemon/ledger"
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ports"
)

// Plan is what a sweep would touch, as data. Making one sends nothing.
type Plan struct {
	Touch     lan.Touch      `json:"touch"`
	Rung      string         `json:"rung"`
	Links     []lan.Link     `json:"links"`
	Addresses int            `json:"addresses"` // IPv4 addresses asked who has them
	Sources   []string       `json:"sources"`
	Everybody []Called       `json:"everybody"`   // questions that go to all at once
	TCP       []uint16       `json:"tcp"`         // of a device that bears it
	Fragile   []uint16       `json:"tcp_fragile"` // of one that does not
	Decoys    Decoys         `json:"tcp_decoys"`
	UDP       []uint16       `json:"udp"`
	Checks    []string       `json:"checks"`
	Logins    []PlannedLogin `json:"logins"`
	Known     []lan.Device   `json:"known"` // in the machine's own tables already
	Resting   []Resting      `json:"resting,omitempty"`
}

// Decoys are ports that nobody uses, by which a device that accepts just anything
// is told.
type Decoys struct {
	Most  int    `json:"most"`  // of each device
	Above uint16 `json:"above"` // drawn at random beyond this port
}

// Called is a question that a source puts to everybody on the link at once.
type Called struct {
	Source string `json:"source"`
	To     string `json:"to"` // a group or "broadcast", with its port where it has one
}

// caller is a Source that puts such questions.
type caller interface{ Asks() []string }

// PlannedLogin is a factory login that would be tried where its gate matches.
// The password is nobody's business here.
type PlannedLogin struct {
	Record  string `json:"record"`
	Vendor  string `json:"vendor"`
	Account string `json:"account"`
	Source  string `json:"source"`
}

// MakePlan says what Run would do with the same parts and want.
func MakePlan(ctx context.Context, parts Parts, want Want) Plan {
	p := Plan{Touch: want.Touch, Rung: parts.Rung, Links: want.Links}
	for _, ear := range slices.Concat(parts.Presence, parts.Announcements, parts.Listeners) {
		if ear.Touch > want.Touch {
			continue
		}
		if !slices.Contains(p.Sources, ear.Name()) {
			p.Sources = append(p.Sources, ear.Name())
		}
		if c, ok := ear.Source.(caller); ok {
			for _, to := range c.Asks() {
				p.Everybody = append(p.Everybody, Called{ear.Name(), to})
			}
		}
	}
	if want.Touch >= lan.Look {
		p.TCP, p.Fragile = want.Ports.Ports(), ports.Short()
		p.Decoys.Most, p.Decoys.Above = ports.Decoys()
		p.Addresses = addresses(want.Links)
	}
	if want.Touch >= lan.Ask {
		p.UDP = identify.UDPPorts(lan.Sturdy)
	}
	for _, c := range parts.Checks {
		if c.Touch <= want.Touch {
			p.Checks = append(p.Checks, c.ID)
		}
	}
	if want.Touch >= lan.Login {
		p.Logins = planLogins(parts, want.Logins)
	}
	p.Known = known(ctx, parts, want)
	p.Resting = resting(want.Known, parts.Now())
	return p
}

// known is who is in the machine's own tables: the sources that send nothing.
func known(ctx context.Context, parts Parts, want Want) []lan.Device {
	want.Touch = lan.Listen
	parts.Log = slog.New(slog.DiscardHandler)
	r := &run{
		Parts: parts, want: want, talk: newTeller(Talk{}, parts.Now()),
		census: census.New(want.Links, parts.Now().Add(-lingers(lan.Listen)), want.Known, want.Told),
	}
	r.listen(ctx, parts.Presence)
	return r.devices()
}

func planLogins(parts Parts, set probes.LoginSet) []PlannedLogin {
	var list []PlannedLogin
	for _, record := range parts.Knowledge.Logins.All() {
		if record.Verified { // the others are never tried
			list = append(list, plannedOf(record)...)
		}
	}
	if set == probes.Common {
		list = append(list, PlannedLogin{Record: "common", Account: "admin, root", Source: "generic pairs, two an account at most"})
	}
	return list
}

func addresses(links []lan.Link) (n int) {
	for _, l := range links {
		for _, p := range l.Prefixes {
			if p.Addr().Is4() {
				n += wide(p)
			}
		}
	}
	return n
}

// wide is how many addresses of p can be a device's: not the network's own and
// not its broadcast address, which a /31 and a /32 do not have (RFC 3021).
func wide(p netip.Prefix) int {
	all := 1 << (32 - p.Bits())
	if p.Bits() >= 31 {
		return all
	}
	return all - 2
}

// Text writes the plan for people.
func (p Plan) Text(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "A sweep with -touch %s would\n", p.Touch)
	for _, l := range p.Links {
		fmt.Fprintf(&b, "  look on %s at %s and nowhere else\n", l.Name, join(l.Prefixes))
	}
	fmt.Fprintf(&b, "  hear devices by %s\n", join(p.Sources))
	for _, one := range p.calls() {
		fmt.Fprintf(&b, "  ask everybody at once by %s\n", one)
	}
	if p.Addresses > 0 {
		fmt.Fprintf(&b, "  ask %d addresses who has them, at most twice\n", p.Addresses)
		fmt.Fprintf(&b, "  knock on %d TCP ports of each device found (%d if it bears little) and on those it announces, by %s\n", len(p.TCP), len(p.Fragile), how(p.Rung))
		fmt.Fprintf(&b, "  knock on up to %d more, above %d, that nobody uses: a device that accepts those accepts just anything\n", p.Decoys.Most, p.Decoys.Above)
		fmt.Fprintf(&b, "  ask each now and then %s whether it still lives\n", vital(p.Rung))
		fmt.Fprintf(&b, "  connect to each open port at most twice to learn what it is and once for each question of a check, and write nothing%s\n", p.unwritten())
	}
	if len(p.UDP) > 0 {
		fmt.Fprintf(&b, "  send each device one question on UDP %s\n", join(p.UDP))
	}
	fmt.Fprintf(&b, "  run the checks %s\n", join(p.Checks))
	if len(p.Logins) > 0 {
		b.WriteString("  ask you before the first login is tried, with the devices and accounts found\n")
	}
	for _, l := range p.Logins {
		fmt.Fprintf(&b, "  %s\n", l.text())
	}
	if len(p.Logins) > 0 {
		fmt.Fprintf(&b, "  send at most %d wrong passwords an account and %d a device in 24 hours\n", ledger.PerAccount, ledger.PerDevice)
	}
	for _, q := range p.Resting {
		fmt.Fprintf(&b, "  %s\n", q.text())
	}
	fmt.Fprintf(&b, "This machine's own tables know %s there now. Nothing was sent.\n", count(len(p.Known), "device"))
	_, err := io.WriteString(w, b.String())
	return err
}

// calls are the questions to everybody, a line for each source.
func (p Plan) calls() (lines []string) {
	last := ""
	for _, c := range p.Everybody {
		if c.Source != last {
			last = c.Source
			lines = append(lines, c.Source+" at "+c.To)
			continue
		}
		lines[len(lines)-1] += ", " + c.To
	}
	return lines
}

// unwritten is where nothing is written, if not everywhere.
func (p Plan) unwritten() string {
	if p.Touch < lan.Ask {
		return ""
	}
	return " to the ports of printers"
}

func (l PlannedLogin) text() string {
	if l.Vendor == "" {
		return fmt.Sprintf("try the logins of %s where one is asked for (%s)", l.Account, l.Source)
	}
	return fmt.Sprintf("try the login %q of %s where %s matches (%s)", l.Account, l.Vendor, l.Record, l.Source)
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func how(rung string) string {
	if rung == "raw" {
		return "raw SYN packets"
	}
	return "ordinary connections, as raw packets are not permitted here"
}

func vital(rung string) string {
	if rung == "raw" {
		return "by ARP or neighbour solicitation"
	}
	return "on TCP 9"
}

func join[T any](list []T) string {
	words := make([]string, len(list))
	for i, v := range list {
		words[i] = fmt.Sprint(v)
	}
	return strings.Join(words, ", ")
}
