package identify

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(ipp{}, asks)

// ipp asks a printer for its attributes (RFC 8011, section 4.2.5), which prints
// nothing.
type ipp struct{}

// ippPath is where printers answer (PWG 5100.14, IPP Everywhere, section 4.2).
const ippPath = "/ipp/print"

// Name is "ipp".
func (ipp) Name() string { return "ipp" }

// Likely claims port 631 and web servers that call themselves IPP servers.
func (ipp) Likely(ep lan.Endpoint, said []byte) bool {
	if len(said) == 0 {
		return ep.Transport == lan.TCP && ep.Port == 631
	}
	h, ok := parseHead(said, "HTTP/")
	return ok && (strings.Contains(h.get("Server"), "IPP/") || isIPP(h.get("Content-Type")))
}

// Identify posts the one question. An answer that is not IPP's is
// probes.ErrNotMine: there is a web server, and it may be asked as one.
func (ipp) Identify(ctx context.Context, r probes.Reach, ep lan.Endpoint) (lan.Service, error) {
	svc := found(ep, "ipp")
	req, err := webRequest(ctx, ep, http.MethodPost, ippPath, ippRequest("ipp://"+authority(ep)+ippPath))
	if err != nil {
		return svc, err
	}
	req.Header.Set("Content-Type", "application/ipp")
	resp, err := r.HTTP(ep).Do(req)
	if err != nil {
		return svc, fmt.Errorf("ask %s for its printer attributes: %w", ep, err)
	}
	defer resp.Body.Close()
	if !isIPP(resp.Header.Get("Content-Type")) {
		return svc, probes.ErrNotMine
	}
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	attributes, ok := parseIPP(body)
	if !ok {
		return svc, probes.ErrNotMine
	}
	for _, name := range ippWanted {
		svc.Heard.Set("ipp."+name, attributes[name])
	}
	svc.Heard.Set(lan.HTTPServer, resp.Header.Get("Server"))
	svc.Product, svc.Version = parseProduct(resp.Header.Get("Server"))
	return svc, nil
}

func isIPP(contentType string) bool {
	kind, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	return strings.TrimSpace(kind) == "application/ipp"
}

// ippWanted are the attributes asked for (RFC 8011, section 5.4; PWG 5100.13,
// section 5.6); lan's IPP fields are named after them.
var ippWanted = []string{
	strings.TrimPrefix(lan.IPPMakeModel, "ipp."), strings.TrimPrefix(lan.IPPFirmware, "ipp."),
	strings.TrimPrefix(lan.IPPDeviceID, "ipp."), strings.TrimPrefix(lan.IPPName, "ipp."),
}

// Tags of IPP's encoding (RFC 8010, section 3.5).
const (
	ippOperation    = 0x01
	ippEnd          = 0x03
	ippTextLanguage = 0x35
	ippNameLanguage = 0x36
	ippKeyword      = 0x44
	ippURI          = 0x45
	ippCharset      = 0x47
	ippLanguage     = 0x48
)

// ippRequest encodes Get-Printer-Attributes, IPP/1.1, request 1.
func ippRequest(uri string) []byte {
	b := []byte{1, 1, 0x00, 0x0b, 0, 0, 0, 1, ippOperation}
	add := func(tag byte, name, value string) {
		b = append(b, tag)
		b = binary.BigEndian.AppendUint16(b, uint16(len(name)))
		b = append(b, name...)
		b = binary.BigEndian.AppendUint16(b, uint16(len(value)))
		b = append(b, value...)
	}
	add(ippCharset, "attributes-charset", "utf-8")
	add(ippLanguage, "attributes-natural-language", "en")
	add(ippURI, "printer-uri", uri)
	for i, wanted := range ippWanted {
		name := "requested-attributes"
		if i > 0 {
			name = "" // one more value of the same attribute
		}
		add(ippKeyword, name, wanted)
	}
	return append(b, ippEnd)
}

// maxAttributes bounds how many values of an answer are looked at.
const maxAttributes = 1024

// parseIPP reads an answer's attributes, the first value of each, as text
// (RFC 8010, section 3.1). ok is false unless the header is that of an answer
// to request 1; a body that is cut short gives what is whole.
func parseIPP(b []byte) (attributes map[string]string, ok bool) {
	if len(b) < 9 || b[0] < 1 || b[0] > 2 || binary.BigEndian.Uint32(b[4:8]) != 1 {
		return nil, false
	}
	attributes = map[string]string{}
	b = b[8:]
	for range maxAttributes {
		if len(b) == 0 || b[0] == ippEnd {
			break
		}
		tag := b[0]
		b = b[1:]
		if tag < 0x10 { // begins a group
			continue
		}
		name, rest, whole := ippField(b)
		value, rest, more := ippField(rest)
		if !whole || !more {
			break
		}
		b = rest
		if _, known := attributes[string(name)]; !known && len(name) > 0 {
			attributes[string(name)] = ippText(tag, value)
		}
	}
	return attributes, true
}

// ippField cuts a field with a two-byte length before it off b.
func ippField(b []byte) (field, rest []byte, ok bool) {
	if len(b) < 2 {
		return nil, nil, false
	}
	n := int(binary.BigEndian.Uint16(b))
	if len(b) < 2+n {
		return nil, nil, false
	}
	return b[2 : 2+n], b[2+n:], true
}

// ippText is a value's text; one with a language has it after that (RFC 8010,
// section 3.9).
func ippText(tag byte, value []byte) string {
	if tag == ippTextLanguage || tag == ippNameLanguage {
		if _, rest, ok := ippField(value); ok {
			if text, _, ok := ippField(rest); ok {
				value = text
			}
		}
	}
	return string(bytes.TrimRight(value, "\x00"))
}
