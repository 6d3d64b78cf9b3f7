package firmware

import "strings"

var (
	tplinkForm      = form(`(?i)^v?(\d+(?:\.\d+){1,3})(?: \d+(?:\.\d+)+)?(?: (v[0-9a-f]+\.\d+))?[ ,_-]*(?:build[ .]*(\d{8}|\d{6})(?:[ ,_-]*rel[ .]*(\d+)[a-z]?)?(?:\(\d+\))?)?$`)
	tplinkBuildForm = form(`(?i)^(\d{8}|\d{6})(?:[ ,_-]*rel[ .]*(\d+)[a-z]?)?$`)
)

// tplink is the routers' "1.1.4 Build 20230219 rel.69802(4555)". The same
// product sold as other hardware or in another region counts its own numbers, so
// number and date of the build must agree; a text without date cannot be compared.
func tplink(s string) (version, bool) {
	number, code, date, rel, ok := tplinkFields(s)
	if !ok || date == "" {
		return version{}, false
	}
	return of(code, number, date, rel)
}

// kasa is the plugs' and cameras' "1.5.6 Build 191125 Rel.083657": one line a
// product, so the number decides and the date breaks ties.
func kasa(s string) (version, bool) {
	number, code, date, rel, ok := tplinkFields(s)
	if !ok {
		return version{}, false
	}
	return of(code, number, date, rel)
}

// tplinkBuild is the date of the build alone ("241108", "20200415-rel37464"),
// for advisories that name no number; rows with it must fix the hardware.
func tplinkBuild(s string) (version, bool) {
	if m := tplinkBuildForm().FindStringSubmatch(s); m != nil {
		date, ok := buildDate(m[1])
		if !ok {
			return version{}, false
		}
		return of("", date, m[2])
	}
	_, _, date, rel, ok := tplinkFields(s)
	if !ok || date == "" {
		return version{}, false
	}
	return of("", date, rel)
}

// tplinkFields takes the common form apart. code is the "v004e.0" that older
// routers put between number and build: it names hardware and region.
func tplinkFields(s string) (number, code, date, rel string, ok bool) {
	m := tplinkForm().FindStringSubmatch(s)
	if m == nil {
		return "", "", "", "", false
	}
	if m[3] != "" {
		if date, ok = buildDate(m[3]); !ok {
			return "", "", "", "", false
		}
	}
	return m[1], strings.ToLower(m[2]), date, m[4], true
}
