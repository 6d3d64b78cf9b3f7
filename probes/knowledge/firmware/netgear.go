package firmware

var netgearForm = reading(`(?i)^v?(\d+(?:\.\d+){2,4})(?:_(\d+(?:\.\d+){0,4}))?(?:[ ._-]?(?:beta|hotfix|na|ww|pr|ru|cn|jp|de|us|eu|uk))?$`)

// netgear is "V1.0.4.128_10.1.88": the firmware's number, then the web
// interface's. A region or "Beta" at the end does not count.
func netgear(s string) (version, bool) {
	m, ok := netgearForm(s)
	if !ok {
		return version{}, false
	}
	var d draft
	d.number(m[1])
	d.number(m[2])
	return d.done()
}
