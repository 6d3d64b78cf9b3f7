package mdns

import (
	"encoding/binary"
	"net/netip"
	"strings"

	"github.com/miekg/dns"

	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of what one datagram is looked at for.
const (
	maxRecords   = 512
	maxQuestions = 256
	maxStrings   = 64 // of one TXT record
)

const (
	flush    = 1 << 15 // of a record's class: RFC 6762 section 10.2
	owner    = 4       // EDNS0 option: draft-cheshire-edns0-owner-option
	response = 1 << 15 // QR, RFC 1035 section 4.1.1
)

// record is one resource record of a kind that matters here. Names are in DNS
// presentation form.
type record struct {
	name   string
	kind   uint16
	flush  bool // it replaces what was said before
	ttl    uint32
	target string // of PTR and SRV
	port   uint16
	text   []string
	addr   netip.Addr
}

// message is what matters of one datagram.
type message struct {
	response bool
	records  []record
	// owner is the sleeping device for which somebody else may be speaking.
	owner lan.MAC
}

// parse reads a message record by record, so that one of an unknown or broken
// kind costs nobody the others; it stops where the lengths stop adding up. ok
// is false when not even the header is there.
func parse(b []byte) (m message, ok bool) {
	if len(b) < 12 {
		return m, false
	}
	m.response = binary.BigEndian.Uint16(b[2:])&response != 0
	questions := int(binary.BigEndian.Uint16(b[4:]))
	all := int(binary.BigEndian.Uint16(b[6:])) + int(binary.BigEndian.Uint16(b[8:])) + int(binary.BigEndian.Uint16(b[10:]))
	at := 12
	for range min(questions, maxQuestions) {
		_, next, err := dns.UnpackDomainName(b, at)
		if err != nil || next+4 > len(b) {
			return m, true
		}
		at = next + 4
	}
	for range min(all, maxRecords) {
		name, head, err := dns.UnpackDomainName(b, at)
		if err != nil || head+10 > len(b) {
			return m, true
		}
		size := int(binary.BigEndian.Uint16(b[head+8:]))
		if at = head + 10 + size; at > len(b) {
			return m, true
		}
		m.take(b, name, head)
	}
	return m, true
}

// take reads the record called name whose fixed part begins at head; parse has
// seen to it that all of it is there.
func (m *message) take(b []byte, name string, head int) {
	class := binary.BigEndian.Uint16(b[head+2:])
	body := head + 10
	data := b[body : body+int(binary.BigEndian.Uint16(b[head+8:]))]
	r := record{name: name, kind: binary.BigEndian.Uint16(b[head:]), flush: class&flush != 0, ttl: binary.BigEndian.Uint32(b[head+4:])}
	if r.kind == dns.TypeOPT {
		m.owner = ownerOf(data)
		return
	}
	if class&^flush != dns.ClassINET {
		return
	}
	var err error
	switch {
	case r.kind == dns.TypePTR && len(data) > 0:
		r.target, _, err = dns.UnpackDomainName(b, body)
	case r.kind == dns.TypeSRV && len(data) > 6:
		r.port = binary.BigEndian.Uint16(data[4:])
		r.target, _, err = dns.UnpackDomainName(b, body+6)
	case r.kind == dns.TypeTXT:
		r.text = stringsOf(data)
	case r.kind == dns.TypeA && len(data) == 4, r.kind == dns.TypeAAAA && len(data) == 16:
		r.addr, _ = netip.AddrFromSlice(data)
		r.addr = r.addr.Unmap()
	default:
		return
	}
	if err == nil {
		m.records = append(m.records, r)
	}
}

// stringsOf are a TXT record's strings, in presentation form as the libraries
// give them.
func stringsOf(data []byte) (list []string) {
	for len(data) > 0 && int(data[0]) < len(data) && len(list) < maxStrings {
		n := 1 + int(data[0])
		if n > 1 {
			list = append(list, strings.ReplaceAll(string(data[1:n]), `\`, `\\`))
		}
		data = data[n:]
	}
	return list
}

// ownerOf is the hardware address in the owner option of an OPT record's data:
// behind a version and a sequence number, that of the machine which the records
// are about. A sleep proxy sends that of a machine that is asleep.
func ownerOf(data []byte) (mac lan.MAC) {
	for len(data) >= 4 {
		n := int(binary.BigEndian.Uint16(data[2:]))
		if n > len(data)-4 {
			break
		}
		if value := data[4 : 4+n]; binary.BigEndian.Uint16(data) == owner && n >= 8 && value[0] == 0 {
			mac, _ = lan.MACFrom(value[2:8])
			return mac
		}
		data = data[4+n:]
	}
	return mac
}
