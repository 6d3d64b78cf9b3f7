package oui

import (
	"strings"
	"testing"
	"unsafe"

	"github.com/homesweep/homesweep/probes/lan"
)

// golden are blocks of makers found in homes, as the registry gives them: the
// address block, the holder and the brand a household would say.
var golden = []struct{ block, holder, vendor string }{
	{"00:04:3c", "Sonos", "Sonos"},
	{"00:17:88", "Philips Lighting", "Philips"},
	{"c4:29:96", "Signify", "Philips"},
	{"28:cd:c1", "Raspberry Pi Trading", "Raspberry Pi"},
	{"00:ab:48", "eero", "eero"},
	{"00:1a:11", "Google", "Google"},
	{"18:b4:30", "Nest Labs", "Nest Labs"},
	{"00:71:47", "Amazon Technologies", "Amazon"},
	{"00:03:93", "Apple", "Apple"},
	{"00:00:f0", "Samsung Electronics", "Samsung"},
	{"00:1c:62", "LG Electronics Mobile", "LG"},
	{"00:04:1f", "Sony Interactive Entertainment", "Sony"},
	{"00:09:bf", "Nintendo", "Nintendo"},
	{"00:0d:4b", "Roku", "Roku"},
	{"00:11:32", "Synology", "Synology"},
	{"24:5e:be", "QNAP Systems", "QNAP"},
	{"00:0c:6e", "ASUSTek Computer", "ASUS"},
	{"00:09:5b", "Netgear", "NETGEAR"},
	{"00:0a:eb", "TP-Link Technologies", "TP-Link"},
	{"00:31:92", "TP-Link Systems", "TP-Link"},
	{"00:13:49", "Zyxel Communications", "Zyxel"},
	{"00:04:0e", "AVM", "AVM"},
	{"04:b4:fe", "AVM Audiovisuelles Marketing", "AVM"},
	{"00:0c:42", "Routerboard.com", "MikroTik"},
	{"00:15:6d", "Ubiquiti", "Ubiquiti"},
	{"74:12:13", "Linksys USA", "Linksys"},
	{"00:11:50", "Belkin", "Belkin"},
	{"00:05:5d", "D-Link Systems", "D-Link"},
	{"00:18:82", "Huawei Technologies", "Huawei"},
	{"00:15:eb", "zte", "ZTE"},
	{"00:0e:59", "Sagemcom Broadband", "Sagemcom"},
	{"00:12:bf", "Arcadyan", "Arcadyan"},
	{"00:40:8c", "Axis Communications", "Axis"},
	{"ec:71:db", "Reolink Innovation", "Reolink"},
	{"00:65:1e", "Amcrest Technologies", "Amcrest"},
	{"00:1b:a9", "Brother Industries", "Brother"},
	{"00:00:85", "Canon", "Canon"},
	{"00:00:48", "Seiko Epson", "Epson"},
	{"00:01:e6", "Hewlett Packard", "HP"},
	{"00:68:eb", "HP", "HP"},
	{"00:04:00", "Lexmark International", "Lexmark"},
	{"00:00:00", "Xerox", "Xerox"},
	{"84:00:ec", "Shelly Europe", "Shelly"},
	{"68:ec:8a", "IKEA of Sweden", "IKEA"},
	{"80:8a:f7", "Nanoleaf", "Nanoleaf"},
	{"00:0c:8a", "Bose", "Bose"},
	{"2c:aa:8e", "Wyze Labs", "Wyze"},
	{"44:61:32", "ecobee", "ecobee"},
	{"00:b4:63", "Ring", "Ring"},
	{"4c:b9:ea", "iRobot", "iRobot"},
	{"44:6f:f8", "Dyson", "Dyson"},
	{"00:1d:63", "Miele", "Miele"},
	{"00:0f:e7", "Lutron Electronics", "Lutron"},
	{"70:ee:50", "Netatmo", "Netatmo"},
	{"00:0b:3b", "devolo", "devolo"},
	{"00:1d:aa", "DrayTek", "DrayTek"},
	{"00:07:cb", "Freebox", "Freebox"},
	{"00:0b:82", "Grandstream Networks", "Grandstream"},
	{"24:9a:d8", "Yealink Xiamen", "Yealink"},
	{"00:07:40", "Buffalo.INC", "Buffalo"},
	{"9c:8e:cd", "Amcrest Technologies", "Amcrest"},
	{"54:d2:72", "Nuki Home", "Nuki Home"},
	{"1c:1a:df", "Microsoft", "Microsoft"},

	// Blocks of 28 and 36 bits, each inside a block that IEEE has cut up.
	{"f0:40:af:9", "Raspberry Pi Trading", "Raspberry Pi"},
	{"20:0a:0d:b", "Amazon Technologies", "Amazon"},
	{"2c:69:1d:5", "LG Electronics", "LG"},
	{"34:46:63:2", "Amcrest Technologies", "Amcrest"},
	{"00:55:da:5", "Nanoleaf", "Nanoleaf"},
	{"a4:da:22:2", "Wyze Labs", "Wyze"},
	{"c0:61:9a:b", "Victron Energy", "Victron Energy"},
	{"3c:39:e7:2", "HomeWizard", "HomeWizard"},
	{"00:1b:c5:07:3", "tado", "tado"},
	{"8c:1f:64:34:a", "Raspberry Pi Trading", "Raspberry Pi"},
	{"70:b3:d5:27:0", "Amazon Technologies", "Amazon"},
	{"70:b3:d5:25:7", "LG Electronics", "LG"},

	// Makers of modules: a holder, never a brand.
	{"00:4b:12", "Espressif", ""},
	{"00:33:7a", "Tuya Smart", ""},
	{"00:0e:6d", "Murata Manufacturing", ""},
	{"8c:1f:64:79:d", "Murata Manufacturing", ""},
	{"00:15:af", "AzureWave Technology", ""},
	{"00:14:a4", "Hon Hai Precision", ""},
	{"70:b3:d5:b4:5", "Hon Hai Precision", ""},
	{"70:b3:d5:07:3", "Liteon Technology", ""},
	{"00:22:f4", "Ampak Technology", ""},
	{"00:e0:4c", "Realtek Semiconductor", ""},
	{"00:12:37", "Texas Instruments", ""},
	{"00:02:b3", "Intel", ""},

	// Nobody: kept secret, cut up without a smaller block here, private
	// addresses (one of them an old vendor's), groups, never given out.
	{"00:01:01", "", ""},
	{"70:b3:d5:ff:f", "", ""},
	{"02:60:8c", "", ""},
	{"da:a1:19", "", ""},
	{"01:00:5e", "", ""},
	{"33:33:00", "", ""},
	{"ff:ff:ff", "", ""},
	{"fc:00:00", "", ""},
}

