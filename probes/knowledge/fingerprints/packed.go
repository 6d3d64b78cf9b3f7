package fingerprints

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// The packed records are lines of text, so that a change of a record is one
// line of a diff, in a section for each protocol: "#http" and then, for each
// record, its fields between tabs:
//
//	id  confidence  kind_confidence  source  about=value…  ~  field  needs  pattern…
//
// source is the number of a line of the section "#/sources", counted from 0: the
// date on which it was checked, if it was, a tab and its address.
const (
	packBreaks     = "\t\n\r"
	sectionMark    = "#"
	matchMark      = "~"
	sourcesSection = "/sources" // sorts before all protocols
)

// Pack writes records as Load reads them, without their examples, always to the
// same bytes. Each record is filed under its rarest field, and first by that.
func Pack(records []Record) ([]byte, error) {
	count := make(map[string]int)
	for _, r := range records {
		for field := range r.Match {
			count[field]++
		}
	}
	sections := map[string][]string{sourcesSection: sources(records)}
	for _, r := range records {
		fields := sortedKeys(r.Match)
		lan.Sort(fields, func(a, b string) int { return cmp.Compare(count[a], count[b]) })
		source, _ := slices.BinarySearch(sections[sourcesSection], r.Checked+"\t"+r.Source)
		line, err := packRecord(r, source, fields)
		if err != nil {
			return nil, fmt.Errorf("record %q: %w", r.ID, err)
		}
		protocol := protocolOf(fields[0])
		sections[protocol] = append(sections[protocol], line)
	}
	var b strings.Builder
	for _, protocol := range slices.Sorted(maps.Keys(sections)) {
		b.WriteString(sectionMark + protocol + "\n")
		for _, line := range sections[protocol] {
			b.WriteString(line + "\n")
		}
	}
	return []byte(b.String()), nil
}

// sources are the lines of the records' sources, each once, sorted.
func sources(records []Record) []string {
	var all []string
	for _, r := range records {
		all = append(all, r.Checked+"\t"+r.Source)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func packRecord(r Record, source int, fields []string) (string, error) {
	parts := []string{r.ID, number(r.Confidence), number(r.KindConfidence), strconv.Itoa(source)}
	for _, s := range r.said() {
		parts = append(parts, s.about+"="+s.text)
	}
	parts = append(parts, matchMark)
	for _, field := range fields {
		re, err := syntax.Parse(r.Match[field], syntax.Perl)
		if err != nil {
			return "", err
		}
		parts = append(parts, field, strings.Join(needsOf(re), "|"), r.Match[field])
	}
	return strings.Join(parts, "\t"), nil
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// protocolOf is the first word of a field's key.
func protocolOf(field string) string {
	protocol, _, _ := strings.Cut(field, ".")
	return protocol
}

// split finds each protocol's section of the packed records.
func split(packed string) (map[string]string, error) {
	sections := make(map[string]string)
	if packed != "" && !strings.HasSuffix(packed, "\n") {
		return nil, errors.New("fingerprints: the packed records break off")
	}
	for packed != "" {
		rest, marked := strings.CutPrefix(packed, sectionMark)
		protocol, lines, whole := strings.Cut(rest, "\n")
		if !marked || !whole {
			return nil, fmt.Errorf("fingerprints: packed records do not start with a section: %.40q", packed)
		}
		end := 0
		if !strings.HasPrefix(lines, sectionMark) {
			if end = strings.Index(lines, "\n"+sectionMark) + 1; end == 0 {
				end = len(lines)
			}
		}
		if _, twice := sections[protocol]; twice {
			return nil, fmt.Errorf("fingerprints: packed records have the section %.40q twice", protocol)
		}
		sections[protocol], packed = lines[:end], lines[end:]
	}
	return sections, nil
}

// unpack makes rules of a section. A line that is not a record's gives none.
func unpack(section string) []*rule {
	var rules []*rule
	for line := range strings.SplitSeq(strings.TrimSuffix(section, "\n"), "\n") {
		if r, ok := unpackRecord(strings.Split(line, "\t")); ok {
			rules = append(rules, r)
		}
	}
	return rules
}

func unpackRecord(parts []string) (*rule, bool) {
	mark := slices.Index(parts, matchMark)
	if mark < 5 || (len(parts)-mark-1)%3 != 0 || mark == len(parts)-1 {
		return nil, false
	}
	r := &rule{Record: Record{ID: parts[0]}}
	var err1, err2, err3 error
	r.Confidence, err1 = strconv.ParseFloat(parts[1], 64)
	r.KindConfidence, err2 = strconv.ParseFloat(parts[2], 64)
	r.source, err3 = strconv.Atoi(parts[3])
	for _, said := range parts[4:mark] {
		about, text, _ := strings.Cut(said, "=")
		r.say(about, text)
	}
	for m := range slices.Chunk(parts[mark+1:], 3) {
		r.conditions = append(r.conditions, newCondition(m[0], m[2], m[1]))
	}
	return r, err1 == nil && err2 == nil && err3 == nil
}
