package vendor

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// sighting is one with the fields of h that say something; ok is false without
// any.
func sighting(h lan.Heard, names ...string) (s lan.Sighting, ok bool) {
	s.Heard = h
	for _, n := range names {
		if n = lan.Printable(n, lan.MaxName); n != "" {
			s.Names = append(s.Names, n)
		}
	}
	return s, len(h) > 0
}

// object is a JSON object read with care: a field of the wrong kind is not
// there.
type object map[string]json.RawMessage

// readObject reads the first JSON object in b. What follows it is left alone:
// some devices pad their answers.
func readObject(b []byte) object {
	var o object
	d := json.NewDecoder(strings.NewReader(string(b)))
	if d.Decode(&o) != nil {
		return nil
	}
	return o
}

// in is the object under the keys, one within the other.
func (o object) in(keys ...string) object {
	for _, key := range keys {
		var inner object
		if json.Unmarshal(o[key], &inner) != nil {
			return nil
		}
		o = inner
	}
	return o
}

// text is the string, number or truth value under key, as text.
func (o object) text(key string) string {
	var s string
	if json.Unmarshal(o[key], &s) == nil {
		return s
	}
	raw := string(o[key])
	if raw == "true" || raw == "false" {
		return raw
	}
	if _, err := strconv.ParseFloat(raw, 64); err == nil {
		return raw
	}
	return ""
}

// take notes the values of keys under the maker's name.
func (o object) take(h lan.Heard, maker string, keys ...string) {
	for _, key := range keys {
		h.Set(maker+"."+key, o.text(key))
	}
}

// headers reads "Name: value" lines as SSDP has them; names are in lower case.
func headers(b []byte) (first string, fields map[string]string) {
	fields = map[string]string{}
	head, rest, _ := strings.Cut(string(b), "\n")
	for line := range strings.Lines(rest) {
		if key, value, ok := strings.Cut(line, ":"); ok {
			fields[strings.ToLower(strings.TrimSpace(key))] = strings.TrimSpace(value)
		}
	}
	return strings.TrimSpace(head), fields
}

// maxTLV is how many fields of one datagram are looked at.
const maxTLV = 64

// readTLV calls got with each field of b, whose types are size bytes and whose
// lengths two. ok is false unless b is fields to its end.
func readTLV(b []byte, size int, got func(kind int, value []byte)) (ok bool) {
	for range maxTLV {
		if len(b) < size+2 {
			return len(b) == 0
		}
		kind := int(b[0])
		if size == 2 {
			kind = int(binary.BigEndian.Uint16(b))
		}
		n := int(binary.BigEndian.Uint16(b[size:]))
		if b = b[size+2:]; n > len(b) {
			return false
		}
		got(kind, b[:n])
		b = b[n:]
	}
	return true
}

// mac is a hardware address as text, empty when b does not begin with one.
func mac(b []byte) string {
	if len(b) < 6 {
		return ""
	}
	m, _ := lan.MACFrom(b[:6])
	return m.String()
}

// macText brings the many ways of writing a hardware address into one; empty
// for what is none.
func macText(s string) string {
	b, err := hex.DecodeString(strings.NewReplacer(":", "", "-", "", ".", "").Replace(s))
	if err != nil || len(b) != 6 {
		return ""
	}
	return mac(b)
}