// within gives the first and the last address of a block written by its
// prefix.
func within(t *testing.T, block string) (first, last lan.MAC) {
	t.Helper()
	digits := strings.ReplaceAll(block, ":", "")
	for i, fill := range []string{"0", "f"} {
		full := digits + strings.Repeat(fill, 12-len(digits))
		m, err := lan.ParseMAC(full[:4] + "." + full[4:8] + "." + full[8:])
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = m
		} else {
			last = m
		}
	}
	return first, last
}

func open(tb testing.TB) *Table {
	tb.Helper()
	table, err := Load()
	if err != nil {
		tb.Fatal(err)
	}
	return table
}

func TestGolden(t *testing.T) {
	table := open(t)
	for _, tt := range golden {
		first, last := within(t, tt.block)
		for _, mac := range []lan.MAC{first, last} {
			holder, ok := table.Lookup(mac)
			if holder != tt.holder || ok != (tt.holder != "") {
				t.Errorf("%s: holder %q, %v, want %q", mac, holder, ok, tt.holder)
			}
			if vendor := table.Vendor(mac); vendor != tt.vendor {
				t.Errorf("%s: vendor %q, want %q", mac, vendor, tt.vendor)
			}
		}
	}
}

// Every block of the embedded registry is found in its place, and has a
// holder's name that is fit to show.
func TestEveryBlock(t *testing.T) {
	table := open(t)
	total := 0
	for _, b := range table.blocks {
		first := 0
		for i := range b.n {
			for first < octets-1 && number(b.starts[2*first+2:], 2) <= i {
				first++
			}
			mac := lan.MAC{0: byte(first)}
			for column := range b.width() {
				mac[1+column] = b.columns[column*b.n+i]
			}
			want := int(b.name[i])<<8 | int(b.name[b.n+i])
			if got, ok := b.find(mac); !ok || got != want {
				t.Errorf("%s in blocks of %d bits: name %d, %v, want %d", mac, b.bits, got, ok, want)
			}
			if name := table.name(want); name != lan.Printable(name, longest-1) {
				t.Errorf("%s: %q", mac, name)
			}
		}
		total += b.n
	}
	if total < 53_000 || table.holders < 29_000 {
		t.Errorf("%d blocks, %d holders", total, table.holders)
	}
	t.Logf("%d blocks of %d holders in %d bytes, oui-data %s of %s", total, table.holders, len(registry), Version, Date)
}

// A lookup makes one string, and Load takes parts of the program's own data.
func TestNoHeap(t *testing.T) {
	table := open(t)
	mac := lan.MAC{0x00, 0x17, 0x88, 1, 2, 3}
	if n := testing.AllocsPerRun(100, func() { table.Lookup(mac) }); n > 1 {
		t.Errorf("%v allocations", n)
	}
	if n := testing.AllocsPerRun(100, func() { table.Lookup(lan.MAC{0x02}) }); n > 0 {
		t.Errorf("%v allocations for a private address", n)
	}
	begin := uintptr(unsafe.Pointer(unsafe.StringData(registry)))
	at := uintptr(unsafe.Pointer(unsafe.StringData(table.names.text)))
	if at < begin || at >= begin+uintptr(len(registry)) {
		t.Error("the names were copied out of the program's data")
	}
}

