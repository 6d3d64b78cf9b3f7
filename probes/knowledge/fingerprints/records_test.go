package fingerprints

import (
	"regexp"
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

// best is the surest fact about field.
func best(list []lan.Fact, field string) (value string) {
	var confidence float64
	for _, f := range list {
		if f.Field == field && f.Confidence > confidence {
			value, confidence = f.Value, f.Confidence
		}
	}
	return value
}

// ownFacts is what one record alone makes of h.
func ownFacts(r *rule, h lan.Heard) []lan.Fact {
	f := facts{}
	r.read(&f, h)
	return f.sorted()
}

func TestRecordsReadTheirExamples(t *testing.T) {
	s := load(t)
	if s.Len() < 60 || len(s.All()) != s.Len() {
		t.Fatalf("%d records", s.Len())
	}
	for _, r := range s.records {
		for _, e := range r.Examples.Match {
			got := ownFacts(r, e.Heard)
			if len(e.Expect) == 0 {
				t.Errorf("%s: example %v expects nothing", r.ID, e.Heard)
			}
			for field, want := range e.Expect {
				if v := best(got, field); v != want {
					t.Errorf("%s: %v gives %s %q, want %q", r.ID, e.Heard, field, v, want)
				}
			}
		}
		for _, h := range r.Examples.NotMatch {
			if got := ownFacts(r, h); len(got) > 0 {
				t.Errorf("%s: must not match %v, gives %v", r.ID, h, got)
			}
		}
	}
}

// No other record may claim an example for another maker or another model: the
// whole Set must come to what the record's own example says.
func TestNoRecordIsShadowed(t *testing.T) {
	s := load(t)
	for _, r := range s.records {
		for _, e := range r.Examples.Match {
			got := s.Read(e.Heard, "")
			for field, want := range e.Expect {
				if field == lan.FieldKind || field == lan.FieldName {
					continue // the same device may be called two kinds of thing
				}
				if v := best(got, field); v != want {
					t.Errorf("%s: the whole set says %s %q of %v, want %q", r.ID, field, v, e.Heard, want)
				}
			}
		}
	}
}

// A pattern that matches the empty text matches every device with that field.
func TestPatternsSaySomething(t *testing.T) {
	for _, r := range load(t).records {
		for field, pattern := range r.Match {
			if regexp.MustCompile(pattern).MatchString("") {
				t.Errorf("%s: pattern of %s matches the empty text", r.ID, field)
			}
		}
	}
}

func TestModuleMakersAreNoBrand(t *testing.T) {
	s := load(t)
	for _, maker := range []string{"Espressif Inc.", "Tuya Smart Inc.", "Realtek Semiconductor Corp.", "Murata Manufacturing Co., Ltd.", "AzureWave Technology Inc.", "Hon Hai Precision Ind. Co.,Ltd."} {
		if got := best(s.Read(lan.Heard{lan.UPnPManufacturer: maker}, ""), lan.FieldVendor); got != "" {
			t.Errorf("%q became the vendor %q", maker, got)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	s := load(b)
	h := lan.Heard{
		lan.HTTPServer: "lighttpd/1.4.69", lan.HTTPTitle: "Login", lan.HTTPRealm: "NETGEAR R7000",
		lan.SSHBanner: "SSH-2.0-dropbear_2022.83", lan.UPnPManufacturer: "NETGEAR, Inc.",
	}
	for b.Loop() {
		s.Read(h, "http")
	}
}
