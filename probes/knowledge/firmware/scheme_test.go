package firmware

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// orders are real strings, oldest first within a line; each pair of a line must
// be ordered so.
var orders = []struct {
	scheme string
	lines  [][]string
}{
	{"numeric", [][]string{{"4.36.8.31", "4.36.8.32", "4.36.10"}, {"1.02", "v1.24", "1.25"}, {"1.5.1", "1.5.1.4", "1.5.1.5"}, {"2023.1.7", "2023.3.2", "2024.1"}, {"03.33.85", "03.36.50", "04.50.51"}}},
	{"integer", [][]string{{"1935074050", "1935144020", "1935144040", "1968096020"}}},
	{"hikvision", [][]string{{"V5.3.0 build 150513", "V5.4.0 build 160401", "V5.4.0 Build 160530", "V5.4.5 build 170124", "V5.5.82_190909", "V5.5.800 build 210628", "V5.7.3 build 220112"}}},
	{"dahua", [][]string{{"2.800.0000000.25.R, Build: 2021-01-12", "2.820.0000000.18.R, Build Date: 2021-06-03", "2.800.0000000.29.R.210630", "2.622.0000.0, Build: 2022-02-01"}}},
	{"tplink", [][]string{{"1.1.3 Build 20221013 rel.50000(4555)", "1.1.4 Build 20230219 rel.69802(4555)", "1.1.4 Build 20230219 rel.69803(4555)", "1.2.0 Build 20240101 rel.1(4555)"}, {"0.9.1 4.16 v0001.0 Build 180305 Rel.1n", "0.9.1 4.17 v0001.0 Build 211230 Rel.40316n"}}},
	{"tplink-build", [][]string{{"20200415-rel37464", "20200415-rel37465", "3.15.3 Build 210305 Rel.50000n", "241108", "1.0.0 Build 20250101 rel.5"}}},
	{"kasa", [][]string{{"1.1.15 Build 211130 Rel.15378n", "1.1.16 Build 211209 Rel.37726N", "1.5.6 Build 191125 Rel.083657", "1.5.6 Build 191126 Rel.000001"}}},
	{"asus", [][]string{{"3.0.0.4.386_41994", "3.0.0.4.386.42643", "3.0.0.4_386_51668", "3.0.0.4.386_52332-g8b1e9f2"}, {"3.0.0.4.388_23925", "3.0.0.4.388_24762"}, {"3.0.0.4_384_46249", "3.0.0.4_384_46630"}}},
	{"netgear", [][]string{{"V1.0.4.84_10.0.58", "V1.0.4.128_10.1.88", "V1.0.4.128_10.1.89", "V1.0.7.2_1.1.93", "1.0.7.6.Beta"}, {"2.6.0.35", "2.6.0.43"}}},
	{"reolink", [][]string{{"v2.0.0.448_19061408", "v3.0.0.136_20121102", "v3.1.0.739_22042505"}}},
	{"dlink", [][]string{{"1.05B03", "1.06.01", "1.06.01 Hotfix", "v2.06B01", "v2.06B02", "2.60B15"}, {"1.04b11", "1.04B12", "1.05"}, {"1.00.0409.2013", "1.03.0904.2013"}}},
	{"zyxel", [][]string{{"V5.21(AAZF.7)C0", "V5.21(AAZF.14)b2", "V5.21(AAZF.14)C0", "5.21(AAZF.17)C0", "V5.22(AAZF.1)C0"}, {"1.00(AAFR.3)C0_20160101", "1.00(AAFR.4)C0_20170615"}}},
	{"synology", [][]string{{"6.2.4-25556-8", "DSM 7.1.1-42962 Update 6", "7.2-64570-4", "DSM 7.2.1-69057", "DSM 7.2.1-69057 Update 5", "7.2.1-69057-6", "7.2.2-72806-1"}, {"1.6.2-0720", "1.7.0-0794", "1.7.0-0795"}}},
	{"qnap", [][]string{{"4.2.6 build 20240131", "4.5.4.2627 build 20231225", "5.1.5.2645 build 20240116", "QTS 5.1.5.2679 build 20240219", "5.2.0.2737 build 20240417"}, {"h4.5.4.2626 build 20231225", "h5.1.5.2647 build 20240118"}, {"c5.1.5.2650", "c5.1.5.2651"}}},
	{"mikrotik", [][]string{{"6.40.8", "6.42", "6.42.1", "6.49.6 (stable)", "6.49.7", "7.15beta9", "7.15rc3", "7.15 (testing)", "7.15.1"}, {"6.47.10 (long-term)", "6.48.6 (long-term)"}}},
	{"sonos", [][]string{{"11.11", "11.12", "15.8", "15.9"}, {"73.0-42060", "75.1-49210", "75.1-49211"}}},
}

