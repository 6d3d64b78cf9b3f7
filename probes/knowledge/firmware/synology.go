package firmware

var synologyForm = form(`(?i)^(?:(?:dsm|srm|bsm) )?v?(\d+(?:\.\d+){1,2})(?:-(\d{3,6})(?:(?: update |-)(\d{1,3}))?)?$`)

// synology is "DSM 7.2.1-69057 Update 5", in advisories "7.2.1-69057-5", of a
// package "1.7.0-0795": number, build, update. Builds only ever count up, and a
// Synology that announces 7.2.1 as "7.2-69057" does not say which update it has, so
// the build decides and a missing update is not known. The hyphen starts no
// pre-release.
func synology(s string) (version, bool) {
	m := synologyForm().FindStringSubmatch(s)
	if m == nil {
		return version{}, false
	}
	if m[2] == "" {
		return of("number", m[1])
	}
	return of("", m[2], m[3])
}
