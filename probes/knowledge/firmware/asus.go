package firmware

var asusForm = reading(`(?i)^(\d+\.\d+\.\d+\.\d+)[._](\d{3})[._](\d{1,6})(?:-g[0-9a-f]{4,}[-_0-9a-z]*)?$`)

// asus is "3.0.0.4.386_51668", also written "3.0.0.4_384_46630" and
// "3.0.0.4.386.42643". 384, 386 and 388 are branches that run side by side: 388
// is not newer than 386 on every model. Merlin's "388.8_2" is other software.
func asus(s string) (version, bool) {
	m, ok := asusForm(s)
	if !ok {
		return version{}, false
	}
	d := draft{version: version{track: track{m[1], m[2]}}}
	d.number(m[3])
	return d.done()
}
