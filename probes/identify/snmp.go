package identify

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(snmp{}, asks)

// snmp asks an agent for three values of its system group (RFC 3418) in one
// version 2c GET (RFC 3416, section 4.2.1) with the community "public". No other
// community is tried here.
type snmp struct{}

const community = "public"

// snmpAsked are the values asked for: the last arcs of 1.3.6.1.2.1.1, and the
// field each is kept in.
var snmpAsked = []struct {
	oid   string
	arc   byte
	field string
}{
	{"1.3.6.1.2.1.1.1.0", 1, lan.SNMPDescr},
	{"1.3.6.1.2.1.1.2.0", 2, lan.SNMPObjectID},
	{"1.3.6.1.2.1.1.5.0", 5, lan.SNMPName},
}

// Name is "snmp".
func (snmp) Name() string { return "snmp" }

func (snmp) udpPort() uint16 { return 161 }

// Likely claims UDP port 161.
func (s snmp) Likely(ep lan.Endpoint, _ []byte) bool {
	return ep.Transport == lan.UDP && ep.Port == s.udpPort()
}

// Identify asks and takes only an answer to this very question.
func (snmp) Identify(ctx context.Context, r probes.Reach, ep lan.Endpoint) (lan.Service, error) {
	svc := found(ep, "snmp")
	id := rand.Uint32() >> 1 // an INTEGER of 32 bits, not negative
	answer, err := r.Ask(ctx, ep, snmpGet(id))
	if err != nil {
		return svc, fmt.Errorf("ask snmp: %w", err)
	}
	values, ok := parseSNMP(answer, id)
	if !ok {
		return svc, probes.ErrNotMine
	}
	for _, asked := range snmpAsked {
		svc.Heard.Set(asked.field, values[asked.oid])
	}
	svc.Heard.Set(lan.SNMPCommunity, community)
	return svc, nil
}

// snmpGet is the message of the GET request with that request-id.
func snmpGet(id uint32) []byte {
	var bindings []byte
	for _, asked := range snmpAsked {
		oid := berEncode(berOID, []byte{0x2b, 6, 1, 2, 1, 1, asked.arc, 0})
		bindings = append(bindings, berEncode(berSequence, oid, berEncode(berNull))...)
	}
	pdu := berEncode(berGet, berNumber(id), berNumber(0), berNumber(0), berEncode(berSequence, bindings))
	return berEncode(berSequence, berNumber(1), berEncode(berOctets, []byte(community)), pdu)
}

// parseSNMP reads the values out of the response to request id, by their object
// identifier. A response that carries an error or an exception for a value
// (RFC 3416, section 3) is well-formed and has fewer values, perhaps none.
func parseSNMP(b []byte, id uint32) (values map[string]string, ok bool) {
	bindings, ok := snmpBindings(b, id)
	if !ok {
		return nil, false
	}
	values = map[string]string{}
	for range 2 * len(snmpAsked) {
		binding, rest, whole := berExpect(bindings, berSequence)
		name, value, named := berExpect(binding, berOID)
		if !whole || !named {
			break
		}
		bindings = rest
		if oid, ok := oidText(name); ok {
			values[oid] = snmpText(value)
		}
	}
	return values, true
}

// snmpBindings is the list of values in the response to request id, as it came.
func snmpBindings(b []byte, id uint32) (bindings []byte, ok bool) {
	message, _, ok1 := berExpect(b, berSequence)
	version, message, ok2 := berExpect(message, berInteger)
	_, message, ok3 := berExpect(message, berOctets)
	pdu, _, ok4 := berExpect(message, berResponse)
	request, pdu, ok5 := berExpect(pdu, berInteger)
	_, pdu, ok6 := berExpect(pdu, berInteger)
	_, pdu, ok7 := berExpect(pdu, berInteger)
	bindings, _, ok8 := berExpect(pdu, berSequence)
	v, ok9 := berInt(version)
	got, ok10 := berInt(request)
	return bindings, ok1 && ok2 && ok3 && ok4 && ok5 && ok6 && ok7 && ok8 && ok9 && ok10 && v == 1 && got == int64(id)
}

// snmpText is a value's text, empty for a kind that was not asked for.
func snmpText(value []byte) string {
	tag, content, _, _ := parseBER(value)
	switch tag {
	case berOctets:
		return string(content)
	case berOID:
		text, _ := oidText(content)
		return text
	}
	return ""
}
