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

// problems are what wants doing, most urgent first, within a severity as weigh has
// them, then by device; and in the same order what is only good to know.
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
		return cmp.Or(-cmp.Compare(a.finding.Severity, b.finding.Severity), weigh(a.finding, b.finding))
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
	first, next, others := split(alike(list))
	p.problems(first, "")
	if len(next) > 0 {
		p.line("", "")
		p.para(bold, "", "As soon as those are done:")
	}
	p.problems(next, afterwards)
	p.problems(others, "")
}

// afterwards is said of what is as urgent as what to begin with, and has to wait.
const afterwards = "Soon after that"

// information writes what asks nothing of the owner and is good to know.
func (p *paper) information(list []problem) {
	if len(list) > 0 {
		p.heading(fmt.Sprintf("GOOD TO KNOW (%d)", len(list)))
		p.problems(alike(list), "")
	}
}

// alike puts the same problem on several devices together, each group where its
// first one stood: the same check with the same advice, or, where there is none,
// the same words.
func alike(list []problem) (groups [][]problem) {
	at := map[[3]string]int{}
	for _, f := range list {
		key := [3]string{SeverityWords(f.finding.Severity), f.finding.Check, f.finding.Advice}
		if key[2] == "" {
			key[2] = "\x00" + VerdictWords(f.finding.Verdict) + f.finding.Title
		}
		i, known := at[key]
		if !known {
			i = len(groups)
			at[key], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], f)
	}
	return groups
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
