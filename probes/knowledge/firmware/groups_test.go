package firmware

import (
	"regexp"
	"strings"
	"testing"
)

// TestReadingsFit: every scheme reads a sample of its own, so that no expression is
// larger than a reading may be.
func TestReadingsFit(t *testing.T) {
	for name, s := range schemes {
		for _, sample := range reals(name) {
			if _, ok := s.parse(sample); !ok {
				t.Errorf("%s does not read %q", name, sample)
			}
		}
		if _, ok := s.parse(strings.Repeat("1.", maxVersion)); ok {
			t.Errorf("%s reads what is too long", name)
		}
	}
}

// TestReadingsAllocateNothing: reading a version costs no memory.
func TestReadingsAllocateNothing(t *testing.T) {
	for name, s := range schemes {
		for _, sample := range reals(name) {
			if n := testing.AllocsPerRun(10, func() { s.parse(sample) }); n != 0 {
				t.Errorf("%s: %q costs %v allocations", name, sample, n)
			}
		}
	}
}

// FuzzReading: what is read is what package regexp reads.
func FuzzReading(f *testing.F) {
	for _, seed := range [][2]string{
		{`^(a|ab)(c|bcd)(d*)$`, "abcd"}, {`(?i)^v?(\d+(?:\.\d+){1,3})(x*)*$`, "V1.2xx"}, {`^(?:(a*)+|b)*(?:\b(.))?$`, "aab é"},
		{`^(\d{4}|\d+)(?:-(rc)(\d*))?$`, "20240-rc1"}, {`^(a*?)(a*)$`, "aaa"}, {`^((a)|b)*$`, "ab"}, {`^()$`, ""}, {`^.$`, "\xff"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, expr, text string) {
		if _, err := compiled(expr); err != nil || len(expr) > 64 || len(text) > maxVersion {
			t.Skip()
		}
		re := regexp.MustCompile(expr)
		m := re.FindStringSubmatch(text)
		if at := re.FindStringIndex(text); at != nil && at[0] > 0 {
			m = nil // a reading begins where the text does
		}
		got, ok := reading(expr)(text)
		if ok != (m != nil) {
			t.Fatalf("%q on %q: %v", expr, text, ok)
		}
		for i := range m {
			if got[i] != m[i] && i > 0 {
				t.Errorf("%q on %q: group %d is %q, want %q", expr, text, i, got[i], m[i])
			}
		}
	})
}
