package wsd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// patience is how long one device's metadata may take: less than all may, so that
// those who keep us waiting keep nobody else from answering.
const patience = time.Second

// Metadata is what a device says of itself in answer to Get (DPWS 1.1, section
// 5). The serial number is left out. All text is printable and cut to size.
type Metadata struct {
	// Fields are the leaves of ThisDevice and ThisModel by name, "ModelName".
	Fields map[string]string
	Types  []string // local names of the host's and its services' types
	// Computer and Workgroup are a Windows or Samba machine's own names.
	Computer  string
	Workgroup string
}

// modelFields are the leaves that are kept.
var modelFields = []string{"FriendlyName", "FirmwareVersion", "Manufacturer", "ModelName", "ModelNumber"}

// ParseMetadata reads the answer to a Get, at most MaxBody bytes and 32 levels.
// With an error, the Metadata is what was read before it.
func ParseMetadata(body []byte) (Metadata, error) {
	m := Metadata{Fields: map[string]string{}}
	err := walk(body, func(path []string, text string) {
		last := len(path) - 1
		if last < 1 || text == "" {
			return
		}
		switch field, parent := path[last], path[last-1]; {
		case (parent == "ThisDevice" || parent == "ThisModel") && slices.Contains(modelFields, field) && m.Fields[field] == "":
			m.Fields[field] = lan.Printable(text, lan.MaxValue)
		case (parent == "Host" || parent == "Hosted") && field == "Types":
			var t match
			t.set("Types", text)
			m.Types = append(m.Types, t.types[:min(len(t.types), maxWords-min(maxWords, len(m.Types)))]...)
		case parent == "Host" && field == "Computer" && m.Computer == "":
			m.computer(text)
		}
	})
	if err != nil {
		err = fmt.Errorf("reading metadata: %w", err)
	}
	return m, err
}

// computer reads "NAME/Workgroup:GROUP" or "NAME/Domain:DOMAIN" (MS-PBSD,
// section 2.2). A name after a backslash is of a domain's machine.
func (m *Metadata) computer(text string) {
	pc, group, _ := strings.Cut(text, "/")
	if _, after, ok := strings.Cut(pc, `\`); ok {
		pc = after
	}
	m.Computer = lan.Printable(pc, lan.MaxName)
	if kind, of, ok := strings.Cut(group, ":"); ok && (strings.EqualFold(kind, "Workgroup") || strings.EqualFold(kind, "Domain")) {
		m.Workgroup = lan.Printable(of, lan.MaxName)
	}
}

// tell adds the metadata to s. Of a computer's other fields most describe the
// software that answers and not the machine; only its make does not, where it is
// one.
func (m Metadata) tell(s *lan.Sighting) {
	for _, t := range m.Types {
		s.Heard.Add(lan.WSDTypes, t)
	}
	if m.Computer != "" {
		s.Heard.Set(Computer, m.Computer)
		s.Heard.Set(Workgroup, m.Workgroup)
		s.Names = append(s.Names, m.Computer)
		for _, field := range makeFields {
			if value := m.Fields[field]; !software(value) {
				s.Heard.Set(name+"."+field, value)
			}
		}
		return
	}
	for field, value := range m.Fields {
		s.Heard.Set(name+"."+field, value)
	}
	if friendly := lan.Printable(m.Fields["FriendlyName"], lan.MaxName); friendly != "" {
		s.Names = append(s.Names, friendly)
	}
}

// makeFields are those that say who made a computer, and which.
var makeFields = []string{"Manufacturer", "ModelName", "ModelNumber"}

// software reports whether a maker's or model's name is that of the program that
// answers: Windows's own service, or wsdd, which stands in for it.
func software(value string) bool {
	value = strings.ToLower(value)
	return value == "" || value == "1" || value == "unknown" || value == "linux" ||
		strings.Contains(value, "microsoft") || strings.Contains(value, "wsdd") || strings.Contains(value, "samba")
}

// learn fetches the metadata of the service at path of ep and adds it to s.
// The error is for what the fetch came to; s is as good as it gets all the same.
func (src source) learn(ctx context.Context, s *lan.Sighting, m match, ep lan.Endpoint, path string) error {
	body, err := src.get(ctx, m, ep, path)
	for _, refusal := range []error{probes.ErrScope, probes.ErrBudget, probes.ErrNeverWrite} {
		if errors.Is(err, refusal) {
			s.Heard.Set(Refused, refusal.Error())
		}
	}
	if err != nil {
		return err
	}
	told, err := ParseMetadata(body)
	told.tell(s) // whatever came before the error counts
	return err
}

// get asks for the metadata (WS-Transfer, section 3.1): a question in a POST,
// which changes nothing.
func (src source) get(ctx context.Context, m match, ep lan.Endpoint, path string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	to := "urn:uuid:" + strings.TrimPrefix(m.id, name+":")
	if m.id == "" || strings.ContainsAny(to, `<>&"'`) {
		return nil, errors.New("the device has no address to put the question to")
	}
	const action = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get"
	question := `<?xml version="1.0" encoding="utf-8"?>` +
		`<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing">` +
		`<soap:Header><wsa:To>` + to + `</wsa:To><wsa:Action>` + action + `</wsa:Action><wsa:MessageID>urn:uuid:` + uuid() + `</wsa:MessageID>` +
		`<wsa:ReplyTo><wsa:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsa:Address></wsa:ReplyTo>` +
		`<wsa:From><wsa:Address>urn:uuid:` + uuid() + `</wsa:Address></wsa:From></soap:Header><soap:Body/></soap:Envelope>`
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, probes.URL(ep, path), strings.NewReader(question))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/soap+xml")
	resp, err := src.reach.HTTP(ep).Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %s", ep, resp.Status)
	}
	return io.ReadAll(io.LimitReader(resp.Body, MaxBody))
}

// near is a Reach that finds link-local addresses on one link: they mean nothing
// without it (RFC 4007 section 6), and the next link may have the same.
type near struct {
	probes.Reach
	link lan.Link
}

// HTTP implements probes.Reach.
func (n near) HTTP(ep lan.Endpoint) *http.Client {
	if ep.Addr.Is6() && ep.Addr.IsLinkLocalUnicast() {
		// A name would be looked up in a table a minute old.
		ep.Addr = ep.Addr.WithZone(strconv.Itoa(n.link.Index))
	}
	return n.Reach.HTTP(ep)
}
