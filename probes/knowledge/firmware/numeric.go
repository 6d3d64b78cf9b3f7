package firmware

var (
	numericForm = reading(`^[vV]?(\d+(?:\.\d+){0,7})$`)
	hueForm     = reading(`^(?:1\.\d+\.)?(\d{10}|\d{8})$`)
	integerForm = reading(`^(\d{1,18})$`)
	sonosForm   = reading(`^(\d{1,4}(?:\.\d+){1,3})(?:-(\d+))?$`)
)

// numeric is a plain dotted number: Buffalo "1.24", PTZOptics "6.3.40".
func numeric(s string) (version, bool) { return numbered(numericForm(s)) }

// numbered is the version that the first group is.
func numbered(m groups, ok bool) (version, bool) {
	var d draft
	d.number(m[1])
	v, is := d.done()
	return v, ok && is
}

// integer is a build number without dots.
func integer(s string) (version, bool) { return numbered(integerForm(s)) }

// hue is a bridge's build, "1935144040", in HomeKit "1.58.1935144040"; those of the round first bridge have
// eight digits ("01041302") and are of other hardware.
func hue(s string) (version, bool) {
	m, ok := hueForm(s)
	if !ok {
		return version{}, false
	}
	var d draft
	if d.number(m[1]); len(m[1]) == len("01041302") {
		d.track[0] = "round"
	}
	return d.done()
}

// sonosFirstBuild is the least first number of a Sonos build ("75.1-49210");
// what it shows to people ("15.9") is far below.
const sonosFirstBuild = 20

// sonos tells the number shown to people from the build behind it: the two
// count apart (15.9 is 75.1-…).
func sonos(s string) (version, bool) {
	m, ok := sonosForm(s)
	if !ok {
		return version{}, false
	}
	d := draft{version: version{track: track{"shown"}}}
	d.number(m[1])
	d.number(m[2])
	if m[2] != "" || d.parts[0][0] >= sonosFirstBuild {
		d.track[0] = "build"
	}
	return d.done()
}
