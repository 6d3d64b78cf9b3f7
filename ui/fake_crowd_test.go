package ui

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// crowd is a household of n devices as sweeps of the lab find them: a dozen facts
// each, whose hours differ to the nanosecond as real ones do, several services,
// and checks of every verdict. It is the same each time.
func crowd(n int) (list []lan.Device) {
	r := rand.New(rand.NewPCG(7, 300))
	kinds := []lan.Kind{"camera", "plug", "bulb", "speaker", "phone", "computer", "tv", "printer", "hub", "nas", "appliance", "unknown"}
	makers := []string{"Hikvision", "Shelly", "Signify", "Sonos", "Apple", "Dell", "Samsung", "HP", "Bosch", "Synology", "Miele", ""}
	for i := range n {
		k := i % len(kinds)
		mac := lan.MAC{0x00, 0x11, 0x32, byte(r.Uint32()), byte(i >> 8), byte(i)}
		addr := netip.AddrFrom4([4]byte{192, 168, byte(1 + i/250), byte(2 + i%250)})
		link := netip.AddrFrom16([16]byte{0xfe, 0x80, 8: 0x02, 0x11, 0x32, 0xff, 0xfe, mac[3], mac[4], mac[5]})
		d := lan.Device{
			ID: fmt.Sprintf("d-%012x", r.Uint64()>>16), MACs: []lan.MAC{mac}, Addresses: []netip.Addr{addr, link},
			Kind: kinds[k], Vendor: makers[k], Model: fmt.Sprintf("%c%d-%d", 'A'+rune(r.IntN(26)), r.IntN(900), r.IntN(9)), Firmware: fmt.Sprintf("%d.%d.%d", r.IntN(9), r.IntN(20), r.IntN(90)),
			Confidence: 0.9, Link: "br-lan", Sources: []string{"arp", "dhcp", "mdns"},
			FirstSeen: ago(r, 80*24*time.Hour), LastSeen: ago(r, 5*time.Minute),
			Presence: lan.Presence{State: lan.Online, By: "arp", At: ago(r, 5*time.Minute), Since: ago(r, 9*time.Hour)},
		}
		d.Names = []string{fmt.Sprintf("%s-%x", kinds[k], r.Uint32())}
		d.Identity = facts(r, d)
		for _, port := range []uint16{22, 80, 443, 8080}[:r.IntN(5)] {
			d.Services = append(d.Services, lan.Service{Address: addr, Transport: lan.TCP, Port: port, Name: "http", Product: "lighttpd", Version: "1.4.59"})
		}
		d.Findings = verdicts(r)
		list = append(list, d)
	}
	return list
}

// ago is a moment within span before noon.
func ago(r *rand.Rand, span time.Duration) time.Time {
	return noon.Add(-time.Duration(r.Int64N(int64(span))))
}

// facts are what d is known by, each heard at its own hour.
func facts(r *rand.Rand, d lan.Device) (list []lan.Fact) {
	add := func(field, value, source string, confidence float64) {
		list = append(list, lan.Fact{Field: field, Value: value, Source: source, Confidence: confidence, Raw: value, FirstSeen: ago(r, 80*24*time.Hour), LastSeen: ago(r, time.Hour)})
	}
	add(lan.FieldMAC, d.MACs[0].String(), "arp", 0.99)
	for _, a := range d.Addresses {
		add(lan.FieldAddress, a.String(), "arp", 0.99)
	}
	for _, source := range []string{"dhcp", "mdns", "upnp"} {
		add(lan.FieldName, d.Names[0], source, 0.8)
		add(lan.FieldModel, d.Model, source, 0.7)
	}
	add(lan.FieldVendor, d.Vendor, "oui", 0.6)
	add(lan.FieldKind, string(d.Kind), "mdns", 0.8)
	add(lan.FieldIdentity, fmt.Sprintf("udn:%08x-%04x", r.Uint32(), r.Uint32()>>16), "ssdp", 0.9)
	return list
}

// verdicts are a device's checks: two problems in three devices, and six others.
func verdicts(r *rand.Rand) (list []lan.Finding) {
	problems := []string{"cleartext-login", "local-control", "telnet-open", "firmware-outdated", "vulnerability-contact", "upnp-igd"}
	others := []string{"default-login", "weak-tls", "ftp-anonymous", "ssh-weak", "snmp-public", "raw-print"}
	add := func(check string, v lan.Verdict, s lan.Severity) {
		list = append(list, lan.Finding{
			Check: check, Verdict: v, Severity: s, Title: "What is wrong about " + check + ", in the words of a household", Guideline: 1 + len(list), Provision: "5.1-1",
			Advice:    "Open the device's page in a browser on your own network, look for " + check + " in its settings and switch it off. Then run the check again.",
			Evidence:  []lan.Evidence{{Said: "GET / HTTP/1.1", Heard: "HTTP/1.1 200 OK"}},
			FirstSeen: ago(r, 20*24*time.Hour), LastSeen: ago(r, time.Hour),
		})
	}
	for range r.IntN(3) {
		add(problems[r.IntN(len(problems))], lan.Fail, lan.Severity(r.IntN(4)))
	}
	for i, check := range others {
		add(check, []lan.Verdict{lan.Pass, lan.Undecided, lan.NotTested, lan.LikelyPass}[(i+r.IntN(4))%4], lan.ForInfo)
	}
	return list
}
