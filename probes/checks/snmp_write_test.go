package checks

import (
	"net"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// agent is an SNMP agent that answers a question with these values, each of them
// SNMP's encoding of an identifier and a text.
func agent(rows ...string) func(*testing.T) *probes.Pass {
	return func(t *testing.T) *probes.Pass {
		conn, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			for b := make([]byte, 4096); ; {
				_, from, err := conn.ReadFrom(b)
				if err != nil {
					return
				}
				_, _ = conn.WriteTo(rowsFor(b, rows), from)
			}
		}()
		t.Cleanup(func() { conn.Close(); <-done })
		s := serviceAt(conn.LocalAddr(), "snmp", lan.Heard{lan.SNMPCommunity: "public"})
		s.Transport = lan.UDP
		return &probes.Pass{Service: s}
	}
}

// rowsFor is the response with the request's own number, which is of four bytes at
// most and stands after the community and the kind of request.
func rowsFor(asked []byte, rows []string) []byte {
	id := asked[15 : 17+asked[16]]
	list := ""
	for _, row := range rows {
		list += row
	}
	list = "\x30" + string([]byte{byte(len(list))}) + list
	body := string(id) + "\x02\x01\x00\x02\x01\x00" + list
	body = "\x02\x01\x01\x04\x06public\xa2" + string([]byte{byte(len(body))}) + body
	return []byte("\x30" + string([]byte{byte(len(body))}) + body)
}

// group is one row of who may write what, for SNMP version 2c.
func group(view string) string {
	name := "\x2b\x06\x01\x06\x03\x10\x01\x04\x01\x06\x01g\x00\x02\x01"
	row := "\x06" + string([]byte{byte(len(name))}) + name + "\x04" + string([]byte{byte(len(view))}) + view
	return "\x30" + string([]byte{byte(len(row))}) + row
}

var _ = hold("snmp-write",
	twin{name: "every community may write", pass: agent(group("_all_"), group("all")), want: lan.LikelyFail},
	twin{name: "none may", pass: agent(group("none"), group("")), want: lan.LikelyPass},
	twin{name: "some may", pass: agent(group("none"), group("all")), want: lan.Undecided},
	twin{name: "hides its table", pass: agent(), want: lan.NotTested},
	twin{name: "is not read by public", service: port("snmp", nil), want: lan.NotApplicable})
