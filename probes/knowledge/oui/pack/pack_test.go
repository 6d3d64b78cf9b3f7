package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/knowledge/oui"
	"github.com/homesweep/homesweep/probes/lan"
)

func TestHolder(t *testing.T) {
	for registration, want := range map[string]string{
		"XEROX CORPORATION\nM/S 105-50C\nUnited States":         "XEROX",
		"Hangzhou Hikvision Digital Technology Co.,Ltd.":        "Hikvision Digital",
		"HUAWEI TECHNOLOGIES CO.,LTD":                           "HUAWEI TECHNOLOGIES",
		"Motorola Mobility LLC, a Lenovo Company":               "Motorola Mobility",
		"Hon Hai Precision Ind. Co.,Ltd.":                       "Hon Hai Precision",
		"AVM Audiovisuelles Marketing und Computersysteme GmbH": "AVM Audiovisuelles Marketing",
		"GUANGDONG OPPO MOBILE TELECOMMUNICATIONS CORP.,LTD":    "OPPO MOBILE",
		"Shenzhen Bilian Electronic Co.，Ltd":                    "Bilian Electronic",
		"Microsoft Corporation":                                 "Microsoft",
		"Shenzhen Technology Co.,Ltd":                           "Shenzhen Technology",
		"Prüftechnik Condition Monitoring GmbH & Co. KG":        "Prüftechnik Condition Monitoring",
		"Nokia Danmark A/S":                                     "Nokia Danmark",
		"Limited":                                               "Limited",
		"A\u202eB\x00 Inc":                                      "AB",
		"Private":                                               "",
		"PRIVATE\n":                                             "",
		"Banyan Network Private Limited":                        "Banyan Network",
		"IEEE Registration Authority\n445 Hoes Lane":            "",
		"": "",
	} {
		if got := holder(registration); got != want {
			t.Errorf("%q: %q, want %q", registration, got, want)
		}
	}
}

func TestSettle(t *testing.T) {
	got := settle([]string{"HUAWEI Technologies", "Huawei Device", "TP-LINK", "TP-Link Systems", "HTC", "ZTE", "zte", "ZTE USA"})
	for name, want := range map[string]string{
		"HUAWEI Technologies": "Huawei Technologies", "TP-LINK": "TP-Link", "HTC": "HTC", "zte": "ZTE",
	} {
		if got[name] != want {
			t.Errorf("%q: %q, want %q", name, got[name], want)
		}
	}
}

func TestCalm(t *testing.T) {
	for word, want := range map[string]string{
		"TP-LINK": "TP-Link", "NETGEAR": "Netgear", "HTC": "HTC", "ASUS": "ASUS", "2WIRE": "2Wire", "eero": "eero",
		"Hon": "Hon", "BRÜEL": "Brüel", "A/S": "A/S", "ABC-DEF": "ABC-DEF", "": "",
	} {
		if got := calm(word); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}

// registrations makes a registry with many blocks of few holders, few blocks
// of many, neighbours, and smaller blocks inside larger ones.
func registrations() map[string]string {
	rng := rand.New(rand.NewPCG(1, 2))
	syllables := strings.Fields("ka no mi tech wave link home sun büro star net ix on el tra vo")
	registry := map[string]string{}
	for i := range 3000 {
		name := "Common Devices Inc"
		if i%3 > 0 {
			name = ""
			for range 2 + rng.IntN(4) {
				name += syllables[rng.IntN(len(syllables))]
			}
			name += fmt.Sprint(" ", i%700)
		}
		prefix := fmt.Sprintf("%06X", rng.IntN(1<<22)<<2&0xfcffff|i&0xff)
		registry[prefix] = name
		if i%50 == 0 {
			registry[prefix] = "IEEE Registration Authority"
			registry[prefix+"0"], registry[prefix+"F"] = name+" small", "Private"
			registry[prefix+"A01"] = name + " tiny"
		}
	}
	return registry
}

func TestRoundTrip(t *testing.T) {
	registry := registrations()
	rows, err := read(registry)
	if err != nil {
		t.Fatal(err)
	}
	blob, err := pack(rows)
	if err != nil {
		t.Fatal(err)
	}
	table, err := oui.Open(blob)
	if err != nil {
		t.Fatal(err)
	}
	looked := 0
	for bits, list := range rows {
		for _, r := range list {
			for _, mac := range []lan.MAC{r.prefix, last(r.prefix, bits)} {
				want := r.holder
				if smaller(rows, mac, bits) {
					continue
				}
				if got, ok := table.Lookup(mac); got != want || ok != (want != "") {
					t.Errorf("%s in a block of %d bits: %q, %v, want %q", mac, bits, got, ok, want)
				}
				looked++
			}
		}
	}
	if looked < len(registry) {
		t.Errorf("%d lookups for %d registrations", looked, len(registry))
	}
	if again, _ := pack(rows); again != blob {
		t.Error("the same rows pack to other bytes")
	}
}

// last is the last address of the block of that many bits that begins at mac.
func last(mac lan.MAC, bits int) lan.MAC {
	for i := range mac {
		if low := 8*(i+1) - bits; low > 0 {
			mac[i] |= byte(1<<min(low, 8) - 1)
		}
	}
	return mac
}

// smaller reports whether mac lies in a block smaller than one of bits.
func smaller(rows map[int][]row, mac lan.MAC, bits int) bool {
	for size, list := range rows {
		for _, r := range list {
			if size > bits && last(r.prefix, size) == last(mac, size) {
				return true
			}
		}
	}
	return false
}

func TestRead(t *testing.T) {
	rows, err := read(map[string]string{"001122": "A B", "021122": "Old Vendor", "011122": "Group", "0011223": "C D", "001122334": "E F"})
	if err != nil || len(rows[24]) != 1 || len(rows[28]) != 1 || len(rows[36]) != 1 {
		t.Errorf("%v, %v", rows, err)
	}
	for _, key := range []string{"", "00112", "00112233", "00112G", "0011223344556677"} {
		if _, err := read(map[string]string{key: "A"}); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%q", key)) {
			t.Errorf("%q: %v", key, err)
		}
	}
}

func TestRun(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "index.json"), filepath.Join(dir, "registry.bin")
	text, err := json.Marshal(registrations())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(from, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run(from, to); err != nil {
		t.Fatal(err)
	}
	blob, err := os.ReadFile(to)
	if err != nil || len(blob) > len(text) {
		t.Errorf("%d bytes out of %d, %v", len(blob), len(text), err)
	}
	for _, bad := range []string{"", filepath.Join(dir, "none"), to} {
		if err := run(bad, to); err == nil {
			t.Errorf("%q was packed", bad)
		}
	}
}