func TestSchemesOrderRealStrings(t *testing.T) {
	covered := map[string]bool{}
	for _, o := range orders {
		covered[o.scheme] = true
		s := schemes[o.scheme]
		for _, line := range o.lines {
			for i, a := range line {
				for j, b := range line {
					order, ok := s.Compare(a, b)
					if !ok || sign(order) != sign(i-j) {
						t.Errorf("%s: Compare(%q, %q) = %d, %v", o.scheme, a, b, order, ok)
					}
				}
			}
		}
	}
	for name := range schemes {
		if !covered[name] {
			t.Errorf("scheme %s has no real strings", name)
		}
	}
}

func TestSchemesCannotTell(t *testing.T) {
	for _, c := range []struct{ scheme, a, b, why string }{
		{"numeric", "1.2.3", "1.2.3-beta", "suffix"},
		{"numeric", "1.65(ZH)", "1.66", "letters"},
		{"integer", "1935144020", "1.45.0", "other scheme"},
		{"hikvision", "V5.4.0", "V5.4.5 build 170124", "no date"},
		{"hikvision", "V5.4.5 build 171324", "V5.4.5 build 170124", "no day"},
		{"dahua", "2.800.0000000.25.R", "2.820.0000000.18.R", "no date"},
		{"tplink", "1.0.6 Build 20240510 rel.1", "1.1.4 Build 20230219 rel.2", "number and date disagree"},
		{"tplink", "0.9.1 4.17 v004e.0 Build 180921 Rel.1n", "0.9.1 4.17 v0001.0 Build 211230 Rel.2n", "other hardware"},
		{"tplink", "1.1.3", "1.1.4 Build 20230219", "no date"},
		{"kasa", "1.5.6", "1.5.6 Build 191125 Rel.083657", "says less"},
		{"asus", "3.0.0.4.388_24609", "3.0.0.4.386_51668", "other branch"},
		{"asus", "388.8_2", "3.0.0.4.388_24609", "Merlin"},
		{"asus", "3.0.0.6.102_35404", "3.0.0.4.386_51598", "other generation"},
		{"dlink", "2.60", "2.60B15", "says less"},
		{"zyxel", "V5.21(AAZF.14)C0", "V5.21(ABAG.14)C0", "other model"},
		{"zyxel", "1.00(AAFR.4)C0", "1.00(AAFR.4)C0_20170615", "says less"},
		{"synology", "7.2.1", "7.2.1-69057 Update 5", "says less"},
		{"qnap", "h5.1.5.2647 build 20240118", "5.1.5.2645 build 20240116", "other train"},
		{"qnap", "5.1.5", "5.1.5.2645 build 20240116", "says less"},
		{"mikrotik", "6.48.6 (long-term)", "6.49.7", "other channel"},
		{"sonos", "15.9", "75.1-49210", "shown against build"},
	} {
		if order, ok := schemes[c.scheme].Compare(c.a, c.b); ok {
			t.Errorf("%s (%s): Compare(%q, %q) = %d, want cannot tell", c.scheme, c.why, c.a, c.b, order)
		}
	}
}

func TestDotEqualsUnderscore(t *testing.T) {
	if order, ok := schemes["asus"].Compare("3.0.0.4.386.51668", "3.0.0.4_386_51668"); order != 0 || !ok {
		t.Errorf("ASUS: %d, %v", order, ok)
	}
	if order, ok := schemes["numeric"].Compare("6.42", "6.42.0"); order != 0 || !ok {
		t.Errorf("missing places: %d, %v", order, ok)
	}
}

