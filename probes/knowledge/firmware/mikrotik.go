package firmware

import "strings"

var mikrotikForm = reading(`(?i)^(?:routeros )?v?(\d+(?:\.\d+){1,2})(?:(alpha|beta|rc)(\d+))?(?: ?\(?(stable|current|long-term|bugfix|testing|development)\)?)?$`)

// mikrotik is RouterOS: "6.48.6 (long-term)", "6.49.7", "7.15rc3". Long-term
// (once "bugfix") gets its fixes under lower numbers than the other channels, so
// the two cannot be compared. A text without channel counts as not long-term.
func mikrotik(s string) (version, bool) {
	m, ok := mikrotikForm(s)
	if !ok {
		return version{}, false
	}
	var d draft
	if strings.EqualFold(m[4], "long-term") || strings.EqualFold(m[4], "bugfix") {
		d.track[0] = "long-term"
	}
	d.number(m[1])
	d.stage(m[2] + m[3])
	return d.done()
}
