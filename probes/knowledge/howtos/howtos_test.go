package howtos

import (
	"os"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

func loaded(t testing.TB) *Set {
	t.Helper()
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (e example) device() lan.Device {
	return lan.Device{Vendor: e.Vendor, Model: e.Model, Kind: lan.Kind(e.Kind), Firmware: e.Firmware}
}

// What the program carries is what people wrote.
func TestPackedIsSource(t *testing.T) {
	want, err := Pack(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	if string(Packed()) != string(want) {
		t.Fatal("rows.json is not what data/*.json says: run go generate ./probes/knowledge")
	}
	if len(Packed()) > 45<<10 {
		t.Errorf("the program carries %d bytes, at most 45 KB are planned", len(Packed()))
	}
	rows, err := published(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	s := loaded(t)
	for i, r := range rows {
		if got, want := s.rows[i].howto(), r.howto(); !equal(got, want) {
			t.Errorf("packed as %+v, want %+v", got, want)
		}
	}
}

func equal(a, b Howto) bool {
	same := a.ID == b.ID && a.Family == b.Family && a.Source == b.Source && a.Checked == b.Checked && a.General == b.General
	text := func(h Howto) string {
		return strings.Join([]string{
			strings.Join(h.Setup, "|"), strings.Join(h.Password, "|"), strings.Join(h.Update, "|"), strings.Join(h.Wipe, "|"),
		}, "#")
	}
	return same && text(a) == text(b)
}

// What devices and the address registry say of themselves.
func TestForRealDevices(t *testing.T) {
	s := loaded(t)
	for _, c := range []struct {
		vendor, model, kind, firmware, want string
	}{
		{"AVM Audiovisuelles Marketing und Computersysteme GmbH", "FRITZ!Box 7590 AX", "router", "8.02", "fritzbox"},
		{"TP-LINK TECHNOLOGIES CO.,LTD.", "Archer AX55", "router", "", "tp-link-router"},
		{"TP-LINK TECHNOLOGIES CO.,LTD.", "Archer C7", "router", "OpenWrt 23.05.5", "openwrt"},
		{"TP-Link", "Deco X60", "router", "", "deco"},
		{"TP-Link", "KL130(EU)", "bulb", "", "kasa"},
		{"TP-Link", "L530E(EU)", "bulb", "", "tapo"},
		{"TP-Link", "", "plug", "", "tapo"},
		{"TP-Link", "C200", "camera", "", "tapo-camera"},
		{"Tapo", "H200", "hub", "", "tapo"},
		{"Signify Netherlands B.V.", "BSB002", "hub", "", "hue"},
		{"Royal Philips Electronics", "Hue Bridge", "hub", "", "hue"},
		{"Philips", "55OLED806", "tv", "", "tv"},
		{"Google, Inc.", "Chromecast Ultra", "media", "", "chromecast"},
		{"Google", "Nest Hub", "speaker", "", "nest-speaker"},
		{"Samsung Electronics Co.,Ltd", "UE55MU6199", "tv", "", "samsung-tv"},
		{"Samsung", "CLP-620", "printer", "", "printer"},
		{"Sony Interactive Entertainment Inc.", "PlayStation 5", "console", "", "playstation"},
		{"Hewlett Packard", "LaserJet M110w", "printer", "", "hp-printer"},
		{"Hangzhou Hikvision Digital Technology Co.,Ltd.", "", "camera", "", "hikvision"},
		{"Ubiquiti Inc", "UDM-Pro", "router", "", "unifi"},
		{"Ubiquiti", "EdgeRouter X", "router", "", "router"},
		{"Synology Incorporated", "DS920+", "nas", "DSM 7.2", "synology"},
		{"Synology", "RT6600ax", "router", "", "router"},
		{"Espressif Inc.", "Sonoff Basic", "plug", "Tasmota 14.3.0", "tasmota"},
		{"Vodafone", "Station", "router", "", "provider-router"},
		{"Tenda", "", "router", "", "router"},
		{"", "", "camera", "", "camera"},
	} {
		h, ok := s.For(lan.Device{Vendor: c.vendor, Model: c.model, Kind: lan.Kind(c.kind), Firmware: c.firmware})
		if !ok || h.ID != c.want {
			t.Errorf("%s %s (%s, %s): %q, %v; want %q", c.vendor, c.model, c.kind, c.firmware, h.ID, ok, c.want)
		}
	}
}

// What leans on a row of many makers says so, and names its own app.
func TestGeneralAdvice(t *testing.T) {
	s := loaded(t)
	for _, c := range []struct {
		vendor, kind, app string
		general           bool
	}{
		{"Ring", "camera", "Open the Ring app", true},
		{"Arlo", "camera", "Open the Arlo app", false},
		{"Frobnitz", "camera", "Open the maker's app", true},
	} {
		h, _ := s.For(lan.Device{Vendor: c.vendor, Kind: lan.Kind(c.kind)})
		if h.General != c.general || !strings.HasPrefix(h.Password[0], c.app) || h.Source == "" {
			t.Errorf("%s: general %v, %q, source %q", c.vendor, h.General, h.Password[0], h.Source)
		}
	}
	for _, h := range s.All() {
		if h.ID == "cloud-camera" {
			t.Error("lists a row that is only there for others")
		}
	}
}

func TestNoHowtoByAccident(t *testing.T) {
	s := loaded(t)
	for _, d := range []lan.Device{
		{}, {Kind: lan.Unknown}, {Kind: "phone", Vendor: "Apple"}, {Kind: "computer", Vendor: "Google"}, {Vendor: "TP-Link"},
		{Vendor: "Amazon"}, {Vendor: "Samsung", Model: "Galaxy S23", Kind: "phone"}, {Vendor: "Huawei", Kind: "phone"},
		{Vendor: "Bearing"}, {Vendor: "Freedom Ltd"}, {Vendor: "Axiscom"}, {Vendor: strings.Repeat("x", 1<<16)}, {Model: "Echoes"},
	} {
		if h, ok := s.For(d); ok {
			t.Errorf("%.40s %.40s (%s) is taken for %s", d.Vendor, d.Model, d.Kind, h.Family)
		}
	}
	var none *Set
	if _, ok := none.For(lan.Device{Kind: "router"}); ok {
		t.Error("a nil set knows a how-to")
	}
}

// A look-up allocates for the maker's words and the answer, however many rows
// there are.
func TestForAllocatesNothingARow(t *testing.T) {
	s := loaded(t)
	twice := &Set{rows: append(append([]*row(nil), s.rows...), s.rows...)}
	d := lan.Device{Vendor: "Zhejiang Dahua Technology", Model: "IPC-HDW2431T", Kind: "camera", Firmware: "2.8"}
	for _, set := range []*Set{s, twice} {
		set.For(d) // compiles what it needs
	}
	one := testing.AllocsPerRun(50, func() { s.For(d) })
	two := testing.AllocsPerRun(50, func() { twice.For(d) })
	if one != two || one > 20 {
		t.Errorf("%v allocations, %v with twice the rows", one, two)
	}
}

func FuzzFor(f *testing.F) {
	s := loaded(f)
	f.Add("TP-LINK Technologies Co., Ltd.", "Archer C7", "router", "OpenWrt 23.05")
	f.Add("tado\u00b0", "\xff\xfe", "", "Tasmota")
	f.Add("", "", "nonsense", "")
	f.Fuzz(func(t *testing.T, vendor, model, kind, firmware string) {
		h, ok := s.For(lan.Device{Vendor: vendor, Model: model, Kind: lan.Kind(kind), Firmware: firmware})
		if ok != (h.ID != "") || ok && (len(h.Update) == 0 || len(h.Wipe) == 0) {
			t.Errorf("%q %q %q %q: %+v, %v", vendor, model, kind, firmware, h, ok)
		}
	})
}
