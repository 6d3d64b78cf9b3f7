package firmware

import "time"

var (
	hikvisionForm = form(`(?i)^(?:v?(\d+(?:\.\d+){1,3})[ ,_]+)?(?:build[ :]*)?(\d{6})$`)
	dahuaForm     = form(`(?i)^(?:v?(\d+(?:\.\d+){1,4})(?:\.[0-9a-z]+)*[ ,]+)?(?:build(?: date)?[ :]*)?(20\d\d)-(\d\d)-(\d\d)(?:[ t]\d\d:\d\d(?::\d\d)?)?$`)
	dahuaShort    = form(`(?i)^v?(\d+(?:\.\d+){1,4})(?:\.\d*[a-z][0-9a-z]*)*\.(\d{6})$`)
)

// hikvision is "V5.4.5 build 170124". Fixes carry different numbers on
// different platforms but the date of the build is common to all, so it decides
// and a text without it cannot be compared.
func hikvision(s string) (version, bool) {
	m := hikvisionForm().FindStringSubmatch(s)
	if m == nil {
		return version{}, false
	}
	date, ok := buildDate(m[2])
	if !ok {
		return version{}, false
	}
	return of("", date, m[1])
}

// dahua is "2.800.0000000.25.R, Build Date: 2021-06-03" or "…25.R.210603",
// of Amcrest "2.800.00AC000.0.R, Build Date: 2021-09-14":
// branches such as 2.800 and 2.820 run side by side, so the date decides.
func dahua(s string) (version, bool) {
	var number, date string
	if m := dahuaForm().FindStringSubmatch(s); m != nil {
		number, date = m[1], m[2]+m[3]+m[4]
	} else if m := dahuaShort().FindStringSubmatch(s); m != nil {
		number, date = m[1], m[2]
	}
	date, ok := buildDate(date)
	if !ok {
		return version{}, false
	}
	return of("", date, number)
}

// buildDate reads YYMMDD (of this century) or YYYYMMDD and gives YYYYMMDD; ok
// is false for what is no day of the calendar.
func buildDate(digits string) (date string, ok bool) {
	if len(digits) == 6 {
		digits = "20" + digits
	}
	_, err := time.Parse("20060102", digits)
	return digits, err == nil
}
