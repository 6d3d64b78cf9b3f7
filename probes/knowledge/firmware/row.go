package firmware

import "regexp"

// Kind is what a row is about.
type Kind string

// The kinds of rows.
const (
	Outdated     Kind = "outdated"       // versions with a known hole
	EndOfSupport Kind = "end_of_support" // when the maker stops mending
)

// Row is one published fact about one model family.
type Row struct {
	ID      string   `json:"id"`
	Kind    Kind     `json:"kind"`
	Vendor  string   `json:"vendor"`            // the brand
	Aliases []string `json:"aliases,omitempty"` // other names that devices give for it
	Match   Match    `json:"match"`

	// Of kind Outdated.
	Scheme   string   `json:"scheme,omitempty"`    // key of Schemes
	Floors   []Floor  `json:"floors,omitempty"`    // the first whose Line matches holds
	NoFix    bool     `json:"no_fix,omitempty"`    // the maker has no fix: without floors, every version is affected
	CVEs     []string `json:"cves,omitempty"`      //
	KEVAdded string   `json:"kev_added,omitempty"` // YYYY-MM-DD in CISA's catalogue of exploited flaws
	// ExploitedSource is the URL that tells of attacks outside that catalogue.
	ExploitedSource string `json:"exploited_source,omitempty"`

	// Of kind EndOfSupport.
	Date   string `json:"date,omitempty"`    // YYYY-MM-DD, the last day of updates
	DateBy bool   `json:"date_by,omitempty"` // Date is when it was already over, not the very day
	Rule   string `json:"rule,omitempty"`    // what the maker promises in general, in our words

	VerdictCap  string `json:"verdict_cap,omitempty"` // "likely_fail" or "unknown": never say more
	PublishedBy string `json:"published_by"`          // "vendor", "record" (CVE, a CERT) or "press"
	Advice      string `json:"advice"`                // what a household can do, at most two sentences
	SourceURL   string `json:"source_url"`
	Confidence  string `json:"confidence"` // "strong", "medium" or "weak"
	Verified    bool   `json:"verified"`   // false: never more than unknown

	// For those who write and check rows; the packed rows go without.
	SourceName string    `json:"source_name,omitempty"`
	SourceDate string    `json:"source_date,omitempty"` // YYYY-MM-DD; empty when the source shows none
	Checked    string    `json:"checked,omitempty"`     // YYYY-MM-DD
	Examples   *Examples `json:"examples,omitempty"`

	vendorNames []string
	vendor      func() *regexp.Regexp
	model       func() *regexp.Regexp
	not         func() *regexp.Regexp
	hardware    func() *regexp.Regexp
	region      func() *regexp.Regexp
	firmware    func() *regexp.Regexp
	lines       []func() *regexp.Regexp
}

// Match says which devices a row speaks of. All are regular expressions
// without regard to case; Model stands between word borders, and a variant's
// name after it ("Pro", "Mini") makes it another model.
type Match struct {
	Vendor   string `json:"vendor,omitempty"`   // instead of Vendor and Aliases as whole words
	Model    string `json:"model,omitempty"`    // empty: any model, only with Firmware or Rule
	Not      string `json:"not,omitempty"`      // models that Model catches but that are others
	Hardware string `json:"hardware,omitempty"` // the revision on the label; unknown revision, unknown answer
	Region   string `json:"region,omitempty"`   // the market, where the builds differ by it
	Firmware string `json:"firmware,omitempty"` // the line of software
}

// Floor is the least good version of one line of the software.
type Floor struct {
	Line            string `json:"line,omitempty"` // which versions the floor is for; empty: all
	FixedIn         string `json:"fixed_in,omitempty"`
	AffectedThrough string `json:"affected_through,omitempty"`
}

// Examples are the devices by which a row is tested.
type Examples struct {
	Match    []Example `json:"match"`
	NotMatch []Example `json:"not_match"`
}

// Example is one device and the verdict that the row alone comes to.
type Example struct {
	Vendor   string `json:"vendor"`
	Model    string `json:"model"`
	Hardware string `json:"hardware,omitempty"`
	Firmware string `json:"firmware,omitempty"`
	At       string `json:"at,omitempty"` // YYYY-MM-DD, for EndOfSupport
	Expect   string `json:"expect,omitempty"`
}

// exploited reports whether criminals are known to use the hole.
func (r *Row) exploited() bool { return r.KEVAdded != "" || r.ExploitedSource != "" }

// prepare makes the expressions ready, uncompiled: a home meets a handful.
func (r *Row) prepare() {
	for _, name := range append([]string{r.Vendor}, r.Aliases...) {
		r.vendorNames = append(r.vendorNames, words(name))
	}
	r.vendor, r.not = lazy(r.Match.Vendor), lazy(r.Match.Not)
	r.hardware, r.region, r.firmware = lazy(r.Match.Hardware), lazy(r.Match.Region), lazy(r.Match.Firmware)
	if r.Match.Model != "" {
		// The last group is what follows the name.
		r.model = form(`(?is)(?:^|[^\pL\pN])(?:` + r.Match.Model + `)((?:[^\pL\pN-].*)?)$`)
	}
	for _, f := range r.Floors {
		r.lines = append(r.lines, lazy(f.Line))
	}
}

// lazy is nil for the empty expression.
func lazy(expr string) func() *regexp.Regexp {
	if expr == "" {
		return nil
	}
	return form(`(?i)` + expr)
}
