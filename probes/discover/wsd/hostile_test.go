package wsd

import (
	"io"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// tarpits is a Reach to devices that never answer, but for the last.
type tarpits struct {
	probes.Reach
	good netip.Addr
}

func (r tarpits) HTTP(ep lan.Endpoint) *http.Client {
	return &http.Client{Transport: transport(func(req *http.Request) (*http.Response, error) {
		if ep.Addr != r.good {
			<-req.Context().Done()
		}
		if err := req.Context().Err(); err != nil {
			return nil, err
		}
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(printer))}, nil
	})}
}

type transport func(*http.Request) (*http.Response, error)

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

// TestTarpitsHideNobody: a dozen devices that keep us waiting cost the others
// nothing, and all of it ends with the phase.
func TestTarpitsHideNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all []*device
		addr := netip.MustParseAddr("192.0.2.2")
		for range 13 {
			all = append(all, &device{addr: addr, matches: []match{{id: "wsd:" + addr.String(), xaddrs: []string{"http://" + addr.String() + ":5357/"}}}})
			addr = addr.Next()
		}
		good, began := all[12].addr, time.Now()
		told, model := make(chan lan.Sighting, len(all)), ""
		source{reach: tarpits{good: good}}.fetchAll(t.Context(), all, func(s lan.Sighting) { told <- s })
		close(told)
		n := 0
		for s := range told {
			n++
			if s.Addr == good {
				model = s.Heard["wsd.ModelName"]
			}
		}
		if model != "DCP-L2530DW" || n != len(all) {
			t.Errorf("%d told of, the one that answers as %q", n, model)
		}
		if whole := gentle.again + gentle.until + time.Since(began); whole > 3400*time.Millisecond || gentle.again+gentle.until+enough > 3400*time.Millisecond {
			t.Errorf("announcements may take 3.5 s, this takes %s", whole)
		}
	})
}

// TestNamesAreNobodys: an address that is a name lies nowhere. It is not looked
// up, and the rest is believed.
func TestNamesAreNobodys(t *testing.T) {
	d := &device{addr: netip.MustParseAddr("192.0.2.2"), matches: []match{
		{id: "wsd:a", types: []string{"PrintDeviceType"}, xaddrs: []string{"http://BRN3C2AF4.local:80/WebServices/Device"}},
		{id: "wsd:b", xaddrs: []string{"http://BRN3C2AF4.local:80/", "http://192.0.2.1/reboot"}},
	}}
	var told []lan.Sighting
	source{}.look(t.Context(), d, func(s lan.Sighting) { told = append(told, s) })
	if len(told) != 2 || told[0].ID != "wsd:a" || told[0].Heard[lan.WSDTypes] != "PrintDeviceType" || len(told[0].Endpoints) > 0 || told[0].Heard[Refused] != "" {
		t.Errorf("told %+v", told)
	}
	if told[1].ID != "" || told[1].Heard[Refused] == "" {
		t.Errorf("what is another's is believed: %+v", told[1])
	}
}
