package proof

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

// snmpDoor is a read community of SNMP 1 and 2c (RFC 1157, RFC 1901): a word
// that is user and password in one, here the pair's password. It asks for
// sysDescr and sets nothing, ever.
//
// An agent does not answer a community that it does not know (RFC 1157 section
// 4.1), and a datagram may be lost, so silence alone is Unclear. It is Rejected
// only where the agent answers another community right after: the one that
// opened it, or "public" where that was heard before.
type snmpDoor struct {
	reach probes.Reach
	ep    lan.Endpoint
	known string // a community that was answered, empty for none
	plain bool   // it is the record's own: whoever asks with it is no visitor inside
}

var _ = register("snmp", func(p *probes.Pass, r logins.Record) Door {
	d := &snmpDoor{reach: p.Reach, ep: p.Service.Endpoint(), known: p.Service.Heard[lan.SNMPCommunity]}
	for _, pair := range r.Pairs {
		d.plain = d.plain || d.known != "" && pair.Pass.Reveal() == d.known
	}
	return d
})

func (d *snmpDoor) Name() string { return "SNMP GET sysDescr" }

// Look sends nothing: SNMP has no question without a community. Where the
// record's own was answered without anybody's login, it is Open.
func (d *snmpDoor) Look(context.Context) (State, string, error) {
	if d.plain {
		return Open, "answers a community that everybody knows", nil
	}
	return Closed, "SNMP asks for a community by design", nil
}

func (d *snmpDoor) Try(ctx context.Context, l Login) (probes.Outcome, string, error) {
	if l.User != "" || l.Password == "" || len(l.Password) > maxCommunity {
		return probes.Unclear, "", errors.New("no community of SNMP 1 or 2c")
	}
	status, err := d.ask(ctx, l.Password)
	switch {
	case err == nil && status == 0:
		d.known = l.Password
		return probes.Accepted, "gave its description", nil
	case err == nil:
		return probes.Unclear, fmt.Sprintf("error-status %d", status), nil
	case !errors.Is(err, context.DeadlineExceeded):
		return probes.Unclear, "", err
	case d.known == "" || d.known == l.Password || ctx.Err() != nil:
		return probes.Unclear, "silence, which proves nothing", nil
	}
	if _, err := d.ask(ctx, d.known); err != nil {
		return probes.Unclear, "silence, also to a community that was answered before", nil
	}
	return probes.Rejected, "silence, while another community was answered", nil
}

// ask sends one GET in version 2c and, if nobody answers, in version 1.
// Silence is a context.DeadlineExceeded.
func (d *snmpDoor) ask(ctx context.Context, community string) (status byte, err error) {
	for _, version := range []byte{1, 0} {
		id := rand.Uint32()>>1 | 1<<24 // four bytes, not negative
		var answer []byte
		answer, err = d.reach.Ask(ctx, d.ep, snmpGet(version, community, id))
		if err == nil {
			return snmpStatus(answer, id)
		}
	}
	return 0, err
}

// maxCommunity keeps every length of the message in one byte.
const maxCommunity = 64

// snmpGet is a GetRequest for sysDescr.0 (RFC 3418) in the Basic Encoding Rules.
func snmpGet(version byte, community string, id uint32) []byte {
	const sysDescr = "\x30\x0e\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x01\x00\x05\x00"
	pdu := append([]byte{0xa0, 28, 2, 4, byte(id >> 24), byte(id >> 16), byte(id >> 8), byte(id)}, "\x02\x01\x00\x02\x01\x00"+sysDescr...)
	message := append([]byte{2, 1, version, 4, byte(len(community))}, community...)
	message = append(message, pdu...)
	return append([]byte{0x30, byte(len(message))}, message...)
}

// snmpStatus is the error-status of the response to request id (RFC 3416
// section 3); 0 comes with the value that was asked for.
func snmpStatus(b []byte, id uint32) (status byte, err error) {
	message, _ := berElement(b, 0x30)
	_, message = berElement(message, 0x02) // version
	_, message = berElement(message, 0x04) // community
	pdu, _ := berElement(message, 0xa2)
	request, pdu := berElement(pdu, 0x02)
	code, pdu := berElement(pdu, 0x02)
	_, pdu = berElement(pdu, 0x02) // error-index
	if len(code) == 0 || !bytes.Equal(request, []byte{byte(id >> 24), byte(id >> 16), byte(id >> 8), byte(id)}) {
		return 0, errors.New("no answer of SNMP to this question")
	}
	bindings, _ := berElement(pdu, 0x30)
	binding, _ := berElement(bindings, 0x30)
	_, value := berElement(binding, 0x06)
	if text, _ := berElement(value, 0x04); code[len(code)-1] == 0 && text == nil {
		return 0xff, nil // no such object
	}
	return code[len(code)-1], nil
}

// berElement is the content of the first element of b, which must have tag, and
// what follows it; nil if it has not, or is cut short.
func berElement(b []byte, tag byte) (content, rest []byte) {
	if len(b) < 2 || b[0] != tag {
		return nil, nil
	}
	n, b := int(b[1]), b[2:]
	if n >= 0x80 { // in the n&0x7f bytes after it, of which two hold any datagram
		size := n & 0x7f
		if size > 4 || size > len(b) {
			return nil, nil
		}
		n = 0
		for _, c := range b[:size] {
			n = n<<8&0xffffff | int(c)
		}
		b = b[size:]
	}
	if n > len(b) {
		return nil, nil
	}
	return b[:n:n], b[n:]
}
