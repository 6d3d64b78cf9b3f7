package firmware

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// version is what a scheme reads from a text: the track it belongs to and its
// numbers, the most significant part first.
type version struct {
	track string
	parts []tuple
}

// tuple is a dotted number; missing places at its end count as zero.
type tuple []int64

// scheme is how one vendor family writes its versions. None is a general one: the
// same digits mean different things to different makers.
type scheme struct {
	read func(string) (version, bool)
	// agree: the first two parts (number and build date) must not contradict
	// each other; where they do, the two texts are of different hardware.
	agree bool
	// loose: a source that names no track means all of them.
	loose bool
}

// maxVersion is the longest text that is taken for a version, in bytes.
const maxVersion = 96

func (s scheme) parse(text string) (version, bool) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxVersion {
		return version{}, false
	}
	return s.read(text)
}

// against orders a device's version and a source's floor at the precision of
// the floor: a source that says "1.1.4 Build 20230219" means all of that build.
func (s scheme) against(device, floor string) (order int, ok bool) {
	d, okD := s.parse(device)
	f, okF := s.parse(floor)
	if !okD || !okF {
		return 0, false
	}
	d.parts = d.parts[:min(len(d.parts), len(f.parts))]
	if s.loose && f.track == "" {
		d.track = ""
	}
	return s.order(d, f)
}

// order is lexical. A text that says less than the other, all else being equal,
// cannot be ordered: guessing the missing part would break transitivity.
func (s scheme) order(a, b version) (int, bool) {
	if a.track != b.track {
		return 0, false
	}
	if s.agree && len(a.parts) > 1 && len(b.parts) > 1 &&
		a.parts[0].compare(b.parts[0])*a.parts[1].compare(b.parts[1]) < 0 {
		return 0, false
	}
	for i := range min(len(a.parts), len(b.parts)) {
		if c := a.parts[i].compare(b.parts[i]); c != 0 {
			return c, true
		}
	}
	return 0, len(a.parts) == len(b.parts)
}

func (t tuple) compare(u tuple) int {
	for i := range max(len(t), len(u)) {
		var x, y int64
		if i < len(t) {
			x = t[i]
		}
		if i < len(u) {
			y = u[i]
		}
		if c := cmp.Compare(x, y); c != 0 {
			return c
		}
	}
	return 0
}

// numbers reads "1.2.3"; ok is false for anything else and for numbers that no
// version has (more than 18 digits).
func numbers(dotted string) (t tuple, ok bool) {
	for field := range strings.SplitSeq(dotted, ".") {
		n, err := strconv.ParseUint(field, 10, 63)
		if err != nil {
			return nil, false
		}
		t = append(t, int64(n))
	}
	return t, true
}

// of builds a version from dotted texts. Empty texts at the end are left out.
func of(track string, dotted ...string) (version, bool) {
	v := version{track: track}
	for _, text := range dotted {
		if text == "" {
			break
		}
		t, ok := numbers(text)
		if !ok {
			return version{}, false
		}
		v.parts = append(v.parts, t)
	}
	return v, len(v.parts) > 0
}

func decimal(n int) string { return strconv.Itoa(n) }

// form is a regular expression, compiled at its first use: most homes meet two
// or three of them.
func form(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
