package checks

import (
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// runs is a service that names its program.
func runs(product, version string) lan.Service {
	s := port("http", nil)
	s.Product, s.Version = product, version
	return s
}

// assistant is a server that announces its version.
func assistant(version string) lan.Device {
	return lan.Device{Kind: "server", Heard: lan.Heard{"mdns._home-assistant._tcp.version": version}}
}

// called is a device whose UPnP description names Home Assistant and a model, and
// whose version came from source.
func called(model, version, source string) lan.Device {
	return lan.Device{Kind: "server", Vendor: "Home Assistant", Model: model, Firmware: version, Identity: []lan.Fact{
		{Field: lan.FieldVendor, Value: "Home Assistant", Source: "upnp", Confidence: 0.8},
		{Field: lan.FieldModel, Value: model, Source: "upnp", Confidence: 0.8},
		{Field: lan.FieldFirmware, Value: version, Source: source, Confidence: 0.8},
	}}
}

var _ = hold("software-outdated",
	twin{name: "an old part", pass: inventing(lan.Device{}, runs("Acmed", "1.4.59")), want: lan.Undecided},
	twin{name: "an old part as Pi-hole builds it", pass: inventing(lan.Device{}, runs("acmed-pi-hole-v1.2", "")), want: lan.Undecided},
	twin{name: "a new part as Pi-hole builds it", pass: inventing(lan.Device{}, runs("acmed-pi-hole-v2.90+1", "")), want: lan.LikelyPass},
	twin{name: "a new part", pass: inventing(lan.Device{}, runs("acmed lite", "1.4.60")), want: lan.LikelyPass},
	twin{name: "a part without version", pass: inventing(lan.Device{}, runs("acmed", "")), want: lan.Undecided},
	twin{name: "a part nobody knows", pass: inventing(lan.Device{}, runs("acmedd", "0.1")), want: lan.NotApplicable},
	twin{name: "no name at all", pass: inventing(lan.Device{}, runs("", "0.1")), want: lan.NotApplicable},
	twin{name: "an old part of a computer", pass: inventing(lan.Device{Kind: "computer"}, runs("acmed", "0.1")), want: lan.NotApplicable},
	twin{name: "an old Home Assistant", pass: inventing(assistant("2023.3.1"), lan.Service{}), want: lan.LikelyFail},
	twin{name: "a beta of the one that closes it", pass: inventing(assistant("2023.3.2b1"), lan.Service{}), want: lan.LikelyFail},
	twin{name: "an old Home Assistant by its model", pass: inventing(called("Home Assistant", "2023.3.1", "upnp"), lan.Service{}), want: lan.LikelyFail},
	twin{name: "an old one by its maker", pass: inventing(called("Yellow", "2023.3.1", "upnp"), lan.Service{}), want: lan.LikelyFail},
	twin{name: "the version of the system that it runs on", pass: inventing(called("Home Assistant", "12.1", "upnp"), lan.Service{}), want: lan.Undecided},
	twin{name: "a version that another source told", pass: inventing(called("Home Assistant", "2023.3.1", "snmp"), lan.Service{}), want: lan.NotApplicable},
	twin{name: "a model named like a part", pass: inventing(acme("acmed", "1.0"), lan.Service{}), want: lan.NotApplicable},
	twin{name: "a new Home Assistant", pass: inventing(assistant("2024.6.0"), lan.Service{}), want: lan.LikelyPass})

// TestPartIsOnlyWorthChecking: whoever builds a part in may have mended it under its
// old number, so that it is said to be worth checking, and no problem.
func TestPartIsOnlyWorthChecking(t *testing.T) {
	p := inventing(lan.Device{}, runs("acmed", "1.4.59"))(t)
	got, err := judged(t, "software-outdated", p)
	if got != lan.Undecided || err != nil || !strings.HasPrefix(p.Title, "Worth checking: ") || p.Severity != nil || p.Advice == "" ||
		!strings.Contains(words(p), "without a new number") || !strings.Contains(words(p), "CVE-2020-1003") {
		t.Errorf("%v, %v, %v\n%s", got, err, p.Severity, words(p))
	}
}

// TestWorstOfSeveralPrograms: one service may be two programs, of which the older
// counts.
func TestWorstOfSeveralPrograms(t *testing.T) {
	d := assistant("2021.1.0")
	s := runs("acmed", "1.4.60")
	s.Heard = lan.Heard{"mdns._home-assistant._tcp.version": "2022.1.0"}
	p := inventing(d, s)(t)
	if got, err := judged(t, "software-outdated", p); got != lan.LikelyFail || err != nil || !strings.Contains(p.Title, "Home Assistant") {
		t.Errorf("%v, %v\n%s", got, err, words(p))
	}
}
