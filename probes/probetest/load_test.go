package probetest

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// small is a device with one port, to be spoilt.
const small = `{"name":"x","mac":"00:14:d1:00:00:01","truth":{"kind":"camera"},
"open":[{"transport":"tcp","port":80,"name":"http"}],"problems":[],"no_problems":[],
"source":"built from https://example.org/","accounts":[{"name":"a","user":"u","pass":"p"}],
"listeners":[{"port":80,"http":{"routes":[{"path":"/","file":"i.html"}]}}]}`

func folder(definition string) fs.FS {
	return fstest.MapFS{
		"device.json": {Data: []byte(definition)},
		"i.html":      {Data: []byte("<title>x</title>")},
	}
}

func TestLoadRefuses(t *testing.T) {
	if _, err := Load(folder(small)); err != nil {
		t.Fatalf("the unspoilt device: %v", err)
	}
	tests := []struct{ name, old, new, want string }{
		{"unknown field", `"name":"x"`, `"nmae":"x"`, "nmae"},
		{"bad name", `"name":"x"`, `"name":"X/.."`, "lower case"},
		{"group address", `00:14:d1`, `01:14:d1`, "hardware address"},
		{"no kind", `"camera"`, `"toaster"`, "truth.kind"},
		{"no source", `built from`, `heard of`, "source"},
		{"missing file", `i.html`, `gone.html`, "gone.html"},
		{"file outside", `i.html`, `../../load.go`, "not in the folder"},
		{"relative path", `"path":"/"`, `"path":"x"`, "begins with /"},
		{"two behaviours", `{"port":80,`, `{"port":80,"raw":{},`, "2 behaviours"},
		{"no behaviour", `"http":{"routes":[{"path":"/","file":"i.html"}]}`, `"tls":null`, "0 behaviours"},
		{"port 0", `{"port":80,"http"`, `{"port":0,"http"`, "port is missing"},
		{"open elsewhere", `"port":80,"name"`, `"port":81,"name"`, "tcp/81 has no listener"},
		{"header injection", `"file":"i.html"`, `"headers":[["X","a\r\nb"]]`, "control character"},
		{"no such account", `"file":"i.html"`, `"auth":{"scheme":"basic","realm":"r","account":"b"}`, `"b"`},
		{"no such scheme", `"file":"i.html"`, `"auth":{"scheme":"bearer","realm":"r","account":"a"}`, "bearer"},
		{"lock status", `"pass":"p"`, `"pass":"p","lock_status":200`, "lock_status"},
		{"problem both ways", `"problems":[],"no_problems":[]`, `"problems":["a"],"no_problems":["a"]`, "both"},
		{"bad problem", `"problems":[]`, `"problems":["A b"]`, "ID"},
		{"tls version", `{"port":80,`, `{"port":80,"tls":{"version":"9"},`, "version"},
		{"fragile by nothing", `"problems":[]`, `"fragile":{},"problems":[]`, "fragile"},
		{"mdns type", `"problems":[]`, `"mdns":{"host":"h","instances":[{"type":"ipp","name":"n"}]},"problems":[]`, "_ipp._tcp"},
		{"ssdp without uuid", `"problems":[]`, `"ssdp":{"location":"x"},"problems":[]`, "uuid"},
		{"snmp in tls", `{"port":80,`, `{"port":80,"snmp":{"community":"public"},`, "shares"},
		{"trailing text", `"http":{"routes":[{"path":"/","file":"i.html"}]}}]}`, `"http":{}}]} {}`, "more text"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			spoilt := strings.Replace(small, tt.old, tt.new, 1)
			if spoilt == small {
				t.Fatal("the test changes nothing")
			}
			_, err := Load(folder(spoilt))
			if err == nil {
				t.Fatal("loads")
			}
			if !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "device.json") {
				t.Errorf("error %q does not name device.json and %q", err, tt.want)
			}
		})
	}
}

func TestLoadNamesTheFile(t *testing.T) {
	for name, data := range map[string]string{
		"big.html": strings.Repeat("x", maxFile+1),
		"odd.hex":  "0f 0 # a digit is missing",
		"bad.hex":  "zz",
	} {
		dir := folder(small).(fstest.MapFS)
		dir[name] = &fstest.MapFile{Data: []byte(data)}
		if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: error %v does not name it", name, err)
		}
	}
	if _, err := Load(fstest.MapFS{}); err == nil || !strings.Contains(err.Error(), definition) {
		t.Errorf("empty folder: error %v does not name %s", err, definition)
	}
}

func TestLoadAllRefusesTwins(t *testing.T) {
	root := fstest.MapFS{}
	for _, name := range []string{"x", "y"} {
		root[name+"/device.json"] = &fstest.MapFile{Data: []byte(strings.Replace(small, `"x"`, `"`+name+`"`, 1))}
		root[name+"/i.html"] = &fstest.MapFile{Data: []byte("x")}
	}
	if _, err := LoadAll(root); err == nil || !strings.Contains(err.Error(), "x's too") {
		t.Errorf("two devices with one address: %v", err)
	}
	delete(root, "y/device.json")
	root["y/device.json"] = root["x/device.json"]
	if _, err := LoadAll(root); err == nil || !strings.Contains(err.Error(), "not the folder's") {
		t.Errorf("a device under another's name: %v", err)
	}
}

func TestUnhex(t *testing.T) {
	got, err := unhex([]byte("# all comment\nff fd18 # IAC\n\n0a"))
	if err != nil || string(got) != "\xff\xfd\x18\n" {
		t.Errorf("unhex = %x, %v", got, err)
	}
}

// FuzzLoad: no definition makes Load panic, and what loads can be asked about.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(small))
	found, err := filepath.Glob(filepath.Join(devicesDir, "*", definition))
	if err != nil || len(found) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, name := range found {
		seed, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := Load(folder(string(text)))
		if err != nil {
			return
		}
		d.Forbids("telnet-open")
		for i := range d.Listeners {
			if l := &d.Listeners[i]; l.SNMP == nil && len(l.behaviours()) != 1 {
				t.Errorf("%s loads with %d behaviours", l.key(), len(l.behaviours()))
			}
		}
	})
}
