package fingerprints

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes/knowledge/packing"
)

// Packed is what the program carries, as Pack writes it.
func Packed() string { return string(packing.Text(zipped)) }

// Read is the records of base, the program's own if it is empty, with overlays
// laid over: a record replaces that of the same ID, others are added. All are
// texts as Pack writes them. Every record that the program does not carry is
// checked as Records does, save the words that spare a device its pattern; an
// error names the record.
func Read(base string, overlays ...string) (*Set, error) {
	for _, text := range append([]string{base}, overlays...) {
		if err := checkPacked(text); err != nil {
			return nil, fmt.Errorf("fingerprints: %w", err)
		}
	}
	return Reread(base, overlays...)
}

// Reread is Read for texts that it has passed before: nothing is checked.
func Reread(base string, overlays ...string) (*Set, error) {
	text := cmp.Or(base, Packed())
	for _, over := range overlays {
		var err error
		if text, err = lay(text, over); err != nil {
			return nil, err
		}
	}
	return open(text)
}

// lay is a packed text with another over it.
func lay(under, over string) (string, error) {
	below, err := split(under)
	above, err2 := split(over)
	if err := errors.Join(err, err2); err != nil {
		return "", err
	}
	sources, known := below[sourcesSection], strings.Count(below[sourcesSection], "\n")
	gone := map[string]bool{}
	added := map[string]string{}
	for _, protocol := range slices.Sorted(maps.Keys(above)) {
		for line := range strings.Lines(above[protocol]) {
			// id, two confidences, the source's number, the rest
			parts := strings.SplitN(line, "\t", 5)
			if protocol == sourcesSection || len(parts) < 5 {
				continue
			}
			gone[parts[0]] = true
			source, _ := strconv.Atoi(parts[3]) // a number, or no record
			parts[3] = strconv.Itoa(known + source)
			added[protocol] += strings.Join(parts, "\t")
		}
	}
	var b strings.Builder
	b.Grow(len(under) + 2*len(over))
	b.WriteString(sectionMark + sourcesSection + "\n" + sources + above[sourcesSection])
	maps.Copy(above, below)
	delete(above, sourcesSection)
	for _, protocol := range slices.Sorted(maps.Keys(above)) {
		b.WriteString(sectionMark + protocol + "\n")
		for line := range strings.Lines(below[protocol]) {
			if id, _, _ := strings.Cut(line, "\t"); !gone[id] {
				b.WriteString(line)
			}
		}
		b.WriteString(added[protocol])
	}
	return b.String(), nil
}

// checkPacked holds every record of a packed text to what Records does.
func checkPacked(text string) error {
	protocols, err := split(text)
	if err != nil {
		return err
	}
	sources := strings.Split(protocols[sourcesSection], "\n")
	delete(protocols, sourcesSection)
	seen, budget := map[string]bool{}, packing.NewBudget()
	for _, lines := range protocols {
		for line := range strings.SplitSeq(strings.TrimSuffix(lines, "\n"), "\n") {
			id, err := checkLine(line, sources, &budget)
			switch {
			case err == nil && seen[id]:
				err = errors.New("stands there twice")
			case err == nil && len(seen) == packing.MaxRecords:
				err = fmt.Errorf("there are more than %d", packing.MaxRecords)
			}
			if err != nil {
				return fmt.Errorf("record %.60q: %w", id, err)
			}
			seen[id] = true
		}
	}
	return nil
}

// checkLine checks one packed record and takes its patterns off the budget.
func checkLine(line string, sources []string, budget *packing.Budget) (id string, err error) {
	parts := strings.Split(line[:min(len(line), packing.MaxRecord)], "\t")
	r, ok := unpackRecord(parts)
	switch {
	case !ok || len(line) > packing.MaxRecord:
		return parts[0], errors.New("is not in the packed form")
	case !packing.Plain(strings.Join(parts, " ")):
		return r.ID, errors.New("holds what cannot be printed")
	case r.source < 0 || r.source >= len(sources) || sources[r.source] == "":
		return r.ID, errors.New("has no source")
	case !packing.Plain(strings.ReplaceAll(sources[r.source], "\t", " ")):
		return r.ID, errors.New("has a source that cannot be printed")
	}
	record := r.record(sources)
	if len(record.Match) != len(r.conditions) {
		return r.ID, errors.New("has two patterns for one field")
	}
	for _, c := range r.conditions {
		if err := budget.Spend(c.pattern); err != nil {
			return r.ID, err
		}
	}
	return r.ID, record.sound()
}
