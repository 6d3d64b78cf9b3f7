package ui

import (
	"errors"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// rude is all that a stranger may put into one field: markup, quotes, words that
// turn the line around, and more than any page has room for.
var rude = hostile + `"'` + "`${document.title='owned'}` \u202egnp.exe\u2066 אבג مرحبا " + strings.Repeat("W", 4096)

// infest makes every word that comes from outside or from the owner rude.
func (s *stage) infest() {
	h := s.house
	h.sweep.Notes = []string{rude}
	for i := range h.sweep.Devices {
		poison(&h.sweep.Devices[i])
		d := &h.sweep.Devices[i]
		d.Names, d.Hardware, d.Link = []string{rude}, rude, rude
		d.Suffered = lan.Suffering{At: noon.Add(-time.Hour), Sign: rude}
		d.Mappings = []lan.Mapping{{Transport: lan.Transport(rude), External: 80, For: rude}}
		for j := range d.Findings {
			d.Findings[j].Steps = []string{rude}
		}
	}
	h.sweep.Suggestions = []lan.Suggestion{{Device: "dvr", Same: "nas", Reasons: []string{rude}, Confidence: 1}}
	h.progress = lan.Progress{Running: true, Phase: rude, Started: noon, Message: rude}
	for _, d := range h.sweep.Devices {
		for _, what := range []string{"name", "room", "note"} {
			h.decisions = append(h.decisions, lan.Decision{Device: d.ID, What: what, Value: rude, At: noon})
		}
		h.grants = append(h.grants, lan.Grant{Device: d.ID, By: rude, At: noon, Until: noon.Add(time.Hour)})
	}
	for i := range h.log {
		e := &h.log[i]
		e.Name, e.Kind, e.Link, e.Check, e.Service, e.Was, e.Now, e.Words = rude, lan.Kind(rude), rude, rude, rude, rude, rude, rude
		if i%3 == 0 {
			e.What, e.Device = lan.Happening(rude), rude
		}
	}
	h.contact = rude
	h.schedule.Quiet = lan.Hours{From: rude, To: rude}
	for i := range h.links {
		h.links[i].Name, h.links[i].Why = rude, rude
	}
	for id := range h.days {
		h.days[id][0].Date = rude
	}
	s.alarm.infest()
	s.alarm.refusal = errors.New(rude)
}

func (a *fakeAlarm) infest() {
	for i := range a.alerts.Channels {
		a.alerts.Channels[i] = lan.Channel{ID: rude, Kind: rude, Name: rude, Server: rude, TLS: rude, User: rude, Key: rude, To: rude, From: rude}
	}
	for i := range a.alerts.Rules {
		a.alerts.Rules[i] = lan.Rule{ID: rude, Events: []lan.Happening{lan.Happening(rude)}, Group: rude, Channel: rude, Quiet: lan.Hours{From: rude, To: rude}}
	}
	for i := range a.deliveries {
		a.deliveries[i] = lan.Delivery{At: noon, Channel: rude, Words: rude, State: rude, Error: rude}
	}
}
