package pages

import (
	"maps"
	"os"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/homesweep/homesweep/probes/lan"
)

func source(t testing.TB) []Page {
	t.Helper()
	list, err := Pages(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func load(t testing.TB) *Set {
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
		t.Fatal("pages.json is not what data/*.json says: run go generate ./probes/knowledge")
	}
	s := load(t)
	for i, p := range source(t) {
		p.Examples = nil
		if got := s.pages[i].Page; !reflect.DeepEqual(got, p) {
			t.Errorf("packed as %+v, want %+v", got, p)
		}
	}
}

// Every page is found by its own examples, whether the service said so or the
// device, and reads what they expect and nothing else.
func TestPagesReadTheirExamples(t *testing.T) {
	s := load(t)
	list := source(t)
	if len(list) < 25 {
		t.Errorf("%d pages", len(list))
	}
	for _, p := range list {
		for _, e := range p.Examples {
			got, ok := s.For(e.Port, e.Heard, nil)
			if e.Body == "" {
				if ok && got.ID == p.ID {
					t.Errorf("%s: must not be asked on %d of %v", p.ID, e.Port, e.Heard)
				}
				continue
			}
			if got.ID != p.ID {
				t.Errorf("%s: port %d of %v is asked for %q", p.ID, e.Port, e.Heard, got.ID)
				continue
			}
			if hint, _ := s.For(e.Port, nil, e.Heard); hint.ID != p.ID {
				t.Errorf("%s: announced %v asks for %q", p.ID, e.Heard, hint.ID)
			}
			heard := got.Read([]byte(e.Body))
			for key, want := range e.Expect {
				if heard[key] != want {
					t.Errorf("%s: %s is %q, want %q", p.ID, key, heard[key], want)
				}
			}
			if again := got.Read([]byte("\ufeff" + e.Body)); !maps.Equal(heard, again) {
				t.Errorf("%s: with a byte order mark: %v, want %v", p.ID, again, heard)
			}
		}
	}
}

// What an answer breaks off before, or hides, is not made up.
func TestReadHostile(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000)
	js := Page{Form: "json", Fields: map[string]string{"/a/b": "x.b", "/list/1/v": "x.v", "/a~1b": "x.slash", "/n": "x.n", "/t": "x.t"}}
	xm := Page{Form: "xml", Fields: map[string]string{"/r/a/b": "x.b", "/r/@v": "x.v"}}
	for name, tt := range map[string]struct {
		page Page
		body string
		want lan.Heard
	}{
		"empty":           {js, "", nil},
		"no JSON":         {js, "<html>", nil},
		"cut short":       {js, `{"a":{"b":"one"},"list":[{"v`, lan.Heard{"x.b": "one"}},
		"list":            {js, `{"list":[{"v":"zero"},{"v":"one"}]}`, lan.Heard{"x.v": "one"}},
		"a slash":         {js, `{"a/b":"yes"}`, lan.Heard{"x.slash": "yes"}},
		"numbers, truth":  {js, `{"n":2.870,"t":true}`, lan.Heard{"x.n": "2.870", "x.t": "true"}},
		"null":            {js, `{"n":null}`, nil},
		"an object there": {js, `{"n":{"a":1},"t":[1]}`, nil},
		"twice":           {js, `{"n":1,"n":2}`, lan.Heard{"x.n": "1"}},
		"deep":            {js, deep, nil},
		"deep elsewhere":  {js, `{"z":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `,"n":3}`, lan.Heard{"x.n": "3"}},
		"control words":   {js, `{"n":"\u001b[31mred\u202e"}`, lan.Heard{"x.n": "[31mred"}},
		"long":            {js, `{"n":"` + strings.Repeat("x", 9000) + `"}`, lan.Heard{"x.n": strings.Repeat("x", lan.MaxValue)}},
		"too long":        {js, `{"z":"` + strings.Repeat("x", maxBody) + `","n":1}`, nil},
		"xml":             {xm, `<q:r xmlns:q="u" v="7"><a><c>no</c><b> <![CDATA[one]]> &amp; two</b></a></q:r>`, lan.Heard{"x.b": "one & two", "x.v": "7"}},
		"xml cut short":   {xm, `<r v="7"><a><b>one`, lan.Heard{"x.v": "7"}},
		"xml elsewhere":   {xm, `<r><z><a><b>one</b></a></z></r>`, nil},
		"xml twice":       {xm, `<r><a><b>one</b><b>two</b></a></r>`, lan.Heard{"x.b": "one"}},
		"xml deep":        {xm, `<r>` + strings.Repeat("<z>", 500), nil},
		"latin-1":         {xm, "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><r><a><b>K\xfcche</b></a></r>", lan.Heard{"x.b": "Küche"}},
		"entities":        {xm, `<!DOCTYPE r [<!ENTITY b "bomb">]><r v="7"><a><b>&b;</b></a></r>`, nil},
	} {
		got := tt.page.Read([]byte(tt.body))
		if !maps.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}

func TestLoadNamesWhatIsWrong(t *testing.T) {
	good := `{"id":"a","when":[{"http.title":"^A$"}],"path":"/a","accept":"json","fields":{"/m":"a.model"},
		"source":"https://example.org","checked":"","examples":[{"port":80,"heard":{"http.title":"A"},"body":"{}","expect":{"a.model":"1"}},{"port":80,"heard":{}}]}`
	if _, err := LoadFS(fstest.MapFS{"data/x.json": {Data: []byte("[" + good + "]")}}); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"id":              {`"id":"a"`, `"id":"A b"`},
		"a deed":          {`"/a"`, `"/reboot.cgi"`},
		"a login":         {`"/a"`, `"/userLogin.cgi"`},
		"a command":       {`"/a"`, `"/cm?cmnd=Power%20toggle"`},
		"elsewhere":       {`"/a"`, `"//example.org/a"`},
		"upwards":         {`"/a"`, `"/../a"`},
		"a line":          {`"/a"`, `"/a HTTP/1.1"`},
		"form":            {`"json"`, `"yaml"`},
		"port alone":      {`"http.title":"^A$"`, `"port":"^80$"`},
		"announced alone": {`"http.title":"^A$"`, `"mdns.types":"_a"`},
		"any text":        {`"^A$"`, `"A*"`},
		"pattern":         {`"^A$"`, `"("`},
		"a serial":        {`"/m"`, `"/device/serialNumber"`},
		"a place":         {`"/m"`, `"/latitude"`},
		"a secret's key":  {`"a.model"`, `"a.token"`},
		"pointer":         {`"/m"`, `"m"`},
		"key":             {`"a.model"`, `"model"`},
		"source":          {`https:`, `http:`},
		"date":            {`"checked":""`, `"checked":"soon"`},
		"misspelt":        {`"path"`, `"paht"`},
		"no counterpart":  {`,{"port":80,"heard":{}}`, ``},
		"expects nothing": {`{"a.model":"1"}`, `{}`},
	} {
		data := strings.Replace(good, change[0], change[1], 1)
		if _, err := LoadFS(fstest.MapFS{"data/broken.json": {Data: []byte("[" + data + "]")}}); err == nil || !strings.Contains(err.Error(), "data/broken.json") {
			t.Errorf("%s: error %v does not name the file", name, err)
		}
	}
	if _, err := LoadFS(fstest.MapFS{"data/x.json": {Data: []byte("[" + good + "," + good + "]")}}); err == nil {
		t.Error("twice the same id")
	}
}

func TestForOfTwoTakesTheFirst(t *testing.T) {
	one := `{"id":"%","when":[{"http.title":"^A"},{"http.title":"^A","port":"^81$"}],"path":"/%","accept":"json","fields":{"/m":"a.model"},
		"source":"https://example.org","checked":"","examples":[{"port":80,"heard":{"http.title":"A"},"body":"{}","expect":{"a.model":"1"}},{"port":80,"heard":{}}]}`
	s, err := LoadFS(fstest.MapFS{"data/x.json": {Data: []byte("[" + strings.ReplaceAll(one, "%", "b") + "," + strings.ReplaceAll(one, "%", "a") + "]")}})
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := s.For(80, lan.Heard{lan.HTTPTitle: "A"}, nil); got.ID != "a" {
		t.Errorf("took %q", got.ID)
	}
}

// What all pages may weigh with every pattern compiled.
func TestResidentCost(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&before)
	s := load(t)
	for _, e := range s.pages {
		for _, sign := range e.signs {
			for _, c := range sign {
				c.pattern()
			}
		}
	}
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(s)
	t.Logf("%d pages: %d bytes of heap with every pattern compiled", len(s.pages), int64(after.HeapAlloc)-int64(before.HeapAlloc))
	if heap := int64(after.HeapAlloc) - int64(before.HeapAlloc); heap > 1<<20 {
		t.Errorf("%d pages take %d bytes of heap, want at most 1 MiB", len(s.pages), heap)
	}
}

// The surest sign decides, and a service's own words count before the device's.
func TestForTakesTheSurest(t *testing.T) {
	s := load(t)
	for name, tt := range map[string]struct {
		port               uint16
		service, announced lan.Heard
		want               string
	}{
		"nothing named": {80, lan.Heard{lan.HTTPServer: "nginx"}, lan.Heard{lan.MDNSTypes: "_http._tcp"}, ""},
		"announced":     {80, lan.Heard{lan.HTTPServer: "nginx"}, lan.Heard{lan.MDNSTypes: "_http._tcp _wled._tcp"}, "wled"},
		"other service": {8081, lan.Heard{lan.HTTPServer: "nginx"}, lan.Heard{lan.MDNSTypes: "_wled._tcp"}, ""},
		"its own words": {80, lan.Heard{lan.HTTPTitle: "Shelly Plug"}, nil, "shelly"},
		"overruled":     {80, lan.Heard{lan.HTTPTitle: "Other"}, lan.Heard{lan.HTTPTitle: "WLED"}, ""},
	} {
		if got, ok := s.For(tt.port, tt.service, tt.announced); got.ID != tt.want || ok != (tt.want != "") {
			t.Errorf("%s: %q", name, got.ID)
		}
	}
}

func FuzzRead(f *testing.F) {
	list := source(f)
	for i, p := range list {
		for _, e := range p.Examples {
			if e.Body != "" {
				f.Add(uint8(i), []byte(e.Body))
			}
		}
	}
	f.Add(uint8(0), []byte("<r><r><r>\xff</r></x>"))
	f.Fuzz(func(t *testing.T, which uint8, body []byte) {
		p := list[int(which)%len(list)]
		heard := p.Read(body)
		keys := map[string]bool{}
		for _, key := range p.Fields {
			keys[key] = true
		}
		for key, value := range heard {
			if !keys[key] || value == "" || len(value) > lan.MaxValue || value != lan.Printable(value, lan.MaxValue) {
				t.Errorf("%s: %s = %q", p.ID, key, value)
			}
		}
	})
}