// Every cut of the table is refused, or gives names and no panic.
func TestDamaged(t *testing.T) {
	for n := 0; n < len(registry); n += 997 {
		table, err := Open(registry[:n])
		if err == nil {
			table.Lookup(lan.MAC{0x70, 0xb3, 0xd5, 0x27, 0x01})
			table.Lookup(lan.MAC{0xfc, 0xff, 0xff})
		}
	}
	if _, err := Open(""); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("an empty table: %v", err)
	}
	huge := []byte(registry[:header])
	huge[len(magic)] = 0xff
	if _, err := Open(string(huge)); err == nil {
		t.Error("a table of 4 billion blocks was opened")
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(small("\x00"), []byte{0x00, 0x17, 0x88, 0, 0, 0})
	f.Add(small("\x00")[:200], []byte{0x70, 0xb3, 0xd5, 0x27, 0, 0})
	f.Add(magic+strings.Repeat("\x00", 4*counts+3*2*octets), []byte{0xfc})
	f.Add("", []byte{})
	f.Fuzz(func(t *testing.T, blob string, address []byte) {
		table, err := Open(blob)
		if err != nil {
			return
		}
		var mac lan.MAC
		copy(mac[:], address)
		holder, ok := table.Lookup(mac)
		if ok != (holder != "") || len(holder) > longest || ok && (mac.IsLocal() || mac.IsGroup()) {
			t.Errorf("%s: %q, %v", mac, holder, ok)
		}
		for i := range 3 * stride {
			table.name(i)
		}
	})
}

// small is a table of one block of each size, the largest with that first
// octet, and two names.
func small(first string) string {
	blob := []byte(magic + "\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x02")
	for _, b := range []struct{ first, rest string }{{first, "\x17\x88"}, {"\x20", "\x0a\x0d\xb0"}, {"\x70", "\xb3\xd5\x27\x00"}} {
		for first := range octets {
			blob = append(blob, 0, byte(min(1, first/(int(b.first[0])+1))))
		}
		blob = append(append(blob, b.rest...), 0, 1)
	}
	return string(blob) + "\x00\x05Smart" + "\x00\x00\x00" + "\x7f Home\x00Tiny\x00"
}

// The hand-made table says exactly what the form above says of it.
func TestForm(t *testing.T) {
	table, err := Open(small("\x00"))
	if err != nil {
		t.Fatal(err)
	}
	for mac, want := range map[lan.MAC]string{
		{0x00, 0x17, 0x88, 9}:                "Tiny",
		{0x20, 0x0a, 0x0d, 0xbf, 0xff}:       "Tiny",
		{0x70, 0xb3, 0xd5, 0x27, 0x0f, 0xff}: "Tiny",
		{0x70, 0xb3, 0xd5, 0x27, 0x10}:       "",
		{0x20, 0x0a, 0x0d, 0xc0}:             "",
		{0x04, 0x17, 0x88}:                   "",
		{0xfc, 0xb3, 0xd5, 0x27, 0x0f, 0xff}: "",
		{0x00, 0x17, 0x87, 0xff, 0xff, 0xff}: "",
		{0x02, 0x17, 0x88, 0xff, 0xff, 0xff}: "",
		{0x01, 0x17, 0x88}:                   "",
	} {
		if got, _ := table.Lookup(mac); got != want {
			t.Errorf("%s: %q, want %q", mac, got, want)
		}
	}
	if got := table.name(0); got != "Smart Home" {
		t.Errorf("%q", got)
	}
	table.holders = 1
	if got := table.name(1); got != "" {
		t.Errorf("a name beyond the last: %q", got)
	}
}

// Old blocks that lie among the private and group addresses are no holder's.
func TestPrivate(t *testing.T) {
	for _, first := range []byte{0x02, 0x01, 0xda} {
		table, err := Open(small(string([]byte{first})))
		if err != nil {
			t.Fatal(err)
		}
		if holder, ok := table.Lookup(lan.MAC{first, 0x17, 0x88}); ok {
			t.Errorf("%02x:17:88: %q", first, holder)
		}
	}
}

func TestCode(t *testing.T) {
	seen := map[string]bool{}
	for i := range MaxPhrases {
		c := Code(i)
		if seen[c] || strings.Contains(c, "\x00") || c[0] > leads && c[0] < short {
			t.Fatalf("phrase %d: %q", i, c)
		}
		seen[c] = true
	}
}

func BenchmarkLookup(b *testing.B) {
	table := open(b)
	macs := []lan.MAC{{0x00, 0x17, 0x88}, {0x54, 0xd2, 0x72}, {0xc0, 0x61, 0x9a, 0xb0}, {0x70, 0xb3, 0xd5, 0x27}, {0xfc, 0xfe}}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		table.Lookup(macs[i%len(macs)])
	}
	b.ReportMetric(float64(len(registry)), "bytes/table")
}
