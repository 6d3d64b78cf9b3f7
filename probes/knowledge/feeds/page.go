package feeds

import (
	"errors"
	"strings"
)

// readPage reads the list "releases:" of a page's front matter. Of YAML that is
// the little that the site's own pages use for it: one "key: value" a line, a
// dash before the first key of an entry, comments, quotes.
func readPage(text string) ([]cycle, error) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	head, _, closed := strings.Cut(strings.TrimPrefix(text, "---\n"), "\n---")
	_, list, found := strings.Cut("\n"+head, "\nreleases:\n")
	if !closed || !found {
		return nil, errors.New("the page has no front matter with releases")
	}
	var cycles []cycle
	for line := range strings.SplitSeq(list, "\n") {
		trimmed := strings.TrimSpace(line)
		if trimmed == "" || strings.HasPrefix(trimmed, "#") {
			continue
		}
		if line[0] != ' ' && line[0] != '-' {
			break // the next key of the front matter
		}
		if rest, first := strings.CutPrefix(trimmed, "- "); first {
			cycles, trimmed = append(cycles, cycle{}), strings.TrimSpace(rest)
		}
		if key, value, ok := strings.Cut(trimmed, ":"); ok && len(cycles) > 0 {
			cycles[len(cycles)-1].set(key, scalar(value))
		}
	}
	if len(cycles) == 0 {
		return nil, errors.New("the page lists no releases")
	}
	return cycles, nil
}

func (c *cycle) set(key, value string) {
	switch key {
	case "releaseCycle":
		c.name = value
	case "releaseLabel":
		c.label = value
	case "eol":
		c.eol = value
	}
}

// scalar is a plain or quoted value without the comment behind it.
func scalar(value string) string {
	value = strings.TrimSpace(value)
	if value != "" && (value[0] == '"' || value[0] == '\'') {
		if inner, _, ok := strings.Cut(value[1:], value[:1]); ok {
			return inner
		}
	}
	value, _, _ = strings.Cut(value, " #")
	return strings.TrimSpace(value)
}
