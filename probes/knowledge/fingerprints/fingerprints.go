// Package fingerprints reads what devices say of themselves: which maker,
// model, firmware and kind of thing follow from the words that were heard.
//
// Two roads lead to a fact. Fields in which a device names itself (UPnP
// manufacturer, mDNS TXT "md", IPP make and model …) are read by small tables,
// so that a device nobody here has seen still gets its name. Everything else,
// such as a web server's banner, is recognised by records in data/*.json; a new
// family is a new record, with its examples and its public source.
//
// The program carries the records packed, without their examples: run
// "go generate ./probes/knowledge/fingerprints" after a change in data.
//
// The confidence of a fact follows the weight of its evidence: structured
// self-descriptions first, then TXT records, SNMP, web pages, certificates, DHCP,
// host names, and the set of services; who holds the address block comes last.
package fingerprints

import (
	_ "embed" // the packed records
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/homesweep/homesweep/probes/lan"
)

//go:generate go run ./pack

//go:embed records.txt.gz
var zipped []byte

// Set is the records, by protocol. It is safe for concurrent use. What it knows
// never changes: a protocol's records are read when a device first speaks it,
// and a pattern is compiled when a text first holds the words it needs.
type Set struct {
	sections map[string]func() *section
	sources  string // packed
}

// section is one protocol's records, by the field to find them by.
type section struct {
	rules   []*rule
	byField map[string][]*rule
}

// Load is the records that the program carries. It fails only if they are
// damaged.
func Load() (*Set, error) { return open(Packed()) }

// LoadFS is the records of data/*.json in fsys, checked. An error names the file
// and the record.
func LoadFS(fsys fs.FS) (*Set, error) {
	records, err := Records(fsys)
	if err != nil {
		return nil, err
	}
	text, err := Pack(records)
	if err != nil {
		return nil, err
	}
	return open(string(text))
}

func open(text string) (*Set, error) {
	protocols, err := split(text)
	if err != nil {
		return nil, err
	}
	s := &Set{sections: make(map[string]func() *section, len(protocols)), sources: protocols[sourcesSection]}
	delete(protocols, sourcesSection)
	for protocol, lines := range protocols {
		s.sections[protocol] = sync.OnceValue(func() *section {
			sec := &section{rules: unpack(lines), byField: make(map[string][]*rule)}
			for _, r := range sec.rules {
				key := r.conditions[0].field
				sec.byField[key] = append(sec.byField[key], r)
			}
			return sec
		})
	}
	return s, nil
}

// All are the records, sorted by protocol and ID, without their examples.
func (s *Set) All() []Record {
	var all []Record
	sources := strings.Split(s.sources, "\n")
	for _, protocol := range slices.Sorted(maps.Keys(s.sections)) {
		for _, r := range s.sections[protocol]().rules {
			all = append(all, r.record(sources))
		}
	}
	return all
}

// record is the rule as a record, with its line of sources.
func (r *rule) record(sources []string) Record {
	record := r.Record
	if r.source >= 0 && r.source < len(sources) {
		record.Checked, record.Source, _ = strings.Cut(sources[r.source], "\t")
	}
	record.Match = make(map[string]string, len(r.conditions))
	for _, c := range r.conditions {
		record.Match[c.field] = c.pattern
	}
	return record
}

// Read concludes facts from what was heard. A fact's Source is the protocol of
// the field it was read from ("upnp", "mdns", "http"); source is used for a
// field that names none. Facts come sorted by field, surest first; several may
// be about one field. Nothing heard gives no facts. h is not changed.
func (s *Set) Read(h lan.Heard, source string) []lan.Fact {
	f := facts{fallback: source}
	readFields(&f, h)
	readKinds(&f, h)
	all := heard{withNames(h), make(map[string]string)}
	for field := range all.Heard {
		sec, known := s.sections[protocolOf(field)]
		if !known {
			continue
		}
		for _, r := range sec().byField[field] {
			r.read(&f, all)
		}
	}
	return f.sorted()
}
