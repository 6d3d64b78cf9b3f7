package bundles

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/homesweep/homesweep/probes/knowledge/bundle"
	"github.com/homesweep/homesweep/probes/knowledge/fingerprints"
	"github.com/homesweep/homesweep/probes/knowledge/firmware"
	"github.com/homesweep/homesweep/probes/knowledge/howtos"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/knowledge/oui"
	"github.com/homesweep/homesweep/probes/knowledge/pages"
	"github.com/homesweep/homesweep/probes/knowledge/vendors"
)

// Sections are those of a bundle to be built: of what the program carries when
// from is empty, else all rows of all of from. One of from is a folder of JSON files or such a file, read by
// read: sections as a payload has them, alone or within "sections"; there
// fingerprints may also be the people's records instead of packed text. Rows are
// not checked.
func Sections(from []string, read func(file string) ([]byte, error)) (map[string]json.RawMessage, error) {
	if len(from) == 0 {
		return carried(), nil
	}
	all := map[string]json.RawMessage{}
	for _, name := range from {
		files, err := filesOf(name)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			sections, err := readLayer(file, read)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			for section, rows := range sections {
				if all[section], err = join(all[section], rows); err != nil {
					return nil, fmt.Errorf("%s: section %s: %w", file, section, err)
				}
			}
		}
	}
	return all, packRecords(all)
}

// join is two lists of rows as one. An ID that both have is refused with the rows.
func join(have, more json.RawMessage) (json.RawMessage, error) {
	switch {
	case have == nil:
		return more, nil
	case have[0] != '[' || more[0] != '[':
		return nil, errors.New("it is in another file too, and only lists of rows can be added up")
	case len(bytes.Trim(have, "[] \t\r\n")) == 0:
		return more, nil
	case len(bytes.Trim(more, "[] \t\r\n")) == 0:
		return have, nil
	}
	return slices.Concat(have[:len(have)-1], []byte(","), more[1:]), nil
}

// filesOf are name, or the JSON files of the folder name, sorted.
func filesOf(name string) ([]string, error) {
	info, err := os.Stat(name)
	if err != nil || !info.IsDir() {
		return []string{name}, err
	}
	files := named(name, ".json")
	if len(files) == 0 {
		err = fmt.Errorf("%s has no JSON files of rows", name)
	}
	return files, err
}

// carried are the program's own.
func carried() map[string]json.RawMessage {
	return map[string]json.RawMessage{
		bundle.Firmware: firmware.Packed(), bundle.Vendors: vendors.Packed(), bundle.Howtos: howtos.Packed(),
		bundle.Logins: logins.Packed(), bundle.Common: logins.PackedCommon(), bundle.Pages: pages.Packed(),
		bundle.Fingerprints: quote(fingerprints.Packed()),
		bundle.OUI:          quote(base64.StdEncoding.EncodeToString([]byte(oui.Packed()))),
	}
}

// readLayer reads one JSON file.
func readLayer(name string, read func(string) ([]byte, error)) (map[string]json.RawMessage, error) {
	text, err := read(name)
	if err != nil {
		return nil, err
	}
	var sections map[string]json.RawMessage
	if err := json.Unmarshal(text, &sections); err != nil {
		return nil, err
	}
	if inner := sections["sections"]; inner != nil {
		sections = nil
		if err := json.Unmarshal(inner, &sections); err != nil {
			return nil, err
		}
	}
	for section := range sections {
		if !slices.Contains(bundle.Sections, section) {
			return nil, fmt.Errorf("there is no section %.40q; there are %v", section, bundle.Sections)
		}
	}
	return sections, nil
}

// packRecords packs fingerprints that stand there as people write them.
func packRecords(sections map[string]json.RawMessage) error {
	rows := sections[bundle.Fingerprints]
	if len(rows) == 0 || rows[0] != '[' {
		return nil
	}
	var records []fingerprints.Record
	err := json.Unmarshal(rows, &records)
	if err == nil {
		rows, err = fingerprints.Pack(records)
	}
	if err != nil {
		return fmt.Errorf("fingerprints: %w", err)
	}
	sections[bundle.Fingerprints] = quote(string(rows))
	return nil
}

// quote is text as a JSON string.
func quote(text string) []byte {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // no text makes it fail
	}
	return quoted
}
