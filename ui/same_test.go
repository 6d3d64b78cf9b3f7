package ui

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// kinship adds to the made-up home what is known of who is who: a phone that
// came back under a new private address, a laptop on cable and Wi-Fi, a NAS with
// three addresses, one of them of the internet.
func kinship(house *fakeHouse) {
	devices := house.sweep.Devices
	phone, laptop := devices[10], devices[11]
	old := phone
	old.ID, old.Names = "iphone-before", []string{"Annas-iPhone"}
	old.MACs, old.Addresses = []lan.MAC{{0x7a, 0x11, 0x22, 0x33, 0x44, 0x55}}, []netip.Addr{netip.MustParseAddr("192.168.1.86")}
	old.FirstSeen, old.LastSeen = noon.Add(-2000*time.Hour), noon.Add(-50*time.Hour)
	old.Presence = lan.Presence{State: lan.Away, By: "dhcp", At: old.LastSeen, Since: old.LastSeen}
	devices[10].FirstSeen = noon.Add(-20 * time.Hour)
	wifi := laptop
	wifi.ID, wifi.MACs, wifi.Addresses = "laptop-wifi", []lan.MAC{{0x3c, 0x58, 0xc2, 1, 2, 3}}, []netip.Addr{netip.MustParseAddr("192.168.1.105")}
	wifi.FirstSeen, wifi.LastSeen = noon.Add(-30*time.Hour), noon.Add(-time.Minute)
	for _, d := range []*lan.Device{&devices[11], &wifi} {
		d.Presence = lan.Presence{State: lan.Online, By: "mdns", At: noon.Add(-time.Minute), Since: noon.Add(-time.Hour)}
	}
	nas := &devices[3]
	global := netip.MustParseAddr("2001:db8:1234:5600:211:32ff:fe5c:1030")
	nas.Addresses, nas.Exposed = append(nas.Addresses, global), []netip.Addr{global}
	nas.MACs = append(nas.MACs, lan.MAC{0x02, 0x42, 0xac, 0x11, 0, 2})
	mac := nas.MACs[0].String()
	since := noon.Add(-300 * time.Hour)
	nas.Bonds = []lan.Bond{
		{One: mac, Other: "192.168.1.30", By: "answered from this address with this hardware address", Source: "arp"},
		{One: mac, Other: "fe80::211:32ff:fe5c:1030", By: "answered from this address with this hardware address", Source: "ndp"},
		{One: mac, Other: "fe80::211:32ff:fe5c:1030", By: "the address is made from the hardware address", Source: "ndp"},
		{One: mac, Other: global.String(), By: "answered from this address with this hardware address", Source: "ndp"},
		{One: mac, Other: nas.MACs[1].String(), By: "both say of themselves that they are udn:73796e6f-6473-6d00-0000-0011325c1030", Source: "ssdp"},
	}
	for _, m := range nas.MACs {
		nas.Identity = append(nas.Identity, lan.Fact{Field: lan.FieldMAC, Value: m.String(), Source: "arp", Confidence: 0.99, FirstSeen: since, LastSeen: noon})
	}
	for _, a := range nas.Addresses {
		nas.Identity = append(nas.Identity, lan.Fact{Field: lan.FieldAddress, Value: a.String(), Source: "ndp", Confidence: 0.99, FirstSeen: since, LastSeen: noon})
	}
	nas.Identity = append(nas.Identity, lan.Fact{Field: lan.FieldIdentity, Value: "udn:73796e6f-6473-6d00-0000-0011325c1030", Source: "ssdp", Confidence: 0.9, FirstSeen: since})
	nas.Identity[0].FirstSeen = since
	nas.Findings = append(nas.Findings, lan.Finding{
		Check: "global-address", Verdict: lan.Undecided, Title: "Reachable from the internet", Guideline: 6, Provision: "5.6-1",
		Advice: "Look in the router's settings for the IPv6 firewall.",
		Evidence: []lan.Evidence{
			{Said: "heard which addresses it uses", Heard: "It has an internet address: " + global.String() + "."},
			{Heard: "Whether your router lets anybody in from the internet cannot be seen from here: its firewall decides."},
		},
	})
	house.sweep.Devices = append(devices, old, wifi)
	house.sweep.Suggestions = []lan.Suggestion{
		{Device: "iphone", Same: "iphone-before", Confidence: 0.86, Reasons: []string{
			"Both call themselves “Annas-iPhone”.", "The newcomer has a private hardware address, as “Annas-iPhone” had, which was last heard 1 day before it came.",
			"Both ask the router for the same settings in the same order."}},
		{Device: "laptop-wifi", Same: "laptop", Confidence: 0.6, Reasons: []string{
			"Both call themselves “DESKTOP-7K2P9QL”.", "Both are there at the same time, as a device with two connections is (cable and Wi-Fi)."}},
		{Device: "mystery", Same: "ps5", Confidence: 0.5, Reasons: []string{"Both use the same address software (dhcpcd)."}},
	}
	house.decisions = []lan.Decision{
		{Device: "nas", What: "merge", Value: "d-0123456789ab", At: noon.Add(-80 * time.Hour)},
		{Device: "nas", What: "split", Value: "02:42:ac:11:00:02", At: noon.Add(-time.Hour)},
		{Device: "tv", What: "split", Value: "nas", At: noon.Add(-400 * time.Hour)},
	}
}

// owned is the dashboard of a browser that has logged in, as a server on
// loopback; it answers no events, which a browser would wait for the end of.
func owned(t *testing.T, house *fakeHouse) *httptest.Server {
	t.Helper()
	m := newHome(t, password)
	m.house.sweep, m.house.decisions, m.house.grants = house.sweep, house.decisions, house.grants
	m.ask("POST", "/api/v1/login", enter, 200)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v1/events" {
			refuse(w, http.StatusServiceUnavailable, "No events here.", "Ask now and then.")
			return
		}
		r.Header.Set("Cookie", m.cookie)
		m.h.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	return srv
}

// TestSameInBrowser: what is guessed and why, what the owner may answer, and why
// a device is one.
func TestSameInBrowser(t *testing.T) {
	house := newHouse(t)
	kinship(house)
	srv := owned(t, house)
	for at, wants := range map[string][]string{
		"/#/": {
			"Probably the same phone with a new private address", "Perhaps one computer with two connections", "Both call themselves “Annas-iPhone”.",
			">Same device<", ">Not the same<",
		},
		"/#/devices":       {"Probably the same phone with a new private address", ">Not the same<"},
		"/#/device/iphone": {"Probably the same phone with a new private address", "Private address", ">Same device<"},
		"/#/device/nas": {
			"<code>fe80::211:32ff:fe5c:1030</code>", "the address is made from hardware address <code>00:11:32:5c:10:30</code>", "Has an internet address",
			"Whether your router lets anybody in cannot be seen from here.", "Two devices, or one?", ", since 10 November",
			" that it is one with another entry.", " is not this device.", " That shows from the next check on.", ">It is, after all<",
			"Can the internet reach it?", "What we know it by", ">Private address<", `<option value="iphone">`,
		},
		"/#/device/router-1": {"OpenWrt"},
	} {
		dom := dump(t, srv.URL+at)
		for _, want := range wants {
			if !strings.Contains(dom, want) {
				t.Errorf("%s lacks %q", at, want)
			}
		}
		if n := strings.Count(dom, "Is this the same?") + strings.Count(dom, "Are these the same?"); n != 1 && at != "/#/device/nas" && at != "/#/device/router-1" {
			t.Errorf("%s asks %d times", at, n)
		}
	}
}
