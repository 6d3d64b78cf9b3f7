package firmware

var qnapForm = reading(`(?i)^(?:(?:qts|quts hero|qutscloud) )?([hc]?)(\d+\.\d+\.\d+)(?:\.(\d{1,6}))?(?: ?(?:build ?|\()(\d{8})\)?)?$`)

// qnap is "5.1.5.2645 build 20240116". QuTS hero ("h…") and QuTScloud ("c…")
// are other trains. The date of the build orders builds of one number; texts
// without it are ordered among themselves by the build's number.
func qnap(s string) (version, bool) {
	m, ok := qnapForm(s)
	if !ok {
		return version{}, false
	}
	d := draft{version: version{track: track{m[1]}}}
	d.number(m[2])
	if m[4] != "" {
		d.day(m[4])
		return d.done()
	}
	if m[3] != "" {
		d.track[1] = "by its build"
	}
	d.number(m[3])
	return d.done()
}
