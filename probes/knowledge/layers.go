package knowledge

import (
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/homesweep/homesweep/probes/knowledge/bundle"
	"github.com/homesweep/homesweep/probes/knowledge/fingerprints"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/knowledge/oui"
)

// layers are the bundles that a Base is made of.
type layers struct {
	base     *bundle.Bundle // nil where the program's own rows are the newer
	overlays []*bundle.Bundle
}

// pick reads one section of rows. Unless a bundle has it, that is the program's
// own, which need no check.
func pick[Set any](l layers, section string, load func() (Set, error), read func([]byte, ...[]byte) (Set, error)) (Set, error) {
	base, over := l.base.Rows(section), l.over(section)
	if base == nil && len(over) == 0 {
		return load()
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
	return fingerprints.Read(base, over...)
}

func (l layers) oui() (*oui.Table, error) {
	text, known, err := l.base.Text(bundle.OUI)
	if err != nil || !known {
		if err != nil {
			return nil, err
		}
		return oui.Load()
	}
	blob, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("oui: %w", err)
	}
	table, err := oui.Open(string(blob))
	if err != nil {
		return nil, errors.New("oui: this is no table of address blocks")
	}
	return table, nil
}
