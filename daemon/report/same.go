package report

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// maxGuesses is how many suggestions are told; the dashboard and the JSON have
// all of them.
const maxGuesses = 8

// guesses writes which devices may be one. That is the owner's to decide.
func (p *paper) guesses(s lan.Sweep) {
	byID := map[string]lan.Device{}
	for _, d := range s.Devices {
		byID[d.ID] = d
	}
	var told []lan.Suggestion
	for _, g := range s.Suggestions {
		if _, here := byID[g.Device]; here {
			told = append(told, g)
		}
	}
	if len(told) == 0 {
		return
	}
	p.heading(fmt.Sprintf("PERHAPS THE SAME DEVICE (%d)", len(told)))
	for _, g := range told[:min(len(told), maxGuesses)] {
		words := "one that is not here now (" + clean(g.Same) + ")"
		if other, here := byID[g.Same]; here {
			words = called(other)
		}
		reasons := make([]string, len(g.Reasons))
		for i, r := range g.Reasons {
			reasons[i] = clean(r)
		}
		p.para("", "  ", called(byID[g.Device])+" and "+words+".")
		p.para("", "    ", cut(strings.Join(reasons, " "), maxWords))
	}
	p.para("", "  ", "Nothing is done about it until you decide in the dashboard.")
}

// addressing writes what addresses give away: which belong to the internet, and
// which hardware addresses are made up, so that no maker can be read from them.
func (p *paper) addressing(list []lan.Device) {
	var exposed [][2]string
	var private []string
	for _, d := range list {
		if len(d.Exposed) > 0 {
			exposed = append(exposed, [2]string{called(d), internet(d)})
		}
		if len(d.MACs) > 0 && !slices.ContainsFunc(d.MACs, func(m lan.MAC) bool { return !m.IsLocal() }) {
			private = append(private, called(d))
		}
	}
	if len(exposed) > 0 {
		p.heading(fmt.Sprintf("INTERNET ADDRESSES (%d)", len(exposed)))
		for _, e := range exposed {
			p.para("", "  ", e[0]+": "+e[1])
		}
		p.para("", "  ", "Whether your router lets anybody in cannot be seen from here.")
	}
	if len(private) > 0 {
		p.line("", "")
		p.para("", "", fmt.Sprintf("With a private hardware address, which hides the maker: %s.", strings.Join(private, ", ")))
	}
}

// called is d's title, or the hardware address of one that has nothing else.
func called(d lan.Device) string {
	if text := title(d); text != clean(d.ID) {
		return text
	}
	return cmp.Or(address(d), clean(d.ID))
}

// maxInternet is how many internet addresses of one device are named.
const maxInternet = 3

func internet(d lan.Device) string {
	var list []string
	for _, a := range lan.Sorted(slices.Values(d.Exposed), netip.Addr.Compare) {
		list = append(list, clean(a.String()))
	}
	more := ""
	if n := len(list) - maxInternet; n > 0 {
		list, more = list[:maxInternet], fmt.Sprintf(" and %s more", grouped(n))
	}
	return strings.Join(list, ", ") + more
}
