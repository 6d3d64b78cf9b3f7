package report

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// treatment is what becomes of a field of a sweep in a redacted copy.
type treatment string

// The treatments. A field of which kept says nothing is left out.
const (
	prose    treatment = "prose"     // words, in which secrets are called by their labels
	factual  treatment = "factual"   // stays but for addresses in it
	answer   treatment = "answer"    // a device's answer
	asking   treatment = "asking"    // what it was asked
	ident    treatment = "ident"     // a device's ID
	linkName treatment = "link name" // a link's name
	kinds    treatment = "kinds"     // one of lan.Kinds
	verbatim treatment = "verbatim"  // as it is: a time, a number, one of our own few words
	daily    treatment = "daily"     // a time, to the day
)

// kept names every field that a redacted copy has, by its way from lan.Sweep. The
// guidelines of a device are as those of the home.
var kept = []struct {
	how    treatment
	fields string
}{
	{prose, `Notes Suggestions.Reasons Devices.Suffered.Sign
		Changes.Notes Changes.Devices.What.Was Changes.Devices.What.Now Changes.Findings.Title
		Devices.Findings.Title Devices.Findings.Advice Devices.Findings.Steps
		Guidelines.Title Guidelines.Words Guidelines.Why Guidelines.Instead Guidelines.Steps
		Guidelines.Provisions.Meaning Guidelines.Provisions.Why Guidelines.Provisions.Instead`},
	{factual, `Devices.Vendor Devices.Model Devices.Hardware Devices.Firmware Devices.Identity.Value
		Devices.Services.Name Devices.Services.Product Devices.Services.Version Devices.Findings.Provision
		Guidelines.Provisions.ID Guidelines.Provisions.Status Guidelines.Provisions.Seen`},
	{asking, `Devices.Findings.Evidence.Said`},
	{answer, `Devices.Findings.Evidence.Heard`},
	{ident, `Devices.ID Suggestions.Device Suggestions.Same First.Device Guidelines.Devices Changes.Devices.Device Changes.Findings.Ref.Device`},
	{linkName, `Links.Name Devices.Link`},
	{kinds, `Devices.Kind`},
	{verbatim, `Tool Rung First.Check First.Service Devices.Sources
		Changes.Devices.Change Changes.Devices.What.Field Changes.Findings.Change Changes.Findings.Ref.Check Changes.Findings.Ref.Service
		Devices.Identity.Field Devices.Identity.Source Devices.Services.Transport Devices.Mappings.Transport
		Devices.Reachable.Mapping.Transport Devices.Reachable.By Devices.Clear.Transport
		Devices.Findings.Check Devices.Findings.Service Guidelines.Provisions.Checks
		Number Started Finished Touch Cost Knowledge.Serial Knowledge.Created Suggestions.Confidence
		Changes.Since Changes.Devices.Problems Changes.Findings.Severity Changes.Findings.Was
		Devices.Confidence Devices.Self Devices.Identity.Confidence Devices.Services.Port Devices.Services.TLS
		Devices.Mappings.External Devices.Mappings.Port Devices.Reachable.Mapping.External Devices.Reachable.Mapping.Port Devices.Reachable.Last Devices.Reachable.Behind
		Devices.Clear.Port Devices.Clear.Count Devices.Clear.Days Devices.Zones.Outside Devices.Zones.Guest Devices.Zones.Router
		Devices.Findings.Verdict Devices.Findings.Severity Devices.Findings.Urgency Devices.Findings.Guideline
		Guidelines.Number Guidelines.Verdict Guidelines.Checked Guidelines.Possible Guidelines.Provisions.Verdict`},
	{daily, `Devices.Suffered.At Devices.Clear.Seen Devices.FirstSeen Devices.LastSeen Devices.Identity.FirstSeen Devices.Identity.LastSeen
		Devices.Findings.FirstSeen Devices.Findings.LastSeen`},
}

// enter is how kept has what has kept fields in it.
const enter treatment = "enter"

// copier copies a sweep field by field.
type copier struct {
	*censor
	how   map[string]treatment
	count bool   // only devices' IDs are wanted
	own   *owned // the device that is being copied; nil outside of any
	check string // and the finding
}

// copy is s with what kept names, treated as it says. With count no word is looked
// at, but every device that is spoken of gets its number.
func (c *censor) copy(s lan.Sweep, count bool) (out lan.Sweep) {
	w := copier{censor: c, count: count, how: map[string]treatment{"": enter}}
	for _, k := range kept {
		for field := range strings.FieldsSeq(k.fields) {
			w.how[field] = k.how
			for i := range len(field) {
				if field[i] == '.' {
					w.how[field[:i]] = enter
				}
			}
		}
	}
	w.value(reflect.ValueOf(&out).Elem(), reflect.ValueOf(s), "")
	return out
}

// value copies from, which is found by that path.
func (w *copier) value(to, from reflect.Value, path string) {
	switch how, kind := w.how[path], from.Kind(); {
	case how == "":
	case how == verbatim && kind != reflect.Slice:
		to.Set(from)
	case how == daily:
		to.Set(reflect.ValueOf(day(from.Interface().(time.Time))))
	case kind == reflect.String:
		to.SetString(w.word(how, from.String()))
	case kind == reflect.Pointer && !from.IsNil():
		to.Set(reflect.New(from.Type().Elem()))
		w.value(to.Elem(), from.Elem(), path)
	case kind == reflect.Slice && from.Len() > 0:
		to.Set(reflect.MakeSlice(from.Type(), from.Len(), from.Len()))
		for i := range from.Len() {
			if path == "Devices" {
				w.own = w.censor.own[i]
			}
			w.value(to.Index(i), from.Index(i), path)
		}
		if path == "Devices" {
			w.own = nil
		}
	case kind == reflect.Struct:
		w.fields(to, from, path)
	}
}

func (w *copier) fields(to, from reflect.Value, path string) {
	if f, ok := from.Interface().(lan.Finding); ok {
		w.check = f.Check
		defer func() { w.check = "" }()
	}
	for i := range from.NumField() {
		below := strings.TrimPrefix(path+"."+from.Type().Field(i).Name, ".")
		if below == "Devices.Guidelines" {
			below = "Guidelines"
		}
		w.value(to.Field(i), from.Field(i), below)
	}
}

// word is text treated.
func (w *copier) word(how treatment, text string) string {
	if w.count && how != ident {
		return ""
	}
	ours := slices.Contains(concluded, w.check)
	switch how {
	case factual:
		return w.fact(text, w.own)
	case asking:
		return w.quotes(w.text(text, w.own, false), w.own)
	case answer:
		if text = w.text(text, w.own, ours); ours {
			return text
		}
		return w.guess(text, w.own)
	case ident:
		return w.id(text)
	case linkName:
		return w.links[text]
	case kinds:
		if !lan.Kind(text).Known() {
			return lan.Unknown
		}
		return text
	}
	return w.text(text, w.own, ours)
}

// noon is when the day is the same in all time zones from 12 hours behind Greenwich
// to 11 ahead of it.
const noon = 12

// day is t's day: noon of it at Greenwich, so that it is that day wherever the copy
// is read.
func day(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	y, m, d := t.Date()
	return time.Date(y, m, d, noon, 0, 0, 0, time.UTC)
}
