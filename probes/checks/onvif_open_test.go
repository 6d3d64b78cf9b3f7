package checks

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// transmitter is a camera that announced ONVIF at these addresses.
func transmitter(addresses string) lan.Device {
	return lan.Device{Kind: "camera", Heard: lan.Heard{lan.WSDTypes: "Device NetworkVideoTransmitter", lan.WSDXAddrs: addresses}}
}

// soap answers a call for the network's interfaces so.
func soap(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		asked, _ := io.ReadAll(r.Body)
		if r.Method != http.MethodPost || r.URL.Path != "/onvif/device_service" || !strings.Contains(string(asked), "<GetNetworkInterfaces ") ||
			strings.Contains(string(asked), "Username") || r.Header.Get("Authorization") != "" {
			http.Error(w, "not asked so", http.StatusTeapot)
			return
		}
		w.Header().Set("Content-Type", "application/soap+xml")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"><env:Body>`+body+`</env:Body></env:Envelope>`)
	}
}

const (
	interfaces = `<tds:GetNetworkInterfacesResponse><tds:NetworkInterfaces token="eth0"><tt:HwAddress>aa:bb:cc:00:11:22</tt:HwAddress></tds:NetworkInterfaces></tds:GetNetworkInterfacesResponse>`
	denied     = `<env:Fault><env:Code><env:Value>env:Sender</env:Value><env:Subcode><env:Value>ter:NotAuthorized</env:Value></env:Subcode></env:Code></env:Fault>`
)

var _ = hold("onvif-open",
	twin{name: "answers", device: transmitter(""), service: port("http", nil), web: soap(200, interfaces), want: lan.Fail},
	twin{name: "refuses in SOAP", device: transmitter(""), service: port("http", nil), web: soap(400, denied), want: lan.Pass},
	twin{name: "refuses in SOAP with 200", device: transmitter(""), service: port("http", nil), web: soap(200, denied), want: lan.Pass},
	twin{name: "refuses in HTTP", device: transmitter(""), service: port("http", nil), web: soap(401, ""), want: lan.Pass},
	twin{name: "does not know the call", device: transmitter(""), service: port("http", nil), web: soap(500, "<env:Fault/>"), want: lan.Undecided},
	twin{name: "an answer that is an error", device: transmitter(""), service: port("http", nil), web: soap(500, interfaces), want: lan.Undecided},
	twin{name: "announced at another port", device: transmitter("http://192.0.2.1:8899/onvif/device_service"), service: port("http", nil), want: lan.NotApplicable},
	twin{name: "announced in TLS", device: transmitter("https://192.0.2.1:9/onvif/device_service"), service: port("http", nil), want: lan.NotApplicable},
	twin{name: "no ONVIF", device: lan.Device{Kind: "camera"}, service: port("http", nil), want: lan.NotApplicable},
	twin{name: "a printer", device: lan.Device{Heard: lan.Heard{lan.WSDTypes: "Device PrintDeviceType"}}, service: port("http", nil), want: lan.NotApplicable})

// TestOnvifAtTheAnnouncedPort: its path counts, its host does not.
func TestOnvifAtTheAnnouncedPort(t *testing.T) {
	s := served(t, nil, soap(200, interfaces))
	d := transmitter(fmt.Sprintf("http://[fe80::1]/x http://203.0.113.9:%d/onvif/device_service", s.Port))
	p := &probes.Pass{Device: d, Service: s}
	got, err := judged(t, "onvif-open", p)
	if got != lan.Fail || err != nil || strings.Contains(words(p), "aa:bb:cc") {
		t.Errorf("%v, %v\n%s", got, err, words(p))
	}
}
