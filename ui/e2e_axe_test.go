package ui

import (
	"os"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/ui/chromium"
)

// axe finds what shuts people out (WCAG 2.2 A and AA, and good practice); of
// that what is serious or critical.
const axe = `axe.run(document, {
	preload: false, resultTypes: ['violations'], rules: {'target-size': {enabled: true}},
	runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']},
}).then((found) => found.violations.map((v) => (['serious', 'critical'].includes(v.impact) ? '! ' : '') + v.impact + ' ' + v.id + ': ' + v.help + ' ' +
	v.nodes.slice(0, 3).map((n) => n.target.join(' ') + ' ' + n.html.slice(0, 160) + ' ' + (n.any[0]?.message || '')).join(' | ')))`

// TestAxe: nothing serious or critical on any page in any state, by day and by
// night, on a phone and on a desk.
func TestAxe(t *testing.T) {
	path := os.Getenv("HOMESWEEP_AXE")
	if path == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("CI must have axe-core, see .ci/browser")
		}
		t.Skip("HOMESWEEP_AXE names no axe.min.js; .ci/browser says where it comes from")
	}
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	looked := 0
	eachState(t, func(c *chromium.Page, s state) {
		c.Eval(string(source)+";axe.version", nil)
		views(c, func(view string, width int) {
			var wide int
			if c.Eval(`document.documentElement.scrollWidth`, &wide); wide > width {
				c.T.Errorf("%s %s: the page is %d wide", s.name, view, wide)
			}
			if s.scene == "hostile" && view != "390-light" {
				return // its long words are slow to look at, and are the same in every light
			}
			var found []string
			c.Eval(axe, &found)
			looked++
			for _, what := range found {
				if bad, ok := strings.CutPrefix(what, "! "); ok {
					c.T.Errorf("%s %s: %.900s", s.name, view, bad)
				} else {
					c.T.Logf("%s %s: %.300s", s.name, view, what)
				}
			}
		})
	})
	t.Logf("axe looked at %d views of %d states", looked, len(states))
}
