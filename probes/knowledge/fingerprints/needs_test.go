package fingerprints

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

func TestNeeds(t *testing.T) {
	for pattern, want := range map[string][]string{
		`^NETGEAR (\w+)$`:            {"netgear "},
		`(?i)\bfritz!box\b`:          {"fritz!box"},
		`Router|Modem`:               {"modem", "router"},
		`(?:abc)+x?(?:defg)*`:        {"abc"},
		`(?:abcd){0,3}ef`:            {"ef"},
		`(?:abcd){2}`:                {"abcd"},
		`\d+\.\d+`:                   nil,
		`a`:                          nil,
		`Router|\d+`:                 nil,
		`(?i)straße`:                 nil,
		`one(?:two)?`:                {"one"},
		`ab|cd|ef|gh|ij|kl|mn`:       {"ab", "cd", "ef", "gh", "ij", "kl", "mn"},
		`a1|b2|c3|d4|e5|f6|g7|h8|i9`: nil,
		`x\|y`:                       nil,
		`x\ty`:                       nil,
	} {
		re, err := syntax.Parse(pattern, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		if got := needsOf(re); !slices.Equal(got, want) {
			t.Errorf("%s needs %q, want %q", pattern, got, want)
		}
	}
}

// What is asked of a text first must never cost a match.
func FuzzNeeds(f *testing.F) {
	for _, r := range source(f) {
		for field, pattern := range r.Match {
			for _, e := range r.Examples.Match {
				f.Add(pattern, e.Heard[field])
			}
		}
	}
	f.Add(`(?i)kiss`, "\u212aI\u017f\u017f")
	f.Add(`(?i)\x{212a}x`, "kx")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		re, err := syntax.Parse(pattern, syntax.Perl)
		compiled, err2 := regexp.Compile(pattern)
		if err != nil || err2 != nil || len(pattern) > 200 || len(text) > lan.MaxRaw {
			return
		}
		c := condition{field: "x", needs: needsOf(re)}
		may := c.may(heard{lan.Heard{"x": text}, map[string]string{}})
		if text != "" && !may && compiled.MatchString(text) {
			t.Errorf("%q matches %q, which lacks %q", pattern, text, c.needs)
		}
	})
}

// Nobody else's bytes come this way, but a damaged file must not crash it.
func FuzzUnpack(f *testing.F) {
	f.Add(Packed()[:2000])
	f.Add("#http\na\t0.5\t0\thttps://x\t\tvendor=A\t~\thttp.title\t\tA\n")
	f.Add("#a\n#b\n\n~\t\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := open(text)
		if err != nil {
			return
		}
		for _, r := range s.All() {
			if len(r.Match) == 0 {
				t.Errorf("record without a match: %+v", r)
			}
		}
		s.Read(lan.Heard{lan.HTTPTitle: "A", lan.DHCPHostname: "b"}, "")
	})
}
