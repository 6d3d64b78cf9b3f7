package igd

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

const action = "GetGenericPortMappingEntry"

// entryCall asks for the i-th row of the table (UPnP Device Architecture 1.1
// section 3.2.1).
func entryCall(service string, i int) []byte {
	return fmt.Appendf(nil, `<?xml version="1.0"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>`+
		`<u:%s xmlns:u="%s"><NewPortMappingIndex>%d</NewPortMappingIndex></u:%[1]s></s:Body></s:Envelope>`, action, service, i)
}

// parseEntry reads one row; on is false for one that is switched off.
func parseEntry(said []byte) (m lan.Mapping, on, ok bool) {
	text := string(said)
	number := func(name string) uint16 {
		n, err := strconv.ParseUint(element(text, name), 10, 16)
		if err != nil {
			return 0
		}
		return uint16(n)
	}
	m = lan.Mapping{
		Transport: lan.Transport(strings.ToLower(element(text, "NewProtocol"))),
		External:  number("NewExternalPort"), Port: number("NewInternalPort"),
		For: lan.Printable(element(text, "NewPortMappingDescription"), lan.MaxName),
	}
	var err error
	m.Client, err = netip.ParseAddr(element(text, "NewInternalClient"))
	on = element(text, "NewEnabled") != "0"
	return m, on, err == nil && m.Port > 0 && (m.Transport == lan.TCP || m.Transport == lan.UDP)
}

// past reports whether a fault says that the table has no such row: 713, or 714
// from routers that mean the same.
func past(said []byte) bool {
	code := element(string(said), "errorCode")
	return code == "713" || code == "714"
}

// element is the text of the first element of that name, without blanks around
// it; "" where there is none, or not as simple a one as this protocol has.
func element(text, name string) string {
	for {
		_, after, found := strings.Cut(text, "<"+name)
		if !found {
			return ""
		}
		attributes, rest, closed := strings.Cut(after, ">")
		if !closed {
			return ""
		}
		if attributes == "" || attributes[0] == ' ' { // and no longer name
			content, _, _ := strings.Cut(rest, "<")
			return strings.TrimSpace(content)
		}
		text = rest
	}
}
