package firmware

import "strings"

var qnapForm = form(`(?i)^(?:(?:qts|quts hero|qutscloud) )?([hc]?)(\d+\.\d+\.\d+)(?:\.(\d{1,6}))?(?: ?(?:build ?|\()(\d{8})\)?)?$`)

// qnap is "5.1.5.2645 build 20240116". QuTS hero ("h…") and QuTScloud ("c…")
// are other trains. The date of the build orders builds of one number; texts
// without it are ordered among themselves by the build's number.
func qnap(s string) (version, bool) {
	m := qnapForm().FindStringSubmatch(s)
	if m == nil {
		return version{}, false
	}
	train := strings.ToLower(m[1])
	if m[4] == "" {
		if m[3] != "" {
			train += "#"
		}
		return of(train, m[2], m[3])
	}
	date, ok := buildDate(m[4])
	if !ok {
		return version{}, false
	}
	return of(train, m[2], date)
}
