package report

import (
	"fmt"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

var phases = map[string]string{
	"presence": "Who is there",
	"ports":    "Open ports",
	"services": "What answers",
	"checks":   "Checks",
	"logins":   "Logins",
	"done":     "Done",
}

// Line is where a running sweep stands, in one line of at most width columns
// (80 when zero) without its end: the caller writes "\r" before it and clears
// what a longer line left.
func Line(p lan.Progress, width int) string {
	if width <= 0 {
		width = 80
	}
	phase, ok := phases[p.Phase]
	if !ok {
		phase = clean(p.Phase)
	}
	var parts []string
	if phase != "" {
		parts = append(parts, phase)
	}
	if p.Devices > 0 {
		parts = append(parts, fmt.Sprintf("%s, %s finished", count(p.Devices, "device"), grouped(p.Finished)))
	}
	if p.Total > 0 && p.Phase != "done" {
		parts = append(parts, fmt.Sprintf("ports %d %%", 100*min(p.Probes, p.Total)/p.Total))
	}
	if p.Problems > 0 {
		parts = append(parts, count(p.Problems, "finding"))
	}
	if m := clean(p.Message); m != "" {
		parts = append(parts, m)
	}
	return cut(strings.Join(parts, " · "), width)
}
