package report

import (
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// survives are the strings of a lan.Sweep, by the way there, that a redacted copy
// keeps. All others must be gone from it, also where one of these repeats them.
var survives = []string{
	"Tool", "Rung", "Notes",
	"Devices.Vendor", "Devices.Model", "Devices.Hardware", "Devices.Firmware", "Devices.Sources", "Devices.Suffered.Sign", "Devices.Reachable.By",
	"Devices.Identity.kind", "Devices.Identity.vendor", "Devices.Identity.model", "Devices.Identity.hardware", "Devices.Identity.firmware", "Devices.Identity.ports",
	"Devices.Services.Name", "Devices.Services.Product", "Devices.Services.Version",
	"Devices.Findings.Check", "Devices.Findings.Service", "Devices.Findings.Title", "Devices.Findings.Advice", "Devices.Findings.Steps", "Devices.Findings.Provision",
	"Devices.Findings.Evidence.Said", "Devices.Findings.Evidence.Heard",
	"Guidelines.Title", "Guidelines.Words", "Guidelines.Why", "Guidelines.Instead", "Guidelines.Steps",
	"Guidelines.Provisions.ID", "Guidelines.Provisions.Meaning", "Guidelines.Provisions.Status", "Guidelines.Provisions.Seen",
	"Guidelines.Provisions.Checks", "Guidelines.Provisions.Why", "Guidelines.Provisions.Instead",
	"Devices.Guidelines.Title", "Devices.Guidelines.Words", "Devices.Guidelines.Why", "Devices.Guidelines.Instead", "Devices.Guidelines.Steps",
	"Devices.Guidelines.Provisions.ID", "Devices.Guidelines.Provisions.Meaning", "Devices.Guidelines.Provisions.Status", "Devices.Guidelines.Provisions.Seen",
	"Devices.Guidelines.Provisions.Checks", "Devices.Guidelines.Provisions.Why", "Devices.Guidelines.Provisions.Instead",
	"Suggestions.Reasons", "First.Check", "First.Service",
	"Changes.Notes", "Changes.Findings.Ref.Check", "Changes.Findings.Ref.Service", "Changes.Findings.Title",
	"Changes.Devices.What.firmware", "Changes.Devices.What.service",
}

// mentions are those of survives in which anybody may be named.
var mentions = []string{
	"Notes", "Devices.Suffered.Sign", "Devices.Findings.Title", "Devices.Findings.Advice", "Devices.Findings.Steps", "Devices.Findings.Evidence.Said", "Devices.Findings.Evidence.Heard",
	"Guidelines.Words", "Guidelines.Why", "Guidelines.Instead", "Guidelines.Steps", "Guidelines.Provisions.Why", "Guidelines.Provisions.Instead",
	"Devices.Guidelines.Why", "Devices.Guidelines.Instead", "Suggestions.Reasons", "Changes.Notes", "Changes.Findings.Title",
}

// marker fills every string that can be reached from a value with a word of its
// own.
type marker struct {
	at    map[string][]string // marks by the way to them
	words []func(secrets string)
	n     int
}

func (m *marker) mark(path string) string {
	m.n++
	word := "Zq" + string([]byte{byte('a' + m.n/676%26), byte('a' + m.n/26%26), byte('a' + m.n%26)}) + "x"
	m.at[path] = append(m.at[path], word)
	return word
}

func (m *marker) fill(v reflect.Value, path string) {
	switch v.Interface().(type) {
	case netip.Addr:
		m.n++
		v.Set(reflect.ValueOf(netip.AddrFrom4([4]byte{192, 168, byte(m.n >> 8), byte(m.n)})))
		m.at[path] = append(m.at[path], v.Interface().(netip.Addr).String())
		return
	case netip.Prefix:
		v.Set(reflect.ValueOf(netip.MustParsePrefix("192.168.213.0/24")))
		m.at[path] = append(m.at[path], "192.168.213")
		return
	case lan.MAC:
		m.n++
		v.Set(reflect.ValueOf(lan.MAC{0xa4, 0x83, 0xe7, 0xcd, byte(m.n >> 8), byte(m.n)}))
		m.at[path] = append(m.at[path], v.Interface().(lan.MAC).String())
		return
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 11, 23, 7, 4, 0, 0, time.UTC)))
		return
	case lan.Kind:
		v.Set(reflect.ValueOf(lan.Kind("camera")))
		return
	case lan.Transport:
		v.Set(reflect.ValueOf(lan.TCP))
		return
	case lan.Change:
		v.Set(reflect.ValueOf(lan.Altered))
		return
	case lan.Heard: // every field that there is, and a TXT key
		v.Set(reflect.ValueOf(lan.Heard{
			lan.DHCPHostname: m.mark(path), lan.UPnPFriendlyName: m.mark(path), lan.HTTPTitle: m.mark(path), lan.TLSSubject: m.mark(path),
			lan.MDNS("_hap._tcp", "id"): m.mark(path), lan.DHCP6DUID: m.mark(path), lan.HTTPRealm: m.mark(path), "wifi.ssid": m.mark(path), "x.serial": m.mark(path),
		}))
		return
	case []lan.Fact:
		var list []lan.Fact
		for _, field := range []string{"name", "kind", "vendor", "model", "hardware", "firmware", "mac", "address", "identity", "ports"} {
			list = append(list, lan.Fact{Field: field, Value: m.mark(path + "." + field), Source: "arp", Raw: m.mark(path + ".Raw")})
		}
		v.Set(reflect.ValueOf(list))
		return
	case []lan.Detail:
		var list []lan.Detail
		for _, field := range []string{"name", "address", "firmware", "service"} {
			list = append(list, lan.Detail{Field: field, Was: m.mark(path + "." + field), Now: m.mark(path + "." + field)})
		}
		v.Set(reflect.ValueOf(list))
		return
	}
	m.deeper(v, path)
}

func (m *marker) deeper(v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(m.mark(path))
		if slices.Contains(mentions, path) {
			own := v.String()
			m.words = append(m.words, func(secrets string) { v.SetString(own + " " + secrets) })
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		m.fill(v.Elem(), path)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		m.fill(v.Index(0), path)
	case reflect.Struct:
		for i := range v.NumField() {
			m.fill(v.Field(i), strings.TrimPrefix(path+"."+v.Type().Field(i).Name, "."))
		}
	}
}

// marked is a sweep with every string marked, and secrets in all of its prose.
func marked(t *testing.T) (s lan.Sweep, kept, secret map[string][]string) {
	t.Helper()
	m := &marker{at: map[string][]string{}}
	m.fill(reflect.ValueOf(&s).Elem(), "")
	kept, secret = map[string][]string{}, map[string][]string{}
	all := ""
	for path, marks := range m.at {
		switch {
		case slices.Contains(survives, path):
			kept[path] = marks
		default:
			secret[path] = marks
			// Of no use to anybody who has only these:
			if !slices.Contains([]string{"Changes.Devices.Name", "Changes.Devices.Words", "Changes.Findings.Name", "Changes.Findings.Words",
				"Devices.Identity.Raw", "Devices.Identity.address", "Devices.Bonds.By", "Devices.Bonds.Source", "Devices.Presence.By", "Devices.Presence.State",
				"Links.Prefixes", "Links.Networks", "Links.Public"}, path) {
				all += " (" + strings.Join(marks, ", ") + ")"
			}
		}
	}
	for _, path := range survives {
		if len(m.at[path]) == 0 {
			t.Errorf("there is no field %s", path)
		}
	}
	for _, put := range m.words {
		put(all)
	}
	return s, kept, secret
}
