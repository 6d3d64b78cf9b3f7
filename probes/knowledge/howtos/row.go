package howtos

import "strings"

// row is a family as the files hold it.
type row struct {
	ID     string `json:"id"`
	Family string `json:"family"`
	// App stands in the steps for "{app}", "maker's" where it is empty.
	App string `json:"app,omitempty"`
	// Like is the ID of the row whose lists hold where this one has none.
	Like  string  `json:"like,omitempty"`
	Match []match `json:"match,omitempty"` // any of them; none: only to be leaned on

	Setup    []string `json:"setup,omitempty"`
	Password []string `json:"password,omitempty"`
	Update   []string `json:"update,omitempty"`
	Wipe     []string `json:"wipe,omitempty"`

	// SourceURL is the page that the lists were checked against; empty where all
	// of them are those of Like, and then its page stands for them.
	SourceURL string `json:"source_url,omitempty"`
	Checked   string `json:"checked"`

	// For those who write and check rows; the packed rows go without.
	SourceName string    `json:"source_name,omitempty"`
	Verified   bool      `json:"verified,omitempty"`
	Examples   *examples `json:"examples,omitempty"`

	like *row // that of Like
}

// examples are the devices by which a row is tested: For gives this row for the
// ones and another or none for the others.
type examples struct {
	Match    []example `json:"match"`
	NotMatch []example `json:"not_match"`
}

type example struct {
	Vendor   string `json:"vendor,omitempty"`
	Model    string `json:"model,omitempty"`
	Kind     string `json:"kind,omitempty"`
	Firmware string `json:"firmware,omitempty"`
}

// own are the row's lists as written, in the order of Howto.
func (r *row) own() [4][]string { return [4][]string{r.Setup, r.Password, r.Update, r.Wipe} }

// howto is r with what it takes from the row it leans on. That one is asked for
// its own lists only, so that there is no going in circles.
func (r *row) howto() Howto {
	lists, source := r.own(), r.SourceURL
	if r.like != nil {
		if source == "" {
			source = r.like.SourceURL
		}
		for i, steps := range r.like.own() {
			if len(lists[i]) == 0 {
				lists[i] = steps
			}
		}
	}
	app := r.App
	if app == "" {
		app = "maker's"
	}
	for i, steps := range lists {
		lists[i] = filled(steps, app)
	}
	return Howto{
		ID: r.ID, Family: r.Family, Source: source, Checked: r.Checked, General: r.general(),
		Setup: lists[0], Password: lists[1], Update: lists[2], Wipe: lists[3],
	}
}

// general reports whether nothing in r was checked for one family: it has no
// page of its own, or is for every maker's devices.
func (r *row) general() bool {
	for _, m := range r.Match {
		if r.SourceURL != "" && (len(m.Vendors) > 0 || m.Model != "" || m.Firmware != "") {
			return false
		}
	}
	return true
}

// sentences are those that many rows need, each behind the name that stands for
// it in their steps.
var sentences = [...]struct{ name, text string }{
	{"{long}", "Choose a long password that you use nowhere else."},
	{"{auto}", "Turn on automatic updates if it offers them."},
	{"{wait}", "Leave it plugged in until it has restarted."},
	{"{provider}", "This erases all its settings: note your internet provider's login first."},
	{"{recordings}", "Save the recordings that you want: the next steps erase them."},
}

// filled is a copy of steps, which rows share, without blanks.
func filled(steps []string, app string) []string {
	ready := append([]string(nil), steps...)
	for i, step := range ready {
		if !strings.Contains(step, "{") {
			continue
		}
		for _, s := range sentences {
			step = strings.ReplaceAll(step, s.name, s.text)
		}
		ready[i] = strings.ReplaceAll(step, "{app}", app)
	}
	return ready
}
