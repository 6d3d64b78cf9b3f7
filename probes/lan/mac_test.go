package lan

import "testing"

func TestParseMAC(t *testing.T) {
	want := MAC{0, 0x11, 0x22, 0x33, 0x44, 0x5a}
	for _, s := range []string{"00:11:22:33:44:5a", "00-11-22-33-44-5A", "0011.2233.445a"} {
		if got, err := ParseMAC(s); got != want || err != nil {
			t.Errorf("%s: %v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "00:11:22:33:44", "0011223344", "00:11:22:33:44:5g", "00:11:22:33:44:55:66:77"} {
		if got, err := ParseMAC(s); err == nil || !got.IsZero() {
			t.Errorf("%q is taken for %v", s, got)
		}
	}
	if _, ok := MACFrom(make([]byte, 7)); ok {
		t.Error("seven bytes are taken")
	}
}

func TestMACText(t *testing.T) {
	m := MAC{0, 0x11, 0x22, 0x33, 0x44, 0x5a}
	if m.String() != "00:11:22:33:44:5a" || (MAC{}).String() != "" {
		t.Errorf("%q %q", m, MAC{})
	}
	back := m
	if err := back.UnmarshalText(nil); err != nil || !back.IsZero() {
		t.Errorf("no text is %v, %v", back, err)
	}
	back = m
	if err := back.UnmarshalText([]byte("no address")); err == nil || !back.IsZero() {
		t.Errorf("%v, %v", back, err)
	}
}

// TestMACBits: the two lowest bits of the first byte (IEEE 802).
func TestMACBits(t *testing.T) {
	for first, want := range map[byte][2]bool{
		0x00: {false, false}, 0x01: {true, false}, 0x02: {false, true}, 0x03: {true, true},
		0xff: {true, true}, 0xfc: {false, false}, 0x33: {true, true},
	} {
		m := MAC{first, 1}
		if m.IsGroup() != want[0] || m.IsLocal() != want[1] {
			t.Errorf("%v: group %v, local %v", m, m.IsGroup(), m.IsLocal())
		}
	}
}

func FuzzParseMAC(f *testing.F) {
	f.Add("00:11:22:33:44:55")
	f.Add("0011.2233.4455")
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMAC(s)
		if err != nil {
			return
		}
		var back MAC
		if err := back.UnmarshalText([]byte(m.String())); err != nil || back != m {
			t.Errorf("%q became %v, then %v, %v", s, m, back, err)
		}
	})
}
