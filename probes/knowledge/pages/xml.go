package pages

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/homesweep/homesweep/probes/lan"
)

// readXML reads elements and attributes by their local names. Declarations of
// entities end it.
func (k *keeper) readXML(body []byte) error {
	if !utf8.Valid(body) {
		body = latin1(body)
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = false
	// Whatever it calls itself, it is UTF-8 by now.
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	var at []string // pointer of each open element
	var text strings.Builder
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.Directive:
			if bytes.Contains(t, []byte("ENTITY")) {
				return errors.New("declares entities")
			}
		case xml.StartElement:
			if len(at) >= maxDepth {
				return errors.New("nested too deeply")
			}
			at = append(at, k.open(at, t))
			text.Reset()
		case xml.CharData:
			if text.Len() < lan.MaxRaw {
				text.Write(t[:min(len(t), lan.MaxRaw)])
			}
		case xml.EndElement:
			if len(at) > 0 {
				k.keep(at[len(at)-1], text.String())
				at = at[:len(at)-1]
			}
			text.Reset()
		}
	}
}

// off is the pointer of an element that leads to no field; nothing within it
// does either.
const off = "-"

// open is the pointer of an element that opens within at.
func (k *keeper) open(at []string, e xml.StartElement) string {
	pointer := ""
	if len(at) > 0 {
		pointer = at[len(at)-1]
	}
	pointer += "/" + e.Name.Local
	if !k.ways[pointer] {
		return off
	}
	for _, a := range e.Attr {
		k.keep(pointer+"/@"+a.Name.Local, a.Value)
	}
	return pointer
}

// latin1 is bytes that are no UTF-8 taken for the older set.
func latin1(body []byte) []byte {
	out := make([]byte, 0, len(body)+len(body)/8)
	for _, b := range body {
		out = utf8.AppendRune(out, rune(b))
	}
	return out
}
