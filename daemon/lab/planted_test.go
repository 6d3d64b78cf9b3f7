package lab

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/netns"
)

// plantation has for each family one that is old, one that is mended, and those
// that nobody can tell: of another track, other hardware, or without a version.
// The versions are real ones (see the rows' sources); what they mean is written
// down here a second time, apart from the rows.
var plantation = []Planted{
	{Vendor: "TP-Link", Model: "Archer AX21", Firmware: "1.1.3 Build 20221125 rel.69802(4555)", Want: Old},
	{Vendor: "TP-Link", Model: "Archer AX21", Firmware: "1.1.4 Build 20230219 rel.69802(4555)", Want: Mended},
	{Vendor: "TP-Link", Model: "Archer AX21", Firmware: "1.0.6 Build 20240510 rel.1(4555)", Want: CannotTell, Why: "a lower number built later is other hardware"},
	{Vendor: "TP-Link", Model: "Archer AX21", Want: CannotTell, Why: "no version"},
	{Vendor: "TP-Link", Model: "Archer AX21", Firmware: "OpenWrt 23.05.3", Want: CannotTell, Why: "other software"},
	{Vendor: "TP-Link", Model: "Archer AX21 Pro", Firmware: "1.1.3 Build 20221125 rel.69802(4555)", Want: CannotTell, Why: "another model"},
	{Like: "tplink-archer-ax21", Alter: []string{"1.1.3 Build 20221125", "1.1.4 Build 20230219"}, Want: Mended, Why: "by its own gateway description"},

	{Vendor: "TP-Link", Model: "TL-WR841N (MS)", Hardware: "V9", Firmware: "3.16.9 Build 150310 Rel.37534n", Want: Old},
	{Vendor: "TP-Link", Model: "TL-WR841N (MS)", Hardware: "V9", Firmware: "3.17.0 Build 241108 Rel.1n", Want: Mended},
	{Vendor: "TP-Link", Model: "TL-WR841N (MS)", Hardware: "V13", Firmware: "3.16.9 Build 150310 Rel.37534n", Want: CannotTell, Why: "another hardware revision"},
	{Vendor: "TP-Link", Model: "TL-WR841N (MS)", Firmware: "3.16.9 Build 150310 Rel.37534n", Want: CannotTell, Why: "unknown hardware revision"},
	{Vendor: "TP-Link", Model: "TL-WR841N (EU)", Hardware: "V9", Firmware: "3.16.9 Build 150310 Rel.37534n", Want: CannotTell, Why: "another region"},

	{Vendor: "ASUS", Model: "RT-AX55", Firmware: "3.0.0.4.386_51598", Want: Old},
	{Vendor: "ASUSTeK Computer Inc.", Model: "RT-AX55", Firmware: "3.0.0.4.386_52332-g8b1e9f2", Want: Mended},
	{Vendor: "ASUS", Model: "RT-AX55", Firmware: "3.0.0.6.102_35404", Want: CannotTell, Why: "another track"},
	{Vendor: "ASUS", Model: "RT-AX55", Firmware: "388.8_2", Want: CannotTell, Why: "other people's software"},
	{Vendor: "ASUS", Model: "RT-AX55", Want: CannotTell, Why: "no version"},

	{Vendor: "NETGEAR", Model: "R7000", Firmware: "V1.0.7.2_1.1.93", Want: Old},
	{Vendor: "NETGEAR", Model: "R7000", Firmware: "V1.0.11.134_10.2.119", Want: Mended},
	{Vendor: "NETGEAR", Model: "R7000", Want: CannotTell, Why: "no version"},

	{Vendor: "Zyxel", Model: "NAS326", Firmware: "V5.21(AAZF.10)C0", Want: Old},
	{Vendor: "Zyxel", Model: "NAS326", Firmware: "V5.21(AAZF.14)C0", Want: Old, Why: "one of two holes is closed"},
	{Vendor: "Zyxel", Model: "NAS326", Firmware: "V5.21(AAZF.17)C0", Want: Mended},
	{Vendor: "Zyxel", Model: "NAS326", Firmware: "V5.21(AAXX.1)C0", Want: CannotTell, Why: "another model's software"},

	{Vendor: "Hangzhou Hikvision Digital Technology", Model: "DS-2CD2032F-I", Firmware: "V5.3.0 build 150513", Want: Old},
	{Vendor: "Hikvision", Model: "DS-2CD2032F-I", Firmware: "V5.4.5 build 170124", Want: CannotTell, Why: "closed one hole; of the other we cannot tell"},
	{Vendor: "Hikvision", Model: "DS-2CD2032F-I", Firmware: "V5.4.0", Want: CannotTell, Why: "no day"},

	{Vendor: "Dahua", Model: "IPC-HFW3549T1-AS-PV", Firmware: "2.800.0000000.25.R, Build: 2021-01-12", Want: Old},
	{Vendor: "Dahua", Model: "IPC-HFW3549T1-AS-PV", Firmware: "2.820.0000000.18.R, Build Date: 2021-06-03", Want: Mended},
	{Vendor: "Dahua", Model: "IPC-HFW3549T1-AS-PV", Firmware: "2.800.0000000.25.R", Want: CannotTell, Why: "no day"},

	{Vendor: "QNAP", Model: "TS-453A", Firmware: "5.1.4.2596 build 20231128", Want: Old},
	{Vendor: "QNAP", Model: "TS-453A", Firmware: "5.1.5.2645 build 20240116", Want: Mended},
	{Vendor: "QNAP", Model: "TS-453A", Want: CannotTell, Why: "no version"},

	{Vendor: "Synology", Model: "DS220+", Firmware: "DSM 7.2.1-69057 Update 5", Want: Old},
	{Vendor: "Synology Inc", Model: "DS220+", Firmware: "DSM 7.2.1-69057 Update 6", Want: Mended},
	{Vendor: "Synology", Model: "DS220+", Firmware: "DSM 7.2.1", Want: CannotTell, Why: "no build"},

	{Vendor: "MikroTik", Model: "RB750Gr3", Firmware: "6.41.3", Want: Old},
	{Vendor: "MikroTik", Model: "RB750Gr3", Firmware: "6.49.18 (long-term)", Want: Mended},
	{Vendor: "MikroTik", Model: "RB750Gr3", Firmware: "6.48.7", Want: CannotTell, Why: "which channel?"},

	{Like: "philips-hue-bridge-v2", Alter: []string{"1935074050", "1968096020"}, Want: Mended, Why: "by its own page"},
	{Vendor: "Signify", Model: "BSB002", Firmware: "1935074050", Want: Old},
	{Vendor: "Signify", Model: "BSB002", Want: CannotTell, Why: "no version"},

	{Vendor: "Sonos, Inc.", Model: "Sonos Beam", Firmware: "73.0-42060", Want: Old},
	{Vendor: "Sonos, Inc.", Model: "Sonos Beam", Firmware: "75.1-49210", Want: Mended},
	{Vendor: "Sonos, Inc.", Model: "Sonos Amp", Firmware: "57.19-46310", Want: CannotTell, Why: "another generation's track"},

	{Vendor: "D-Link", Model: "DCS-2530L", Firmware: "1.05.05", Want: Old},
	{Vendor: "D-Link", Model: "DCS-2530L", Firmware: "1.06.01", Want: Old, Why: "without the hotfix"},
	{Vendor: "D-Link", Model: "DCS-2530L", Firmware: "v1.06.01 Hotfix", Want: Mended},
	{Vendor: "D-Link", Model: "DIR-859", Firmware: "1.06B01", Want: Old, Why: "no fix will ever be"},

	{Vendor: "Reolink", Model: "RLC-410W", Firmware: "v3.0.0.136_20121102", Want: Old},
	{Vendor: "Reolink", Model: "RLC-410W", Firmware: "v3.1.0.739_22042505", Want: Mended},
	{Vendor: "Wyze", Model: "Wyze Cam v3", Firmware: "4.36.7.252", Want: Old},
	{Vendor: "Wyze", Model: "Wyze Cam v3", Firmware: "4.9.6.241", Want: CannotTell, Why: "another generation's line"},
	{Vendor: "Wyze", Model: "Wyze Cam v3", Firmware: "4.36.8.32", Want: Mended},
	{Vendor: "LG Electronics", Model: "OLED48C1PUB", Firmware: "03.36.50", Want: Old},
	{Vendor: "LG Electronics", Model: "OLED48C1PUB", Firmware: "03.60.01", Want: Mended},
	{Vendor: "DrayTek", Model: "Vigor2960", Firmware: "1.5.1.4", Want: Old},
	{Vendor: "DrayTek", Model: "Vigor2960", Firmware: "1.5.1.5", Want: Mended},
	{Vendor: "BUFFALO INC.", Model: "WSR-2533DHPL2", Firmware: "1.02", Want: Old},
	{Vendor: "BUFFALO INC.", Model: "WSR-2533DHPL2", Firmware: "1.03", Want: Mended},
}

