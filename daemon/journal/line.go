package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"iter"
	"time"
)

// A line is the CRC-32C of its JSON in eight hex digits, a blank, the JSON, a
// newline. JSON has no newline of its own in Go's encoding.

// entry is one line's JSON.
type entry struct {
	At    time.Time       `json:"at"`
	Kind  string          `json:"kind"`
	Value json.RawMessage `json:"value"`
}

const crcSize = 8 // hex digits

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func encode(at time.Time, kind string, value any) ([]byte, error) {
	if kind == "" {
		return nil, errors.New("an entry needs a kind")
	}
	raw, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(entry{At: at.UTC(), Kind: kind, Value: raw})
	if err != nil {
		return nil, err
	}
	if n := crcSize + 1 + len(body) + 1; n > MaxLine {
		return nil, fmt.Errorf("%d bytes are more than an entry may have (%d)", n, MaxLine)
	}
	return line(body), nil
}

// line is body as it stands in the file.
func line(body []byte) []byte {
	return fmt.Appendf(nil, "%08x %s\n", crc32.Checksum(body, castagnoli), body)
}

// decode reads one line, newline included; ok is false for anything that encode
// did not write.
func decode(b []byte) (e entry, ok bool) {
	if len(b) < crcSize+2 || len(b) > MaxLine || !bytes.HasSuffix(b, []byte{'\n'}) {
		return e, false
	}
	if body := b[crcSize+1 : len(b)-1]; !bytes.Equal(line(body), b) {
		return e, false
	} else if json.Unmarshal(body, &e) != nil {
		return entry{}, false
	}
	return e, e.Kind != ""
}

// lines cuts b after each newline; the last may have none.
func lines(b []byte) iter.Seq[[]byte] {
	return bytes.SplitAfterSeq(b, []byte{'\n'})
}
