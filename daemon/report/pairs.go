package report

import (
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// pairs says which devices of two sweeps are the same.
type pairs struct {
	old, now []lan.Device
	then     []int  // the place in old of each of now, or -1
	taken    []bool // by one of now
	unsure   int    // devices that share nothing but an address
	problems int    // that these had then
}

// pair matches devices by ID, then by an identity that outlives addresses, then by
// a hardware address that the maker gave. An address alone, or a private hardware
// address, which a phone makes up anew, is no match.
func pair(old, now []lan.Device) *pairs {
	p := &pairs{old: old, now: now, then: make([]int, len(now)), taken: make([]bool, len(old))}
	byID := map[string]int{}
	for i, d := range old {
		byID[d.ID] = i
	}
	for i, d := range now {
		p.then[i] = -1
		j, known := byID[d.ID]
		switch {
		case !known || p.taken[j]:
		case faceless(d) && faceless(old[j]) && !agree(old[j], d):
			p.then[i], p.taken[j] = unsure, true
			p.unsure++
			p.problems += problemsOf(&old[j])
		default:
			p.then[i], p.taken[j] = j, true
		}
	}
	p.by(identities)
	p.by(factoryMACs)
	return p
}

// Same says for each device of now which of old it is, by the rules of Compare:
// its place there, or a number below zero where it is none for certain.
func Same(old, now []lan.Device) []int { return pair(old, now).then }

// Places of a device of now that is in none of old.
const (
	absent = -1
	unsure = -2 // nobody can say whether it is
)

// by matches those still alone by marks of which each is one device's only.
func (p *pairs) by(marks func(lan.Device) []string) {
	holder := map[string]int{}
	for j, d := range p.old {
		for _, m := range marks(d) {
			if k, held := holder[m]; held && k != j {
				holder[m] = absent // nobody's, as it is of two
				continue
			}
			holder[m] = j
		}
	}
	holders := map[string]int{}
	for _, d := range p.now {
		for _, m := range marks(d) {
			holders[m]++
		}
	}
	for i, d := range p.now {
		for _, m := range marks(d) {
			if j, held := holder[m]; held && j >= 0 && holders[m] == 1 && p.then[i] == absent && !p.taken[j] {
				p.then[i], p.taken[j] = j, true
			}
		}
	}
}

// identities are those of d that outlive addresses, each once.
func identities(d lan.Device) (list []string) {
	for _, f := range d.Identity {
		if f.Field == lan.FieldIdentity && f.Value != "" && !slices.Contains(list, f.Value) {
			list = append(list, f.Value)
		}
	}
	return list
}

// factoryMACs are the hardware addresses that d has or had from its maker.
func factoryMACs(d lan.Device) (list []string) {
	all := slices.Clone(d.MACs)
	for _, f := range d.Identity {
		if mac, err := lan.ParseMAC(f.Value); f.Field == lan.FieldMAC && err == nil {
			all = append(all, mac)
		}
	}
	for _, m := range all {
		if !m.IsZero() && !m.IsLocal() && !m.IsGroup() && !slices.Contains(list, m.String()) {
			list = append(list, m.String())
		}
	}
	return list
}

// faceless reports whether d is known by its addresses only; its ID is then made
// from one.
func faceless(d lan.Device) bool { return len(d.MACs) == 0 && len(identities(d)) == 0 && !d.Self }

// agree reports whether two faceless devices at one address are alike in more than
// that: a name, or maker and model.
func agree(a, b lan.Device) bool {
	return a.Model != "" && a.Made() == b.Made() ||
		slices.ContainsFunc(a.Names, func(n string) bool { return n != "" && slices.Contains(b.Names, n) })
}
