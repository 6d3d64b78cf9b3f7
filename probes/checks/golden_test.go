package checks

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite testdata/advice.golden")

const golden = "testdata/advice.golden"

// tale is how a check may tell of a problem.
type tale struct{ id, title, advice string }

// told is how each check tells of problems: in its own words first, then in those
// that its fakes draw from it.
func told(t *testing.T) (list []tale) {
	t.Helper()
	for _, c := range All() {
		own := tale{c.ID, c.Title, c.Advice}
		list = append(list, own)
		for _, w := range twins[c.ID] {
			if w.pass != nil {
				continue // its words are a record's
			}
			p, v := w.meets(t, c)
			other := tale{c.ID, cmp.Or(p.Title, c.Title), cmp.Or(p.Advice, c.Advice)}
			if (v.Problem() || hints[c.ID] != "" && p.Advice != "") && !slices.Contains(list, other) {
				list = append(list, other)
			}
		}
	}
	return list
}

// TestGoldenAdvice holds what a household reads against what was reviewed. After
// a change read the file, and let it be rewritten with -update.
func TestGoldenAdvice(t *testing.T) {
	var b strings.Builder
	last := ""
	for _, text := range told(t) {
		if text.id != last {
			c := check(t, text.id)
			fmt.Fprintf(&b, "\n%s\n  about:     %s\n  guideline: %d, EN 303 645 %s\n  severity:  %s\n  touch:     %s\n", c.ID, c.Topic, c.Guideline, c.Provision, c.Severity, c.Touch)
		}
		last = text.id
		fmt.Fprintf(&b, "  - %s\n    %s\n", text.title, text.advice)
	}
	got := strings.TrimPrefix(b.String(), "\n")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the words have changed; read them and run this test with -update:\n%s", changed(string(want), got))
	}
}

// changed is the lines of got that are not in want, and the other way round.
func changed(want, got string) string {
	var b strings.Builder
	for _, way := range []struct{ sign, from, to string }{{"-", want, got}, {"+", got, want}} {
		have := strings.Split(way.to, "\n")
		for line := range strings.SplitSeq(way.from, "\n") {
			if !slices.Contains(have, line) {
				fmt.Fprintln(&b, way.sign, line)
			}
		}
	}
	return b.String()
}
