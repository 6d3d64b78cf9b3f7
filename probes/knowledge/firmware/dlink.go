package firmware

var dlinkForm = reading(`(?i)^(?:fw ?)?v?(\d+\.\d+(?:\.\d+){0,3})(?:ww|na|eu|us|de)?(?: ?b(?:eta ?|uild ?)?(\d+))?(?:[ _-]?(hot[ -]?fix))?$`)

// dlink is "1.06.01 Hotfix", "v2.06B01", "1.04b12": the number, then the build
// after the letter B; a hotfix is newer than the same number without it. A text
// without B cannot be ordered against one of the same number that has it.
func dlink(s string) (version, bool) {
	m, ok := dlinkForm(s)
	if !ok {
		return version{}, false
	}
	hotfix := "0"
	if m[3] != "" {
		hotfix = "1"
	}
	var d draft
	d.number(m[1])
	if m[2] == "" {
		d.number(hotfix)
	} else {
		d.number("0")
		d.number(m[2] + "." + hotfix)
	}
	return d.done()
}