// nameless say who made them and no more: nothing can be concluded.
var nameless = []string{
	"TP-Link", "ASUS", "NETGEAR", "Zyxel", "Hikvision", "Dahua", "QNAP", "Synology", "MikroTik", "Signify", "Sonos, Inc.",
	"D-Link", "Reolink", "Wyze", "LG Electronics", "DrayTek", "BUFFALO INC.", "AVM Berlin", "Belkin", "Western Digital",
}

// TestPlanted sweeps a home of devices with planted firmware: each gets the right
// one of the three answers, and a maker's name alone never gives a problem.
func TestPlanted(t *testing.T) {
	netns.Enter(t)
	h, err := Build(Street)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	all := slices.Clone(plantation)
	for _, vendor := range nameless {
		all = append(all, Planted{Vendor: vendor, Firmware: "1.0.0", Want: CannotTell, Why: "the maker alone"})
	}
	devices := os.DirFS("../../testdata/devices")
	for i, p := range all {
		d, err := p.Device(i, devices)
		if err == nil {
			_, err = h.Settle(d)
		}
		if err != nil {
			t.Fatalf("%+v: %v", p, err)
		}
	}
	s := sweepHouse(t, wiring.RungRaw, lan.Ask)
	count := map[Age]int{}
	for i, p := range all {
		d := device(t, s, h.rooms[i].Addr())
		f := finding(d, "firmware-outdated")
		got := AgeOf(f.Verdict)
		count[got]++
		if got != p.Want {
			t.Errorf("%s %s %s %s %s: %s, want %s (%s)\n%+v", p.Like, p.Vendor, p.Model, p.Hardware, p.Firmware, got, p.Want, p.Why, f)
		}
		if p.Model == "" && p.Like == "" {
			guessed(t, d)
		}
	}
	t.Logf("%d planted devices: %v", len(all), count)
}

// guessed holds that nothing is said against a device of which the maker alone is
// known.
func guessed(t *testing.T, d lan.Device) {
	for _, f := range d.Findings {
		about := []string{"firmware-outdated", "end-of-support", "software-outdated", "known-backdoor"}
		if f.Verdict.Problem() && slices.Contains(about, f.Check) {
			t.Errorf("%s, of which the maker alone is known: %s says %q", d.Vendor, f.Check, strings.TrimSpace(f.Title))
		}
	}
}
