package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/knowledge"
	"github.com/homesweep/homesweep/probes/lan"
)

// row is one piece of knowledge for a person to read and check.
type row struct {
	Kind    string `json:"kind"`
	ID      string `json:"id"`
	Says    string `json:"says"`
	Source  string `json:"source"`
	Checked string `json:"checked,omitempty"` // YYYY-MM-DD; empty when nobody has read the source
}

// kind are all rows of one kind.
type kind struct {
	name, about string
	rows        []row
}

// knowledgeSample prints rows drawn by lot, as many of one kind as of another.
func knowledgeSample(_ context.Context, c call) (int, error) {
	if c.file.n < 1 {
		return failed, fmt.Errorf("-n %d is not a number of rows", c.file.n)
	}
	store, err := c.knowledge()
	if err != nil {
		return failed, err
	}
	base, _, err := store.Base()
	if err != nil {
		return failed, err
	}
	seed := c.file.seed
	if seed == 0 {
		seed = rand.Uint64()
	}
	rows := draw(kindsOf(base), c.file.n, rand.New(rand.NewPCG(seed, 0)))
	var b strings.Builder
	for _, r := range rows {
		checked := "nobody has read it yet"
		if r.Checked != "" {
			checked = "read on " + r.Checked
		}
		fmt.Fprintf(&b, "%s %s\n    %s\n    source: %s (%s)\n", r.Kind, clean(r.ID), clean(r.Says), clean(r.Source), checked)
	}
	return c.say(rows, b.String())
}

// draw takes n rows, of each kind in turn, none twice.
func draw(kinds []kind, n int, lot *rand.Rand) (rows []row) {
	left := make([][]int, len(kinds))
	for i, k := range kinds {
		left[i] = lot.Perm(len(k.rows))
	}
	for len(rows) < n {
		before := len(rows)
		for i, k := range kinds {
			if len(left[i]) > 0 && len(rows) < n {
				rows, left[i] = append(rows, k.rows[left[i][0]]), left[i][1:]
			}
		}
		if len(rows) == before {
			break // all of them
		}
	}
	return rows
}

// kindsOf are base's rows, by kind.
func kindsOf(base *knowledge.Base) []kind {
	return []kind{
		{"firmware", "versions with known holes, and ends of support", firmwareRows(base)},
		{"vendor", "whom to tell about a flaw", vendorRows(base)},
		{"howto", "how an owner sets a family of devices right", howtoRows(base)},
		{"login", "factory logins that makers document", loginRows(base)},
		{"page", "where a family of devices says what it is", pageRows(base)},
		{"fingerprint", "how to read what devices say", fingerprintRows(base)},
	}
}

func vendorRows(base *knowledge.Base) (rows []row) {
	for _, c := range base.Vendors.All() {
		rows = append(rows, row{"vendor", c.Vendor, "tell " + c.Vendor + " about a flaw at " + c.Where, c.Source, c.Checked})
	}
	return rows
}

func howtoRows(base *knowledge.Base) (rows []row) {
	for _, h := range base.Howtos.All() {
		says := h.Family + ": " + strings.Join(slices.Concat(h.Setup, h.Password, h.Update, h.Wipe), " / ")
		rows = append(rows, row{"howto", h.ID, says, h.Source, h.Checked})
	}
	return rows
}

func loginRows(base *knowledge.Base) (rows []row) {
	for _, l := range base.Logins.All() {
		says := fmt.Sprintf("%s %s by %s: %d documented pair(s), grade %s", l.Vendor, strings.Join(l.Models, ", "), l.Auth, len(l.Pairs), l.Grade)
		rows = append(rows, row{"login", l.ID, says, l.Source, l.Checked})
	}
	return rows
}

func pageRows(base *knowledge.Base) (rows []row) {
	for _, p := range base.Pages.All() {
		rows = append(rows, row{"page", p.ID, fmt.Sprintf("asks for %s and keeps %d word(s)", p.Path, len(p.Fields)), p.Source, p.Checked})
	}
	return rows
}

func fingerprintRows(base *knowledge.Base) (rows []row) {
	for _, f := range base.Fingerprints.All() {
		var said, heard []string
		for _, s := range [][2]string{
			{lan.FieldVendor, f.Vendor}, {lan.FieldModel, f.Model}, {lan.FieldKind, f.Kind},
			{lan.FieldFirmware, f.Firmware}, {lan.FieldHardware, f.Hardware}, {lan.FieldName, f.Name},
		} {
			if s[1] != "" {
				said = append(said, s[0]+" "+s[1])
			}
		}
		for field, pattern := range f.Match {
			heard = append(heard, field+" ~ "+pattern)
		}
		rows = append(rows, row{"fingerprint", f.ID, strings.Join(heard, ", ") + " means " + strings.Join(said, ", "), f.Source, f.Checked})
	}
	return rows
}
