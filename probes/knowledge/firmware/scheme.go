package firmware

import (
	"regexp"
	"strings"
	"sync"
)

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
	d.said = min(d.said, f.said)
	if s.loose && f.track == (track{}) {
		d.track = track{}
	}
	return s.order(&d, &f)
}

// order is lexical. A text that says less than the other, all else being equal,
// cannot be ordered: guessing the missing part would break transitivity.
func (s scheme) order(a, b *version) (int, bool) {
	if !a.track.is(b.track) {
		return 0, false
	}
	if s.agree && a.said > 1 && b.said > 1 &&
		a.parts[0].compare(b.parts[0])*a.parts[1].compare(b.parts[1]) < 0 {
		return 0, false
	}
	for i := range min(a.said, b.said) {
		if c := a.parts[i].compare(b.parts[i]); c != 0 {
			return c, true
		}
	}
	return 0, a.said == b.said
}

// form is a regular expression, compiled at its first use: most homes meet two
// or three of them.
func form(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
