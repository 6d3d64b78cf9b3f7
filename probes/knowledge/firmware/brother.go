package firmware

var brotherForm = reading(`(?i)^(?:ver\.? ?)?(?:(\d+\.\d+)(?: ?\(([a-z]{1,2})\))?|([a-z]{1,2}))$`)

// brother is "1.14", "1.65(ZH)" or letters alone ("ZK"), which count on like the
// columns of a sheet: Y, Z, AA. The two ways are of different printers.
func brother(s string) (version, bool) {
	m, ok := brotherForm(s)
	if !ok {
		return version{}, false
	}
	var d draft
	if m[3] != "" {
		d.track[0] = "letters"
		d.letters(m[3])
		return d.done()
	}
	d.number(m[1])
	if m[2] != "" {
		d.letters(m[2])
	}
	return d.done()
}
