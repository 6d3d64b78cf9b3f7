package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// table prints rows as Markdown, each held against the first one. devices is
// between how many the connections are shared.
func table(w io.Writer, title string, devices int, rows []row) {
	fmt.Fprintf(w, "\n### %s\n\n", title)
	fmt.Fprintln(w, "| | wall | ratio | CPU | peak memory | frames sent / received | connections: all, a device, most | ratio | recall | precision | named |")
	fmt.Fprintln(w, "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
	for _, r := range rows {
		if r.Late {
			fmt.Fprintf(w, "| %s | > %s | > %s | | | %d / %d | %d | %s | | | |\n", r.tool, brief(r.Wall), ratio(r.Wall.Seconds(), rows[0].Wall.Seconds()),
				r.Sent, r.Received, r.Connections, ratio(float64(r.Connections), float64(rows[0].Connections)))
			continue
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s | %.1f MB | %d / %d | %d, %.1f, %d | %s | %s | %s | %d |\n",
			r.tool, brief(r.Wall), ratio(r.Wall.Seconds(), rows[0].Wall.Seconds()), brief(r.CPU), float64(r.RSS)/1024, r.Sent, r.Received,
			r.Connections, float64(r.Connections)/float64(devices), r.most, ratio(float64(r.Connections), float64(rows[0].Connections)),
			share(r.Right, r.Missed, r.recall()), share(r.Right+r.Beyond, r.Invented, r.precision()), r.Named)
	}
	fmt.Fprintln(w)
	for _, r := range rows {
		if r.note != "" {
			fmt.Fprintf(w, "- %s: %s.\n", r.tool, r.note)
		}
		if len(r.Wrong) > 0 {
			fmt.Fprintf(w, "- %s: %s.\n", r.tool, few(r.Wrong))
		}
	}
}

// few is the beginning of a long list.
func few(list []string) string {
	const most = 12
	if len(list) <= most {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:most], ", "), len(list)-most)
}

func share(right, wrong int, percent float64) string {
	return fmt.Sprintf("%d/%d (%.1f %%)", right, right+wrong, percent)
}

func ratio(n, of float64) string {
	if of == 0 {
		return ""
	}
	return fmt.Sprintf("%.3g", n/of)
}

func brief(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

// median is the row in the middle, by wall time.
func median(rows []row) row {
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(a, b row) int { return int(a.Wall - b.Wall) })
	return rows[len(rows)/2]
}

// verdicts are the limits of the issue, each passed or failed.
type verdicts struct {
	w      io.Writer
	timed  bool // hold what depends on how busy this machine is, too
	failed int
}

// hold prints a limit and whether it is met.
func (v *verdicts) hold(met bool, format string, args ...any) {
	word := "PASS"
	if !met {
		word = "FAIL"
		v.failed++
	}
	fmt.Fprintf(v.w, "%s %s\n", word, fmt.Sprintf(format, args...))
}

// time is hold for a limit on time: not asked for, it is only said.
func (v *verdicts) time(met bool, format string, args ...any) {
	if v.timed {
		v.hold(met, format, args...)
		return
	}
	fmt.Fprintf(v.w, "---- %s (not held against: -short)\n", fmt.Sprintf(format, args...))
}
