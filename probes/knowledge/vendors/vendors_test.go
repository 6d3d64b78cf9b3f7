package vendors

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func loaded(t testing.TB) *Set {
	t.Helper()
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
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
	rows, err := read(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range loaded(t).All() {
		if want := rows[i].contact(); c != want {
			t.Errorf("packed as %+v, want %+v", c, want)
		}
	}
}

// What makers write about themselves in UPnP, mDNS and the address registry.
func TestContactOfRealNames(t *testing.T) {
	s := loaded(t)
	for heard, want := range map[string]string{
		"TP-LINK Technologies Co., Ltd.": "TP-Link",
		"TP-Link":                        "TP-Link",
		"TPLink":                         "TP-Link",
		"TP-Link Systems Inc.":           "TP-Link",
		"Tapo":                           "TP-Link",
		"AVM Berlin":                     "AVM (FRITZ!)",
		"AVM Audiovisuelles Marketing und Computersysteme GmbH": "AVM (FRITZ!)",
		"FRITZ! Technology GmbH":                                "AVM (FRITZ!)",
		"Hangzhou Hikvision Digital Technology":                 "Hikvision",
		"HIKVISION":                                             "Hikvision",
		"Signify":                                               "Signify (Philips Hue, WiZ)",
		"Signify Netherlands B.V.":                              "Signify (Philips Hue, WiZ)",
		"Royal Philips Electronics":                             "Signify (Philips Hue, WiZ)",
		"Philips Lighting BV":                                   "Signify (Philips Hue, WiZ)",
		"Philips":                                               "Philips",
		"Belkin International Inc.":                             "Belkin (Wemo)",
		"NETGEAR, Inc.":                                         "NETGEAR",
		"ASUSTeK Computer Inc.":                                 "ASUS",
		"ASUSTek COMPUTER INC.":                                 "ASUS",
		"Google Inc.":                                           "Google",
		"Nest Labs Inc.":                                        "Google",
		"Amazon.com, Inc.":                                      "Amazon",
		"Amazon Technologies Inc.":                              "Amazon",
		"Apple, Inc.":                                           "Apple",
		"Samsung Electronics Co.,Ltd":                           "Samsung",
		"Samsung Electronics":                                   "Samsung",
		"Samsung SmartThings":                                   "SmartThings",
		"Sonos, Inc.":                                           "Sonos",
		"Bose Corporation":                                      "Bose",
		"Synology Inc":                                          "Synology",
		"QNAP Systems, Inc.":                                    "QNAP",
		"Western Digital Corporation":                           "Western Digital",
		"WDC":                                                   "Western Digital",
		"Ubiquiti Networks Inc.":                                "Ubiquiti",
		"Mikrotikls SIA":                                        "MikroTik",
		"Routerboard.com":                                       "MikroTik",
		"Xiaomi Communications Co Ltd":                          "Xiaomi",
		"Beijing Roborock Technology Co., Ltd.":                 "Roborock",
		"Canon Inc.":                                            "Canon",
		"HUAWEI TECHNOLOGIES CO.,LTD":                           "Huawei",
		"Microsoft Corporation":                                 "Microsoft",
		"Wyze Labs Inc":                                         "Wyze",
		"tado GmbH":                                             "tado°",
		"tado°":                                                 "tado°",
		"ecobee inc.":                                           "ecobee",
		"eero inc.":                                             "eero",
		"Arlo Technologies, Inc.":                               "Arlo",
		"Robert Bosch GmbH":                                     "Bosch",
		"BSH Hausgeräte GmbH":                                   "Bosch",
		"Anker Innovations Limited":                             "eufy (Anker)",
		"Resideo":                                               "Honeywell (Resideo)",
		"Ring LLC":                                              "Ring",
		"Zhejiang Dahua Technology Co., Ltd.":                   "Dahua",
		"Axis Communications AB":                                "Axis",
		"Panasonic i-PRO Sensing Solutions":                     "i-PRO",
		"IKEA of Sweden AB":                                     "IKEA",
		"D-Link International":                                  "D-Link",
		"LG Electronics":                                        "LG",
		"FUJI XEROX CO., LTD.":                                  "Fujifilm Business Innovation",
		"XEROX CORPORATION":                                     "Xerox",
		"Seiko Epson Corporation":                               "Epson",
		"TASCAM":                                                "TEAC (TASCAM)",
		"Tuya Smart Inc.":                                       "Tuya",
		"Raspberry Pi Trading Ltd":                              "Raspberry Pi",
	} {
		if c, ok := s.Contact(heard); !ok || c.Vendor != want {
			t.Errorf("%q: %q, %v; want %q", heard, c.Vendor, ok, want)
		}
	}
}

func TestNoContactByAccident(t *testing.T) {
	s := loaded(t)
	for _, heard := range []string{
		"", " ", "??", "Bearing", "Carlos", "Pineapple", "Applebaum", "Canonical Group Limited", "Googleplex", "Bosche",
		"Avmatrix", "Hueman", "Whizz", "TP Linkage", "Netgears", "Sonosite", "Frobnitz Ltd", "RingCentral", "Shelly",
		"LGS Innovations", "Axisson", "Blinkenlights", "Sonyx", "Epsonics", "Yalex", "Raspberry", "i", "pro", "IPRO",
		strings.Repeat("x", 1<<16), "Hik vision",
	} {
		if c, ok := s.Contact(heard); ok {
			t.Errorf("%.40q is taken for %s", heard, c.Vendor)
		}
	}
}

func TestRows(t *testing.T) {
	banned := regexp.MustCompile(`(?i)\b(compliant|certified|safe|hacked|illegal)\b`)
	all := loaded(t).All()
	if len(all) < 80 {
		t.Errorf("%d makers, want at least 80", len(all))
	}
	var rules, statements, files, brands int
	for _, c := range all {
		if got, ok := loaded(t).Contact(c.Vendor); !ok || got != c {
			t.Errorf("%s is not found by its own name: %+v", c.Vendor, got)
		}
		if banned.MatchString(c.SupportRule + c.Note()) {
			t.Errorf("%s: %q, %q", c.Vendor, c.SupportRule, c.Note())
		}
		rules += count(c.SupportRule != "")
		statements += count(c.PSTI != "")
		files += count(c.SecurityTxt != "")
		brands += count(c.Note() != "")
	}
	if rules < 15 || statements < 4 || files < 10 || brands < 8 {
		t.Errorf("%d rules, %d statements, %d security.txt, %d with two names", rules, statements, files, brands)
	}
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// A home asks for every device, so asking costs no memory.
func TestContactAllocatesNothing(t *testing.T) {
	s := loaded(t)
	for _, heard := range []string{"TP-LINK Technologies Co., Ltd.", "Frobnitz Ltd", "BSH Hausgeräte GmbH", "", strings.Repeat("x ", 1000)} {
		if n := testing.AllocsPerRun(20, func() { s.Contact(heard) }); n != 0 {
			t.Errorf("%.40q: %v allocations", heard, n)
		}
	}
}

func TestLoadErrorsNameFileAndRecord(t *testing.T) {
	good := `{"id":"a","vendor":"Acme","where":"security@acme.example.org","source_name":"s","source_url":"https://acme.example.org/","checked":"2026-01-01","verified":true}`
	for change, want := range map[string]string{
		`security@acme.example.org=>call us`:               `where "call us"`,
		`"verified":true=>"verified":false`:                "not verified",
		`"checked":"2026-01-01"=>"checked":"May"`:          `checked "May"`,
		`"source_url":"https=>"source_url":"http`:          "no https URL",
		`"vendor":"Acme"=>"vendor":"..."`:                  "no two letters",
		`"vendor":"Acme"=>"vendor":"Acme","colour":"x"`:    "unknown field",
		`"vendor":"Acme"=>"vendor":"Bee","aliases":["bb"]`: "",
		`"vendor":"Acme"=>"vendor":"Bee","policy":"later"`: `policy "later"`,
		`"id":"a"=>"id":"c"`:                               "is also a name of a",
		`"vendor":"Acme"=>"vendor":"Other"`:                "already taken",
		`"source_name":"s"=>"source_name":""`:              "source_name",
	} {
		from, to, _ := strings.Cut(change, "=>")
		bad := strings.Replace(good, from, to, 1)
		if want == "" {
			bad = strings.Replace(bad, `"id":"a"`, `"id":"b"`, 1)
		}
		_, err := read(fstest.MapFS{"data/good.json": {Data: []byte("[" + good + "]")}, "data/odd.json": {Data: []byte("[" + bad + "]")}})
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", change, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "data/odd.json")):
			t.Errorf("%s: %v", change, err)
		}
	}
}

func FuzzContact(f *testing.F) {
	s := loaded(f)
	for _, heard := range []string{"TP-LINK Technologies Co., Ltd.", "AVM Berlin", "\xff\xfeSonos", "tado\u00b0", "İRobot", ""} {
		f.Add(heard)
	}
	f.Fuzz(func(t *testing.T, heard string) {
		c, ok := s.Contact(heard)
		if ok == (c == Contact{}) {
			t.Errorf("%q: %+v, %v", heard, c, ok)
		}
		if again, _ := s.Contact(strings.ToUpper(heard)); len(heard) < maxName && isASCII(heard) && again != c {
			t.Errorf("%q: case decides: %q, %q", heard, c.Vendor, again.Vendor)
		}
	})
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > 127 }) < 0
}
