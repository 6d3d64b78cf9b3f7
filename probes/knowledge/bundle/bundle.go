// Package bundle is knowledge as one signed file that anybody can check with
// signify or OpenWrt's usign and read with a text editor and gunzip:
//
//	untrusted comment: homesweep knowledge 2026112301
//	base64 of "Ed", the key's number (8 bytes) and the signature (64 bytes)
//	payload: gzip of one JSON object, see Bundle
//
// That is signify's form of a signature with its message behind it
// ("signify -V -e"). The first two lines alone are what usign and signify take
// as a signature of the payload, which is all the rest. The signature is Ed25519
// (RFC 8032) over the payload's bytes as they are.
//
// [Open] checks the signature before it unpacks or parses anything. What the
// records of a bundle's sections may hold is for the packages to check that they
// belong to. Nothing here does I/O.
package bundle

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes/knowledge/packing"
)

// Bounds of a bundle.
const (
	MaxFile  = 4 << 20 // bytes of the whole file
	maxPlain = 8 << 20 // bytes of the JSON
	maxOver  = 1 << 20 // bytes of an overlay's, of which there are several
	maxLayer = 40      // bytes of a layer's name
	// maxSerial is a day's of the year 9999: a digit too many, once taken, would lock
	// out every later edition.
	maxSerial = 9999_12_31_99
)

// Schema is the one form of payload that this program reads.
const Schema = 1

// BaseLayer is the name of the layer that stands below all others.
const BaseLayer = "base"

// The sections that there are.
const (
	Firmware     = "firmware"     // as packages of these names pack their rows, JSON arrays
	Vendors      = "vendors"      //
	Howtos       = "howtos"       //
	Logins       = "logins"       //
	Common       = "common"       // package logins' generic pairs
	Pages        = "pages"        //
	Fingerprints = "fingerprints" // a JSON string of package fingerprints' packed text
	OUI          = "oui"          // a JSON string, base64 of package oui's packed table; in the base only
)

// Sections are their names.
var Sections = []string{Firmware, Vendors, Howtos, Logins, Common, Pages, Fingerprints, OUI}

// Bundle is what a payload says. A section that it lacks says nothing about the
// section below.
type Bundle struct {
	Schema   int                        `json:"schema"`
	Serial   int64                      `json:"serial"`  // of the layer, grows with every edition
	Created  time.Time                  `json:"created"` //
	Expires  time.Time                  `json:"expires"` // from when on it counts as old; it works on
	Layer    string                     `json:"layer"`   // BaseLayer, or the name of what is laid over it
	Sections map[string]json.RawMessage `json:"sections"`
}

// IsBase reports whether b is the layer below all others.
func (b *Bundle) IsBase() bool { return b.Layer == BaseLayer }

// Errors to be told apart with errors.Is.
var (
	ErrForm    = errors.New("this is no signed knowledge file, or not the whole of one")
	ErrKey     = errors.New("the file is signed with a key that is not trusted here")
	ErrForged  = errors.New("the signature does not fit: the file was damaged or changed after it was signed")
	ErrTooBig  = errors.New("the file is larger than knowledge can be")
	ErrUnknown = errors.New("the file is of another form than this homesweep reads; update homesweep")
)

// Open checks file's signature by trusted and reads it. by is the key that
// signed it, also beside an error from after the check.
func Open(file []byte, trusted []PublicKey) (b *Bundle, by PublicKey, err error) {
	payload, by, err := Verify(file, trusted)
	if err != nil {
		return nil, by, err
	}
	b, err = Parse(payload)
	return b, by, err
}

// Parse reads a payload, whose signature has been checked before. The sections
// stay in the one piece of memory that it is unpacked to.
func Parse(payload []byte) (*Bundle, error) {
	plain, err := inflate(payload)
	if err != nil {
		return nil, err
	}
	if !json.Valid(plain) {
		return nil, unreadable(json.Unmarshal(plain, &struct{}{}))
	}
	members, err := split(plain)
	if err != nil {
		return nil, err
	}
	b := &Bundle{}
	fields := [...]struct {
		name string
		into any
	}{ // a later schema may have other fields: its number comes first
		{"schema", &b.Schema}, {"serial", &b.Serial}, {"created", &b.Created}, {"expires", &b.Expires}, {"layer", &b.Layer},
	}
	for _, f := range fields {
		if err := json.Unmarshal(members[f.name], f.into); err != nil {
			return nil, unreadable(fmt.Errorf("%s: %w", f.name, err))
		}
		if b.Schema != Schema {
			return nil, fmt.Errorf("schema %d: %w", b.Schema, ErrUnknown)
		}
	}
	if b.Sections, err = split(members["sections"]); err != nil {
		return nil, err
	}
	if len(members) != len(fields)+1 {
		return nil, unreadable(errors.New("it has an unknown field"))
	}
	if !b.IsBase() && len(plain) > maxOver {
		return nil, ErrTooBig
	}
	b.Created, b.Expires = b.Created.UTC(), b.Expires.UTC()
	return b, b.check()
}

