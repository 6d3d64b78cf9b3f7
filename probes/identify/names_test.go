package identify

import (
	"errors"
	"net/netip"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// table answers a node status request as a file server does.
func table(question []byte) []byte {
	b := append([]byte{question[0], question[1], 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0}, question[12:46]...)
	b = append(b, 0, 0x21, 0, 1, 0, 0, 0, 0, 0, 25, 1)
	b = append(b, "ATTIC          \x20\x04\x00"...)
	return append(b, 0, 0x15, 0x5d, 1, 2, 3)
}

func TestNetBIOS(t *testing.T) {
	d := &device{answer: table}
	svc, _, err := identifyIn(t, d, udpAt(137), 0)
	if err != nil || svc.Name != "netbios-ns" || svc.Heard[lan.NetBIOSName] != "ATTIC" || svc.Heard[lan.NetBIOSMAC] != "00:15:5d:01:02:03" || d.asked != 1 {
		t.Errorf("%s %v after %d questions, error %v", svc.Name, svc.Heard, d.asked, err)
	}
	late := &device{answer: func(q []byte) []byte { return table(append([]byte{q[0], q[1] ^ 1}, q[2:]...)) }}
	if _, _, err := identifyIn(t, late, udpAt(137), 0); !errors.Is(err, probes.ErrNotMine) {
		t.Errorf("another question's answer: error %v", err)
	}
	six := udpAt(137)
	six.Addr = netip.MustParseAddr("fe80::1")
	if _, _, err := identifyIn(t, d, six, 0); err == nil || d.asked != 1 {
		t.Errorf("an IPv6 address: error %v after %d questions", err, d.asked)
	}
}

// named answers a reverse question by LLMNR.
func named(t *testing.T, owner string) func([]byte) []byte {
	return func(question []byte) []byte {
		var m dnsmessage.Message
		if err := m.Unpack(question); err != nil || m.Questions[0].Name.String() != "20.1.168.192.in-addr.arpa." {
			t.Errorf("question %q, %v", question, err)
			return nil
		}
		m.Response = true
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: dnsmessage.MustNewName(owner), Class: dnsmessage.ClassINET},
			Body:   &dnsmessage.PTRResource{PTR: dnsmessage.MustNewName("DESKTOP-7QK.")},
		}}
		b, err := m.Pack()
		if err != nil {
			t.Error(err)
		}
		return b
	}
}

func TestLLMNR(t *testing.T) {
	d := &device{answer: named(t, "20.1.168.192.in-addr.arpa.")}
	svc, _, err := identifyIn(t, d, udpAt(5355), 0)
	if err != nil || svc.Name != "llmnr" || svc.Heard[lan.LLMNRName] != "DESKTOP-7QK" || d.asked != 1 {
		t.Errorf("%s %v after %d questions, error %v", svc.Name, svc.Heard, d.asked, err)
	}
	other := &device{answer: named(t, "21.1.168.192.in-addr.arpa.")}
	if _, _, err := identifyIn(t, other, udpAt(5355), 0); !errors.Is(err, probes.ErrNotMine) {
		t.Errorf("another's name: error %v", err)
	}
}
