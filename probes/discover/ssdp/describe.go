package ssdp

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of a description.
const (
	MaxBody  = 256 << 10 // bytes read
	maxDepth = 32        // elements within each other
	maxTypes = 64        // device types, and service types
)

// Errors of a description that is not to be believed to its end.
var (
	ErrTooDeep = errors.New("ssdp: description is nested too deep")
	ErrDTD     = errors.New("ssdp: description has a document type, which no device needs")
)

// Description is what a UPnP device description says (UPnP Device Architecture
// 2.0, section 2.3), of the root device where there are several. All text is
// printable and cut to size.
type Description struct {
	FriendlyName     string
	Manufacturer     string
	ModelName        string
	ModelNumber      string
	ModelDescription string
	UDN              string
	PresentationURL  string
	SoftwareVersion  string   // Sonos' softwareVersion, Belkin's firmwareVersion, AVM's systemVersion
	HardwareVersion  string   // Sonos
	DeviceTypes      []string // of every device in it
	ServiceTypes     []string // of every service in it
	ApplicationURL   string   // of the answer's head, not the document: where its DIAL apps are
}

// Describe reads a description: at most MaxBody bytes and 32 levels, without
// document type or entities, in any charset that ASCII is a part of, or UTF-16.
// With an error, the Description is what was read before it.
func Describe(r io.Reader) (Description, error) {
	body, err := io.ReadAll(io.LimitReader(r, MaxBody))
	var p parser
	if e := p.run(body); err == nil {
		err = e
	}
	if err != nil {
		err = fmt.Errorf("reading a UPnP description: %w", err)
	}
	return p.d, err
}

// parser goes through one description.
type parser struct {
	d     Description
	path  []string        // names of the open elements
	text  strings.Builder // of the innermost
	depth map[*string]int // where a field's value was found
}

func (p *parser) run(body []byte) error {
	p.depth = map[*string]int{}
	dec := xml.NewDecoder(bytes.NewReader(clean(body)))
	dec.Strict = false // devices forget to escape "&"; no entity is ever expanded
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
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
			if len(p.path) == maxDepth {
				return ErrTooDeep
			}
			p.path = append(p.path, tok.Name.Local)
			p.text.Reset()
		case xml.EndElement:
			p.close(tok.Name.Local)
		case xml.CharData:
			if p.text.Len() < lan.MaxRaw {
				p.text.Write(tok[:min(len(tok), lan.MaxRaw)])
			}
		case xml.Directive:
			return ErrDTD
		}
	}
}

// close ends the innermost element, if that is the one named.
func (p *parser) close(name string) {
	last := len(p.path) - 1
	if last < 0 || p.path[last] != name {
		return
	}
	value := lan.Printable(p.text.String(), lan.MaxValue)
	p.text.Reset()
	p.path = p.path[:last]
	if last > 0 && value != "" {
		p.keep(p.path[last-1], name, value)
	}
}

// keep notes the value of the element name within parent.
func (p *parser) keep(parent, name, value string) {
	switch parent + "/" + name {
	case "device/deviceType":
		p.d.DeviceTypes = add(p.d.DeviceTypes, value)
	case "service/serviceType":
		p.d.ServiceTypes = add(p.d.ServiceTypes, value)
	case "systemVersion/Display":
		p.set(&p.d.SoftwareVersion, value)
	}
	if parent != "device" {
		return
	}
	switch name {
	case "friendlyName":
		p.set(&p.d.FriendlyName, value)
	case "manufacturer":
		p.set(&p.d.Manufacturer, value)
	case "modelName":
		p.set(&p.d.ModelName, value)
	case "modelNumber":
		p.set(&p.d.ModelNumber, value)
	case "modelDescription":
		p.set(&p.d.ModelDescription, value)
	case "UDN":
		p.set(&p.d.UDN, value)
	case "presentationURL":
		p.set(&p.d.PresentationURL, value)
	case "softwareVersion", "firmwareVersion":
		p.set(&p.d.SoftwareVersion, value)
	case "hardwareVersion":
		p.set(&p.d.HardwareVersion, value)
	}
}

// set keeps the first value of the outermost device: embedded devices may come
// before or after what the root device says of itself.
func (p *parser) set(field *string, value string) {
	if at, found := p.depth[field]; !found || len(p.path) < at {
		*field, p.depth[field] = value, len(p.path)
	}
}

func add(list []string, value string) []string {
	if len(list) < maxTypes && !slices.Contains(list, value) {
		list = append(list, value)
	}
	return list
}
