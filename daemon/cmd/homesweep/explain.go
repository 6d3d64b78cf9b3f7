package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/homesweep/homesweep/daemon/local"
	"github.com/homesweep/homesweep/daemon/presence"
	"github.com/homesweep/homesweep/probes/lan"
)

// sheet is what is known of one device, being written.
type sheet struct {
	local.Answer
	b strings.Builder
}

// explain writes who a device is and how it came to be one: every fact with its
// origin, every bond with its reason, where it is, and what is only guessed.
func explain(w io.Writer, a local.Answer) error {
	s := &sheet{Answer: a}
	s.head()
	s.presence()
	s.facts()
	s.bonds()
	s.guesses()
	s.owner()
	_, err := io.WriteString(w, s.b.String())
	return err
}

// line writes one line; strings among args may be strangers' words.
func (s *sheet) line(indent int, format string, args ...any) {
	for i, arg := range args {
		if text, is := arg.(string); is {
			args[i] = clean(text)
		}
	}
	s.b.WriteString(strings.Repeat(" ", indent) + fmt.Sprintf(format, args...) + "\n")
}

func (s *sheet) heading(text string) {
	s.b.WriteString("\n")
	s.line(0, "%s", text)
}

// head is who it is, in a few lines.
func (s *sheet) head() {
	d := s.Device
	s.line(0, "%s", cmp.Or(name(d.Names), d.Made(), d.ID))
	s.line(2, "ID         %s", d.ID)
	s.line(2, "Kind       %s", kindWord(d.Kind))
	pairs := [][2]string{
		{"Made", d.Made()}, {"Hardware", d.Hardware}, {"Firmware", d.Firmware},
		{"Names", join(d.Names)}, {"Addresses", join(d.Addresses)}, {"MACs", join(d.MACs)}, {"Link", d.Link},
		{"Exposed", join(d.Exposed)}, {"Heard by", join(d.Sources)},
	}
	for _, p := range pairs {
		if p[1] != "" {
			s.line(2, "%-10s %s", p[0], p[1])
		}
	}
	if seen := s.seen(d.FirstSeen, d.LastSeen); seen != "" {
		s.line(2, "Seen       %s", seen)
	}
	s.gently()
}

// gently says that it once did not bear being asked, and what follows from that.
func (s *sheet) gently() {
	how, until := s.Device.Suffered, s.Device.Suffered.At.Add(lan.Rest).Local().Format("2 January 2006 15:04")
	switch {
	case how.At.IsZero():
	case s.Device.Resting(s.Now):
		s.line(2, "Left alone until %s. %s", until, how.Sign)
	default:
		s.line(2, "Asked with extra care since %s. %s", how.At.Local().Format("2 January 2006"), how.Sign)
	}
}

func join[T any](list []T) string {
	words := make([]string, len(list))
	for i, v := range list {
		words[i] = fmt.Sprint(v)
	}
	return strings.Join(words, ", ")
}

// seen is "first …, last …" as far as known.
func (s *sheet) seen(first, last time.Time) string {
	var words []string
	for _, t := range []struct {
		word string
		at   time.Time
	}{{"first ", first}, {"last ", last}} {
		if !t.at.IsZero() {
			words = append(words, t.word+s.when(t.at))
		}
	}
	return strings.Join(words, ", ")
}

// when is a time in words; of what a person carries only the day.
func (s *sheet) when(t time.Time) string {
	if s.Device.Personal() {
		return t.Local().Format("2 January 2006")
	}
	return t.Local().Format("2 January 2006 15:04")
}

var stateWords = map[lan.State]string{
	lan.Online: "Here now", lan.Idle: "Here, but quiet", lan.Away: "Away", lan.Offline: "Off, though it should be on",
}

// presence is where it is and what that rests on.
func (s *sheet) presence() {
	p, d := s.Device.Presence, s.Device
	s.heading("Is it here?")
	switch words, known := stateWords[p.State]; {
	case d.Self:
		s.line(2, "homesweep runs on it.")
		return
	case !known:
		s.line(2, "Not known yet: nothing was heard of it since the daemon started.")
	case p.Since.IsZero():
		s.line(2, "%s.", words)
	default:
		s.line(2, "%s since %s.", words, s.when(p.Since))
	}
	switch {
	case p.At.IsZero():
	case d.Personal():
		s.line(2, "Last heard on %s%s.", s.when(p.At), by(p.By))
	default:
		s.line(2, "Last heard %s ago%s.", s.Now.Sub(p.At).Round(time.Second), by(p.By))
	}
}

func by(source string) string {
	switch source {
	case "":
		return ""
	case presence.Asked:
		return ", by its answer when it was asked"
	}
	return ", by " + source
}

// facts are all that was concluded, best first within a field.
func (s *sheet) facts() {
	s.heading("Why we think so")
	if len(s.Device.Identity) == 0 {
		s.line(2, "It has not shown what it is.")
	}
	for _, f := range s.Device.Identity {
		s.line(2, "%s: %s", f.Field, f.Value)
		s.line(4, "by %s, %d %% sure", cmp.Or(f.Source, "an unnamed source"), percent(f.Confidence))
		if f.Raw != "" && f.Raw != f.Value {
			s.line(4, "its words: %q", lan.Printable(f.Raw, lan.MaxRaw))
		}
		if seen := s.seen(f.FirstSeen, f.LastSeen); seen != "" {
			s.line(4, "seen %s", seen)
		}
	}
}

// percent is a share of 0 to 1 in whole percents, whatever stands there.
func percent(share float64) int {
	if math.IsNaN(share) {
		return 0
	}
	return int(math.Round(100 * min(max(share, 0), 1)))
}
