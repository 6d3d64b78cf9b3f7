package firmware

var synologyForm = reading(`(?i)^(?:(?:dsm|srm|bsm) )?v?(\d+(?:\.\d+){1,2})(?:-(\d{3,6})(?:(?: update |-)(\d{1,3}))?)?$`)

// synology is "DSM 7.2.1-69057 Update 5", in advisories "7.2.1-69057-5", of a
// package "1.7.0-0795": number, build, update. Builds only ever count up, and a
// Synology that announces 7.2.1 as "7.2-69057" does not say which update it has, so
// the build decides and a missing update is not known. The hyphen starts no
// pre-release.
func synology(s string) (version, bool) {
	m, ok := synologyForm(s)
	if !ok {
		return version{}, false
	}
	var d draft
	if m[2] == "" {
		d.track[0] = "number"
		d.number(m[1])
		return d.done()
	}
	d.number(m[2])
	d.number(m[3])
	return d.done()
}
