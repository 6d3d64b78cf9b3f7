package feeds

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/homesweep/homesweep/probes/knowledge/firmware"
)

// Product says which devices the cycles of an endoflife.date product are.
// "{cycle}" in a pattern stands for the cycle's number, "{label}" for its name.
type Product struct {
	Name     string // as in its address: "openwrt"
	Vendor   string
	Aliases  []string
	Model    string // pattern of the model, where a cycle is a model
	Firmware string // pattern of the firmware, where a cycle is a line of software
	Advice   string
	Checked  string // YYYY-MM-DD, when the file was fetched
}

// cycle is one line of software or one model of a product.
type cycle struct {
	name, label string
	eol         string // the last day, or "true" or "false"
}

// EndOfLife is a row for each cycle of p that the file names a last day for. The
// file is the product's JSON of the old API (a list of cycles) or of version 1
// (result.releases), or its page in the site's repository (YAML before Markdown).
func EndOfLife(data []byte, p Product) (Layer, error) {
	var l Layer
	if err := fits("the product", data); err != nil {
		return l, err
	}
	if (p.Model == "") == (p.Firmware == "") || p.Vendor == "" || !isDay(p.Checked) {
		return l, errors.New("a product wants a vendor, the day it was fetched, and either a pattern of the model or of the firmware")
	}
	cycles, err := readCycles(data)
	if err != nil {
		return l, fmt.Errorf("this is no product of endoflife.date: %w", err)
	}
	for _, c := range cycles {
		switch {
		case c.name == "":
			l.leave("a cycle without a number")
		case c.eol == "" || c.eol == "false":
			l.leave("%.64s: supported, or no last day is known", c.name)
		case c.eol != "true" && !isDay(c.eol):
			l.leave("%.64s: %.32q is no day", c.name, c.eol)
		default:
			row := p.row(c)
			if _, err := regexp.Compile(row.Match.Model + row.Match.Firmware); err != nil {
				return l, fmt.Errorf("the pattern cannot be read: %w", err)
			}
			l.Firmware = append(l.Firmware, row)
		}
	}
	return l, nil
}

func (p Product) row(c cycle) firmware.Row {
	pattern := func(form string) string {
		form = strings.ReplaceAll(form, "{cycle}", regexp.QuoteMeta(c.name))
		return strings.ReplaceAll(form, "{label}", regexp.QuoteMeta(c.label))
	}
	r := firmware.Row{
		ID: id("eol", p.Name, c.name), Kind: firmware.EndOfSupport, Vendor: p.Vendor, Aliases: p.Aliases,
		Match: firmware.Match{Model: pattern(p.Model), Firmware: pattern(p.Firmware)},
		Date:  c.eol, PublishedBy: "record", Advice: p.Advice,
		SourceName: "endoflife.date, " + p.Name, SourceURL: "https://endoflife.date/" + p.Name,
		Confidence: "medium", Verified: true, Checked: p.Checked,
	}
	if c.eol == "true" { // over, and nobody wrote down since when
		r.Date, r.DateBy = p.Checked, true
	}
	if r.Advice == "" {
		r.Advice = "Look on the maker's site whether a newer version runs on it. If not, keep it on a guest network, or replace it."
	}
	return r
}

var notWord = regexp.MustCompile(`[^a-z0-9]+`)

// id is the words joined as an ID wants them.
func id(words ...string) string {
	return strings.Trim(notWord.ReplaceAllString(strings.ToLower(strings.Join(words, "-")), "-"), "-")
}

// anything is a JSON value of which only a text, true and false are taken.
type anything string

func (a *anything) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) == nil {
		*a = anything(text)
	} else if s := string(b); s == "true" || s == "false" {
		*a = anything(s)
	}
	return nil
}

func readCycles(data []byte) ([]cycle, error) {
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	switch {
	case bytes.HasPrefix(data, []byte("[")):
		var list []struct {
			Cycle, EOL, Label anything
		}
		if err := json.Unmarshal(data, &list); err != nil {
			return nil, err
		}
		var cycles []cycle
		for _, c := range list {
			cycles = append(cycles, cycle{string(c.Cycle), string(c.Label), string(c.EOL)})
		}
		return cycles, nil
	case bytes.HasPrefix(data, []byte("{")):
		return readReleases(data)
	case bytes.HasPrefix(data, []byte("---")):
		return readPage(string(data))
	}
	return nil, errors.New("it starts neither as JSON nor as one of its pages")
}

// readReleases reads version 1 of the API.
func readReleases(data []byte) ([]cycle, error) {
	var v struct {
		Result struct {
			Releases []struct {
				Name, Label, EOLFrom anything
				IsEOL                bool
			}
		}
	}
	if err := json.Unmarshal(data, &v); err != nil {
		return nil, err
	}
	if len(v.Result.Releases) == 0 {
		return nil, errors.New("it lists no releases")
	}
	var cycles []cycle
	for _, r := range v.Result.Releases {
		c := cycle{string(r.Name), string(r.Label), string(r.EOLFrom)}
		if c.eol == "" && r.IsEOL {
			c.eol = "true"
		}
		cycles = append(cycles, c)
	}
	return cycles, nil
}
