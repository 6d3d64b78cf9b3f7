package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// problem is a finding that asks something of the owner, with its device.
type problem struct {
	device  lan.Device
	finding lan.Finding
}

// needAttention are the problems, most urgent first, then by device.
func needAttention(s lan.Sweep) (list []problem) {
	for _, d := range s.Devices {
		for _, f := range d.Findings {
			if f.Verdict.Problem() {
				list = append(list, problem{d, f})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b problem) int {
		return cmp.Or(-cmp.Compare(a.finding.Severity, b.finding.Severity), cmp.Compare(a.finding.Verdict, b.finding.Verdict))
	})
	return list
}

// attention writes the problems. That there are none says something only if
// something was checked.
func (p *paper) attention(s lan.Sweep, list []problem) {
	p.heading(fmt.Sprintf("NEEDS ATTENTION (%d)", len(list)))
	checked := len(tallies(s, lan.Pass)) + len(tallies(s, lan.LikelyPass))
	switch {
	case len(list) == 0 && checked == 0:
		p.para("", "  ", "No check came to an answer.")
	case len(list) == 0:
		p.para("", "  ", "None of the checks that could be made found a problem.")
	}
	for _, f := range list {
		p.line("", "")
		p.problem(f.device, f.finding)
	}
}

func (p *paper) problem(d lan.Device, f lan.Finding) {
	style := map[lan.Severity]string{lan.ActNow: red, lan.Soon: yellow}[f.Severity]
	p.para(style, SeverityWords(f.Severity)+": ", title(d))
	p.para("", "  ", cmp.Or(f.Title, f.Check))
	p.para("", "  Verdict:    ", VerdictWords(f.Verdict))
	if where := where(d, f.Service); where != "" {
		p.para("", "  Where:      ", where)
	}
	if f.Advice != "" {
		p.para("", "  What to do: ", f.Advice)
	}
	if proof := proof(f); proof != "" {
		p.line("", cut("  Proof:      "+proof, p.width))
	}
}

// title names d as well as it can be named: "Front door, Acme C1 (192.168.1.20)".
func title(d lan.Device) string {
	var names []string
	for _, s := range []string{name(d), clean(d.Made())} {
		if s != "" && !slices.Contains(names, s) {
			names = append(names, s)
		}
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

// proof is the first exchange that led to the finding.
func proof(f lan.Finding) string {
	for _, e := range f.Evidence {
		said, heard := clean(e.Said), clean(e.Heard)
		switch {
		case said != "" && heard != "":
			return said + " → " + heard
		case said+heard != "":
			return said + heard
		}
	}
	return ""
}
