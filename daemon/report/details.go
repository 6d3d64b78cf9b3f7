package report

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// details are the things about a device that are not as they were: its name, where
// it says one in both sweeps, its IPv4 addresses (of IPv6 a device makes up new
// ones every day, RFC 8981), its firmware where both are known, and its services
// where both sweeps asked for them.
func (c *comparing) details(then, d *lan.Device) (list []lan.Detail) {
	differs := func(field, was, now string) {
		if was != now && was != "" && now != "" {
			list = append(list, lan.Detail{Field: field, Was: was, Now: now})
		}
	}
	differs(lan.FieldName, name(*then), name(*d))
	differs(lan.FieldAddress, addresses4(then), addresses4(d))
	differs(lan.FieldFirmware, clean(then.Firmware), clean(d.Firmware))
	for _, key := range keys(d, then) {
		if s, _ := serviceOf(d, key); c.old.asks(then, s) && !boundless(d) {
			list = append(list, lan.Detail{Field: lan.FieldService, Now: where(*d, key)})
		}
	}
	for _, key := range keys(then, d) {
		if s, _ := serviceOf(then, key); c.now.asks(d, s) && !boundless(then) {
			list = append(list, lan.Detail{Field: lan.FieldService, Was: where(*then, key)})
		}
	}
	return list
}

func addresses4(d *lan.Device) string {
	var list []string
	for _, a := range lan.Sorted(slices.Values(d.Addresses), netip.Addr.Compare) {
		if a.Is4() {
			list = append(list, a.String())
		}
	}
	return strings.Join(list, ", ")
}

// keys are the services that a has and b has not, each once.
func keys(a, b *lan.Device) (list []string) {
	for i := range a.Services {
		s := &a.Services[i]
		if _, has := serviceOf(b, s.Key()); !has && s.Port != 0 && !slices.Contains(list, s.Key()) {
			list = append(list, s.Key())
		}
	}
	return list
}

// deviceWords is ch in a sentence or more.
func deviceWords(ch lan.DeviceChange) string {
	switch ch.Change {
	case lan.Joined:
		return ch.Name + " did not answer then."
	case lan.Gone:
		words := ch.Name + " does not answer now."
		if ch.Problems > 0 {
			words += fmt.Sprintf(" It had %s, which may be there still.", count(ch.Problems, "problem"))
		}
		return words
	}
	words := ch.Name + ":"
	for _, d := range ch.What {
		words += " " + detailWords(d)
	}
	return words
}

// detailWords is d in a sentence. What was struck out is not quoted.
func detailWords(d lan.Detail) string {
	switch {
	case d.Field == lan.FieldService && d.Was == "":
		return "Now open: " + d.Now + "."
	case d.Field == lan.FieldService:
		return "Now closed: " + d.Was + "."
	case d.Was == "" || d.Now == "":
		return "Its " + d.Field + " is another."
	}
	return fmt.Sprintf("Its %s was %s and is %s.", d.Field, d.Was, d.Now)
}

var outcomes = map[lan.Change]string{
	lan.Appeared: "New", lan.Worsened: "Worse", lan.Eased: "Better", lan.Fixed: "Fixed",
	lan.Untold: "No longer found", lan.Uncompared: "Not looked at then",
}

// findingWords is ch in a sentence.
func findingWords(ch lan.FindingChange) string {
	title := clean(ch.Title)
	if title == "" {
		title = clean(ch.Check)
	}
	words := outcomes[ch.Change] + " on " + ch.Name + ": " + strings.TrimSuffix(title, ".")
	if ch.Was != ch.Severity {
		words += fmt.Sprintf(" (%s, before: %s)", strings.ToLower(SeverityWords(ch.Severity)), strings.ToLower(SeverityWords(ch.Was)))
	}
	if ch.Change == lan.Untold {
		words += ". We cannot say whether it is fixed"
	}
	return words + "."
}

// changes writes what changed since an earlier sweep.
func (p *paper) changes(c *lan.Changes) {
	if c == nil {
		return
	}
	uncompared := 0
	var told []lan.FindingChange
	for _, f := range c.Findings {
		if f.Change == lan.Uncompared {
			uncompared++
		} else {
			told = append(told, f)
		}
	}
	heading := "CHANGED"
	if !c.Since.IsZero() {
		heading += " SINCE " + strings.ToUpper(c.Since.Format("2 January 2006 at 15:04"))
	}
	p.heading(fmt.Sprintf("%s (%d)", heading, len(told)+len(c.Devices)))
	if len(told)+len(c.Devices) == 0 {
		p.para("", "  ", "Nothing that could be compared.")
	}
	for _, f := range told {
		p.para(map[lan.Change]string{lan.Appeared: yellow, lan.Worsened: yellow}[f.Change], "  · ", f.Words)
	}
	for _, d := range c.Devices {
		p.para("", "  · ", d.Words)
	}
	if uncompared > 0 {
		p.para("", "  ", count(uncompared, "problem")+" could not have been seen by the earlier sweep. Nobody can say whether that is new.")
	}
	for _, n := range c.Notes {
		p.para("", "  ", n)
	}
}
