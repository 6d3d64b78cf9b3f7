package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// TextOptions fit a text to the terminal it is for.
type TextOptions struct {
	Width int  // columns; 80 when zero, never less than 20
	Color bool // ANSI colours for severities and headings
	// Guidelines asks for the Code of Practice in full: each guideline's
	// provisions, and each device by each guideline.
	Guidelines bool
}

// Text writes s for a technician and a householder: what changed since an earlier
// sweep, if one was named; what needs attention, most urgent on top, at most three
// of it to be done now; what is good to know; then every device, which of them are
// left alone for a while, which may be one and what their addresses give away; then
// what could not be told, what was seen of the Code of Practice, and what the sweep
// cost the network. What is not known is left blank. Nothing that a device said of
// itself reaches the terminal as a control sequence.
func Text(w io.Writer, s lan.Sweep, o TextOptions) error {
	p := &paper{width: max(o.Width, 20), color: o.Color, given: map[string]lan.Finding{}}
	if o.Width == 0 {
		p.width = 80
	}
	s = ordered(s)
	todo, info := problems(s)
	p.header(s, todo, info)
	p.changes(s.Changes)
	p.attention(s, todo)
	p.information(info)
	p.devices(s.Devices)
	p.resting(s)
	p.guesses(s)
	p.addressing(s.Devices)
	p.untold(s)
	p.code(s, o.Guidelines)
	p.cost(s.Cost)
	_, err := io.WriteString(w, p.b.String())
	return err
}

// paper is a text being written.
type paper struct {
	b     strings.Builder
	width int
	color bool
	given map[string]lan.Finding // by the advice that was given for it
}

// ANSI "select graphic rendition" sequences, the only control bytes written.
const (
	bold   = "\x1b[1m"
	red    = "\x1b[1;31m"
	yellow = "\x1b[1;33m"
	plain  = "\x1b[0m"
)

// line writes one line, in style if there is colour.
func (p *paper) line(style, text string) {
	if p.color && style != "" && text != "" {
		text = style + text + plain
	}
	p.b.WriteString(text + "\n")
}

// minText is how many columns a label must leave to stand on its text's line.
const minText = 8

// para writes text wrapped, its first line after label, the others indented to
// below the label's end.
func (p *paper) para(style, label, text string) {
	if cells(label) > p.width-minText {
		if strings.TrimSpace(label) != "" {
			for _, l := range wrap(strings.TrimSpace(label), p.width) {
				p.line(style, l)
			}
		}
		label = "  "
	}
	indent := strings.Repeat(" ", cells(label))
	for i, l := range wrap(clean(text), p.width-cells(label)) {
		if i > 0 {
			label = indent
		}
		p.line(style, strings.TrimRight(label+l, " "))
	}
}

func (p *paper) heading(text string) {
	p.line("", "")
	p.para(bold, "", text)
}

// header says what was done and where.
func (p *paper) header(s lan.Sweep, todo, info []problem) {
	p.para(bold, "", s.Tool)
	var links []string
	for _, l := range s.Links {
		prefixes := make([]string, len(l.Prefixes))
		for i, prefix := range l.Prefixes {
			prefixes[i] = prefix.String()
		}
		links = append(links, strings.TrimSpace(l.Name+" "+strings.Join(prefixes, " ")))
	}
	if len(links) == 0 {
		links = []string{"no network"}
	}
	looked := "Looked at " + strings.Join(links, ", ")
	if !s.Started.IsZero() {
		looked += " on " + s.Started.Format("2 January 2006 at 15:04")
	}
	if took := s.Finished.Sub(s.Started); took > 0 && !s.Started.IsZero() {
		looked += ", which took " + took.Round(time.Second).String()
	}
	p.para("", "", looked+".")
	how := fmt.Sprintf("How far it went: %s (%s)", touches[s.Touch], s.Touch)
	if rung := clean(s.Rung); rung != "" {
		how += ", " + strings.TrimSpace(rungs[rung]+" ("+rung+")")
	}
	p.para("", "", how+".")
	p.para("", "", "Found "+count(len(s.Devices), "device")+summary(todo, info)+".")
	for _, note := range s.Notes {
		p.para(yellow, "Note: ", note)
	}
}

// summary is how many problems there are of each severity, on how many devices.
func summary(todo, info []problem) string {
	devices, n := map[string]bool{}, map[lan.Severity]int{lan.ForInfo: len(info)}
	for _, f := range todo {
		devices[f.device.ID] = true
		n[f.finding.Severity]++
	}
	var parts []string
	part := func(words string, n int) {
		if n > 0 {
			parts = append(parts, strings.ToLower(words)+": "+grouped(n))
		}
	}
	_, next, _ := split(alike(todo))
	later := len(slices.Concat(next...))
	n[lan.ActNow] -= later
	for s := lan.ActNow; s >= lan.ForInfo; s-- {
		part(SeverityWords(s), n[s])
		if s == lan.ActNow {
			part(afterwards, later)
		}
	}
	words := ""
	if len(todo) > 0 {
		words = fmt.Sprintf(", %s of them with %s to do", grouped(len(devices)), count(len(todo), "thing"))
	}
	if len(parts) > 0 {
		words += " (" + strings.Join(parts, ", ") + ")"
	}
	return words
}

// cost is what the sweep did to the network.
func (p *paper) cost(c lan.Cost) {
	p.line("", "")
	p.para("", "", fmt.Sprintf("Cost to the network: %s, %s, %s, %s.", count(c.Packets, "packet"),
		count(c.Connections, "connection"), count(c.Datagrams, "datagram"), tries(c.LoginTries)))
}

// tries is count for a word that does not just take an s.
func tries(n int) string {
	if n == 1 {
		return "1 login try"
	}
	return count(n, "login trie")
}
