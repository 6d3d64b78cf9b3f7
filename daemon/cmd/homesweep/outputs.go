package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/homesweep/homesweep/daemon/report"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/ui"
)

// outputs are the forms in which a result is wanted beside its text or JSON.
type outputs struct {
	html, csv  string // files; "-" is standard output, empty is none
	compare    string // file of an earlier result
	redact     bool
	guidelines bool
}

// standard names standard output, or input, among files.
const standard = "-"

// bindOutputs binds the options of the verbs that give a result.
func bindOutputs(f *flag.FlagSet, c *call) {
	f.StringVar(&c.outputs.html, "html", "", "write the report to `FILE` as one page that needs no server; - for standard output")
	f.StringVar(&c.outputs.csv, "csv", "", "write a row for each finding to `FILE`, for a spreadsheet; - for standard output")
	f.StringVar(&c.outputs.compare, "compare", "", "say what changed since `FILE`, an earlier result as JSON")
	f.BoolVar(&c.outputs.redact, "redact", false, "strike out names, addresses and serial numbers, to show the result to somebody")
	f.BoolVar(&c.outputs.guidelines, "guidelines", false, "print the Code of Practice in full: every provision, and every device by every guideline")
}

// delivery gives out one result in all the forms that were asked for.
type delivery struct {
	call  call
	old   *lan.Sweep // to compare with; nil for none
	files []output
	text  bool // text or JSON goes to standard output
}

// output is one form and where it goes.
type output struct {
	file  *file // nil for standard output
	write func(io.Writer, lan.Sweep) error
}

// delivery makes ready: it reads what to compare with and opens the files, so that
// what is wrong with them is known before any work. discard must be called.
func (c call) delivery() (d *delivery, err error) {
	o := c.outputs
	d = &delivery{call: c, text: true}
	if err := o.clash(c.json, c.what); err != nil {
		return nil, err
	}
	if o.compare != "" {
		old, err := readSweep(o.compare)
		if err != nil {
			return nil, fmt.Errorf("-compare: %w", err)
		}
		if nameless(old) {
			return nil, fmt.Errorf("-compare: %s is a copy without addresses, in which no device can be known again; name the original", o.compare)
		}
		d.old = &old
	}
	for _, form := range []struct {
		option, to string
		write      func(io.Writer, lan.Sweep) error
	}{{"-html", o.html, o.page}, {"-csv", o.csv, report.CSV}} {
		if form.to == "" {
			continue
		}
		out := output{write: form.write}
		if form.to == standard {
			d.text = false
		} else if out.file, err = begin(form.to); err != nil {
			d.discard()
			return nil, fmt.Errorf("%s: %w", form.option, err)
		}
		d.files = append(d.files, out)
	}
	return d, nil
}

// clash says which options cannot stand together.
func (o outputs) clash(json bool, input string) error {
	switch {
	case o.html == standard && o.csv == standard:
		return errors.New("-html - and -csv - would both go to standard output; give one of them a file")
	case json && (o.html == standard || o.csv == standard):
		return errors.New("-json goes to standard output; give -html or -csv a file")
	case o.compare == standard:
		return errors.New("-compare reads a file, not standard input")
	}
	var named []string
	for _, f := range []string{o.html, o.csv, o.compare, input} {
		if f == "" || f == standard {
			continue
		}
		if slices.ContainsFunc(named, func(other string) bool { return sameFile(f, other) }) {
			return fmt.Errorf("%s is named twice, to be read and written, or written in two forms", f)
		}
		named = append(named, f)
	}
	return nil
}

// struck is said on every redacted copy.
const struck = "Names, addresses and serial numbers are struck out in this copy. Look it through before you hand it on: a device may have told more in words of its own."

// give gives s out. s is finished already.
func (d *delivery) give(s lan.Sweep) error {
	if d.old != nil {
		if nameless(s) {
			return errors.New("a copy without addresses, in which no device can be known again, cannot be compared; compare the original")
		}
		changes := report.Compare(*d.old, s)
		s.Changes = &changes
	}
	if d.call.outputs.redact {
		s = report.Redact(s)
		if !slices.Contains(s.Notes, struck) {
			s.Notes = append(s.Notes, struck)
		}
	}
	for _, out := range d.files {
		var err error
		if out.file == nil {
			err = out.write(d.call.out, s)
		} else {
			err = out.file.keep(func(w io.Writer) error { return out.write(w, s) })
		}
		if err != nil {
			return err
		}
	}
	if !d.text {
		return nil
	}
	return d.call.print(s)
}

// discard takes away the files that were not kept.
func (d *delivery) discard() {
	for _, out := range d.files {
		if out.file != nil {
			out.file.discard()
		}
	}
}

// page is s as HTML.
func (o outputs) page(w io.Writer, s lan.Sweep) error {
	return ui.Paper(w, ui.PaperData{Sweep: s, Version: wiring.Version, Made: time.Now(), Redacted: o.redact})
}
