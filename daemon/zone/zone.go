// Package zone knows the household's time zone where the machine has no zone
// database: OpenWrt keeps it as one line in /etc/TZ, in the form that POSIX gives the
// TZ environment variable, which Go's package time does not read there either.
package zone

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// maxText is how long a zone's text may be, in bytes: the longest there is in the
// database has about forty.
const maxText = 128

// Household is the zone that the environment's TZ describes or, without that, etc/TZ
// under root, "/" on a real machine; nil where package time finds the machine's zone by
// itself, in etc/localtime or by the name of a file in TZ, or where neither file is.
func Household(root string) (*time.Location, error) {
	if text := os.Getenv("TZ"); text != "" {
		if here, err := Parse(text); err == nil {
			return here, nil
		}
		return nil, nil
	}
	if _, err := os.Stat(filepath.Join(root, "etc/localtime")); err == nil {
		return nil, nil
	}
	f, err := os.Open(filepath.Join(root, "etc/TZ"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the time zone cannot be read: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxText+1))
	if err != nil {
		return nil, fmt.Errorf("the time zone cannot be read: %w", err)
	}
	return Parse(strings.TrimSpace(string(text)))
}

// Parse is the zone that text describes, such as "CET-1CEST,M3.5.0,M10.5.0/3": POSIX
// (The Open Group Base Specifications Issue 8, section 8.3) with the hours of a rule
// from -167 to 167, as RFC 9636, section 3.3.1 allows. "UTC" and "GMT" may lack their
// offset, as OpenWrt writes them.
func Parse(text string) (*time.Location, error) {
	if len(text) > maxText {
		return nil, fmt.Errorf("a time zone of more than %d letters is none", maxText)
	}
	if text == "UTC" || text == "GMT" {
		text += "0"
	}
	r := reader{text}
	std, offset, ok := r.zone()
	if ok && r.rest != "" {
		ok = r.summer()
	}
	if !ok {
		return nil, fmt.Errorf("%q is no time zone such as CET-1CEST,M3.5.0,M10.5.0/3", text)
	}
	return time.LoadLocationFromTZData("Local", file(std, offset, text))
}

// file is a TZif file (RFC 9636, section 3) with one local time, and text as the
// footer that says what holds at all times.
func file(std string, offset int, text string) []byte {
	names := std + "\x00"
	head := append([]byte("TZif2"), make([]byte, 15)...)
	// Counts of UT and standard indicators, leap seconds, transitions, local times,
	// letters of names.
	for _, n := range []int{0, 0, 0, 0, 1, len(names)} {
		head = binary.BigEndian.AppendUint32(head, uint32(n))
	}
	block := binary.BigEndian.AppendUint32(head, uint32(int32(offset)))
	block = append(append(block, 0, 0), names...) // standard time, its name from the first letter
	return append(append(block, block...), "\n"+text+"\n"...)
}
