// Package bare leaves out of the dashboard's files what browsers do not read: a
// router's flash has no room for comments. Only what packs the files and its
// tests use it.
package bare

import (
	"path"
	"strings"
)

// Text is text without its lines that are comments only, as the dashboard's
// scripts (// and /** … */) and styles (/* … */) write them. Comments behind code
// and other kinds of files stay as they are.
func Text(name, text string) string {
	script, style := path.Ext(name) == ".js", path.Ext(name) == ".css"
	if !script && !style {
		return text
	}
	var b strings.Builder
	within := false
	for line := range strings.Lines(text) {
		bare := strings.TrimSpace(line)
		begins := style && strings.HasPrefix(bare, "/*") || script && strings.HasPrefix(bare, "/**")
		ends := strings.HasSuffix(bare, "*/")
		switch {
		case within:
			within = !ends
		case begins && ends && strings.Count(bare, "*/") == 1, script && strings.HasPrefix(bare, "//"):
		case begins && !strings.Contains(bare, "*/"):
			within = true
		case bare != "":
			b.WriteString(line)
		}
	}
	return b.String()
}
