package zone

import "strings"

// reader reads a zone's text from the front. Its methods report whether what they read
// was there.
type reader struct{ rest string }

// zone reads the name of a local time and its offset, in seconds east of Greenwich.
func (r *reader) zone() (name string, offset int, ok bool) {
	if name, ok = r.name(); !ok {
		return "", 0, false
	}
	offset, ok = r.clock(24)
	return name, -offset, ok // POSIX counts westward
}

// summer reads the local time of summer, and when it begins and ends. Without that,
// package time takes the rules of the United States.
func (r *reader) summer() bool {
	if _, ok := r.name(); !ok {
		return false
	}
	if r.rest != "" && r.rest[0] != ',' {
		if _, ok := r.clock(24); !ok {
			return false
		}
	}
	if r.rest == "" { // without days a year's are as usual in America
		return true
	}
	begins, ends := r.change(), r.change()
	return begins && ends && r.rest == ""
}

// name reads at least three letters, or anything of letters, digits and signs in
// angle brackets.
func (r *reader) name() (string, bool) {
	if inner, ok := strings.CutPrefix(r.rest, "<"); ok {
		name, rest, closed := strings.Cut(inner, ">")
		r.rest = rest
		return name, closed && len(name) >= 3 && strings.Trim(name, letters+"0123456789+-") == ""
	}
	name := r.rest[:len(r.rest)-len(strings.TrimLeft(r.rest, letters))]
	r.rest = r.rest[len(name):]
	return name, len(name) >= 3
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// clock reads hours, minutes and seconds with or without a sign, in seconds.
func (r *reader) clock(most int) (seconds int, ok bool) {
	sign := 1
	if !r.eat('+') && r.eat('-') {
		sign = -1
	}
	hours, ok := r.number(0, most)
	if !ok {
		return 0, false
	}
	seconds = hours * 3600
	for _, unit := range []int{60, 1} {
		if !r.eat(':') {
			break
		}
		n, ok := r.number(0, 59)
		if !ok {
			return 0, false
		}
		seconds += n * unit
	}
	return sign * seconds, true
}

// change reads one change between the local times: a day of the year, or a day of the
// n-th week of a month, and the time of day.
func (r *reader) change() bool {
	if !r.eat(',') {
		return false
	}
	ok := false
	switch {
	case r.eat('J'):
		ok = r.within(1, 365)
	case r.eat('M'):
		ok = r.within(1, 12) && r.eat('.') && r.within(1, 5) && r.eat('.') && r.within(0, 6)
	default:
		ok = r.within(0, 365)
	}
	if ok && r.eat('/') {
		_, ok = r.clock(167)
	}
	return ok
}

// eat reads c, if it is next.
func (r *reader) eat(c byte) bool {
	if r.rest == "" || r.rest[0] != c {
		return false
	}
	r.rest = r.rest[1:]
	return true
}

// within reads a number within bounds.
func (r *reader) within(least, most int) bool {
	_, ok := r.number(least, most)
	return ok
}

// number reads one of at most three digits within bounds.
func (r *reader) number(least, most int) (n int, ok bool) {
	i := 0
	for ; i < min(len(r.rest), 3) && '0' <= r.rest[i] && r.rest[i] <= '9'; i++ {
		n = 10*n + int(r.rest[i]-'0')
	}
	r.rest = r.rest[i:]
	return n, i > 0 && least <= n && n <= most
}
