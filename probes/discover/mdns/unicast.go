package mdns

import (
	"encoding/binary"

	"github.com/miekg/dns"
)

// Port is multicast DNS's (RFC 6762, section 3).
const Port = 5353

// Question asks one device, by itself, for the types of its services (RFC 6762,
// section 5.5; RFC 6763, section 9). The id comes back in the answer.
func Question(id uint16) []byte {
	q := questions(dns.TypePTR, meta+".local.")[0]
	binary.BigEndian.PutUint16(q, id)
	return q
}

// Types reads the types of services, at least one, out of an answer to
// Question(id). Small responders that know no such questions leave the id zero,
// as in what they send to everybody (RFC 6762, section 18.1). ok is false for
// anything else. It is pure, bounded by the datagram and safe for concurrent use.
func Types(answer []byte, id uint16) (types []string, ok bool) {
	r, ok := read(answer)
	if !ok || len(r.types) == 0 {
		return nil, false
	}
	got := binary.BigEndian.Uint16(answer)
	return r.types, got == id || got == 0
}
