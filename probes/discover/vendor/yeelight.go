package vendor

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(Vendor{
	Name: "yeelight", Port: 1982, Group: ssdpGroup,
	Questions: always([]byte("M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1982\r\nMAN: \"ssdp:discover\"\r\nST: wifi_bulb\r\n\r\n")),
	Hear:      hearYeelight,
	Ears:      []uint16{1982},
})

// ssdpGroup is where Yeelight and Hikvision are spoken, too, on ports of their
// own.
var ssdpGroup = netip.MustParseAddr("239.255.255.250")

// hearYeelight reads an answer or an announcement (Yeelight WiFi Light
// Inter-Operation Specification, section 3). A bulb that answers has its LAN
// control switched on.
func hearYeelight(b []byte) (lan.Sighting, bool) {
	first, fields := headers(b)
	if !strings.HasPrefix(first, "HTTP/1.1 200") && !strings.HasPrefix(first, "NOTIFY ") {
		return lan.Sighting{}, false
	}
	u, err := url.Parse(fields["location"])
	if err != nil || u.Scheme != "yeelight" {
		return lan.Sighting{}, false
	}
	h := lan.Heard{}
	for _, key := range []string{"model", "fw_ver"} {
		h.Set("yeelight."+key, fields[key])
	}
	s, ok := sighting(h, fields["name"])
	if port, err := strconv.ParseUint(u.Port(), 10, 16); err == nil && port > 0 {
		s.Endpoints = []lan.Endpoint{{Transport: lan.TCP, Port: uint16(port)}}
	}
	return s, ok
}
