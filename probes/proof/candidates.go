package proof

import (
	"fmt"
	"slices"

	"github.com/homesweep/homesweep/probes/knowledge/logins"
)

// candidates are the pairs of a record in the order in which they are tried, with the
// name of each.
type candidates struct {
	logins.Record
	names []string
}

// Names are what the pairs of record are called where no password may stand: by their
// places in it.
func Names(record logins.Record) (list []string) {
	for i := range record.Pairs {
		list = append(list, fmt.Sprintf("%s %d", record.ID, i+1))
	}
	return list
}

// openedFirst are the records with those pairs first that opened the door before.
func openedFirst(records []logins.Record, opened []string) (list []candidates) {
	var rest []candidates
	for _, r := range records {
		c, later, known := candidates{Record: r}, []int(nil), false
		c.Pairs = nil
		names := Names(r)
		add := func(i int) { c.Pairs, c.names = append(c.Pairs, r.Pairs[i]), append(c.names, names[i]) }
		for i, name := range names {
			if slices.Contains(opened, name) {
				add(i)
				known = true
			} else {
				later = append(later, i)
			}
		}
		for _, i := range later {
			add(i)
		}
		if known {
			list = append(list, c)
		} else {
			rest = append(rest, c)
		}
	}
	return append(list, rest...)
}
