package firmware

var (
	hikvisionForm = reading(`(?i)^(?:v?(\d+(?:\.\d+){1,3})[ ,_]+)?(?:build[ :]*)?(\d{6})$`)
	dahuaForm     = reading(`(?i)^(?:v?(\d+(?:\.\d+){1,4})(?:\.[0-9a-z]+)*[ ,]+)?(?:build(?: date)?[ :]*)?(20\d\d)-(\d\d)-(\d\d)(?:[ t]\d\d:\d\d(?::\d\d)?)?$`)
	dahuaShort    = reading(`(?i)^v?(\d+(?:\.\d+){1,4})(?:\.\d*[a-z][0-9a-z]*)*\.(\d{6})$`)
)

// hikvision is "V5.4.5 build 170124". Fixes carry different numbers on
// different platforms but the date of the build is common to all, so it decides
// and a text without it cannot be compared.
func hikvision(s string) (version, bool) {
	m, ok := hikvisionForm(s)
	if !ok {
		return version{}, false
	}
	var d draft
	d.day(m[2])
	d.number(m[1])
	return d.done()
}

// dahua is "2.800.0000000.25.R, Build Date: 2021-06-03" or "…25.R.210603",
// of Amcrest "2.800.00AC000.0.R, Build Date: 2021-09-14":
// branches such as 2.800 and 2.820 run side by side, so the date decides.
func dahua(s string) (version, bool) {
	var d draft
	if m, ok := dahuaForm(s); ok {
		d.day(m[2] + m[3] + m[4])
		d.number(m[1])
	} else if m, ok := dahuaShort(s); ok {
		d.day(m[2])
		d.number(m[1])
	}
	return d.done()
}
