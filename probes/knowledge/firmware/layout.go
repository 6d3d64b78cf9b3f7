package firmware

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
	whole := reading(`(?i)^(?:` + expr + `)$`)
	return func(s string) (version, bool) {
		m, ok := whole(s)
		if !ok {
			return version{}, false
		}
		var d draft
		for i := range len(roles) {
			switch text := m[i+1]; roles[i] {
			case 't':
				d.track[0] = text
			case 'n':
				d.number(text)
			case 'z':
				d.number("0" + text)
			case 'l':
				d.letters(text)
			case 's':
				d.stage(text)
			case 'd':
				d.day(text)
			}
		}
		return d.done()
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
