package report

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// problem is a finding that asks something of the owner, with its device.
type problem struct {
	device  lan.Device
	finding lan.Finding
}

// problems are what wants doing, most urgent first, then by check and device; and
// in the same order what is only good to know.
func problems(s lan.Sweep) (todo, info []problem) {
	for _, d := range s.Devices {
		for _, f := range d.Findings {
			switch {
			case !f.Verdict.Problem():
			case f.Severity > lan.ForInfo:
				todo = append(todo, problem{d, f})
			default:
				info = append(info, problem{d, f})
			}
		}
	}
	order := func(a, b problem) int {
		return cmp.Or(-cmp.Compare(a.finding.Severity, b.finding.Severity), cmp.Compare(a.finding.Verdict, b.finding.Verdict),
			strings.Compare(a.finding.Check, b.finding.Check))
	}
	lan.Sort(todo, order)
	lan.Sort(info, order)
	return todo, info
}

// attention writes what wants doing. That there is nothing says something only if
// something was checked.
func (p *paper) attention(s lan.Sweep, list []problem) {
	p.heading(fmt.Sprintf("NEEDS ATTENTION (%d)", len(list)))
	checked := len(tallies(s, lan.Pass)) + len(tallies(s, lan.LikelyPass))
	switch {
	case len(list) == 0 && checked == 0:
		p.para("", "  ", "No check came to an answer.")
	case len(list) == 0:
		p.para("", "  ", "None of the checks that could be made found anything to do.")
	}
	p.problems(list)
}

// information writes what asks nothing of the owner and is good to know.
func (p *paper) information(list []problem) {
	if len(list) > 0 {
		p.heading(fmt.Sprintf("GOOD TO KNOW (%d)", len(list)))
		p.problems(list)
	}
}

func (p *paper) problems(list []problem) {
	for _, group := range alike(list) {
		p.line("", "")
		p.problem(group)
	}
}

// alike puts the same problem on several devices together, each group where its
// first one stood.
func alike(list []problem) (groups [][]problem) {
	at := map[[4]string]int{}
	for _, f := range list {
		key := [4]string{SeverityWords(f.finding.Severity), VerdictWords(f.finding.Verdict),
			cmp.Or(f.finding.Title, f.finding.Check), f.finding.Advice}
		i, known := at[key]
		if !known {
			i = len(groups)
			at[key], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], f)
	}
	return groups
}

// problem writes one problem with every device that has it.
func (p *paper) problem(group []problem) {
	f := group[0].finding
	style := map[lan.Severity]string{lan.ActNow: red, lan.Soon: yellow}[f.Severity]
	p.para(style, SeverityWords(f.Severity)+": ", cmp.Or(f.Title, f.Check))
	if f.Verdict != lan.Fail {
		p.para("", "  Verdict:    ", VerdictWords(f.Verdict))
	}
	if f.Advice != "" {
		p.para("", "  What to do: ", f.Advice)
	}
	for _, f := range group {
		at := title(f.device)
		if where := where(f.device, f.finding.Service); where != "" {
			at += ", " + where
		}
		p.para("", "  Where:      ", at)
		p.proof(f.finding)
	}
}

// Bounds of a proof on paper; the JSON has all of it.
const (
	maxExchanges = 6
	maxWords     = 240 // cells of either side of one
)

// proof writes the exchanges that led to f. The last ones decided it.
func (p *paper) proof(f lan.Finding) {
	label := "  Proof:      "
	for _, e := range f.Evidence[max(0, len(f.Evidence)-maxExchanges):] {
		if text := exchange(e); text != "" {
			p.para("", label, text)
			label = "              "
		}
	}
}

// title names d as well as it can be named: "Front door, Acme C1 (192.168.1.20)".
func title(d lan.Device) string {
	var names []string
	called, made := name(d), clean(d.Made())
	if called != "" && !strings.Contains(made, called) {
		names = append(names, called)
	}
	if made != "" && (len(names) == 0 || !strings.Contains(strings.ToLower(called), strings.ToLower(made))) {
		names = append(names, made)
	}
	if len(names) == 0 && d.Kind.Known() {
		names = []string{string(d.Kind)}
	}
	text := strings.Join(names, ", ")
	if a := first(d); a.IsValid() {
		if text == "" {
			return a.String()
		}
		text += " (" + a.String() + ")"
	}
	return cmp.Or(text, clean(d.ID))
}

// where is the service named by key, "http on tcp/80".
func where(d lan.Device, key string) string {
	for _, s := range d.Services {
		if s.Key() == key && key != "" {
			if known := service(s); known != key {
				return known + " on " + key
			}
		}
	}
	return clean(key)
}

// exchange is what was done and what came of it.
func exchange(e lan.Evidence) string {
	said, heard := cut(clean(e.Said), maxWords), cut(clean(e.Heard), maxWords)
	if said != "" && heard != "" {
		return said + " → " + heard
	}
	return said + heard
}
