package ssdp

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/homesweep/homesweep/probes/lan"
)

// sample is one of the descriptions in testdata: made after what real devices
// serve, with serial numbers of our own.
func sample(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestDescribe(t *testing.T) {
	for name, want := range map[string]Description{
		"fritzbox-igd.xml": {
			FriendlyName: "FRITZ!Box 7590", Manufacturer: "AVM Berlin", ModelName: "FRITZ!Box 7590", ModelNumber: "avm",
			ModelDescription: "FRITZ!Box 7590", UDN: "uuid:75802409-bccb-40e7-8e6c-AABBCCDDEEFF", PresentationURL: "http://fritz.box",
			SoftwareVersion: "154.07.57",
			DeviceTypes:     []string{"urn:schemas-upnp-org:device:InternetGatewayDevice:1", "urn:schemas-upnp-org:device:WANDevice:1", "urn:schemas-upnp-org:device:WANConnectionDevice:1"},
			ServiceTypes:    []string{"urn:schemas-any-com:service:Any:1", "urn:schemas-upnp-org:service:WANCommonInterfaceConfig:1", "urn:schemas-upnp-org:service:WANIPConnection:1"},
		},
		"sonos.xml": {
			FriendlyName: "192.168.1.61 - Sonos One - RINCON_949F3EC13B9901400", Manufacturer: "Sonos, Inc.", ModelName: "Sonos One",
			ModelNumber: "S18", ModelDescription: "Sonos One", UDN: "uuid:RINCON_949F3EC13B9901400",
			SoftwareVersion: "79.1-56030", HardwareVersion: "1.26.1.7-2.1",
			DeviceTypes:  []string{"urn:schemas-upnp-org:device:ZonePlayer:1", "urn:schemas-upnp-org:device:MediaServer:1"},
			ServiceTypes: []string{"urn:schemas-upnp-org:service:AlarmClock:1", "urn:schemas-upnp-org:service:ContentDirectory:1"},
		},
		"samsung-tv.xml": {
			FriendlyName: "[TV] Samsung 7 Series (55)", Manufacturer: "Samsung Electronics", ModelName: "UE55RU7100", ModelNumber: "AllShare1.0",
			ModelDescription: "Samsung TV DMR", UDN: "uuid:47a8b1c2-0000-4b1e-9d7b-8c79f5000000",
			DeviceTypes:  []string{"urn:schemas-upnp-org:device:MediaRenderer:1"},
			ServiceTypes: []string{"urn:schemas-upnp-org:service:RenderingControl:1", "urn:schemas-upnp-org:service:AVTransport:1"},
		},
		"hue-bridge.xml": {
			FriendlyName: "Hue Bridge (192.168.1.62)", Manufacturer: "Signify", ModelName: "Philips hue bridge 2015", ModelNumber: "BSB002",
			ModelDescription: "Philips hue Personal Wireless Lighting", UDN: "uuid:2f402f80-da50-11e1-9b23-001788abcdef", PresentationURL: "index.html",
			DeviceTypes: []string{"urn:schemas-upnp-org:device:Basic:1"},
		},
		"minidlna.xml": {
			FriendlyName: "attic: minidlna", Manufacturer: "Justin Maggard", ModelName: "Windows Media Connect compatible (MiniDLNA)", ModelNumber: "1.3.0",
			ModelDescription: "MiniDLNA on Debian", UDN: "uuid:4d696e69-444c-164e-9d41-001122334455", PresentationURL: "/",
			DeviceTypes:  []string{"urn:schemas-upnp-org:device:MediaServer:1"},
			ServiceTypes: []string{"urn:schemas-upnp-org:service:ContentDirectory:1", "urn:schemas-upnp-org:service:ConnectionManager:1"},
		},
		"wemo.xml": {
			FriendlyName: "Lamp & Fan", Manufacturer: "Belkin International Inc.", ModelName: "Socket", ModelNumber: "1.0",
			ModelDescription: "Belkin Plugin Socket 1.0", UDN: "uuid:Socket-1_0-221437K1100000", PresentationURL: "/pluginpres.html",
			SoftwareVersion: "WeMo_WW_2.00.11420.PVT-OWRT-SNSV2",
			DeviceTypes:     []string{"urn:Belkin:device:controllee:1"}, ServiceTypes: []string{"urn:Belkin:service:WiFiSetup:1"},
		},
	} {
		got, err := Describe(strings.NewReader(sample(t, name)))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v\n got %+v\nwant %+v", name, err, got, want)
		}
	}
}

