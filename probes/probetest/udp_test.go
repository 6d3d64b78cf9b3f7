package probetest

import (
	"bufio"
	"bytes"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/miekg/dns"
)

// ask sends one datagram and gives the first answer.
func ask(t *testing.T, n *LoopbackNet, port uint16, datagram []byte) []byte {
	t.Helper()
	c, err := net.Dial("udp4", n.Endpoint(lan.UDP, port).AddrPort().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write(datagram); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 4096)
	got, err := c.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	return buf[:got]
}

// snmpGet is a question of version 1 (0) or 2c (1).
func snmpGet(t *testing.T, version byte, community string, tag byte, oids ...string) []byte {
	t.Helper()
	var bindings []byte
	for _, text := range oids {
		oid, err := oidBody(text)
		if err != nil {
			t.Fatal(err)
		}
		bindings = append(bindings, element(tagSequence, element(tagOID, oid), element(tagNull))...)
	}
	zero := element(tagInteger, []byte{0})
	return element(tagSequence, element(tagInteger, []byte{version}), element(tagString, []byte(community)),
		element(tag, element(tagInteger, []byte{0x12, 0x34}), zero, zero, element(tagSequence, bindings)))
}

func TestSNMP(t *testing.T) {
	r, n := start(t, load(t, "brother-mfc-j5320dw"))
	got := ask(t, n, 161, snmpGet(t, 1, "public", tagGet, oidSysDescr, oidSysObjectID, "1.3.6.1.2.1.99.0"))
	objectID, _ := oidBody("1.3.6.1.4.1.2435.2.3.9.1")
	for _, want := range [][]byte{[]byte("Brother NC-8600w"), element(tagOID, objectID), {2, 2, 0x12, 0x34}, element(tagNoSuchObject)} {
		if !bytes.Contains(got, want) {
			t.Errorf("answer % x lacks % x", got, want)
		}
	}
	got = ask(t, n, 161, snmpGet(t, 0, "public", tagGet, "1.3.6.1.2.1.99.0"))
	if !bytes.Contains(got, []byte{2, 1, noSuchName, 2, 1, 1}) {
		t.Errorf("version 1 does not say noSuchName: % x", got)
	}
	got = ask(t, n, 161, snmpGet(t, 1, "public", tagGetNext, "1.3.6.1.2.1.1.1.0"))
	if !bytes.Contains(got, element(tagOID, objectID)) {
		t.Errorf("the object after sysDescr is % x", got)
	}
	if c := r.Counters().Ports["udp/161"]; c.Writes != 3 || c.Malformed != 0 || c.Asked[0] != "GET community public" {
		t.Errorf("counters %+v", c)
	}
}

func TestSNMPIsSilentToStrangers(t *testing.T) {
	r, _ := start(t, load(t, "brother-mfc-j5320dw"))
	m := r.Device().Listeners[4].SNMP
	for _, question := range [][]byte{
		snmpGet(t, 1, "private", tagGet, oidSysDescr),
		snmpGet(t, 1, "public", 0xa3, oidSysDescr), // SET
		[]byte("hello"),
		nil,
	} {
		if got := m.answer(r, "udp/161", question); got != nil {
			t.Errorf("% x is answered with % x", question, got)
		}
	}
	if got := r.Counters().Ports["udp/161"]; got.Malformed != 3 || len(got.Asked) != 1 {
		t.Errorf("counters %+v", got)
	}
}

func FuzzSNMPQuestion(f *testing.F) {
	f.Add([]byte{0x30, 0x82, 0, 4, 2, 1, 1, 4})
	f.Add([]byte("\x30\x26\x02\x01\x01\x04\x06public\xa0\x19\x02\x01\x01\x02\x01\x00\x02\x01\x00\x30\x0e\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x01\x00\x05\x00"))
	objects, err := (&SNMP{Descr: "d", ObjectID: "1.3.6.1.4.1.1"}).objects()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, datagram []byte) {
		q, ok := parseQuestion(datagram)
		if !ok {
			return
		}
		if _, _, rest, ok := tlv(respond(q, objects)); !ok || len(rest) != 0 {
			t.Errorf("the answer to % x is no element", datagram)
		}
	})
}

