package firmware

import "strings"

// layout is a scheme that one expression describes; roles says what each of its
// groups is, a byte a group, the most significant first:
//
//	t  the track: texts of different ones are not compared
//	n  a dotted number; without it neither it nor what follows is known
//	z  a number that counts as zero where there is none
//	l  letters that count on like digits, nothing before A, Z before AA
//	s  what stands before a release: dev, alpha, beta, rc
//	d  the day of the build
func layout(expr, roles string) func(string) (version, bool) {
	whole := form(`(?i)^(?:` + expr + `)$`)
	return func(s string) (version, bool) {
		m := whole().FindStringSubmatch(s)
		if m == nil {
			return version{}, false
		}
		var v version
		open := true // no number has been missing yet
		for i, role := range roles {
			text, ok := m[i+1], true
			switch role {
			case 't':
				v.track = strings.ToLower(text)
				continue
			case 'z':
				text = "0" + text
			case 'l':
				text = letters(text)
			case 's':
				text = stage(text)
			case 'd':
				if text != "" {
					text, ok = buildDate(text)
				}
			}
			if open = open && text != ""; !open {
				continue
			}
			t, isNumber := numbers(text)
			if !ok || !isNumber {
				return version{}, false
			}
			v.parts = append(v.parts, t)
		}
		return v, len(v.parts) > 0
	}
}

// either is the first reader that takes the text.
func either(readers ...func(string) (version, bool)) func(string) (version, bool) {
	return func(s string) (version, bool) {
		for _, read := range readers {
			if v, ok := read(s); ok {
				return v, true
			}
		}
		return version{}, false
	}
}

// stages order what stands before a release, which is the last; a word's number
// counts within its stage.
var stages = []struct{ word, rank string }{
	{"dev", "0"}, {"test", "0"}, {"pre", "0"}, {"alpha", "1"}, {"beta", "2"}, {"rc", "3"}, {"a", "1"}, {"b", "2"},
}

func stage(text string) string {
	text = strings.ToLower(strings.Trim(text, ".-"))
	for _, s := range stages {
		if number, ok := strings.CutPrefix(text, s.word); ok {
			return s.rank + ".0" + strings.TrimLeft(number, ".-")
		}
	}
	return "9"
}

// letters reads up to four of them as a number to the base 26 without a zero: A is
// 1, Z is 26, AA is 27; none is 0.
func letters(text string) string {
	n := 0
	for _, c := range strings.ToUpper(text[:min(len(text), 4)]) {
		n = n*26 + int(c-'A') + 1
	}
	return decimal(n)
}
