package wsd

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of a message.
const (
	MaxBody    = 64 << 10 // bytes, which is also what one datagram can hold
	maxDepth   = 32       // elements within each other
	maxMatches = 8        // of one datagram
	maxWords   = 32       // types, scopes or addresses of one match
	maxText    = 4 << 10  // bytes of one element's text
)

// Errors of a document that is not to be believed to its end.
var (
	ErrTooDeep = errors.New("wsd: document is nested too deep")
	ErrDTD     = errors.New("wsd: document has a document type, which SOAP forbids")
)

// walk reads a document and hands each leaf's text to leaf, with the local names
// of the elements around it, outermost first, its own last. Prefixes are not
// resolved: no two names of these protocols differ by namespace alone.
func walk(body []byte, leaf func(path []string, text string)) error {
	if len(body) > MaxBody {
		body = body[:MaxBody]
	}
	dec := xml.NewDecoder(bytes.NewReader(body))
	dec.Strict = false // no entity is ever expanded
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	var path []string
	var text strings.Builder
	for {
		tok, err := dec.RawToken()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if len(path) == maxDepth {
				return ErrTooDeep
			}
			path = append(path, tok.Name.Local)
			text.Reset()
			leaf(path, "") // an element that stays empty counts, too
		case xml.EndElement:
			last := len(path) - 1
			if last < 0 || path[last] != tok.Name.Local {
				continue
			}
			if t := strings.TrimSpace(text.String()); t != "" {
				leaf(path, t)
			}
			text.Reset()
			path = path[:last]
		case xml.CharData:
			text.Write(tok[:min(len(tok), max(0, maxText-text.Len()))])
		case xml.Directive:
			return ErrDTD
		}
	}
}

// Parse reads a message of WS-Discovery: its kind by the name of the body's
// element ("ProbeMatches", "Hello", "Bye" …, empty for anything else), and the
// target services it is about, eight at most. It reads what comes before an
// error and is safe for concurrent use.
func Parse(datagram []byte) (kind string, matches []match) {
	_ = walk(datagram, func(path []string, text string) {
		if len(path) < 3 || path[0] != "Envelope" || path[1] != "Body" {
			return
		}
		if kind == "" {
			kind = path[2]
		}
		inner := path[3:]
		switch {
		case kind == "Hello" || kind == "Bye":
			if len(matches) == 0 {
				matches = make([]match, 1)
			}
		case len(inner) == 1 && text == "" && (inner[0] == "ProbeMatch" || inner[0] == "ResolveMatch"):
			if len(matches) < maxMatches {
				matches = append(matches, match{})
			}
			return
		case len(inner) > 0:
			inner = inner[1:]
		}
		if len(matches) > 0 && text != "" {
			matches[len(matches)-1].set(strings.Join(inner, "/"), text)
		}
	})
	return kind, matches
}

// set keeps the first value of a field.
func (m *match) set(field, text string) {
	switch field {
	case "EndpointReference/Address":
		if m.id == "" {
			m.id = identity(text)
		}
	case "Types":
		for _, word := range words(text) {
			_, local, prefixed := strings.Cut(word, ":")
			if !prefixed {
				local = word
			}
			m.types = append(m.types, lan.Printable(local, lan.MaxName))
		}
	case "Scopes":
		m.scopes = append(m.scopes, words(text)...)
	case "XAddrs":
		m.xaddrs = append(m.xaddrs, words(text)...)
	}
}

func words(text string) (list []string) {
	for w := range strings.FieldsSeq(text) {
		if len(list) == maxWords {
			break
		}
		list = append(list, w)
	}
	return list
}

// identity is the "wsd:…" of an endpoint's address, empty when that is no uuid.
func identity(address string) string {
	id := strings.TrimPrefix(strings.ToLower(address), "urn:")
	id, ok := strings.CutPrefix(id, "uuid:")
	if id = lan.Printable(id, lan.MaxName); !ok || id == "" || strings.ContainsAny(id, " ·") {
		return ""
	}
	return name + ":" + id
}

// Hear reads a datagram of port 3702: a device's Hello or Bye (WS-Discovery 1.1,
// section 4). Questions tell nothing of who asks, and answers go to the asker
// alone. Endpoints are as the device names them, at whatever address: those that
// are not the sender's own are the listener's to leave out.
func Hear(datagram []byte) (s lan.Sighting, ok bool) {
	kind, matches := Parse(datagram)
	if kind != "Hello" && kind != "Bye" || len(matches) == 0 || matches[0].id == "" {
		return s, false
	}
	s = lan.Sighting{Source: name, Heard: lan.Heard{}, Gone: kind == "Bye"}
	matches[0].tell(&s)
	for _, x := range matches[0].xaddrs {
		if ep, ok := named(x); ok && !slices.Contains(s.Endpoints, ep) {
			s.Endpoints = append(s.Endpoints, ep)
		}
	}
	return s, true
}
