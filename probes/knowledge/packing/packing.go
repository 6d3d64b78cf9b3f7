// Package packing writes knowledge as the program carries it: checked, and
// without what only people and tests read. What knows something keeps its
// records in data/*.json, with their examples, and embeds what is written here;
// "go generate ./probes/knowledge" renews it after a change in data.
package packing

import (
	"bytes"
	"encoding/json"
)

// Lines is list as a JSON array of one record a line.
func Lines[T any](list []T) ([]byte, error) {
	b := bytes.NewBufferString("[")
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	for i, record := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := e.Encode(record); err != nil { // which ends the line
			return nil, err
		}
	}
	b.WriteString("]\n")
	return b.Bytes(), nil
}
