package firmware

var netgearForm = form(`(?i)^v?(\d+(?:\.\d+){2,4})(?:_(\d+(?:\.\d+){0,4}))?(?:[ ._-]?(?:beta|hotfix|na|ww|pr|ru|cn|jp|de|us|eu|uk))?$`)

// netgear is "V1.0.4.128_10.1.88": the firmware's number, then the web
// interface's. A region or "Beta" at the end does not count.
func netgear(s string) (version, bool) {
	m := netgearForm().FindStringSubmatch(s)
	if m == nil {
		return version{}, false
	}
	return of("", m[1], m[2])
}
