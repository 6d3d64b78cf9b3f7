package lab

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/space"
)

// Member is one member of a household and what it really is.
type Member struct {
	Name  string
	MACs  []lan.MAC
	Addrs []netip.Addr
	Truth Truth
}

// Member is the room's device with all the marks that it has now.
func (r *Room) Member(name string, truth Truth) (Member, error) {
	m := Member{Name: name, MACs: []lan.MAC{r.mac}, Truth: truth}
	if r.addr.IsValid() {
		m.Addrs = append(m.Addrs, r.addr)
	}
	links, err := r.Links().LinkList()
	if err != nil {
		return m, fmt.Errorf("%s: %w", name, err)
	}
	for _, l := range links {
		at := l.Attrs()
		mac, ok := lan.MACFrom(at.HardwareAddr)
		if !ok || mac.IsZero() || !strings.HasPrefix(at.Name, "eth") {
			continue
		}
		addrs, err := space.Addresses(r.Links(), at.Name)
		if err != nil {
			return m, fmt.Errorf("%s: %w", name, err)
		}
		m.MACs, m.Addrs = append(m.MACs, mac), append(m.Addrs, addrs...)
	}
	return m, nil
}

// is reports whether the device has one of the member's marks.
func (m Member) is(d lan.Device) bool {
	return slices.ContainsFunc(d.MACs, func(mac lan.MAC) bool { return slices.Contains(m.MACs, mac) }) ||
		slices.ContainsFunc(d.Addresses, func(a netip.Addr) bool { return slices.Contains(m.Addrs, a) })
}

// Share is how many of how many are right.
type Share struct{ Right, Of int }

// Percent is the share in percent; nothing of nothing is all of it.
func (s Share) Percent() float64 {
	if s.Of == 0 {
		return 100
	}
	return 100 * float64(s.Right) / float64(s.Of)
}

func (s Share) String() string { return fmt.Sprintf("%d/%d", s.Right, s.Of) }

// Score is how a sweep did.
type Score struct {
	Recall                        Share
	Phantoms, Merges              int
	Vendor, Model, Kind, Firmware Share
	Wrong                         []string // everything that is not as it should be
}

// String is the score in one line.
func (s Score) String() string {
	return fmt.Sprintf("recall %s, phantoms %d, wrong merges %d, vendor %s, model %s, kind %s, firmware %s",
		s.Recall, s.Phantoms, s.Merges, s.Vendor, s.Model, s.Kind, s.Firmware)
}

// Judge holds the devices found against the members there. A member is recalled
// if it is listed exactly once.
func Judge(members []Member, devices []lan.Device) Score {
	var s Score
	owners := make([][]string, len(devices))
	for _, m := range members {
		var found []int
		for i, d := range devices {
			if m.is(d) {
				found = append(found, i)
				owners[i] = append(owners[i], m.Name)
			}
		}
		s.Recall.Of++
		switch len(found) {
		case 0:
			s.wrong("%s is missing (%v %v)", m.Name, m.MACs, m.Addrs)
		case 1:
			s.Recall.Right++
			s.identity(m, devices[found[0]])
		default:
			for _, i := range found {
				s.wrong("%s is listed %d times: %s", m.Name, len(found), brief(devices[i]))
			}
		}
	}
	for i, names := range owners {
		switch {
		case len(names) == 0:
			s.Phantoms++
			s.wrong("nobody is %s", brief(devices[i]))
		case len(names) > 1:
			s.Merges++
			s.wrong("%s are one: %s", strings.Join(names, " and "), brief(devices[i]))
		}
	}
	return s
}

func (s *Score) wrong(format string, args ...any) {
	s.Wrong = append(s.Wrong, fmt.Sprintf(format, args...))
}

// identity holds who a device is said to be against who it is.
func (s *Score) identity(m Member, d lan.Device) {
	s.field(&s.Vendor, m, "vendor", m.Truth.Vendor, d.Vendor)
	s.field(&s.Model, m, "model", m.Truth.Model, d.Model, d.Made())
	s.field(&s.Kind, m, "kind", m.Truth.Kind, string(d.Kind))
	s.field(&s.Firmware, m, "firmware", m.Truth.Firmware, d.Firmware)
}

func (s *Score) field(share *Share, m Member, field, want string, got ...string) {
	if want == "" {
		return
	}
	share.Of++
	for right := range strings.SplitSeq(want, "|") {
		if slices.ContainsFunc(got, func(g string) bool { return says(g, right) }) {
			share.Right++
			return
		}
	}
	s.wrong("%s: %s is %q, want %q", m.Name, field, got[0], want)
}

// says reports whether got is right, or is right and says more ("4.3.6.1070" of
// "4.3.6").
func says(got, right string) bool {
	if len(got) < len(right) || !strings.EqualFold(got[:len(right)], right) {
		return false
	}
	return len(got) == len(right) || strings.ContainsAny(got[len(right):len(right)+1], ". (-")
}

func brief(d lan.Device) string {
	return fmt.Sprintf("%s %v %v %v %s %q by %v", d.ID, d.MACs, d.Addresses, d.Names, d.Kind, d.Made(), d.Sources)
}
