package proof

import (
	"slices"
	"strings"
)

// form is a form of a page, or, loose, the inputs that stand outside of any.
type form struct {
	action, method, enctype string
	script                  bool // a script has its hand in what is sent
	loose                   bool
	inputs                  []input
}

// input is one control of a form (WHATWG HTML section 4.10).
type input struct {
	kind    string // the type, "select" or "textarea"
	name    string
	value   string
	options []string // of a select
	off     bool     // is not sent as it stands: disabled, unchecked, no submit button
}

func formOf(t tag) form {
	return form{
		action: strings.TrimSpace(t.attrs["action"]), method: strings.ToUpper(t.attrs["method"]),
		enctype: strings.ToLower(t.attrs["enctype"]), script: t.attrs["onsubmit"] != "",
	}
}

// add takes over a control.
func (f *form) add(t tag) {
	if t.name == "option" {
		f.option(t)
		return
	}
	if len(f.inputs) >= maxInputs || !slices.Contains([]string{"input", "button", "select", "textarea"}, t.name) {
		return
	}
	has := func(attr string) bool { _, ok := t.attrs[attr]; return ok }
	in := input{kind: strings.ToLower(t.attrs["type"]), name: t.attrs["name"], value: t.attrs["value"], off: has("disabled")}
	switch {
	case t.name == "select" || t.name == "textarea":
		in.kind = t.name
		in.value = t.text
	case t.name == "button" && in.kind == "":
		in.kind = "submit"
	case in.kind == "":
		in.kind = "text"
	}
	switch in.kind {
	case "checkbox", "radio":
		in.off = in.off || !has("checked")
		if !has("value") {
			in.value = "on"
		}
	case "button", "reset", "file", "image":
		f.script = f.script || has("onclick") && in.kind != "reset"
		in.off = true
	case "submit":
		f.script = f.script || has("onclick")
		in.off = in.off || f.has("submit") // a browser sends the button that was pressed
	}
	f.inputs = append(f.inputs, in)
}

// option takes over a choice of the select it stands in. The first is chosen
// unless another says so.
func (f *form) option(t tag) {
	if len(f.inputs) == 0 || f.inputs[len(f.inputs)-1].kind != "select" {
		return
	}
	in := &f.inputs[len(f.inputs)-1]
	value, ok := t.attrs["value"]
	if !ok || len(in.options) >= maxInputs {
		return
	}
	if _, chosen := t.attrs["selected"]; chosen || len(in.options) == 0 {
		in.value = value
	}
	in.options = append(in.options, value)
}

func (f *form) has(kind string) bool {
	return slices.ContainsFunc(f.inputs, func(in input) bool { return in.kind == kind })
}

// again reports whether the page still asks for the login e, or, where strict,
// for any password at all.
func (m markup) again(e entry, strict bool) bool {
	return slices.ContainsFunc(m.forms, func(f form) bool {
		return slices.ContainsFunc(f.inputs, func(in input) bool {
			return in.kind == "password" && (strict || in.name == e.inputs[e.pass].name)
		})
	})
}

// asks reports whether the page asks for a password anywhere.
func (m markup) asks() bool { return m.again(entry{}, true) }
