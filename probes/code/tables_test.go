package code

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestProvisions holds the table to the standard's shape: 78 provisions, each
// once, under its own clause's guideline, and as many of each way to be seen as
// were counted when the table was drawn up.
func TestProvisions(t *testing.T) {
	id := regexp.MustCompile(`^(5\.([0-9]{1,2})|6)-[0-9]{1,2}[AB]?$`)
	status := regexp.MustCompile(`^[MR]C?F?$`)
	seen, ways := map[string]bool{}, map[string]int{}
	for _, p := range provisions {
		ways[p.seen]++
		clause := id.FindStringSubmatch(p.id)
		if clause == nil || seen[p.id] {
			t.Errorf("%q is no provision, or stands twice", p.id)
			continue
		}
		seen[p.id] = true
		want := map[string]string{"0": "2", "": "8"}[clause[2]]
		if want == "" {
			want = clause[2]
		}
		if got := guidelineWord(p.guideline); got != want {
			t.Errorf("%s stands with guideline %s, want %s", p.id, got, want)
		}
		if !status.MatchString(p.status) || p.meaning == "" || len(p.meaning) > 80 || strings.HasSuffix(p.meaning, ".") {
			t.Errorf("%+v", p)
		}
		if (strings.HasSuffix(p.id, "A") || strings.HasSuffix(p.id, "B")) && !p.reported {
			t.Errorf("%s came with V3, and its wording counts as read", p.id)
		}
	}
	if len(provisions) != 78 || ways[directly] != 9 || ways[bySigns] != 11 || ways[records] != 11 || ways[not] != 47 {
		t.Errorf("%d provisions, seen %v", len(provisions), ways)
	}
}

func guidelineWord(n int) string {
	return []string{"", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13"}[n]
}

func TestGuidelines(t *testing.T) {
	for i, g := range guidelines {
		for _, text := range []string{g.meaning, g.why, g.instead} {
			if !strings.HasSuffix(text, ".") || len(text) > 220 {
				t.Errorf("guideline %d: %d bytes: %q", i+1, len(text), text)
			}
		}
		if g.title == "" || strings.HasSuffix(g.title, ".") || Meaning(i+1) != g.meaning {
			t.Errorf("guideline %d: %q", i+1, g.title)
		}
	}
	if Meaning(0)+Meaning(14)+Meaning(-1) != "" {
		t.Error("a guideline that is none has a meaning")
	}
}

func TestSources(t *testing.T) {
	for _, s := range Sources {
		u, err := url.Parse(s.URL)
		if err != nil || u.Scheme != "https" || u.Host == "" || s.Name == "" {
			t.Errorf("%+v: %v", s, err)
		}
		if _, err := time.Parse(time.DateOnly, s.Checked); err != nil {
			t.Error(err)
		}
	}
}

// banned are the words that no report may say: whether a device meets a law or a
// standard, or has been broken into, is not seen from a network.
var banned = regexp.MustCompile(`(?i)complian|certified|safe|hacked|illegal|unlawful|vulnerable`)

// TestWords walks every sentence that this package can say.
func TestWords(t *testing.T) {
	texts := []string{secondHand, nothing}
	for _, g := range guidelines {
		texts = append(texts, g.title, g.meaning, g.none, g.why, g.instead)
	}
	for _, p := range provisions {
		texts = append(texts, p.meaning, p.status, p.seen)
	}
	for _, s := range sweeps() {
		texts = append(texts, said(s)...)
	}
	for _, text := range texts {
		if word := banned.FindString(text); word != "" {
			t.Errorf("%q is said in %q", word, text)
		}
		if strings.Contains(text, "  ") || strings.Contains(text, "..") || strings.TrimSpace(text) != text && text != secondHand {
			t.Errorf("a slip in %q", text)
		}
	}
	if !slices.Contains(texts, "Does not apply.") || !slices.Contains(texts, "Not checked lately.") {
		t.Errorf("the walk met only %d texts", len(texts))
	}
}
