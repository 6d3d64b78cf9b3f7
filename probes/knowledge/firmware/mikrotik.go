package firmware

import "strings"

var mikrotikForm = form(`(?i)^(?:routeros )?v?(\d+(?:\.\d+){1,2})(?:(alpha|beta|rc)(\d+))?(?: ?\(?(stable|current|long-term|bugfix|testing|development)\)?)?$`)

// mikrotikStage orders what stands before a release.
var mikrotikStage = map[string]string{"alpha": "0.", "beta": "1.", "rc": "2."}

// mikrotik is RouterOS: "6.48.6 (long-term)", "6.49.7", "7.15rc3". Long-term
// (once "bugfix") gets its fixes under lower numbers than the other channels, so
// the two cannot be compared. A text without channel counts as not long-term.
func mikrotik(s string) (version, bool) {
	m := mikrotikForm().FindStringSubmatch(s)
	if m == nil {
		return version{}, false
	}
	stage := "3"
	if m[2] != "" {
		stage = mikrotikStage[strings.ToLower(m[2])] + m[3]
	}
	track := ""
	switch strings.ToLower(m[4]) {
	case "long-term", "bugfix":
		track = "long-term"
	}
	return of(track, m[1], stage)
}
