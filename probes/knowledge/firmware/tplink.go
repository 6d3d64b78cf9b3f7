package firmware

var (
	tplinkForm      = reading(`(?i)^v?(\d+(?:\.\d+){1,3})(?: \d+(?:\.\d+)+)?(?: (v[0-9a-f]+\.\d+))?[ ,_-]*(?:build[ .]*(\d{8}|\d{6})(?:[ ,_-]*rel[ .]*(\d+)[a-z]?)?(?:\(\d+\))?)?$`)
	tplinkBuildForm = reading(`(?i)^(\d{8}|\d{6})(?:[ ,_-]*rel[ .]*(\d+)[a-z]?)?$`)
)

// tplink is the routers' "1.1.4 Build 20230219 rel.69802(4555)". The same
// product sold as other hardware or in another region counts its own numbers, so
// number and date of the build must agree; a text without date cannot be compared.
func tplink(s string) (version, bool) {
	v, ok := kasa(s)
	return v, ok && v.said > 1
}

// kasa is the plugs' and cameras' "1.5.6 Build 191125 Rel.083657": one line a
// product, so the number decides and the date breaks ties. The "v004e.0" that older
// routers put between number and build names hardware and region.
func kasa(s string) (version, bool) {
	m, ok := tplinkForm(s)
	if !ok {
		return version{}, false
	}
	d := draft{version: version{track: track{m[2]}}}
	d.number(m[1])
	d.day(m[3])
	d.number(m[4])
	return d.done()
}

// tplinkBuild is the date of the build alone ("241108", "20200415-rel37464"),
// for advisories that name no number; rows with it must fix the hardware.
func tplinkBuild(s string) (version, bool) {
	var d draft
	if m, ok := tplinkBuildForm(s); ok {
		d.day(m[1])
		d.number(m[2])
	} else if m, ok := tplinkForm(s); ok {
		d.day(m[3])
		d.number(m[4])
	}
	return d.done()
}
