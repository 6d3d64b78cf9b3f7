package firmware

import "strings"

var zyxelForm = form(`(?i)^v?(\d+\.\d+)\(([a-z]{4})\.(\d+(?:\.\d+)*)\)(?:([cb])(\d+))?(?:_(\d{8}))?$`)

// zyxel is "V5.21(AAZF.14)C0" or "1.00(AAFR.4)C0_20170615": base, then the
// model's code with its patch number, then C (release) or b (test) with a
// count. The code is the model: other letters are other hardware.
func zyxel(s string) (version, bool) {
	m := zyxelForm().FindStringSubmatch(s)
	if m == nil {
		return version{}, false
	}
	stage := "1.0" // no letter is a release
	switch strings.ToLower(m[4]) {
	case "c":
		stage = "1." + m[5]
	case "b":
		stage = "0." + m[5]
	}
	return of(strings.ToUpper(m[2]), m[1], m[3], stage, m[6])
}
