package firmware

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"
)

// compare orders a and b: negative when a is the older. ok is false when it cannot
// be told: one is not of this scheme, or they belong to different tracks, regions
// or hardware. Where ok holds the order is transitive.
func (s scheme) compare(a, b string) (order int, ok bool) {
	va, okA := s.parse(a)
	vb, okB := s.parse(b)
	if !okA || !okB {
		return 0, false
	}
	return s.order(&va, &vb)
}

func TestSchemesOrderRealStrings(t *testing.T) {
	covered := map[string]bool{}
	for _, o := range orders {
		covered[o.scheme] = true
		s := schemes[o.scheme]
		for _, line := range o.lines {
			for i, a := range line {
				for j, b := range line {
					order, ok := s.compare(a, b)
					if !ok || sign(order) != sign(i-j) {
						t.Errorf("%s: compare(%q, %q) = %d, %v", o.scheme, a, b, order, ok)
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
		{"synology", "7.2-69057", "7.2.1-69057-6", "announced without its update"},
		{"qnap", "h5.1.5.2647 build 20240118", "5.1.5.2645 build 20240116", "other train"},
		{"qnap", "5.1.5", "5.1.5.2645 build 20240116", "says less"},
		{"mikrotik", "6.48.6 (long-term)", "6.49.7", "other channel"},
		{"sonos", "15.9", "75.1-49210", "shown against build"},
		{"axis", "9.80.3.5", "10.12.240", "other long-term track"},
		{"axis", "9.80", "9.80.3.5", "track alone"},
		{"hue", "01041302", "1935144040", "other bridge"},
		{"brother", "ZK", "1.65(ZH)", "letters alone against number"},
		{"brother", "1.65", "1.65(ZH)", "says less"},
		{"webos", "6.3.3-442 (kisscurl-kinglake) - 03.36.50", "7.3.1-43 (mullet-mebin) - 03.33.85", "other platform"},
		{"fritz", "113.07.29", "154.07.57", "other model"},
		{"fritz", "07.29-88800", "7.57", "laboratory"},
		{"openwrt", "SNAPSHOT r26000-0123456789", "23.05.3", "snapshot"},
		{"openwrt", "23.05-SNAPSHOT", "23.05.3", "snapshot of a branch"},
		{"ubiquiti", "XW.v6.3.11", "XC.v8.7.11", "other board"},
		{"draytek", "4.4.3_RC8", "4.4.2.1", "candidate"},
		{"wyze", "4.9.8.1002", "4.36.8.32", "other camera"},
		{"reolink", "v3.0.0.136_20121105", "v3.0.0.136", "says less"},
		{"reolink", "v3.0.0.136_20134505", "v3.0.0.136_20121105", "no day"},
		{"shelly", "20230913-112003/v1.14.0-gcb84623", "1.4.4", "other generation"},
		{"zld", "5.21", "5.21 Patch 1", "says less"},
		{"huawei", "10.0.1.11(H302SP17C00)", "10.0.5.17(H351SP3C983)", "other provider's"},
		{"huawei", "21.328.62.00.217", "21.328.62.00.1133", "other provider's"},
		{"tenda", "V15.03.05.19_multi", "V15.03.06.42_multi", "other platform"},
		{"samsung", "T-KTM2AKUC-1340.5", "T-KTSUDEUC-2301.1", "other set"},
		{"hp", "TASAC2107AR", "MKP1CN2223AR", "other printer"},
		{"pihole", "FTL v5.23", "v5.17.1", "other part"},
		{"chromecast", "STTE.240315.002", "1.56.281627", "other system"},
	} {
		if order, ok := schemes[c.scheme].compare(c.a, c.b); ok {
			t.Errorf("%s (%s): compare(%q, %q) = %d, want cannot tell", c.scheme, c.why, c.a, c.b, order)
		}
	}
}

func TestDotEqualsUnderscore(t *testing.T) {
	if order, ok := schemes["asus"].compare("3.0.0.4.386.51668", "3.0.0.4_386_51668"); order != 0 || !ok {
		t.Errorf("ASUS: %d, %v", order, ok)
	}
	if order, ok := schemes["numeric"].compare("6.42", "6.42.0"); order != 0 || !ok {
		t.Errorf("missing places: %d, %v", order, ok)
	}
}

// mutate writes another string of a scheme: a real one of which some numbers are
// small ones, so that equal parts, and with them the later parts, do come up.
func mutate(r *rand.Rand, real string) string {
	return digits.ReplaceAllStringFunc(real, func(number string) string {
		if r.IntN(4) > 0 {
			return number
		}
		return number[:len(number)-1] + string('0'+byte(r.IntN(4)))
	})
}

var digits = regexp.MustCompile(`\d+`)

func reals(scheme string) (all []string) {
	for _, o := range orders {
		if o.scheme == scheme {
			all = append(all, slices.Concat(o.lines...)...)
		}
	}
	return all
}

// TestOrderingLaws: what is ordered is ordered the same both ways round and through
// a third, and within a track any two that say as much are ordered.
func TestOrderingLaws(t *testing.T) {
	for name, s := range schemes {
		r := rand.New(rand.NewPCG(1, 2)) // its own, whatever the order of the map
		samples, ordered := reals(name), 0
		for tries := 0; tries < 1000 || ordered < 50 && tries < 100_000; tries++ {
			like := samples[r.IntN(len(samples))]
			a, b, c := mutate(r, like), mutate(r, like), mutate(r, like)
			if r.IntN(3) == 0 {
				c = samples[r.IntN(len(samples))]
			}
			checkLaws(t, name, s, a, b)
			ab, okAB := s.compare(a, b)
			bc, okBC := s.compare(b, c)
			if !okAB || !okBC || ab > 0 || bc > 0 {
				continue
			}
			ordered++
			if ac, ok := s.compare(a, c); !ok || sign(ac) != min(sign(ab), sign(bc)) {
				t.Fatalf("%s: %q <= %q <= %q, but the ends compare as %d, %v", name, a, b, c, ac, ok)
			}
		}
		if ordered < 50 {
			t.Errorf("%s: %d ordered triples were tried", name, ordered)
		}
	}
}

func checkLaws(t *testing.T, name string, s scheme, a, b string) {
	t.Helper()
	va, okA := s.parse(a)
	vb, okB := s.parse(b)
	ab, ok := s.compare(a, b)
	ba, okBA := s.compare(b, a)
	if sign(ba) != -sign(ab) || ok != okBA {
		t.Errorf("%s: %q, %q: %d, %v but %d, %v", name, a, b, ab, ok, ba, okBA)
	}
	if order, same := s.compare(a, a); order != 0 || same != okA {
		t.Errorf("%s: %q against itself: %d, %v", name, a, order, same)
	}
	if ok && (!okA || !okB || !va.track.is(vb.track)) {
		t.Errorf("%s: %q and %q are of different tracks or no versions, yet ordered", name, a, b)
	}
	if !ok && okA && okB && va.track.is(vb.track) && va.said == vb.said && !s.agree {
		t.Errorf("%s: %q and %q are of one track and say as much, but are not ordered", name, a, b)
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
			checkLaws(t, name, s, a, b)
			s.against(a, b)
		}
	})
}

// TestLayout: what follows a missing number is not known either, but the track is.
func TestLayout(t *testing.T) {
	read := layout(`v(\d+)?(x)?(\d+)?([a-z]*)`, "ntnl")
	for text, want := range map[string]string{"v1x2": "x: 1 2 0", "v1x": "x: 1", "v1": ": 1", "vx2": "none", "v1x2b": "x: 1 2 2", "2": "none"} {
		got := "none"
		if v, ok := read(text); ok {
			got = v.track[0] + ":"
			for _, part := range v.parts[:v.said] {
				got += fmt.Sprintf(" %d", part[0])
			}
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
