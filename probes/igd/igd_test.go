package igd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// road is a Reach over loopback.
type road struct{ dialled int }

func (r *road) Dial(ctx context.Context, ep lan.Endpoint) (net.Conn, error) {
	r.dialled++
	return (&net.Dialer{}).DialContext(ctx, "tcp", ep.AddrPort().String())
}

func (*road) Ask(context.Context, lan.Endpoint, []byte) ([]byte, error) {
	return nil, errors.New("no datagrams here")
}

func (r *road) HTTP(ep lan.Endpoint) *http.Client { return probes.Pinned(ep, r.Dial) }

const description = `<?xml version="1.0"?><root><device><serviceList>
<service> <serviceType>urn:schemas-upnp-org:service:Layer3Forwarding:1</serviceType> <controlURL>/l3f</controlURL></service>
<service> <serviceType> urn:schemas-upnp-org:service:WANIPConnection:1 </serviceType><SCPDURL>/scpd.xml</SCPDURL><controlURL>%s</controlURL></service>
</serviceList></device></root>`

// entry is a row of the table as miniupnpd sends it.
func entry(protocol string, external int, client string, port int, on, what string) string {
	return fmt.Sprintf(`<s:Envelope><s:Body><u:GetGenericPortMappingEntryResponse xmlns:u="x"><NewRemoteHost></NewRemoteHost>
<NewExternalPort>%d</NewExternalPort><NewProtocol>%s</NewProtocol><NewInternalPort dt:dt="ui2">%d</NewInternalPort>
<NewInternalClient>%s</NewInternalClient><NewEnabled>%s</NewEnabled><NewPortMappingDescription>%s</NewPortMappingDescription>
<NewLeaseDuration>0</NewLeaseDuration></u:GetGenericPortMappingEntryResponse></s:Body></s:Envelope>`, external, protocol, port, client, on, what)
}

const fault = `<s:Fault><detail><UPnPError><errorCode>%d</errorCode></UPnPError></detail></s:Fault>`

// router serves a description and the rows, then the fault.
func router(t *testing.T, control string, code int, rows ...string) lan.Device {
	t.Helper()
	asked := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch {
		case r.Method == http.MethodGet && r.URL.Path == "/root.xml":
			fmt.Fprintf(w, description, control)
		case r.Method == http.MethodPost && r.URL.Path == "/ctl":
			if !strings.Contains(string(body), fmt.Sprintf("<NewPortMappingIndex>%d<", asked)) || strings.Contains(string(body), "Delete") ||
				r.Header.Get("SOAPAction") != `"urn:schemas-upnp-org:service:WANIPConnection:1#GetGenericPortMappingEntry"` {
				t.Errorf("asked %v %s", r.Header, body)
			}
			if asked++; asked <= len(rows) {
				io.WriteString(w, rows[asked-1])
				return
			}
			w.WriteHeader(500)
			fmt.Fprintf(w, fault, code)
		default:
			t.Errorf("asked %s %s", r.Method, r.URL)
		}
	}))
	t.Cleanup(s.Close)
	return lan.Device{Addresses: []netip.Addr{netip.MustParseAddr("127.0.0.1")}, Heard: lan.Heard{lan.UPnPLocation: s.URL + "/root.xml"}}
}

func TestMappings(t *testing.T) {
	camera, box := netip.MustParseAddr("192.168.1.20"), netip.MustParseAddr("192.168.1.9")
	rows := []string{
		entry("TCP", 8080, "192.168.1.20", 80, "1", "camera"), entry("UDP", 1, "192.168.1.9", 2, "0", "off"),
		entry("udp", 3074, "192.168.1.9", 3075, "1", "<script>"),
	}
	want := []lan.Mapping{
		{Transport: lan.TCP, External: 8080, Client: camera, Port: 80, For: "camera"}, {Transport: lan.UDP, External: 3074, Client: box, Port: 3075},
	}
	endless := make([]string, maxMappings+9)
	for i := range endless {
		endless[i] = rows[0]
	}
	for name, tt := range map[string]struct {
		device lan.Device
		want   []lan.Mapping
		fails  bool
		dials  int
	}{
		"a table":             {router(t, "/ctl", 713, rows...), want, false, 1},
		"empty":               {router(t, "/ctl", 713), []lan.Mapping{}, false, 1},
		"empty, in 714":       {router(t, "ctl", 714), []lan.Mapping{}, false, 1},
		"wants a login":       {router(t, "/ctl", 606), nil, true, 1},
		"ends in its own way": {router(t, "/ctl", 402, rows[0]), want[:1], false, 1},
		"garbage for a row":   {router(t, "/ctl", 713, "garbage"), nil, true, 1},
		"garbage later":       {router(t, "/ctl", 713, rows[0], "<NewProtocol>TCP"), want[:1], false, 1},
		"control elsewhere":   {router(t, "http://192.0.2.1/ctl", 713, rows...), nil, true, 1},
		"no control":          {router(t, "", 713, rows...), nil, true, 1},
		"endless":             {router(t, "/ctl", 713, endless...), nil, false, 1},
		"says nothing":        {lan.Device{}, nil, true, 0},
		"another's address": {lan.Device{
			Addresses: []netip.Addr{camera}, Heard: lan.Heard{lan.UPnPLocation: "http://127.0.0.1:1/"},
		}, nil, true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := &road{}
			got, err := Mappings(t.Context(), r, tt.device)
			if (err != nil) != tt.fails || name != "endless" && !reflect.DeepEqual(got, tt.want) || len(got) > maxMappings {
				t.Errorf("%+v, %v; want %+v", got, err, tt.want)
			}
			if r.dialled != tt.dials {
				t.Errorf("%d connections, want %d", r.dialled, tt.dials)
			}
		})
	}
}

// TestDescriptionHostile: pages that are none, and too long ones, name no place.
func TestDescriptionHostile(t *testing.T) {
	for name, page := range map[string]string{
		"private":      strings.ReplaceAll(description, "schemas-upnp-org", "dslforum-org"),
		"quotes in it": strings.ReplaceAll(description, "Connection:1", `Connection:1"><x y="`),
		"no end":       "<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:",
		"huge":         strings.Repeat("<service>", maxDescription/9),
		"nothing":      "",
	} {
		if service, path := control([]byte(page)); service != "" {
			t.Errorf("%s: %q at %q", name, service, path)
		}
	}
}

func FuzzControl(f *testing.F) {
	f.Add([]byte(description))
	f.Add([]byte("<service><serviceType>"))
	f.Fuzz(func(t *testing.T, page []byte) {
		service, path := control(page)
		if service == "" && path != "" || strings.ContainsAny(service, "\"<>\r\n") {
			t.Errorf("%q at %q", service, path)
		}
	})
}

func FuzzParseEntry(f *testing.F) {
	f.Add([]byte(entry("TCP", 80, "192.168.1.2", 80, "1", "x")))
	f.Add([]byte(fmt.Sprintf(fault, 713)))
	f.Add([]byte("<NewProtocol"))
	f.Fuzz(func(t *testing.T, said []byte) {
		m, _, ok := parseEntry(said)
		if ok && (m.Port == 0 || !m.Client.IsValid()) || m.For != lan.Printable(m.For, lan.MaxName) {
			t.Errorf("%+v", m)
		}
		past(said)
	})
}
