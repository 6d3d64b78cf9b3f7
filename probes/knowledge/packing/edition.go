package packing

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"strings"
	"time"
)

// Edition says which knowledge a program was built with.
type Edition struct {
	Serial  int64     `json:"serial"` // the day and two digits, 2026112301; grows with every change
	Created time.Time `json:"created"`
	Sum     string    `json:"sum"` // of the packed files, to see a change by
}

// Files are all that a program carries, below probes/knowledge.
var Files = []string{
	"fingerprints/records.txt.gz", "firmware/rows.json.gz", "howtos/rows.json.gz", "logins/common.json.gz", "logins/records.json.gz",
	"oui/registry.bin", "pages/pages.json.gz", "vendors/rows.json.gz",
}

// Sum is that of Files in fsys.
func Sum(fsys fs.FS) (string, error) {
	h := sha256.New()
	for _, name := range Files {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return "", err
		}
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(text))))
		h.Write(text)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Renew is old, or the edition after it when its files in fsys are no longer
// those: of a serial that no earlier one had.
func Renew(old Edition, fsys fs.FS, now time.Time) (Edition, error) {
	sum, err := Sum(fsys)
	if err != nil || sum == old.Sum {
		return old, err
	}
	return Edition{Serial: max(old.Serial+1, Serial(now)), Created: now.UTC().Truncate(time.Second), Sum: sum}, nil
}

// Serial is the first of now's day.
func Serial(now time.Time) int64 {
	year, month, day := now.UTC().Date()
	return ((int64(year)*100+int64(month))*100+int64(day))*100 + 1
}

// ParseEdition reads the file edition.json, of which an empty text is none.
func ParseEdition(text string) (e Edition, err error) {
	return e, json.Unmarshal([]byte(cmp.Or(strings.TrimSpace(text), "{}")), &e)
}
