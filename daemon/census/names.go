package census

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

var (
	hasAddress = regexp.MustCompile(`\d{1,3}(\.\d{1,3}){3}`)
	hasSerial  = regexp.MustCompile(`(?i)[0-9a-f]*\d[0-9a-f]{5,}|[0-9a-f]{6,}\d[0-9a-f]*|([0-9a-f]{2}:){3}`)
)

// nicest sorts names, the one a person would use first: "Kitchen" before
// "sonos-f0f6c1300011" before "192.168.1.21 - Sonos Era 300".
func nicest(names []string) []string {
	return slices.SortedFunc(slices.Values(names), func(a, b string) int {
		return cmp.Or(cmp.Compare(clumsy(a), clumsy(b)), cmp.Compare(len(a), len(b)), strings.Compare(a, b))
	})
}

// clumsy counts what makes a name hard to use.
func clumsy(name string) (n int) {
	if hasAddress.MatchString(name) {
		n += 4
	}
	if hasSerial.MatchString(name) {
		n += 2
	}
	if len(name) > 32 || strings.ContainsAny(name, "@<>") {
		n++
	}
	return n
}
