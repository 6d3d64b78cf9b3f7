package ubus

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/daemon/local"
)

// decode reads a file that is shipped, of which no member may be unknown to into.
func decode(t *testing.T, name string, into any) []byte {
	t.Helper()
	text, err := os.ReadFile("../../openwrt/files/" + name)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return text
}

// TestGrants: the daemon's own user may ask what its sources ask and no more, never
// what writes, reads files or logs in (openwrt/ubus, ubusd_acl.c).
func TestGrants(t *testing.T) {
	type methods struct {
		Methods []string `json:"methods"`
	}
	var acl struct {
		User      string             `json:"user"`
		Access    map[string]methods `json:"access"`
		Subscribe []string           `json:"subscribe"`
		Listen    []string           `json:"listen"`
	}
	decode(t, "ubus-acl.json", &acl)
	var got []string
	for object, m := range acl.Access {
		for _, method := range m.Methods {
			got = append(got, object+" "+method)
		}
	}
	slices.Sort(got)
	want := []string{
		"dhcp ipv4leases", "dhcp ipv6leases", Router + " read", "hostapd.* get_clients",
		"iwinfo assoclist", "iwinfo devices", "iwinfo info", "luci-rpc getHostHints",
	}
	if acl.User != "homesweep" || !slices.Equal(got, want) {
		t.Errorf("%s may call %q", acl.User, got)
	}
	sources := callers(t)
	for _, call := range got {
		for word := range strings.FieldsSeq(call) {
			if !strings.Contains(sources, `"`+strings.TrimSuffix(word, "*")) {
				t.Errorf("no source says %q, which is granted: %s", word, call)
			}
		}
	}
	if !slices.Equal(acl.Subscribe, []string{"hostapd.*"}) || !slices.Equal(acl.Listen, []string{"ubus.object.add"}) {
		t.Errorf("it may subscribe to %q and listen to %q", acl.Subscribe, acl.Listen)
	}
}

// callers is the text of all programs in probes that ask the bus.
func callers(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir("../../probes", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), "ubus") {
			b.Write(text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// leaf is a parameter, a command or a table of a bbfdm plugin, the members that it
// may have (docs/guide/libbbfdm_DMJSON.md of bbfdm).
type leaf struct {
	Type       string          `json:"type"`
	Read       bool            `json:"read"`
	Write      bool            `json:"write"`
	Protocols  []string        `json:"protocols"`
	Async      bool            `json:"async"`
	Access     bool            `json:"access"`
	Array      bool            `json:"array"`
	Dependency string          `json:"dependency"`
	Output     map[string]leaf `json:"output"`
	Mapping    []mapping       `json:"mapping"`
}

// mapping is where a value comes from: the bus, or the parent's object.
type mapping struct {
	Type string `json:"type"`
	Data string `json:"data"`
	Key  string `json:"key"`
	Ubus struct {
		Object string         `json:"object"`
		Method string         `json:"method"`
		Args   map[string]int `json:"args"`
		Key    string         `json:"key"`
	} `json:"ubus"`
}

// has reports whether an answer of the bus has what key names: "findings.soon".
func has(t *testing.T, answer any, key string) bool {
	t.Helper()
	b, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(key, ".@Count"), ".") {
		var o object
		if json.Unmarshal(b, &o) != nil || o[name] == nil {
			return false
		}
		b = o[name]
	}
	return true
}

// TestDataModel holds the plugin for bbfdm to what the bus answers: every method and
// every member that it maps is there, nothing can be written, and tables are tables.
func TestDataModel(t *testing.T) {
	const top = "Device.{BBF_VENDOR_PREFIX}Homesweep."
	var file struct {
		Version int                        `json:"json_plugin_version"`
		Top     map[string]json.RawMessage `json:"Device.{BBF_VENDOR_PREFIX}Homesweep."`
	}
	decode(t, "bbfdm.json", &file)
	if file.Version != 2 || len(file.Top) < 10 {
		t.Fatalf("version %d, %d members", file.Version, len(file.Top))
	}
	_, dir, _ := both(t)
	answers := map[string]object{}
	rows := map[string]object{}
	for _, method := range []string{"status", "devices", "findings"} {
		var a object
		call(t, dir, method, `{"limit":200}`, &a)
		answers[method] = a
		var list []object
		if json.Unmarshal(a[method], &list) == nil {
			rows[method] = object{}
			for _, row := range list { // what some do not have
				for name, value := range row {
					rows[method][name] = value
				}
			}
		}
	}
	own := []string{"type", "protocols", "access", "array", "dependency"}
	for name, raw := range file.Top {
		switch below, table := strings.CutPrefix(name, top); {
		case slices.Contains(own, name):
		case table:
			tableOf(t, below, raw, answers, rows)
		default:
			parameter(t, name, strictly(t, name, raw), answers)
		}
	}
	if d := string(file.Top["dependency"]); d != `"ubus:homesweep"` {
		t.Errorf("it depends on %s", d)
	}
}

func strictly(t *testing.T, name string, raw json.RawMessage) (l leaf) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&l); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	if len(l.Mapping) != 1 {
		t.Fatalf("%s has %d mappings", name, len(l.Mapping))
	}
	return l
}

