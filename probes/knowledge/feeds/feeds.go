// Package feeds turns public lists into knowledge to lay over the program's own:
// CISA's catalogue of exploited flaws, a product of endoflife.date, a file of
// fingerprints in recog's form. A builder hands them over as files; nothing is
// fetched. What comes out has to pass the same checks as records written by
// hand, and what could not be taken over is listed with the reason.
package feeds

import (
	"fmt"
	"time"

	"github.com/homesweep/homesweep/probes/knowledge/fingerprints"
	"github.com/homesweep/homesweep/probes/knowledge/firmware"
)

// Layer is what a list gave. Its JSON form is what `homesweep knowledge build`
// takes.
type Layer struct {
	Firmware     []firmware.Row        `json:"firmware,omitempty"`
	Fingerprints []fingerprints.Record `json:"fingerprints,omitempty"`
	// Left is what was left out and why, one line each.
	Left []string `json:"-"`
}

// maxInput is the longest list that is read, in bytes: recog's longest file has
// 1 MB, CISA's catalogue 1.3 MB.
const maxInput = 32 << 20

// maxLeft is how many lines of Left are kept.
const maxLeft = 10_000

func (l *Layer) leave(format string, words ...any) {
	if len(l.Left) < maxLeft {
		l.Left = append(l.Left, fmt.Sprintf(format, words...))
	}
}

// fits is nil for a list that is short enough to be read.
func fits(what string, data []byte) error {
	if len(data) > maxInput {
		return fmt.Errorf("%s has %d bytes; the most that is read is %d", what, len(data), maxInput)
	}
	return nil
}

// isDay reports whether text is a day such as 2026-01-31.
func isDay(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}
