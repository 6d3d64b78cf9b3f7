package knowledge

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/homesweep/homesweep/probes/knowledge/bundle"
	"github.com/homesweep/homesweep/probes/knowledge/fingerprints"
	"github.com/homesweep/homesweep/probes/knowledge/firmware"
	"github.com/homesweep/homesweep/probes/knowledge/howtos"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/knowledge/oui"
	"github.com/homesweep/homesweep/probes/knowledge/pages"
	"github.com/homesweep/homesweep/probes/knowledge/vendors"
	"github.com/homesweep/homesweep/probes/lan"
)

// layers are the bundles that a Base is made of.
type layers struct {
	base     *bundle.Bundle // nil where the program's own rows are the newer
	overlays []*bundle.Bundle
	known    bool // all of it was checked before
}

// read puts the layers together.
func (l layers) read() (*Base, error) {
	own, err := Own()
	if err != nil {
		return nil, err
	}
	b := &Base{Edition: lan.Knowledge{Serial: own.Serial, Created: own.Created}, Expires: own.Created.Add(Life)}
	if l.base != nil && l.base.Serial > own.Serial {
		b.Edition.Serial, b.Edition.Created, b.Expires = l.base.Serial, l.base.Created, l.base.Expires
	} else {
		l.base = nil
	}
	for _, o := range l.overlays {
		b.Edition.Layers = append(b.Edition.Layers, o.Layer)
	}
	var errs [7]error
	b.Fingerprints, errs[0] = l.fingerprints()
	b.Logins, errs[1] = l.logins()
	b.Firmware, errs[2] = pick(l, bundle.Firmware, firmware.Load, firmware.Read, firmware.Reread)
	b.Vendors, errs[3] = pick(l, bundle.Vendors, vendors.Load, vendors.Read, vendors.Reread)
	b.Howtos, errs[4] = pick(l, bundle.Howtos, howtos.Load, howtos.Read, howtos.Reread)
	b.Pages, errs[5] = pick(l, bundle.Pages, pages.Load, pages.Read, pages.Reread)
	b.OUI, errs[6] = l.oui()
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	return b, nil
}

// pick reads one section of rows. Unless a bundle has it, that is the program's
// own, which need no check.
func pick[Set any](l layers, section string, load func() (Set, error), read, reread func([]byte, ...[]byte) (Set, error)) (Set, error) {
	base, over := l.base.Rows(section), l.over(section)
	switch {
	case base == nil && len(over) == 0:
		return load()
	case l.known:
		return reread(base, over...)
	}
	return read(base, over...)
}

// over is a section of all overlays that have it.
func (l layers) over(section string) (all [][]byte) {
	for _, o := range l.overlays {
		if rows := o.Rows(section); rows != nil {
			all = append(all, rows)
		}
	}
	return all
}

func (l layers) logins() (*logins.Set, error) {
	base := logins.Rows{Records: l.base.Rows(bundle.Logins), Common: l.base.Rows(bundle.Common)}
	var over []logins.Rows
	for _, o := range l.overlays {
		if r := (logins.Rows{Records: o.Rows(bundle.Logins), Common: o.Rows(bundle.Common)}); r.Records != nil || r.Common != nil {
			over = append(over, r)
		}
	}
	if base.Records == nil && base.Common == nil && len(over) == 0 {
		return logins.Load()
	}
	if l.known {
		return logins.Reread(base, over...)
	}
	return logins.Read(base, over...)
}

func (l layers) fingerprints() (*fingerprints.Set, error) {
	base, known, err := l.base.Text(bundle.Fingerprints)
	if err != nil {
		return nil, err
	}
	var over []string
	for _, o := range l.overlays {
		text, has, err := o.Text(bundle.Fingerprints)
		if err != nil {
			return nil, fmt.Errorf("layer %s: %w", o.Layer, err)
		}
		if has {
			over = append(over, text)
		}
	}
	if !known && len(over) == 0 {
		return fingerprints.Load()
	}
	if l.known {
		return fingerprints.Reread(base, over...)
	}
	return fingerprints.Read(base, over...)
}

func (l layers) oui() (*oui.Table, error) {
	quoted := l.base.Rows(bundle.OUI)
	if quoted == nil {
		return oui.Load()
	}
	// Between the quotes stands nothing that JSON would escape. It is decoded as it
	// is read: the table is what a small router must not hold twice.
	coded := bytes.Trim(quoted, `"`)
	in := base64.NewDecoder(base64.StdEncoding, bytes.NewReader(coded))
	var blob strings.Builder
	blob.Grow(base64.StdEncoding.DecodedLen(len(quoted)))
	if _, err := io.Copy(&blob, in); err != nil {
		return nil, fmt.Errorf("oui: %w", err)
	}
	if blob.String() == oui.Packed() {
		return oui.Load() // which lies in the program file
	}
	table, err := oui.Open(blob.String())
	if err != nil {
		return nil, errors.New("oui: this is no table of address blocks")
	}
	return table, nil
}
