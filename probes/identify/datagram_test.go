package identify

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

func TestUDPPorts(t *testing.T) {
	all := []uint16{53, 69, 123, 137, 161, 500, 623, 1434, 1900, 3478, 3671, 3702, 5060, 5351, 5353, 5355, 5683,
		8611, 9999, 10001, 20002, 34569, 37810, 38899, 47808, 48899, 54321, 56700}
	small := []uint16{1900, 5353, 5683, 9999, 20002, 38899, 48899, 54321, 56700}
	for class, want := range map[lan.Class][]uint16{lan.Careful: all, lan.Sturdy: all, lan.Fragile: small} {
		if got := UDPPorts(class); !slices.Equal(got, want) {
			t.Errorf("%s: %v", class, got)
		}
	}
}

// agent answers a GET as an SNMP agent does, from its own decoding of it.
func agent(t *testing.T, mangle func(id []byte, bindings []byte) []byte) func([]byte) []byte {
	return func(question []byte) []byte {
		message, rest, _ := berExpect(question, berSequence)
		_, message, _ = berExpect(message, berInteger)
		name, message, _ := berExpect(message, berOctets)
		pdu, _, ok := berExpect(message, berGet)
		id, _, _ := berExpect(pdu, berInteger)
		if !ok || len(rest) != 0 || string(name) != "public" {
			t.Errorf("question %x", question)
			return nil
		}
		value := func(arc byte, v []byte) []byte {
			return berEncode(berSequence, berEncode(berOID, []byte{0x2b, 6, 1, 2, 1, 1, arc, 0}), v)
		}
		bindings := slices.Concat(
			value(1, berEncode(berOctets, []byte("Linux nas 4.4.59+ #25426 SMP"))),
			value(2, berEncode(berOID, []byte{0x2b, 6, 1, 4, 1, 0xbf, 0x08, 3, 2, 10})),
			value(5, berEncode(berOctets, []byte("nas\x00"))))
		return mangle(id, bindings)
	}
}

func response(id, bindings []byte) []byte {
	pdu := berEncode(berResponse, berEncode(berInteger, id), berNumber(0), berNumber(0), berEncode(berSequence, bindings))
	return berEncode(berSequence, berNumber(1), berEncode(berOctets, []byte("public")), pdu)
}

func TestSNMP(t *testing.T) {
	d := &device{answer: agent(t, response)}
	svc, _, err := identifyIn(t, d, udpAt(161), 0)
	if err != nil {
		t.Fatal(err)
	}
	for field, want := range map[string]string{
		lan.SNMPDescr: "Linux nas 4.4.59+ #25426 SMP", lan.SNMPObjectID: "1.3.6.1.4.1.8072.3.2.10",
		lan.SNMPName: "nas", lan.SNMPCommunity: "public",
	} {
		if svc.Heard[field] != want {
			t.Errorf("%s is %q, want %q", field, svc.Heard[field], want)
		}
	}
	if svc.Name != "snmp" || d.asked != 1 {
		t.Errorf("%s after %d questions", svc.Name, d.asked)
	}
}

