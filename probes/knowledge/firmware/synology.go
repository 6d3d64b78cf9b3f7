package firmware

var synologyForm = form(`(?i)^(?:(?:dsm|srm|bsm) )?v?(\d+(?:\.\d+){1,2})(?:-(\d{3,6})(?:(?: update |-)(\d{1,3}))?)?$`)

// synology is "DSM 7.2.1-69057 Update 5", in advisories "7.2.1-69057-5", of a
// package "1.7.0-0795": number, build, update. The hyphen starts no
// pre-release. Without a build only another number can be ordered.
func synology(s string) (version, bool) {
	m := synologyForm().FindStringSubmatch(s)
	if m == nil {
		return version{}, false
	}
	update := m[3]
	if m[2] != "" && update == "" {
		update = "0"
	}
	return of("", m[1], m[2], update)
}
