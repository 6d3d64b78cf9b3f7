package logins

import (
	"io/fs"
	"maps"
	"net/netip"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

func load(t testing.TB) *Set {
	t.Helper()
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// written are the records as people write them, with their examples.
func written(t testing.TB) *Set {
	t.Helper()
	s, err := LoadFS(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What the program carries is what people wrote.
func TestPackedIsSource(t *testing.T) {
	for name, c := range map[string]struct {
		pack    func(fs.FS) ([]byte, error)
		carried []byte
	}{"records.json": {Pack, Packed()}, "common.json": {PackCommon, PackedCommon()}} {
		if want, err := c.pack(os.DirFS(".")); err != nil || string(c.carried) != string(want) {
			t.Fatalf("%s is not what data says (%v): run go generate ./probes/knowledge", name, err)
		}
	}
	got, want := load(t), written(t)
	for i, e := range want.entries {
		e.Source.Name, e.Examples = "", examples{}
		if i >= len(got.entries) || !reflect.DeepEqual(got.entries[i].meta, e.meta) || got.entries[i].window != e.window {
			t.Errorf("%s is packed otherwise", e.ID)
		}
	}
	if !reflect.DeepEqual(got.generic, want.generic) {
		t.Error("the generic pairs are packed otherwise")
	}
}

// met is an example's device and service, on the given gate's protocol.
func met(protocol string, x example) (lan.Device, lan.Service) {
	d := lan.Device{Vendor: x.Vendor, Model: x.Model, Firmware: x.Firmware, Kind: x.Kind}
	for field, value := range map[string]string{lan.FieldVendor: x.Vendor, lan.FieldModel: x.Model} {
		if value != "" {
			d.Identity = append(d.Identity, lan.Fact{Field: field, Value: value, Source: "upnp", Confidence: 0.9})
		}
	}
	return d, lan.Service{Address: netip.MustParseAddr("192.0.2.7"), Transport: lan.TCP, Port: 80, Name: protocol, Heard: x.Heard}
}

func TestEnoughRecordsMayBeTried(t *testing.T) {
	s := load(t)
	tried := map[string]int{}
	all := 0
	ids := []string{}
	for _, e := range s.entries {
		ids = append(ids, e.ID)
		if e.Verified {
			tried[e.Gate.Protocol]++
			all++
		}
	}
	if all < 150 || !slices.IsSorted(ids) || len(slices.Compact(ids)) != len(s.entries) {
		t.Errorf("%d of %d records may be tried, in order: %v", all, len(s.entries), slices.IsSorted(ids))
	}
	for protocol, least := range map[string]int{"http": 100, "ssh": 10, "ftp": 8, "telnet": 6, "rtsp": 1} {
		if tried[protocol] < least {
			t.Errorf("%d records on %s may be tried, fewer than %d", tried[protocol], protocol, least)
		}
	}
}

// Every example opens its own gate; what must not match does not; and no other
// record claims an example with other words.
func TestGatesReadTheirExamples(t *testing.T) {
	s := written(t)
	for _, e := range s.entries {
		for _, x := range e.Examples.Match {
			d, svc := met(e.Gate.Protocol, x)
			if !e.matches(hearing{device: d, service: svc}) {
				t.Errorf("%s: own example %v does not match", e.ID, x.Heard)
			}
			for _, other := range s.entries {
				if other != e && other.Gate.Protocol == e.Gate.Protocol && other.matches(hearing{device: d, service: svc}) {
					t.Errorf("%s: %s matches its example %v too", e.ID, other.ID, x.Heard)
				}
			}
			got := s.Documented(d, svc)
			if e.Verified && (len(got) != 1 || got[0].ID != e.ID || got[0].Auth == "auto" || got[0].Auth == "") {
				t.Errorf("%s: Documented gives %v for its example %v", e.ID, got, x.Heard)
			}
			if !e.Verified && len(got) != 0 {
				t.Errorf("%s: is not verified, yet may be tried", e.ID)
			}
		}
		for _, x := range e.Examples.NotMatch {
			d, svc := met(e.Gate.Protocol, x)
			for _, r := range s.Documented(d, svc) {
				if r.ID == e.ID {
					t.Errorf("%s: must not match %v", e.ID, x.Heard)
				}
			}
		}
	}
}

// Identification keeps a greeting's words without its reply code, so that a gate
// that asks for the code never opens.
func TestGatesReadGreetingsWithoutTheirCode(t *testing.T) {
	for _, e := range written(t).entries {
		for _, x := range e.Examples.Match {
			words, heard := strings.CutPrefix(x.Heard[lan.FTPBanner], "220")
			if !heard {
				continue
			}
			x.Heard[lan.FTPBanner] = strings.TrimLeft(words, " -")
			if d, svc := met(e.Gate.Protocol, x); !e.matches(hearing{device: d, service: svc}) {
				t.Errorf("%s: does not match the greeting %q without its code", e.ID, x.Heard[lan.FTPBanner])
			}
		}
	}
}

// A gate that the empty text passes would open for every device.
func TestGatesSaySomething(t *testing.T) {
	for _, e := range load(t).entries {
		for field, pattern := range e.Gate.Match {
			if regexp.MustCompile(pattern).MatchString("") {
				t.Errorf("%s: gate on %s matches the empty text", e.ID, field)
			}
		}
	}
}

// The same pair for the same family on the same protocol needs one record.
func TestNoRecordTwice(t *testing.T) {
	seen := map[string]string{}
	for _, e := range load(t).entries {
		for _, field := range slices.Sorted(maps.Keys(e.Gate.Match)) {
			key := e.Gate.Protocol + " " + field + " " + e.Gate.Match[field]
			if field != "vendor" && field != lan.HTTPStatus && seen[key] != "" {
				t.Errorf("%s and %s have the same gate on %s", seen[key], e.ID, field)
			}
			seen[key] = e.ID
		}
	}
}

func FuzzGate(f *testing.F) {
	s := load(f)
	for _, e := range written(f).entries {
		for _, x := range e.Examples.Match {
			for k, v := range x.Heard {
				f.Add(e.Gate.Protocol, k, v, lan.HTTPAuth, "basic", x.Vendor, x.Firmware)
			}
		}
	}
	f.Add("telnet", lan.TelnetBanner, "\xff\xfblogin:", lan.TelnetPrompt, "login", "", "9.9.9.9.9.9.9.9")
	f.Fuzz(func(t *testing.T, name, k1, v1, k2, v2, vendor, firmware string) {
		d := lan.Device{Vendor: vendor, Firmware: firmware, Heard: lan.Heard{k2: v2}}
		svc := lan.Service{Name: name, Heard: lan.Heard{k1: v1, k2: v2}}
		for _, list := range [][]Record{s.Documented(d, svc), s.Common(d, svc)} {
			for _, r := range list {
				switch {
				case r.Auth == "" || r.Auth == "auto", len(r.Pairs) == 0 || len(r.Pairs) > 2:
					t.Fatalf("record cannot be tried: %+v", r)
				case !r.Generic && (!r.Verified || r.Source == ""):
					t.Fatalf("%s is given out without a source", r.ID)
				case Spared(d, svc):
					t.Fatalf("%s is given out for a spared device", r.ID)
				}
			}
		}
	})
}