// bomb is the billion laughs: small here, huge for whoever expands it.
const bomb = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>
<root><device><friendlyName>&c;</friendlyName></device></root>`

func TestDescribeHostile(t *testing.T) {
	deep := "<root><device><friendlyName>x</friendlyName>" + strings.Repeat("<a>", 100000)
	for _, c := range []struct {
		name, text string
		want       error // nil: any
		friendly   string
	}{
		{"entity bomb", bomb, ErrDTD, ""},
		{"deep", deep, ErrTooDeep, "x"},
		{"unknown entity stays as it is", "<root><device><friendlyName>&c;&#x41;</friendlyName></device></root>", nil, "&c;A"},
		{"cut short", "<root><device><friendlyName>x</friendlyName><model", nil, "x"},
		{"endless", "<root><device><friendlyName>x</friendlyName>" + strings.Repeat(" ", 2*MaxBody), nil, "x"},
		{"Latin-1 called UTF-8", "<?xml version=\"1.0\" encoding=\"utf-8\"?><root><device><friendlyName>K\xfcche</friendlyName></device></root>", nil, "Küche"},
		{"UTF-8 called Latin-1", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><root><device><friendlyName>Küche</friendlyName></device></root>", nil, "Küche"},
		{"UTF-16", utf16le("<?xml version=\"1.0\" encoding=\"utf-16\"?><root><device><friendlyName>Küche 居</friendlyName></device></root>", true), nil, "Küche 居"},
		{"UTF-16 without a mark", utf16le("<?xml version=\"1.0\"?><root><device><friendlyName>Küche</friendlyName></device></root>", false), nil, "Küche"},
		{"UTF-16, high byte first", swapped(utf16le("<?xml version=\"1.0\"?><root><device><friendlyName>Küche</friendlyName></device></root>", true)), nil, "Küche"},
		{"UTF-16 cut in two", utf16le("<root><device><friendlyName>x</friendlyName></device></root>", true) + "x", nil, "x"},
		{"UTF-8 with a mark", "\ufeff<?xml version=\"1.0\"?><root><device><friendlyName>x</friendlyName></device></root>", nil, "x"},
		{"GB2312", "<?xml version=\"1.0\" encoding='GB2312'?><root><device><friendlyName>\xd0\xa1\xc3\xd7 TV \xb5\xe7</friendlyName></device></root>", nil, "· TV ·"},
		{"UTF-8 called GB2312", "<?xml version=\"1.0\" encoding='gb2312'?><root><device><friendlyName>居 TV</friendlyName></device></root>", nil, "居 TV"},
		{"control characters", "<root><device><friendlyName>a\x00\x1b[31mb</friendlyName></device></root>", nil, "a [31mb"},
		{"embedded device first", "<root><device><deviceList><device><friendlyName>in</friendlyName></device></deviceList><friendlyName>out</friendlyName></device></root>", nil, "out"},
		{"wrong end tags", "<root><device><friendlyName>x</b></friendlyName></device></root></root>", nil, "x"},
		{"a name elsewhere", "<root><friendlyName>x</friendlyName></root>", nil, ""},
		{"no XML", "{\"a\":1}", nil, ""},
	} {
		d, err := Describe(strings.NewReader(c.text))
		if c.want != nil && !errors.Is(err, c.want) || d.FriendlyName != c.friendly {
			t.Errorf("%s: %q, %v", c.name, d.FriendlyName, err)
		}
	}
	many := "<root><device>" + strings.Repeat("<deviceType>a</deviceType>", 9)
	for n := range 500 {
		many += "<deviceType>t" + strings.Repeat("x", n) + "</deviceType>"
	}
	if d, _ := Describe(strings.NewReader(many)); len(d.DeviceTypes) != maxTypes {
		t.Errorf("%d device types", len(d.DeviceTypes))
	}
}

// utf16le is text in UTF-16, low byte first, with a byte order mark or without.
func utf16le(text string, mark bool) string {
	var b []byte
	if mark {
		text = "\ufeff" + text
	}
	for _, u := range utf16.Encode([]rune(text)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

// swapped has the two bytes of each unit the other way round.
func swapped(text string) string {
	b := []byte(text)
	for i := 0; i+1 < len(b); i += 2 {
		b[i], b[i+1] = b[i+1], b[i]
	}
	return string(b)
}

func FuzzDescribe(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.xml")
	for _, name := range files {
		f.Add(sample(f, filepath.Base(name)))
	}
	f.Add(bomb)
	f.Add(utf16le(bomb, true))
	f.Add("<?xml version=\"1.0\" encoding=\"gbk\"?><root><device><friendlyName>\xd0\xa1</friendlyName></device></root>")
	f.Add(strings.Repeat("<device>", 64))
	f.Add("<root xmlns:a='b'><a:device/><![CDATA[x]]><!-- --><?x?></root>")
	f.Fuzz(func(t *testing.T, text string) {
		d, _ := Describe(strings.NewReader(text))
		for _, s := range append(append(d.DeviceTypes, d.ServiceTypes...), d.FriendlyName, d.UDN, d.ModelName) {
			if !utf8.ValidString(s) || len(s) > lan.MaxValue || s != lan.Printable(s, lan.MaxValue) {
				t.Fatalf("%q is kept as %q", text, s)
			}
		}
	})
}
