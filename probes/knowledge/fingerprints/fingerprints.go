// Package fingerprints reads what devices say of themselves: which maker,
// model, firmware and kind of thing follow from the words that were heard.
//
// Two roads lead to a fact. Fields in which a device names itself (UPnP
// manufacturer, mDNS TXT "md", IPP make and model …) are read by small tables,
// so that a device nobody here has seen still gets its name. Everything else,
// such as a web server's banner, is recognised by records in data/*.json; a new
// family is a new record, with its examples and its public source.
//
// The confidence of a fact follows the weight of its evidence: structured
// self-descriptions first, then TXT records, SNMP, web pages, certificates, host
// names, and the mere set of services last.
package fingerprints

import (
	"embed"
	"io/fs"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

//go:embed data/*.json
var embedded embed.FS

// Set is the loaded rules. It is safe for concurrent use and never changes;
// a record's patterns are compiled the first time a device has all its fields.
type Set struct {
	records []*rule
	byField map[string][]*rule
}

// Load reads the embedded records. An error names the file and the record.
func Load() (*Set, error) { return LoadFS(embedded) }

// LoadFS reads data/*.json of fsys, as Load does with the embedded files.
func LoadFS(fsys fs.FS) (*Set, error) {
	rules, err := readRules(fsys)
	if err != nil {
		return nil, err
	}
	s := &Set{records: rules, byField: make(map[string][]*rule)}
	for _, r := range rules {
		// One field is enough to find the record by; the rarest would be best,
		// but any of them keeps a device without web pages from web patterns.
		key := r.fields[0]
		s.byField[key] = append(s.byField[key], r)
	}
	return s, nil
}

// Len is the number of records.
func (s *Set) Len() int { return len(s.records) }

// All are the records, sorted by ID.
func (s *Set) All() []Record {
	all := make([]Record, 0, len(s.records))
	for _, r := range s.records {
		all = append(all, r.Record)
	}
	return all
}

// Read concludes facts from what was heard. A fact's Source is the protocol of
// the field it was read from ("upnp", "mdns", "http"); source is used for a
// field that names none. Facts come sorted by field, surest first; several may
// be about one field. Nothing heard gives no facts.
func (s *Set) Read(h lan.Heard, source string) []lan.Fact {
	f := facts{fallback: source}
	readFields(&f, h)
	readKinds(&f, h)
	for field := range h {
		for _, r := range s.byField[field] {
			r.read(&f, h)
		}
	}
	return f.sorted()
}

// fields of a record that are looked at, in a fixed order.
func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
