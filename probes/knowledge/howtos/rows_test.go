package howtos

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/homesweep/homesweep/probes/knowledge/packing"
	"github.com/homesweep/homesweep/probes/lan"
)

func fromPeople(t *testing.T) *Set {
	t.Helper()
	rows, err := published(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	return &Set{rows: rows}
}

// Each row is found by its examples in the company of all the others, and no
// two rows claim one device equally.
func TestEveryRowsExamples(t *testing.T) {
	s := fromPeople(t)
	families := 0
	for _, r := range s.rows {
		if len(r.Match) == 0 {
			continue
		}
		families++
		for _, e := range r.Examples.Match {
			if h, ok := s.For(e.device()); !ok || h.ID != r.ID {
				t.Errorf("%s: %+v is taken for %q", r.ID, e, h.ID)
			}
			heard := device{string(lan.AppendWords(nil, e.Vendor)), e.Model, e.Firmware, e.device().Kind}
			for _, other := range s.rows {
				if other != r && other.fit(heard) == r.fit(heard) {
					t.Errorf("%s: %+v fits %s as well", r.ID, e, other.ID)
				}
			}
		}
		for _, e := range r.Examples.NotMatch {
			if h, _ := s.For(e.device()); h.ID == r.ID {
				t.Errorf("%s: %+v is taken for it", r.ID, e)
			}
		}
	}
	if families < 45 {
		t.Errorf("%d families, want at least 45", families)
	}
}

var (
	banned  = regexp.MustCompile(`(?i)\b(un)?(safe|safely|compliant|compliance|certified|hacked|illegal|PSTI)\b`)
	hazard  = regexp.MustCompile(`(?i)\b(reset|factory|format\w*|erase|delete|perform reset)\b`)
	warning = regexp.MustCompile(`(?i)\b(erases|steps? erases?|save (the|what)|copy what)\b`)
)

// A household reads every step; what it may lose is said before it is lost.
func TestStepsReadWell(t *testing.T) {
	for _, r := range fromPeople(t).rows {
		h := r.howto()
		for _, list := range [][]string{h.Setup, h.Password, h.Update, h.Wipe} {
			warned := false
			for _, step := range list {
				first := []rune(step)[0]
				if !unicode.IsUpper(first) || !strings.HasSuffix(step, ".") {
					t.Errorf("%s: a step is a sentence: %q", r.ID, step)
				}
				if word := banned.FindString(step); word != "" {
					t.Errorf("%s: says %q: %q", r.ID, word, step)
				}
				warned = warned || warning.MatchString(step)
				if hazard.MatchString(step) && !warned {
					t.Errorf("%s: erases without saying so first: %q", r.ID, step)
				}
			}
		}
		if h.Checked < "2026-11" || !packing.Web(h.Source) {
			t.Errorf("%s: source %q, checked %q", r.ID, h.Source, h.Checked)
		}
	}
}
