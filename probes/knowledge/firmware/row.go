package firmware

import (
	"regexp"

	"github.com/homesweep/homesweep/probes/lan"
)

// Kind is what a row is about.
type Kind string

// The kinds of rows.
const (
	Outdated     Kind = "outdated"       // versions of a device's software with a known hole
	EndOfSupport Kind = "end_of_support" // when the maker stops mending
	Component    Kind = "component"      // versions of one program, whoever built it in
	Backdoor     Kind = "backdoor"       // versions with an account that their maker left in
)

// Row is one published fact about one model family, or about one program.
type Row struct {
	ID      string   `json:"id"`
	Kind    Kind     `json:"kind"`
	Vendor  string   `json:"vendor"`            // the brand; of a Component who makes the program
	Aliases []string `json:"aliases,omitempty"` // other names that devices give for it
	Match   Match    `json:"match"`             // empty of a Component

	// Of kinds Outdated, Backdoor and Component.
	Scheme   string   `json:"scheme,omitempty"`    // one of schemes
	Floors   []Floor  `json:"floors,omitempty"`    // the first whose Line matches holds
	NoFix    bool     `json:"no_fix,omitempty"`    // the maker has no fix: without floors, every version is affected
	CVEs     []string `json:"cves,omitempty"`      // optional of a Backdoor
	KEVAdded string   `json:"kev_added,omitempty"` // YYYY-MM-DD in CISA's catalogue of exploited flaws
	// ExploitedSource is the URL that tells of attacks outside that catalogue.
	ExploitedSource string  `json:"exploited_source,omitempty"`
	EPSS            float64 `json:"epss,omitempty"`      // FIRST's likelihood of attacks, 0 to 1, of the worst CVE
	EPSSDate        string  `json:"epss_date,omitempty"` // YYYY-MM-DD of that figure
	CVSS            float64 `json:"cvss,omitempty"`      // 0 to 10, of the worst CVE
	// Product is a regular expression for the whole of a service's product name
	// without regard to case ("dropbear"), of a Component only.
	Product string `json:"product,omitempty"`
	// IsProduct: what runs this program is this program (Home Assistant, Plex), and
	// who builds it in does not mend it under an old number.
	IsProduct bool `json:"is_product,omitempty"`
	// Released is for what updates itself: the day of the fixed version. Less than
	// a year after it an older version is no problem yet.
	Released string `json:"released,omitempty"` // YYYY-MM-DD

	// Of kind EndOfSupport.
	Date   string `json:"date,omitempty"`    // YYYY-MM-DD, the last day of updates
	DateBy bool   `json:"date_by,omitempty"` // Date is when it was already over, not the very day
	Rule   string `json:"rule,omitempty"`    // what the maker promises in general, in our words

	// Door is of a Backdoor that lets in without any account.
	Door bool `json:"door,omitempty"`

	Provider    bool   `json:"provider,omitempty"`    // an internet provider's box, which the provider updates
	Conflict    string `json:"conflict,omitempty"`    // what the sources disagree on, one sentence; the floor is the higher one
	VerdictCap  string `json:"verdict_cap,omitempty"` // "likely_fail" or "unknown": never say more
	PublishedBy string `json:"published_by"`          // "vendor", "record" (CVE, a CERT) or "press"
	Advice      string `json:"advice"`                // what a household can do, at most two sentences
	SourceURL   string `json:"source_url"`
	Confidence  string `json:"confidence"` // "strong", "medium" or "weak"
	Verified    bool   `json:"verified"`   // false: never more than unknown
	Checked     string `json:"checked"`    // YYYY-MM-DD on which SourceURL was read

	// For those who write and check rows; the packed rows go without.
	SourceName string    `json:"source_name,omitempty"`
	SourceDate string    `json:"source_date,omitempty"` // YYYY-MM-DD; empty when the source shows none
	Examples   *Examples `json:"examples,omitempty"`

	vendorNames [][]byte
	vendor      func() *regexp.Regexp
	model       func() *regexp.Regexp // the name and what follows it
	named       func() *regexp.Regexp // the name alone
	not         func() *regexp.Regexp
	hardware    func() *regexp.Regexp
	region      func() *regexp.Regexp
	firmware    func() *regexp.Regexp
	product     func() *regexp.Regexp
	lines       []func() *regexp.Regexp
}

// Match says which devices a row speaks of. All are regular expressions
// without regard to case; Model stands between word borders, and a variant's
// name after it ("Pro", "Mini") makes it another model.
type Match struct {
	Vendor   string `json:"vendor,omitempty"`   // instead of Vendor and Aliases as whole words
	Model    string `json:"model,omitempty"`    // empty: any model, only with Firmware or Rule
	Not      string `json:"not,omitempty"`      // models and revisions that Model catches but that are others; without Model, makers and software
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

// Example is one device, or of a Component one service, and the verdict that the
// row alone comes to.
type Example struct {
	Vendor   string `json:"vendor,omitempty"`
	Model    string `json:"model,omitempty"`
	Hardware string `json:"hardware,omitempty"`
	Firmware string `json:"firmware,omitempty"`
	Product  string `json:"product,omitempty"` // with Version, for Component
	Version  string `json:"version,omitempty"`
	At       string `json:"at,omitempty"` // YYYY-MM-DD, for EndOfSupport and Released
	Expect   string `json:"expect,omitempty"`
}

// exploited reports whether criminals are known to use the hole.
func (r *Row) exploited() bool { return r.KEVAdded != "" || r.ExploitedSource != "" }

// prepare makes the expressions ready, uncompiled: a home meets a handful.
func (r *Row) prepare() {
	r.vendorNames, r.lines = nil, nil
	for _, name := range append([]string{r.Vendor}, r.Aliases...) {
		r.vendorNames = append(r.vendorNames, lan.AppendWords(nil, name))
	}
	r.vendor, r.not = lazy(r.Match.Vendor), lazy(r.Match.Not)
	r.hardware, r.region, r.firmware = lazy(r.Match.Hardware), lazy(r.Match.Region), lazy(r.Match.Firmware)
	r.model, r.product = nil, lazy(productExpr(r.Product))
	if r.Match.Model != "" {
		r.model, r.named = form(modelExpr(r.Match.Model)), form(`^(?:`+beforeName+`)?(?i:`+r.Match.Model+`)$`)
	}
	for _, f := range r.Floors {
		r.lines = append(r.lines, lazy(f.Line))
	}
}

// modelExpr is the expression for a model's name and all that follows it. Letters
// beyond ASCII are told by where they stand in Unicode: its own classes would cost a
// hundred times as much to compile.
func modelExpr(model string) string {
	return `(?s)(?:^|` + beforeName + `)(?i:` + model + `)(?:[^` + wordRunes + `-].*)?$`
}

const (
	wordRunes  = `0-9A-Za-z\x{C0}-\x{1FFF}\x{2C00}-\x{10FFFF}`
	beforeName = `[^` + wordRunes + `]`
)

func productExpr(product string) string {
	if product == "" {
		return ""
	}
	return `^(?:` + product + `)$`
}

// lazy is nil for the empty expression.
func lazy(expr string) func() *regexp.Regexp {
	if expr == "" {
		return nil
	}
	return form(`(?i)` + expr)
}
