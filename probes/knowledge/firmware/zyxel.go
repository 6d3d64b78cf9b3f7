package firmware

var zyxelForm = reading(`(?i)^v?(\d+\.\d+)\(([a-z]{4})\.(\d+(?:\.\d+)*)\)(?:([cb])(\d+))?(?:_(\d{8}))?$`)

// zyxel is "V5.21(AAZF.14)C0" or "1.00(AAFR.4)C0_20170615": base, then the
// model's code with its patch number, then C (release) or b (test) with a
// count. The code is the model: other letters are other hardware.
func zyxel(s string) (version, bool) {
	m, ok := zyxelForm(s)
	if !ok {
		return version{}, false
	}
	d := draft{version: version{track: track{m[2]}}}
	d.number(m[1])
	d.number(m[3])
	switch m[4] {
	case "b", "B":
		d.number("0." + m[5])
	case "c", "C":
		d.number("1." + m[5])
	default: // no letter is a release
		d.number("1")
	}
	d.number(m[6])
	return d.done()
}