// unreadable is err of a payload that was signed as it is.
func unreadable(err error) error {
	return fmt.Errorf("the knowledge file's content cannot be read: %w", err)
}

// split finds the members of an object within valid JSON, each of which stands
// there once: what a person reads in the file is what holds.
func split(object []byte) (map[string]json.RawMessage, error) {
	members := map[string]json.RawMessage{}
	if object = bytes.TrimSpace(object); len(object) == 0 || object[0] != '{' {
		return nil, unreadable(errors.New("it is no object, or lacks one"))
	}
	err := packing.Elements(object, func(member []byte) error {
		name, value, plain := bytes.Cut(member[1:], []byte{'"'})
		switch value = bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimSpace(value), []byte{':'})); {
		case !plain || bytes.ContainsRune(name, '\\'):
			return unreadable(errors.New("a field's name is not plain"))
		case members[string(name)] != nil:
			return unreadable(fmt.Errorf("it has %.40q twice", name))
		}
		members[string(name)] = value
		return nil
	})
	return members, err
}

// inflate unpacks one gzip stream, at most maxPlain bytes.
func inflate(payload []byte) ([]byte, error) {
	packed := bytes.NewReader(payload)
	in, err := gzip.NewReader(packed)
	if err != nil {
		return nil, fmt.Errorf("the knowledge file's content cannot be unpacked: %w", err)
	}
	in.Multistream(false)
	var plain bytes.Buffer
	plain.Grow(packing.Size(payload))
	_, err = plain.ReadFrom(io.LimitReader(in, maxPlain+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the knowledge file's content cannot be unpacked: %w", err)
	case plain.Len() > maxPlain:
		return nil, ErrTooBig
	case packed.Len() > 0:
		return nil, errors.New("the knowledge file goes on after its content")
	}
	return plain.Bytes(), nil
}

var layerForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`) })

// check rules out what no bundle says.
func (b *Bundle) check() error {
	switch {
	case b.Serial <= 0 || b.Serial > maxSerial:
		return fmt.Errorf("serial %d is out of bounds: it is 1 to %d, as a rule the day and two digits", b.Serial, int64(maxSerial))
	case len(b.Layer) > maxLayer || !layerForm().MatchString(b.Layer):
		return fmt.Errorf("layer %.60q is no name of lower-case words with hyphens, at most %d letters", b.Layer, maxLayer)
	case b.Created.IsZero() || !b.Expires.After(b.Created):
		return errors.New("created and expires are not two dates in that order")
	case len(b.Sections) == 0:
		return errors.New("has no sections")
	}
	for name, text := range b.Sections {
		if !slices.Contains(Sections, name) {
			return fmt.Errorf("section %.40q: %w", name, ErrUnknown)
		}
		if name == OUI && !b.IsBase() {
			return errors.New("the table of address blocks stands in the base only, not in an overlay")
		}
		if string(text) == "null" {
			return fmt.Errorf("section %s is null", name)
		}
	}
	return nil
}

// Rows is a section made of JSON rows; nil when b, which may be nil, lacks it.
func (b *Bundle) Rows(section string) []byte {
	if b == nil {
		return nil
	}
	return b.Sections[section]
}

// Text is a section that is one JSON string; ok is false when b lacks it.
func (b *Bundle) Text(section string) (text string, ok bool, err error) {
	raw := b.Rows(section)
	if raw == nil {
		return "", false, nil
	}
	if err := json.Unmarshal(raw, &text); err != nil {
		return "", true, fmt.Errorf("section %s is no text: %w", section, err)
	}
	return text, true, nil
}

// Payload writes b, checked, as Parse reads it, always to the same bytes.
func (b *Bundle) Payload() ([]byte, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	plain, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	if len(plain) > maxPlain {
		return nil, ErrTooBig
	}
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(plain); err != nil {
		return nil, err
	}
	err = z.Close()
	return out.Bytes(), err
}
