package firmware

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// unnamed are devices that no row names, of a maker unknown and known.
var unnamed = map[string]lan.Device{
	"unknown maker": certain("Shenzhen Frobnitz Intelligent Technology Co., Ltd.", "FX-1", "1.0.0"),
	"known maker":   certain("TP-LINK CORPORATION PTE. LTD.", "Frobnicator 9000", "1.0.0 Build 20240101 rel.1(4555)"),
	"no maker":      {Model: "X"},
}

// TestLookUpsAllocateNothing: a device that no row names costs no memory beyond the
// answer.
func TestLookUpsAllocateNothing(t *testing.T) {
	s := loaded(t)
	for name, d := range unnamed {
		for question, ask := range map[string]func() Answer{
			"outdated": func() Answer { return s.Outdated(d, today) },
			"backdoor": func() Answer { return s.Backdoor(d, today) },
			"support":  func() Answer { return s.Support(d, today) },
			"software": func() Answer { a, _ := s.Software(d.Vendor, d.Firmware); return a },
		} {
			if a := ask(); a.Row != "" { // which also compiles what it needs
				t.Fatalf("%s is named by %s", name, a.Row)
			}
			if n := testing.AllocsPerRun(100, func() { ask() }); n != 0 {
				t.Errorf("%s, %s: %v allocations", name, question, n)
			}
		}
	}
}

// TestNamedAllocatesItsAnswer: judging by all rows costs nothing, of a device that
// they name too; only the answer's sentence is put together, from at most six strings.
func TestNamedAllocatesItsAnswer(t *testing.T) {
	s := loaded(t)
	named := 0
	for _, r := range published(t) {
		if r.Examples == nil || r.Kind == Component {
			continue
		}
		for _, e := range r.Examples.Match {
			d := e.device()
			s.judge(&d, r.Kind, today) // compiles what it needs
			want := 0.0
			if spaced(d.Model) != d.Model || spaced(d.Hardware) != d.Hardware {
				want = 24 // a name with underscores is copied without them
			}
			if n := testing.AllocsPerRun(10, func() { s.judge(&d, r.Kind, today) }); n > want {
				t.Errorf("%s, %+v: %v allocations before a word", r.ID, e, n)
			}
			j := s.judge(&d, r.Kind, today)
			if n := testing.AllocsPerRun(10, func() { j.answer(d.Firmware) }); n > 6 {
				t.Errorf("%s: %v allocations for %q", r.ID, n, j.answer(d.Firmware).Why)
			}
			named++
		}
	}
	if named < 150 {
		t.Errorf("only %d devices were named", named)
	}
}

// TestIndexFindsAll: the index leaves out no row that a walk over all would find.
func TestIndexFindsAll(t *testing.T) {
	s := loaded(t)
	for _, r := range published(t) {
		if r.Examples == nil || r.Kind == Component {
			continue
		}
		for _, e := range append(r.Examples.Match, r.Examples.NotMatch...) {
			want, got := map[string]bool{}, map[string]bool{}
			heard := lan.AppendWords(nil, e.Vendor)
			for _, o := range s.rows {
				if o.Kind != Component && o.madeBy(e.Vendor, heard) {
					want[o.ID] = true
				}
			}
			s.each(e.Vendor, func(o *Row) { got[o.ID] = true })
			if len(got) != len(want) {
				t.Errorf("%s: %q gives %d rows, want %d", r.ID, e.Vendor, len(got), len(want))
			}
		}
	}
}

func TestWordsOfAName(t *testing.T) {
	for text, want := range map[string]string{
		"TP-Link Technologies Co.,Ltd.": " tp link technologies co ltd ", "": " ", "--": " ", "AVM (FRITZ!)": " avm fritz ", "Ünï": " ünï ", "\xff\xfeA": " a ",
	} {
		if got := string(lan.AppendWords(nil, text)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func BenchmarkOutdated(b *testing.B) {
	s, err := Load()
	if err != nil {
		b.Fatal(err)
	}
	devices := map[string]lan.Device{"named": certain("Zyxel", "NAS326", "V5.21(AAZF.14)C0")}
	for name, d := range unnamed {
		devices[name] = d
	}
	for name, d := range devices {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Outdated(d, today)
			}
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(Packed()); err != nil {
			b.Fatal(err)
		}
	}
}
