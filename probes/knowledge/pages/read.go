package pages

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of an answer.
const (
	maxBody  = 64 << 10  // bytes of JSON and text
	maxXML   = 256 << 10 // bytes of XML
	maxDepth = 32        // of XML elements
)

// form is one of the forms an answer can have.
type form struct {
	limit  int64
	accept string // media types to ask for
}

var forms = map[string]form{
	"json": {maxBody, "application/json, */*;q=0.5"},
	"xml":  {maxXML, "application/xml, text/xml, */*;q=0.5"},
	"text": {maxBody, "text/plain, */*;q=0.5"},
}

// Limit is how many bytes of the answer to read at most.
func (p Page) Limit() int64 { return forms[p.Form].limit }

// Accept is the Accept header to ask with.
func (p Page) Accept() string { return forms[p.Form].accept }

// Read takes the page's words from an answer, each printable and cut to size,
// the first of several. An answer that breaks off, or is of another form, gives
// what was there until then; body may be anything.
func (p Page) Read(body []byte) lan.Heard {
	body = bytes.TrimPrefix(body[:min(int64(len(body)), p.Limit())], []byte("\ufeff"))
	k := keeper{fields: p.Fields, heard: lan.Heard{}, ways: map[string]bool{"": true}}
	if p.Form == "text" {
		k.readText(body)
		return k.heard
	}
	for where := range p.Fields {
		for i, r := range where {
			if r == '/' {
				k.ways[where[:i]] = true
			}
		}
		k.ways[where] = true
	}
	if p.Form == "json" {
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		_ = k.readJSON(d, "") // what came before the fault counts
	} else {
		_ = k.readXML(body)
	}
	return k.heard
}

// keeper takes words out of an answer.
type keeper struct {
	fields map[string]string
	ways   map[string]bool // every pointer that leads to a field, and the fields' own
	heard  lan.Heard
}

// keep notes what stands at a pointer, once.
func (k *keeper) keep(pointer, text string) {
	key, wanted := k.fields[pointer]
	if _, known := k.heard[key]; wanted && !known {
		k.heard.Set(key, text)
	}
}

// readJSON reads one value at pointer. Values that lead to no field are passed
// over unread, so it goes no deeper than the longest pointer.
func (k *keeper) readJSON(d *json.Decoder, pointer string) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	switch t := token.(type) {
	case json.Delim:
		for i := 0; d.More(); i++ {
			name := strconv.Itoa(i)
			if t == '{' {
				token, err := d.Token()
				if err != nil {
					return err
				}
				name, _ = token.(string)
			}
			if err := k.readMember(d, pointer+"/"+escape.Replace(name)); err != nil {
				return err
			}
		}
		_, err = d.Token() // the closing one
		return err
	case string:
		k.keep(pointer, t)
	case json.Number:
		k.keep(pointer, t.String())
	case bool:
		k.keep(pointer, strconv.FormatBool(t))
	}
	return nil
}

func (k *keeper) readMember(d *json.Decoder, pointer string) error {
	if k.ways[pointer] {
		return k.readJSON(d, pointer)
	}
	var skipped json.RawMessage
	return d.Decode(&skipped)
}

// escape writes a name as a part of a pointer (RFC 6901 section 3).
var escape = strings.NewReplacer("~", "~0", "/", "~1")

// readText finds each pattern's group.
func (k *keeper) readText(body []byte) {
	for where, key := range k.fields {
		re, err := regexp.Compile(where)
		if err != nil || re.NumSubexp() < 1 {
			continue
		}
		if found := re.FindSubmatch(body); found != nil {
			k.heard.Set(key, string(found[1]))
		}
	}
}
