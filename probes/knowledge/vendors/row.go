package vendors

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/knowledge/packing"
	"github.com/homesweep/homesweep/probes/lan"
)

// row is a Contact as the files and bundles hold it.
type row struct {
	// ID is unique; left out it is vendorID, so packed rows mostly go without.
	ID          string   `json:"id,omitempty"`
	Vendor      string   `json:"vendor"`
	Aliases     []string `json:"aliases,omitempty"` // other names that devices give for the maker
	Where       string   `json:"where"`
	Policy      string   `json:"policy,omitempty"`
	SupportRule string   `json:"support_rule,omitempty"`
	SupportURL  string   `json:"support_url,omitempty"`
	PSTI        string   `json:"psti_url,omitempty"`
	SecurityTxt string   `json:"security_txt,omitempty"`
	WhiteLabel  bool     `json:"white_label,omitempty"`
	SourceURL   string   `json:"source_url"`
	Checked     string   `json:"checked"`

	// For those who write and check rows; the packed rows go without.
	SourceName string `json:"source_name,omitempty"`
	Verified   bool   `json:"verified,omitempty"`
}

// contact is what Set gives out of r.
func (r row) contact() Contact {
	return Contact{
		Vendor: r.Vendor, Where: r.Where, Policy: r.Policy, Source: r.SourceURL, Checked: r.Checked,
		SupportRule: r.SupportRule, SupportURL: r.SupportURL, PSTI: r.PSTI, SecurityTxt: r.SecurityTxt, WhiteLabel: r.WhiteLabel,
	}
}

// names are the row's own and the other names for the maker.
func (r row) names() []string { return append([]string{r.Vendor}, r.Aliases...) }

// vendorID is the maker's name in the form of an ID: "western-digital".
func (r row) vendorID() string {
	return strings.ReplaceAll(strings.TrimSpace(string(lan.AppendWords(nil, r.Vendor))), " ", "-")
}

// The bounds of one row.
const (
	maxText    = 400 // bytes
	maxAliases = 40
)

// check finds what makes a row unusable, also one that came in a bundle.
func (r row) check() error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if r.Vendor == "" || r.ID == "" {
		wrong("wants a vendor")
	}
	if len(r.Aliases) > maxAliases {
		wrong("has more than %d aliases", maxAliases)
	}
	for _, text := range append(r.names(), r.ID, r.Where, r.Policy, r.SupportRule, r.SupportURL, r.PSTI, r.SecurityTxt, r.SourceURL) {
		if len(text) > maxText {
			wrong("%.40q is longer than %d bytes", text, maxText)
		}
	}
	if !mailbox(r.Where) && !packing.Web(r.Where) {
		wrong("where %q is neither a mail address nor an https URL", r.Where)
	}
	for _, u := range []struct{ field, value string }{
		{"policy", r.Policy}, {"support_url", r.SupportURL}, {"psti_url", r.PSTI}, {"security_txt", r.SecurityTxt},
	} {
		if u.value != "" && !packing.Web(u.value) {
			wrong("%s %q is no https URL", u.field, u.value)
		}
	}
	if r.SecurityTxt != "" && !strings.HasSuffix(r.SecurityTxt, "/security.txt") { // RFC 9116 section 3
		wrong("security_txt %q does not end in /security.txt", r.SecurityTxt)
	}
	if !packing.Web(r.SourceURL) {
		wrong("source_url %q is no https URL", r.SourceURL)
	}
	if _, err := time.Parse(time.DateOnly, r.Checked); err != nil {
		wrong("checked %q is no day such as 2026-01-31", r.Checked)
	}
	return errors.Join(errs...)
}

// checkSource is for the files of data, whose rows people look up again.
func (r row) checkSource() error {
	switch {
	case r.SourceName == "":
		return errors.New("wants a source_name")
	case !r.Verified:
		return errors.New("is not verified: leave it out, a missing maker is unknown")
	}
	return nil
}

// checkNames notes the row's names in taken, which holds whose each name is.
func (r row) checkNames(taken map[string]string) error {
	for _, text := range r.names() {
		w := string(lan.AppendWords(nil, text))
		if len(w) < 4 { // two letters and the blanks around them
			return fmt.Errorf("name %q has no two letters", text)
		}
		if taken[w] != "" {
			return fmt.Errorf("name %q is also a name of %s", text, taken[w])
		}
		taken[w] = r.ID
	}
	return nil
}

// mailbox reports whether text is a mail address of the plain sort that makers
// publish: of RFC 5322's addr-spec the dot-atoms, at a host with a dot.
func mailbox(text string) bool {
	user, host, ok := strings.Cut(text, "@")
	plain := func(part string) bool {
		return part != "" && strings.Trim(part, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_+") == "" &&
			!strings.Contains("."+part+".", "..")
	}
	return ok && plain(user) && plain(host) && strings.Contains(host, ".")
}
