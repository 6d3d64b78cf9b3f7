package logins

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
)

// dotted finds the version number in the ways makers write it: "V5.4.5build
// 170124", "4.3.6.0993 Build 20190704", "7.2-64570".
var dotted = regexp.MustCompile(`\d{1,9}(?:\.\d{1,9})+`)

// compare orders two firmware versions number by number; missing numbers are 0.
// ok is false when one of them has no dotted number to compare.
func compare(a, b string) (order int, ok bool) {
	x, y := dotted.FindString(a), dotted.FindString(b)
	if x == "" || y == "" {
		return 0, false
	}
	p, q := strings.Split(x, "."), strings.Split(y, ".")
	for i := range max(len(p), len(q)) {
		if order = cmp.Compare(number(p, i), number(q, i)); order != 0 {
			return order, true
		}
	}
	return 0, true
}

func number(parts []string, i int) int {
	if i >= len(parts) {
		return 0
	}
	n, _ := strconv.Atoi(parts[i]) // at most nine digits, so it fits
	return n
}
