package main

import (
	"fmt"
	"strings"

	"github.com/homesweep/homesweep/probes/knowledge"
	"github.com/homesweep/homesweep/probes/knowledge/firmware"
)

func firmwareRows(base *knowledge.Base) (rows []row) {
	for _, r := range base.Firmware.All() {
		rows = append(rows, row{"firmware", r.ID, firmwareWords(r), r.SourceURL, r.Checked})
	}
	return rows
}

// firmwareWords is a row as a sentence.
func firmwareWords(r firmware.Row) string {
	who := strings.TrimSpace(r.Vendor + " " + r.Match.Model + r.Product)
	var says []string
	for _, f := range r.Floors {
		line := strings.TrimSpace("version " + f.Line)
		if f.FixedIn != "" {
			says = append(says, line+" below "+f.FixedIn)
		} else {
			says = append(says, line+" up to "+f.AffectedThrough)
		}
	}
	switch {
	case r.Date != "":
		return fmt.Sprintf("%s: no updates after %s. %s", who, r.Date, r.Advice)
	case r.Rule != "":
		return fmt.Sprintf("%s: %s", who, r.Rule)
	case len(says) == 0:
		says = []string{"every version"}
	}
	return fmt.Sprintf("%s, %s: %s. %s", who, strings.Join(says, " or "), strings.Join(r.CVEs, ", "), r.Advice)
}
