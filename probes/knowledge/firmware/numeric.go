package firmware

var (
	numericForm = form(`^[vV]?(\d+(?:\.\d+){0,7})$`)
	integerForm = form(`^\d{1,18}$`)
	sonosForm   = form(`^(\d{1,4}(?:\.\d+){1,3})(?:-(\d+))?$`)
)

// numeric is a plain dotted number: Wyze "4.36.8.32", Buffalo "1.24", DrayTek
// "1.5.1.5", LG "04.50.51", Home Assistant "2023.3.2".
func numeric(s string) (version, bool) {
	m := numericForm().FindStringSubmatch(s)
	if m == nil {
		return version{}, false
	}
	return of("", m[1])
}

// integer is a build number without dots: Philips Hue "1935144040".
func integer(s string) (version, bool) {
	if !integerForm().MatchString(s) {
		return version{}, false
	}
	return of("", s)
}

// sonosFirstBuild is the least first number of a Sonos build ("75.1-49210");
// what it shows to people ("15.9") is far below.
const sonosFirstBuild = 20

// sonos tells the number shown to people from the build behind it: the two
// count apart (15.9 is 75.1-…).
func sonos(s string) (version, bool) {
	m := sonosForm().FindStringSubmatch(s)
	if m == nil {
		return version{}, false
	}
	v, ok := of("shown", m[1], m[2])
	if ok && (m[2] != "" || v.parts[0][0] >= sonosFirstBuild) {
		v.track = "build"
	}
	return v, ok
}