var types = []string{"string", "boolean", "unsignedInt", "dateTime"}

// parameter is a value of the object itself, or its command.
func parameter(t *testing.T, name string, l leaf, answers map[string]object) {
	t.Helper()
	m := l.Mapping[0].Ubus
	if strings.HasSuffix(name, "()") {
		if l.Type != "command" || m.Object != Homesweep || m.Method != "sweep" || !slices.Equal(l.Protocols, []string{"usp"}) {
			t.Errorf("%s: %+v", name, l)
		}
		for out := range l.Output {
			if !has(t, started{}, out) && !has(t, refused{}, out) {
				t.Errorf("%s gives no %s", name, out)
			}
		}
		return
	}
	if !slices.Contains(types, l.Type) || !l.Read || l.Write || !slices.Equal(l.Protocols, []string{"cwmp", "usp"}) || m.Object != Homesweep {
		t.Errorf("%s: %+v", name, l)
	}
	if !has(t, answers[m.Method], m.Key) {
		t.Errorf("%s: %s has no %s", name, m.Method, m.Key)
	}
	if l.Mapping[0].Type != "ubus" || !strings.HasSuffix(m.Key, ".@Count") == strings.HasSuffix(name, "NumberOfEntries") {
		t.Errorf("%s is mapped as %+v", name, l.Mapping[0])
	}
}

// tableOf is an object with rows.
func tableOf(t *testing.T, name string, raw json.RawMessage, answers, rows map[string]object) {
	t.Helper()
	var all map[string]json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	own := map[string]json.RawMessage{}
	columns := map[string]json.RawMessage{}
	for member, value := range all {
		if member[0] >= 'A' && member[0] <= 'Z' {
			columns[member] = value
		} else {
			own[member] = value
		}
	}
	b, _ := json.Marshal(own)
	o := strictly(t, name, b)
	m := o.Mapping[0].Ubus
	if o.Type != "object" || o.Access || !o.Array || !strings.HasSuffix(name, ".{i}.") || m.Object != Homesweep || m.Args["limit"] != 200 || !has(t, answers[m.Method], m.Key) {
		t.Errorf("%s: %+v", name, o)
	}
	for column, value := range columns {
		l := strictly(t, column, value)
		c := l.Mapping[0]
		if !slices.Contains(types, l.Type) || !l.Read || l.Write || c.Type != "json" || c.Data != "@Parent" || !has(t, rows[m.Method], c.Key) && !optional(t, m.Method, c.Key) {
			t.Errorf("%s%s: %+v", name, column, l)
		}
	}
	if len(columns) < 5 {
		t.Errorf("%s has %d columns", name, len(columns))
	}
}

// optional reports whether an object of the API may have what key names, though none
// of the made-up household has it.
func optional(t *testing.T, method, key string) bool {
	t.Helper()
	return method == "devices" && slices.Contains([]string{"hardware", "presence.since", "presence.state"}, key)
}

var _ Daemon = (*local.Client)(nil)
