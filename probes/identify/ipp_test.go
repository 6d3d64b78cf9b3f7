package identify

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// parseEndpoint is the TCP endpoint that text names, for tables.
func parseEndpoint(text string, tls bool) lan.Endpoint {
	ap := netip.MustParseAddrPort(text)
	return lan.Endpoint{Addr: ap.Addr(), Transport: lan.TCP, Port: ap.Port(), TLS: tls}
}

// attribute is one encoded attribute (RFC 8010, section 3.1.4).
func attribute(tag byte, name, value string) []byte {
	b := []byte{tag}
	b = binary.BigEndian.AppendUint16(b, uint16(len(name)))
	b = append(b, name...)
	b = binary.BigEndian.AppendUint16(b, uint16(len(value)))
	return append(b, value...)
}

var printerAnswer = bytes.Join([][]byte{
	{1, 1, 0, 0, 0, 0, 0, 1, ippOperation},
	attribute(ippCharset, "attributes-charset", "utf-8"),
	attribute(ippLanguage, "attributes-natural-language", "en"),
	{0x04},
	attribute(0x42, "printer-name", "Office"),
	attribute(ippTextLanguage, "printer-make-and-model", "\x00\x02en\x00\x16HP OfficeJet Pro 8600 "),
	attribute(0x41, "printer-firmware-string-version", "CLP1CN1829AR"),
	attribute(0x41, "", "second value"),
	attribute(0x41, "printer-device-id", "MFG:HP;MDL:OfficeJet Pro 8600;"),
	{ippEnd},
}, nil)

// printer answers the one question and shows a page for every other.
func printer(server string, answer []byte) script {
	return func(c net.Conn) {
		req, err := http.ReadRequest(bufio.NewReader(c))
		if err != nil {
			return
		}
		asked, _ := io.ReadAll(req.Body)
		if req.Method == "POST" && req.URL.Path == ippPath && bytes.Equal(asked[:4], []byte{1, 1, 0, 0x0b}) && answer != nil {
			fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nServer: %s\r\nContent-Type: application/ipp\r\nContent-Length: %d\r\n\r\n%s",
				server, len(answer), answer)
			return
		}
		fmt.Fprintf(c, "HTTP/1.1 404 Not Found\r\nServer: %s\r\n\r\n<title>Printer</title>", server)
	}
}

func TestIPP(t *testing.T) {
	for _, tt := range []struct {
		name        string
		port        uint16
		connections int
		script      script
		want        string
		dials       int
		model       string
	}{
		{"its own port", 631, 2, printer("HP HTTP Server; x", printerAnswer), "ipp HP HTTP Server", 1, "HP OfficeJet Pro 8600"},
		{"a print server elsewhere", 8080, 2, printer("CUPS/2.4 IPP/2.1", printerAnswer), "ipp CUPS 2.4", 2, "HP OfficeJet Pro 8600"},
		{"no connection left to ask", 8080, 1, printer("CUPS/2.4 IPP/2.1", printerAnswer), "http CUPS 2.4", 1, ""},
		{"a web server on its port", 631, 2, printer("nginx", nil), "http nginx", 2, ""},
		{"in tls", 443, 2, inTLS("", printer("CUPS/2.4 IPP/2.1", printerAnswer)), "ipps CUPS 2.4", 2, "HP OfficeJet Pro 8600"},
		{"junk for an answer", 631, 2, printer("x", []byte("not ipp at all")), "ipp", 1, ""},
		{"cut short", 631, 2, printer("x", printerAnswer[:150]), "ipp x", 1, "HP OfficeJet Pro 8600"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := &device{scripts: []script{tt.script}}
			svc, _, err := identifyIn(t, d, at(tt.port), tt.connections)
			if err != nil || words(svc) != tt.want || len(d.dialled) != tt.dials || svc.Heard[lan.IPPMakeModel] != tt.model {
				t.Errorf("%s after %d connections, heard %v, error %v", words(svc), len(d.dialled), svc.Heard, err)
			}
		})
	}
}

func TestParseIPP(t *testing.T) {
	got, ok := parseIPP(printerAnswer)
	if !ok || got["printer-firmware-string-version"] != "CLP1CN1829AR" ||
		got["printer-device-id"] != "MFG:HP;MDL:OfficeJet Pro 8600;" || got["printer-name"] != "Office" {
		t.Errorf("%q %v", got, ok)
	}
	for name, bad := range map[string][]byte{
		"empty": nil, "short": printerAnswer[:8], "another request": append([]byte{1, 1, 0, 0, 0, 0, 0, 2}, 3),
		"version 0": append([]byte{0, 1, 0, 0, 0, 0, 0, 1}, 3),
	} {
		if _, ok := parseIPP(bad); ok {
			t.Errorf("%s was taken", name)
		}
	}
	endless := append(bytes.Clone(printerAnswer[:9]), bytes.Repeat(attribute(0x41, "x", "y"), 5000)...)
	if _, ok := parseIPP(endless); !ok {
		t.Error("an answer with many values was not read as far as the bound")
	}
}
