package firmware

var brotherForm = form(`(?i)^(?:ver\.? ?)?(?:(\d+\.\d+)(?: ?\(([a-z]{1,2})\))?|([a-z]{1,2}))$`)

// brother is "1.14", "1.65(ZH)" or letters alone ("ZK"), which count on like the
// columns of a sheet: Y, Z, AA. The two ways are of different printers.
func brother(s string) (version, bool) {
	m := brotherForm().FindStringSubmatch(s)
	switch {
	case m == nil:
		return version{}, false
	case m[3] != "":
		return of("letters", letters(m[3]))
	case m[2] != "":
		return of("", m[1], letters(m[2]))
	}
	return of("", m[1])
}
