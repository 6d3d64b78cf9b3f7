package firmware

import (
	"cmp"
	"strings"
	"time"
)

// version is what a scheme reads from a text: the track it belongs to and its
// parts, the most significant first. It is a plain value: reading one costs no
// memory.
type version struct {
	track track
	parts [maxParts]tuple
	said  int // how many parts the text has
}

// track is the line that a version counts along, without regard to case.
type track [2]string

// tuple is a dotted number; missing places at its end count as zero.
type tuple [maxPlaces]int64

// The bounds of a version: parts, the places of a part's dotted number, what a place may come to.
const (
	maxParts    = 5
	maxPlaces   = 8
	mostInPlace = 1e17 // from which on a digit more is no version's
)

func (t track) is(other track) bool {
	return strings.EqualFold(t[0], other[0]) && strings.EqualFold(t[1], other[1])
}

func (t tuple) compare(u tuple) int {
	for i := range t {
		if c := cmp.Compare(t[i], u[i]); c != 0 {
			return c
		}
	}
	return 0
}

// draft is a version being read. A part that the text leaves out ends it: what
// follows is not known either. A part that is none spoils it.
type draft struct {
	version
	ended, spoilt bool
}

func (d *draft) add(t tuple, ok bool) {
	switch {
	case d.ended:
	case !ok || d.said == maxParts:
		d.spoilt = true
	default:
		d.parts[d.said] = t
		d.said++
	}
}

// number adds a dotted number.
func (d *draft) number(text string) {
	if d.ended = d.ended || text == ""; !d.ended {
		d.add(numbers(text))
	}
}

// day adds the day of a build.
func (d *draft) day(text string) {
	if d.ended = d.ended || text == ""; !d.ended {
		date, ok := buildDate(text)
		d.add(tuple{date}, ok)
	}
}

// letters adds up to four of them as a number to the base 26 without a zero: A is
// 1, Z is 26, AA is 27; none is 0.
func (d *draft) letters(text string) {
	n := int64(0)
	for i := range min(len(text), 4) {
		n = n*26 + int64(text[i]&^0x20-'A') + 1
	}
	d.add(tuple{n}, true)
}

// stages order what stands before a release, which is the last; a word's number
// counts within its stage.
var stages = []struct {
	word string
	rank int64
}{
	{"dev", 0}, {"test", 0}, {"pre", 0}, {"alpha", 1}, {"beta", 2}, {"rc", 3}, {"a", 1}, {"b", 2},
}

const released = 9

// stage adds "rc1", "-beta.2"; none is the release.
func (d *draft) stage(text string) {
	text = strings.Trim(text, ".-")
	for _, s := range stages {
		if len(text) < len(s.word) || !strings.EqualFold(text[:len(s.word)], s.word) {
			continue
		}
		count, ok := tuple{}, true
		if number := strings.TrimLeft(text[len(s.word):], ".-"); number != "" {
			count, ok = numbers(number)
		}
		d.add(tuple{s.rank, count[0]}, ok)
		return
	}
	d.add(tuple{released}, true)
}

func (d *draft) done() (version, bool) { return d.version, !d.spoilt && d.said > 0 }

// numbers reads "1.2.3"; ok is false for anything else and for numbers that no
// version has.
func numbers(dotted string) (t tuple, ok bool) {
	place, digits := 0, 0
	for i := range len(dotted) {
		switch c := dotted[i]; {
		case c == '.' && digits > 0 && place < maxPlaces-1:
			place, digits = place+1, 0
		case c >= '0' && c <= '9' && t[place] < mostInPlace:
			t[place] = t[place]*10 + int64(c-'0')
			digits++
		default:
			return tuple{}, false
		}
	}
	return t, digits > 0
}

// buildDate reads YYMMDD (of this century) or YYYYMMDD and gives YYYYMMDD as a
// number; ok is false for what is no day of the calendar.
func buildDate(digits string) (date int64, ok bool) {
	t, ok := numbers(digits)
	if date = t[0]; len(digits) == 6 {
		date += 20_000_000
	}
	y, m, d := int(date/10_000), time.Month(date/100%100), int(date%100)
	day := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	ok = ok && (len(digits) == 6 || len(digits) == 8) && day.Year() == y && day.Month() == m && day.Day() == d
	return date, ok
}