func TestSNMPNotMine(t *testing.T) {
	for name, mangle := range map[string]func(id, bindings []byte) []byte{
		"another question's answer": func(id, b []byte) []byte { return response(append(slices.Clone(id[:len(id)-1]), id[len(id)-1]^1), b) },
		"our own words":             func([]byte, []byte) []byte { return snmpGet(1) },
		"cut short":                 func(id, b []byte) []byte { r := response(id, b); return r[:len(r)-9] },
		"text":                      func([]byte, []byte) []byte { return []byte("hello") },
		"nothing":                   func([]byte, []byte) []byte { return []byte{} },
	} {
		d := &device{answer: agent(t, mangle)}
		if _, _, err := identifyIn(t, d, udpAt(161), 0); !errors.Is(err, probes.ErrNotMine) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestParseSNMPLongLengths(t *testing.T) {
	// The same response with every length in four bytes, as some agents write.
	long := func(tag byte, content []byte) []byte {
		n := len(content)
		return append([]byte{tag, 0x84, 0, 0, byte(n >> 8), byte(n)}, content...)
	}
	binding := long(berSequence, slices.Concat(
		long(berOID, []byte{0x2b, 6, 1, 2, 1, 1, 1, 0}), long(berOctets, []byte("printer"))))
	pdu := long(berResponse, slices.Concat(
		long(berInteger, []byte{0, 0, 0, 42}), long(berInteger, []byte{0}), long(berInteger, []byte{0}), long(berSequence, binding)))
	b := long(berSequence, slices.Concat(long(berInteger, []byte{1}), long(berOctets, []byte("public")), pdu))
	values, ok := parseSNMP(b, 42)
	if !ok || values["1.3.6.1.2.1.1.1.0"] != "printer" {
		t.Errorf("%v %v", values, ok)
	}
}

func TestBER(t *testing.T) {
	for _, n := range []uint32{0, 1, 127, 128, 255, 256, 1<<31 - 1, 1<<32 - 1} {
		content, rest, ok := berExpect(berNumber(n), berInteger)
		if got, whole := berInt(content); !ok || !whole || len(rest) != 0 || got != int64(n) {
			t.Errorf("%d comes back as %d", n, got)
		}
	}
	for _, size := range []int{0, 127, 128, 255, 256, 4000} {
		content, _, ok := berExpect(berEncode(berOctets, make([]byte, size)), berOctets)
		if !ok || len(content) != size {
			t.Errorf("%d bytes come back as %d", size, len(content))
		}
	}
	for _, bad := range []string{"", "\x04", "\x04\x80", "\x04\x85\x00\x00\x00\x00\x00", "\x04\x84\xff\xff\xff\xff", "\x04\x02a"} {
		if _, _, _, ok := parseBER([]byte(bad)); ok {
			t.Errorf("%x was taken", bad)
		}
	}
	if _, ok := oidText(bytes.Repeat([]byte{1}, 200)); ok {
		t.Error("an endless identifier was taken")
	}
	if got, _ := oidText([]byte{0x88, 0x37, 3}); got != "2.999.3" {
		t.Errorf("2.999.3 comes back as %s", got)
	}
}

func TestSSDP(t *testing.T) {
	for _, tt := range []struct{ name, answer, location string }{
		{"own", "http://192.168.1.20:49152/rootDesc.xml", "http://192.168.1.20:49152/rootDesc.xml"},
		{"another's", "http://192.168.1.99/evil.xml", ""},
		{"a name", "http://router.home/x.xml", ""},
		{"no web address", "file://192.168.1.20/etc/passwd", ""},
	} {
		d := &device{answer: func(question []byte) []byte {
			if !strings.HasPrefix(string(question), "M-SEARCH * HTTP/1.1\r\nHOST: 192.168.1.20:1900\r\n") {
				t.Errorf("question %q", question)
			}
			return []byte("HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nLOCATION: " + tt.answer +
				"\r\nSERVER: Linux/3.10 UPnP/1.0 MiniUPnPd/2.1\r\nUSN: uuid:1::upnp:rootdevice\r\n\r\n")
		}}
		svc, _, err := identifyIn(t, d, udpAt(1900), 0)
		if err != nil || words(svc) != "ssdp MiniUPnPd 2.1" || svc.Heard[lan.UPnPLocation] != tt.location {
			t.Errorf("%s: %s %v, error %v", tt.name, words(svc), svc.Heard, err)
		}
	}
}

func TestDatagramNotOpen(t *testing.T) {
	for name, answer := range map[string]string{
		"a notify":    "NOTIFY * HTTP/1.1\r\nNT: upnp:rootdevice\r\n\r\n",
		"an error":    "HTTP/1.1 500 Oops\r\nST: x\r\n\r\n",
		"a bare page": "HTTP/1.1 200 OK\r\n\r\n",
	} {
		d := &device{answer: func([]byte) []byte { return []byte(answer) }}
		if _, _, err := identifyIn(t, d, udpAt(1900), 0); !errors.Is(err, probes.ErrNotMine) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	d := &device{}
	if _, took, err := identifyIn(t, d, udpAt(1900), 0); !errors.Is(err, context.DeadlineExceeded) || took > maxAnswer {
		t.Errorf("silence: error %v after %v", err, took)
	}
	if _, _, err := identifyIn(t, d, udpAt(12345), 0); err == nil || d.asked != 1 {
		t.Errorf("a port without a question: error %v, %d asked", err, d.asked)
	}
}
