package feeds

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/homesweep/homesweep/probes/knowledge/firmware"
)

// catalogue is CISA's JSON as far as it is read
// (https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities_schema.json).
type catalogue struct {
	Version         string `json:"catalogVersion"`
	Vulnerabilities []struct {
		CVE     string `json:"cveID"`
		Vendor  string `json:"vendorProject"`
		Product string `json:"product"`
		Added   string `json:"dateAdded"`
	} `json:"vulnerabilities"`
}

// KEV is those of rows that CISA's catalogue of exploited flaws has something new
// on: the day from which a flaw of theirs is in it. The catalogue knows no
// versions, so that it never makes a row. An entry of the same number under
// another maker's name is not taken: press and records mix them up.
func KEV(data []byte, rows []firmware.Row) (Layer, error) {
	var l Layer
	if err := fits("the catalogue", data); err != nil {
		return l, err
	}
	var c catalogue
	if err := json.Unmarshal(data, &c); err != nil {
		return l, fmt.Errorf("this is not CISA's catalogue in JSON: %w", err)
	}
	if c.Version == "" || len(c.Vulnerabilities) == 0 {
		return l, fmt.Errorf("this is not CISA's catalogue in JSON: it names no version and no flaw")
	}
	added := map[string]string{}  // by CVE
	makers := map[string]string{} // by CVE
	for _, v := range c.Vulnerabilities {
		if !isDay(v.Added) {
			l.leave("%.32s: %.32q is no day", v.CVE, v.Added)
			continue
		}
		added[v.CVE], makers[v.CVE] = v.Added, v.Vendor
	}
	for _, r := range rows {
		first := ""
		for _, cve := range r.CVEs {
			switch day := added[cve]; {
			case day == "":
			case !slices.ContainsFunc(append([]string{r.Vendor}, r.Aliases...), func(name string) bool { return sameMaker(name, makers[cve]) }):
				l.leave("%s: %s is in the catalogue for %.64q, not for %s", r.ID, cve, makers[cve], r.Vendor)
			case first == "" || day < first:
				first = day
			}
		}
		if first != "" && first != r.KEVAdded {
			r.KEVAdded = first
			l.Firmware = append(l.Firmware, r)
		}
	}
	return l, nil
}

// sameMaker compares two ways of writing a maker: "D-Link" and "D-Link Systems",
// but not "Ring" and "Springs".
func sameMaker(a, b string) bool {
	a, b = plain(a), plain(b)
	return len(a) > 2 && len(b) > 2 && (strings.Contains(a, b) || strings.Contains(b, a))
}

// plain is a name's words in lower case, one blank around each; a hyphen joins.
func plain(name string) string {
	words := strings.FieldsFunc(strings.ReplaceAll(strings.ToLower(name), "-", ""), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	return " " + strings.Join(words, " ") + " "
}
