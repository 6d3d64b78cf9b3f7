package probetest

import (
	"bytes"
	"errors"
	"fmt"
)

// SNMP answers GET and GETNEXT of versions 1 and 2c, and GETBULK with one row, to
// the one community it knows, and nobody else.
type SNMP struct {
	Community string `json:"community"` // "public"
	Descr     string `json:"sysDescr"`
	ObjectID  string `json:"sysObjectID"` // "1.3.6.1.4.1.2435.2.3.9.1"
	Name      string `json:"sysName"`
	// More are other texts by object: "1.3.6.1.2.1.25.3.2.1.3.1".
	More map[string]string `json:"more"`
}

// The objects of RFC 3418 that every device has.
const (
	oidSysDescr    = "1.3.6.1.2.1.1.1.0"
	oidSysObjectID = "1.3.6.1.2.1.1.2.0"
	oidSysName     = "1.3.6.1.2.1.1.5.0"
)

const (
	maxObjects  = 64
	maxBindings = 32 // of one question
	noSuchName  = 2  // error-status of version 1 (RFC 1157)
)

func (m *SNMP) check() error {
	if m.Community == "" || len(m.More) > maxObjects {
		return fmt.Errorf("snmp: community is missing, or more than %d objects", maxObjects)
	}
	_, err := m.objects()
	return err
}

// object is one answer: the encoded identifier and the encoded value.
type object struct{ oid, value []byte }

func (m *SNMP) objects() ([]object, error) {
	var all []object
	add := func(oid string, value []byte) error {
		body, err := oidBody(oid)
		all = append(all, object{body, value})
		return err
	}
	errs := []error{
		add(oidSysDescr, element(tagString, []byte(m.Descr))),
		add(oidSysName, element(tagString, []byte(m.Name))),
	}
	if m.ObjectID != "" {
		body, err := oidBody(m.ObjectID)
		errs = append(errs, err, add(oidSysObjectID, element(tagOID, body)))
	}
	for oid, text := range m.More {
		errs = append(errs, add(oid, element(tagString, []byte(text))))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("snmp: %w", err)
	}
	return all, nil
}

// question is what a datagram asks.
type question struct {
	version   []byte // its element's body
	community string
	next      bool
	bulk      bool
	id        []byte // request-id's body
	oids      [][]byte
}

// answer is the reply to one datagram, none to strangers and to noise.
func (m *SNMP) answer(r *Running, key string, datagram []byte) [][]byte {
	q, ok := parseQuestion(datagram)
	if !ok {
		r.ledger.malformed(key)
		return nil
	}
	verb := "GET"
	switch {
	case q.bulk:
		verb = "GETBULK"
	case q.next:
		verb = "GETNEXT"
	}
	r.ledger.asked(key, fmt.Sprintf("%s community %s", verb, q.community))
	objects, err := m.objects()
	if err != nil || q.community != m.Community {
		return nil
	}
	return [][]byte{respond(q, objects)}
}

// parseQuestion reads an SNMP message (RFC 3416 section 3).
func parseQuestion(b []byte) (q question, ok bool) {
	body, _, ok := expect(tagSequence, b)
	if !ok {
		return q, false
	}
	if q.version, body, ok = expect(tagInteger, body); !ok || len(q.version) != 1 || q.version[0] > 1 {
		return q, false
	}
	community, body, ok := expect(tagString, body)
	if !ok {
		return q, false
	}
	q.community = string(community)
	tag, pdu, _, ok := tlv(body)
	if !ok || tag != tagGet && tag != tagGetNext && tag != tagGetBulk || tag == tagGetBulk && q.version[0] == 0 {
		return q, false
	}
	q.bulk = tag == tagGetBulk
	q.next = q.bulk || tag == tagGetNext
	if q.id, pdu, ok = expect(tagInteger, pdu); !ok {
		return q, false
	}
	for range 2 { // error-status and error-index, 0 in a question; how many rows in a GETBULK
		if _, pdu, ok = expect(tagInteger, pdu); !ok {
			return q, false
		}
	}
	q.oids, ok = parseBindings(pdu)
	return q, ok
}

func parseBindings(pdu []byte) (oids [][]byte, ok bool) {
	list, _, ok := expect(tagSequence, pdu)
	for ok && len(list) > 0 {
		var binding, oid []byte
		if binding, list, ok = expect(tagSequence, list); !ok {
			break
		}
		if oid, _, ok = expect(tagOID, binding); !ok || len(oids) == maxBindings {
			return nil, false
		}
		oids = append(oids, oid)
	}
	return oids, ok && len(oids) > 0
}

// respond looks the question's objects up.
func respond(q question, objects []object) []byte {
	v1 := q.version[0] == 0
	var bindings, status, index []byte = nil, []byte{0}, []byte{0}
	for i, oid := range q.oids {
		o, found := lookup(objects, oid, q.next)
		if !found {
			o = object{oid, element(tagNoSuchObject)}
			if q.next {
				o.value = element(tagEndOfMib)
			}
			if v1 {
				o.value = element(tagNull)
				status, index = []byte{noSuchName}, []byte{byte(i + 1)}
			}
		}
		bindings = append(bindings, element(tagSequence, element(tagOID, o.oid), o.value)...)
	}
	return element(tagSequence,
		element(tagInteger, q.version),
		element(tagString, []byte(q.community)),
		element(tagResponse,
			element(tagInteger, q.id), element(tagInteger, status), element(tagInteger, index),
			element(tagSequence, bindings)))
}

// lookup finds oid, or with next the first object after it. Encoded
// identifiers sort as the identifiers do, as long as no part needs a third
// octet more than another, which suffices for a fake.
func lookup(objects []object, oid []byte, next bool) (best object, found bool) {
	for _, o := range objects {
		switch order := bytes.Compare(o.oid, oid); {
		case !next && order == 0:
			return o, true
		case next && order > 0 && (!found || bytes.Compare(o.oid, best.oid) < 0):
			best, found = o, true
		}
	}
	return best, found
}
