package firmware

var (
	numericForm = form(`^[vV]?(\d+(?:\.\d+){0,7})$`)
	hueForm     = form(`^(?:1\.\d+\.)?(\d{10}|\d{8})$`)
	integerForm = form(`^\d{1,18}$`)
	sonosForm   = form(`^(\d{1,4}(?:\.\d+){1,3})(?:-(\d+))?$`)
)

// numeric is a plain dotted number: Buffalo "1.24", PTZOptics "6.3.40".
func numeric(s string) (version, bool) {
	m := numericForm().FindStringSubmatch(s)
	if m == nil {
		return version{}, false
	}
	return of("", m[1])
}

// integer is a build number without dots.
func integer(s string) (version, bool) {
	if !integerForm().MatchString(s) {
		return version{}, false
	}
	return of("", s)
}

// hue is a bridge's build, "1935144040", in HomeKit "1.58.1935144040"; those of the round first bridge have
// eight digits ("01041302") and are of other hardware.
func hue(s string) (version, bool) {
	m := hueForm().FindStringSubmatch(s)
	if m == nil {
		return version{}, false
	}
	return of(decimal(len(m[1])), m[1])
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