const search = "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: %\r\n\r\n"

func TestSSDP(t *testing.T) {
	r, n := start(t, load(t, "tplink-archer-ax21"))
	const igd = "urn:schemas-upnp-org:device:InternetGatewayDevice:1"
	got := ask(t, n, 1900, []byte(strings.Replace(search, "%", igd, 1)))
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(got)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp.Header.Get("Location") != "http://127.0.0.1:1900/rootDesc.xml" || resp.Header.Get("ST") != igd ||
		resp.Header.Get("USN") != "uuid:8ee1a0c2-2c3d-4d7e-9c51-60a4b7000100::"+igd {
		t.Errorf("answer %v", resp.Header)
	}
	p := r.Device().SSDP
	for target, want := range map[string]int{
		"ssdp:all": 2 + len(p.Targets), "upnp:rootdevice": 1, p.udn(): 1, "urn:other:1": 0,
	} {
		if got := p.answer(r, "udp/1900", []byte(strings.Replace(search, "%", target, 1))); len(got) != want {
			t.Errorf("%s: %d answers, want %d", target, len(got), want)
		}
	}
	for _, noise := range []string{"", "\x00\x01", strings.Replace(search, "MAN", "NAM", 1)} {
		if got := p.answer(r, "udp/1900", []byte(noise)); got != nil {
			t.Errorf("%q is answered", noise)
		}
	}
	if got := r.Counters().Ports["udp/1900"].Malformed; got != 3 {
		t.Errorf("malformed = %d, want 3", got)
	}
}

func TestMDNSRecords(t *testing.T) {
	z := &zone{load(t, "brother-mfc-j5320dw").MDNS, netip.MustParseAddr("192.0.2.6")}
	tests := []struct {
		question string
		want     []string
	}{
		{"_services._dns-sd._udp.local.", []string{"_ipp._tcp.local.", "_printer._tcp.local.", "_pdl-datastream._tcp.local.", "_http._tcp.local."}},
		{"_IPP._tcp.local.", []string{"PTR", "SRV", "631 BRW3C2AF4532006.local.", "ty=Brother MFC-J5320DW", "192.0.2.6"}},
		{"Brother MFC-J5320DW._pdl-datastream._tcp.local.", []string{"SRV", "9100"}},
		{"BRW3C2AF4532006.local.", []string{"192.0.2.6"}},
		{"6.2.0.192.in-addr.arpa.", []string{"PTR", "BRW3C2AF4532006.local."}},
	}
	for _, tt := range tests {
		var all strings.Builder
		for _, rr := range z.Records(dns.Question{Name: tt.question}) {
			all.WriteString(rr.String() + "\n")
		}
		for _, want := range tt.want {
			if !strings.Contains(all.String(), want) {
				t.Errorf("%s lacks %q:\n%s", tt.question, want, all.String())
			}
		}
	}
	if got := z.Records(dns.Question{Name: "_other._tcp.local."}); got != nil {
		t.Errorf("an unknown type has %v", got)
	}
}

// What a device announces, hostile names included, survives the wire.
func TestMDNSRecordsPack(t *testing.T) {
	for _, d := range loadAll(t) {
		if d.MDNS == nil {
			continue
		}
		z := &zone{d.MDNS, netip.MustParseAddr("192.0.2.6")}
		for _, i := range d.MDNS.Instances {
			answer := &dns.Msg{Answer: z.Records(dns.Question{Name: i.domain()})}
			wire, err := answer.Pack()
			if err != nil {
				t.Errorf("%s: %s: %v", d.Name, i.full(), err)
				continue
			}
			var back dns.Msg
			if err := back.Unpack(wire); err != nil || len(back.Answer) != len(answer.Answer) {
				t.Errorf("%s: %s: %d of %d records, %v", d.Name, i.full(), len(back.Answer), len(answer.Answer), err)
			}
			if !bytes.Contains(wire, append([]byte{byte(len(i.Name))}, i.Name...)) {
				t.Errorf("%s: the name %q is not a label of the answer", d.Name, i.Name)
			}
		}
	}
}
