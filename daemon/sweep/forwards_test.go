package sweep

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// gateway is a road on which every device is the same web server.
type gateway struct {
	*road
	at string
}

func (g gateway) Dial(ctx context.Context, ep lan.Endpoint) (net.Conn, error) {
	g.say("dial " + ep.String())
	return (&net.Dialer{}).DialContext(ctx, "tcp", g.at)
}

func (g gateway) HTTP(ep lan.Endpoint) *http.Client { return probes.Pinned(ep, g.Dial) }

// TestForwards: a device knows when it is judged which of its ports the router
// lets the internet reach, and the router which it lets in; nobody is asked at
// touch look.
func TestForwards(t *testing.T) {
	for touch, asks := range map[lan.Touch]bool{lan.Look: false, lan.Ask: true} {
		rows := 0
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Method == http.MethodGet:
				_, _ = io.WriteString(w, "<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType><controlURL>/c</controlURL></service>")
			case rows > 0:
				w.WriteHeader(500)
				_, _ = io.WriteString(w, "<errorCode>713</errorCode>")
			default:
				rows++
				fmt.Fprintf(w, "<NewProtocol>TCP</NewProtocol><NewExternalPort>8080</NewExternalPort><NewInternalClient>%s</NewInternalClient><NewInternalPort>80</NewInternalPort>", cam)
			}
		}))
		t.Cleanup(s.Close)
		h := newHome(t)
		h.Road = gateway{h.road, s.Listener.Addr().String()}
		router := sight("ssdp", pc)
		router.Heard = lan.Heard{
			lan.UPnPServices: "urn:schemas-upnp-org:service:WANIPConnection:1", lan.UPnPLocation: fmt.Sprintf("http://%s:1900/root.xml", pc),
		}
		h.announce(says("ssdp", router))
		var mu sync.Mutex
		forwarded := map[netip.Addr]string{}
		h.Checks = []probes.Check{check("c", lan.Look, func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
			mu.Lock()
			defer mu.Unlock()
			forwarded[p.Device.Addresses[0]] = p.Device.Heard[lan.IGDForwarded]
			return lan.Pass, nil
		})}
		found := at(t, h.sweep(t, want(touch)), pc).Mappings
		asked := slices.ContainsFunc(h.road.calls, func(call string) bool { return strings.HasSuffix(call, ":1900") || strings.HasSuffix(call, "/1900") })
		if asks != (len(found) == 1) || asks != (forwarded[cam] == "tcp/80") || forwarded[pc] != "" || asked != asks {
			t.Errorf("touch %s: %v, %v, %v", touch, found, forwarded, h.road.calls)
		}
	}
}

// TestManyForwards: of more ports than can be kept none is cut to be another.
func TestManyForwards(t *testing.T) {
	r := &run{forwards: newForwards()}
	close(r.forwards.asked)
	var all []string
	for n := range 60 {
		all = append(all, fmt.Sprintf("tcp/%d", 8080+n))
	}
	r.forwards.byClient[cam] = all
	d := lan.Device{Addresses: []netip.Addr{cam}}
	r.exposed(&d)
	kept := strings.Fields(d.Heard[lan.IGDForwarded])
	if len(kept) < 20 || slices.ContainsFunc(kept, func(key string) bool { return !slices.Contains(all, key) }) {
		t.Errorf("kept %q", kept)
	}
}
