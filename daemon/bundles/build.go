package bundles

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
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
// from is empty, else of each of from, the later ones' sections instead of the
// earlier ones'. One of from is a folder of JSON files or such a file, read by
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
			maps.Copy(all, sections)
		}
	}
	return all, nil
}

// filesOf are name, or the JSON files of the folder name, sorted.
func filesOf(name string) ([]string, error) {
	info, err := os.Stat(name)
	if err != nil || !info.IsDir() {
		return []string{name}, err
	}
	files, err := filepath.Glob(filepath.Join(name, "*.json"))
	if err == nil && len(files) == 0 {
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
	if rows := sections[bundle.Fingerprints]; len(rows) > 0 && rows[0] == '[' {
		var records []fingerprints.Record
		if err := json.Unmarshal(rows, &records); err != nil {
			return nil, fmt.Errorf("fingerprints: %w", err)
		}
		packed, err := fingerprints.Pack(records)
		if err != nil {
			return nil, fmt.Errorf("fingerprints: %w", err)
		}
		sections[bundle.Fingerprints] = quote(string(packed))
	}
	return sections, nil
}

// quote is text as a JSON string.
func quote(text string) []byte {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // no text makes it fail
	}
	return quoted
}