// makers write random strings of a scheme: few numbers, so that equal parts,
// and with them the later parts, do come up.
var makers = map[string]func(n func() int) string{
	"numeric":   func(n func() int) string { return fmt.Sprintf("%d.%d.%d", n(), n(), n()) },
	"integer":   func(n func() int) string { return fmt.Sprint(n()) },
	"hikvision": func(n func() int) string { return fmt.Sprintf("V5.%d.%d build 16%02d%02d", n(), n(), n()+1, n()+1) },
	"dahua": func(n func() int) string {
		return fmt.Sprintf("2.%d.%d.R, Build: 2021-%02d-%02d", n(), n(), n()+1, n()+1)
	},
	"tplink": func(n func() int) string {
		return fmt.Sprintf("1.%d.%d Build 2023%02d%02d rel.%d", n(), n(), n()+1, n()+1, n())
	},
	"tplink-build": func(n func() int) string { return fmt.Sprintf("2020%02d%02d-rel%d", n()+1, n()+1, n()) },
	"kasa": func(n func() int) string {
		return fmt.Sprintf("1.%d.%d Build 19%02d%02d Rel.%d", n(), n(), n()+1, n()+1, n())
	},
	"asus":    func(n func() int) string { return fmt.Sprintf("3.0.0.4.38%d_%d", n(), n()) },
	"netgear": func(n func() int) string { return fmt.Sprintf("V1.%d.%d.%d_10.%d.%d", n(), n(), n(), n(), n()) },
	"reolink": func(n func() int) string { return fmt.Sprintf("v3.%d.%d.%d_%d", n(), n(), n(), n()) },
	"dlink": func(n func() int) string {
		return fmt.Sprintf("1.%d%s", n(), []string{"", "B01", "B02", " Hotfix", "B01 Hotfix"}[n()%5])
	},
	"zyxel": func(n func() int) string {
		return fmt.Sprintf("V5.%d(AA%cF.%d)%c%d", n(), 'A'+n()%2, n(), "Cb"[n()%2], n())
	},
	"synology": func(n func() int) string {
		return fmt.Sprintf("DSM 7.%d%s", n(), []string{"", "-69057", "-69058", "-69057 Update 5"}[n()%4])
	},
	"qnap": func(n func() int) string {
		return fmt.Sprintf("%s5.%d.%d%s", []string{"", "h"}[n()%2], n(), n(), []string{"", ".2645", " build 20240116", ".2645 build 20240117"}[n()%4])
	},
	"mikrotik": func(n func() int) string {
		return fmt.Sprintf("%d.%d%s%s", n(), n(), []string{"", "rc1", "beta2"}[n()%3], []string{"", " (long-term)"}[n()%2])
	},
	"sonos": func(n func() int) string {
		return fmt.Sprintf("%d.%d%s", n()*9, n(), []string{"", "-4", "-5"}[n()%3])
	},
}

func TestOrderIsTransitiveAndAntisymmetric(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	n := func() int { return r.IntN(4) }
	for name, s := range schemes {
		made := makers[name]
		if made == nil {
			t.Errorf("%s: no maker of random strings", name)
			continue
		}
		ordered := 0
		for range 2000 {
			a, b, c := made(n), made(n), made(n)
			if order, ok := s.Compare(a, a); order != 0 || !ok {
				t.Fatalf("%s: %q against itself: %d, %v", name, a, order, ok)
			}
			ab, okAB := s.Compare(a, b)
			if ba, okBA := s.Compare(b, a); sign(ba) != -sign(ab) || okAB != okBA {
				t.Fatalf("%s: %q, %q: %d, %v but %d, %v", name, a, b, ab, okAB, ba, okBA)
			}
			bc, okBC := s.Compare(b, c)
			if !okAB || !okBC || ab > 0 || bc > 0 {
				continue
			}
			ordered++
			if ac, ok := s.Compare(a, c); !ok || sign(ac) != min(sign(ab), sign(bc)) {
				t.Fatalf("%s: %q <= %q <= %q, but the ends compare as %d, %v", name, a, b, c, ac, ok)
			}
		}
		if ordered == 0 {
			t.Errorf("%s: no ordered triple was tried", name)
		}
	}
}

func sign(n int) int { return min(1, max(-1, n)) }

func FuzzCompare(f *testing.F) {
	for _, o := range orders {
		for _, line := range o.lines {
			f.Add(line[0], line[len(line)-1])
		}
	}
	f.Add("", "999999999999999999999999")
	f.Add("1.1.4 Build 99999999 rel.69802(4555)", "V5.21(AAZF.99999999999999999999)C0")
	f.Fuzz(func(t *testing.T, a, b string) {
		for name, s := range schemes {
			ab, okAB := s.Compare(a, b)
			ba, okBA := s.Compare(b, a)
			if sign(ab) != -sign(ba) || okAB != okBA {
				t.Errorf("%s: %q, %q: %d, %v but %d, %v", name, a, b, ab, okAB, ba, okBA)
			}
			if order, ok := s.Compare(a, a); ok && order != 0 {
				t.Errorf("%s: %q is not equal to itself", name, a)
			}
			s.against(a, b)
		}
	})
}
