package proof

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"strconv"
	"strings"
)

// Bounds of a document that a device answers with.
const (
	maxDepth    = 32      // elements within each other
	maxElements = 512     // of one document
	maxText     = 4 << 10 // bytes of one element's text
)

// value is a JSON value as a device sent it; the zero value is what it did not
// send. Depth is bounded by encoding/json, size by maxPage.
type value struct{ of any }

func readJSON(body []byte) value {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var of any
	if d.Decode(&of) != nil {
		return value{}
	}
	return value{of}
}

// at is the value that path leads to: names and indexes between slashes.
func (v value) at(path string) value {
	for name := range strings.SplitSeq(path, "/") {
		switch of := v.of.(type) {
		case map[string]any:
			v = value{of[name]}
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i < 0 || i >= len(of) {
				return value{}
			}
			v = value{of[i]}
		default:
			return value{}
		}
	}
	return v
}

// text is the string, number or boolean that path leads to; "" for all else.
func (v value) text(path string) string {
	switch of := v.at(path).of.(type) {
	case string:
		return of
	case json.Number:
		return of.String()
	case bool:
		return strconv.FormatBool(of)
	}
	return ""
}

// asJSON is a string or number as it is sent.
func asJSON(of any) string {
	b, _ := json.Marshal(of) //nolint:errchkjson // nothing in it can fail
	return string(b)
}

// element is an XML element without children, and the local names around it:
// "/Envelope/Body/Fault/Code/Value".
type element struct{ path, text string }

type elements []element

// readXML reads what comes before an error. No entity is expanded, and a
// document type ends it (SOAP forbids one).
func readXML(body []byte) (all elements) {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = false
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	var around []string
	var text strings.Builder
	leaf := false
	for len(all) < maxElements {
		token, err := d.RawToken()
		if err != nil {
			break
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(around) == maxDepth {
				return all
			}
			around = append(around, t.Name.Local)
			text.Reset()
			leaf = true
		case xml.CharData:
			text.Write(t[:min(len(t), maxText-text.Len())])
		case xml.EndElement:
			last := len(around) - 1
			if last < 0 || around[last] != t.Name.Local {
				continue
			}
			if leaf {
				all = append(all, element{"/" + strings.Join(around, "/"), strings.TrimSpace(text.String())})
			}
			around, leaf = around[:last], false
		case xml.Directive:
			return all
		}
	}
	return all
}

// text is that of the first element whose path ends in name.
func (e elements) text(name string) string {
	for _, one := range e {
		if strings.HasSuffix(one.path, "/"+name) {
			return one.text
		}
	}
	return ""
}

// asXML is text made safe to stand in an element.
func asXML(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder takes everything
	return b.String()
}

// numberAfter is the whole number that follows word in a script, as in
// "error_num": "2" or error_status=3; ok is false where none does.
func numberAfter(script []byte, word string) (n int, ok bool) {
	_, rest, found := bytes.Cut(script, []byte(word))
	if !found {
		return 0, false
	}
	rest = bytes.TrimLeft(rest[:min(len(rest), 64)], "\"'\\:=( \t\r\n")
	end := 0
	for end < len(rest) && end < 9 && rest[end] >= '0' && rest[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(string(rest[:end]))
	return n, err == nil
}
