package local

import (
	"cmp"
	"encoding/json"
	"net/netip"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// Inventory is a page of the list of devices.
type Inventory struct {
	Total   int               `json:"total"`
	Offset  int               `json:"offset"`
	Devices []json.RawMessage `json:"devices"` // each a device as the dashboard's API has it, see listed
}

// plain is a device without the way in which it marshals itself.
type plain lan.Device

// left takes the place of a field that is left out.
type left *struct{}

// listed is a device without what only its own page shows, and with how many
// problems it has.
type listed struct {
	plain
	Services   left     `json:"services,omitempty"`
	Findings   left     `json:"findings,omitempty"`
	Identity   left     `json:"identity,omitempty"`
	Heard      left     `json:"heard,omitempty"`
	Bonds      left     `json:"bonds,omitempty"`
	Guidelines left     `json:"guidelines,omitempty"`
	Problems   Problems `json:"problems"`
	// What it is called, and the first of its hardware addresses and addresses, for
	// programs that take no lists (bbfdm).
	Name    string `json:"name"`
	MAC     string `json:"mac"`
	Address string `json:"address"`
}

// list is d in the list; short leaves it what tells it from others.
func list(d lan.Device, problems Problems, short bool) listed {
	d = d.Discreet(time.Local)
	if short {
		name := lan.Printable(called(d), lan.MaxName)
		d = lan.Device{ID: d.ID, MACs: d.MACs[:min(len(d.MACs), 1)], Names: []string{name}, Kind: d.Kind, Presence: d.Presence}
	}
	l := listed{Problems: problems, Name: called(d)}
	if len(d.MACs) > 0 {
		l.MAC = d.MACs[0].String()
	}
	if len(d.Addresses) > 0 {
		l.Address = d.Addresses[0].String()
	}
	d.MACs = append([]lan.MAC{}, d.MACs...)
	d.Names = append([]string{}, d.Names...)
	d.Addresses = append([]netip.Addr{}, d.Addresses...)
	l.plain = plain(d)
	return l
}

// inventory is the page p of the devices, in the order of the sweep.
func (s *Server) inventory(p Page) Inventory {
	devices, left := s.House.Sweep().Devices, s.accepted()
	p = p.bounded(len(devices))
	return Inventory{len(devices), p.Offset, p.fill(func(at int, short bool) any {
		return list(devices[at], left.open(devices[at]), short)
	})}
}

// Findings is a page of the list of findings.
type Findings struct {
	Total    int `json:"total"`
	Problems int `json:"problems"` // how many ask something of the owner: the first of the list
	Offset   int `json:"offset"`
	// Findings are as the dashboard's API has them, each with its device's ID and
	// what that is called.
	Findings []json.RawMessage `json:"findings"`
}

// named is a finding with whose it is.
type named struct {
	bare
	Evidence []lan.Evidence `json:"evidence"`
	Device   string         `json:"device"`
	Name     string         `json:"name"`
	asks     bool
}

// bare is a finding without the way in which it marshals itself.
type bare lan.Finding

// findings is the page p of all findings, or of one device's: first those that ask
// something of the owner, the gravest first; what was accepted comes after them.
func (s *Server) findings(p Page, device string) Findings {
	left, all, problems := s.accepted(), []named{}, 0
	for _, d := range s.House.Sweep().Devices {
		if device != "" && d.ID != device {
			continue
		}
		d = d.Discreet(time.Local)
		for _, f := range d.Findings {
			n := named{bare: bare(f), Evidence: append([]lan.Evidence{}, f.Evidence...), Device: d.ID, Name: called(d)}
			if n.asks = f.Verdict.Problem() && !left[[2]string{d.ID, f.Check}]; n.asks {
				problems++
			}
			all = append(all, n)
		}
	}
	lan.Sort(all, gravest)
	p = p.bounded(len(all))
	return Findings{len(all), problems, p.Offset, p.fill(func(at int, short bool) any {
		n := all[at]
		if short {
			n.Evidence, n.Steps, n.Name = []lan.Evidence{}, nil, lan.Printable(n.Name, lan.MaxName)
		}
		return n
	})}
}

// gravest is the order of findings.
func gravest(a, b named) int {
	if a.asks != b.asks {
		if a.asks {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(b.Severity, a.Severity), strings.Compare(a.Name, b.Name), strings.Compare(a.Device, b.Device),
		strings.Compare(a.Check, b.Check), strings.Compare(a.Service, b.Service))
}
