package fingerprints

import (
	"maps"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

func load(t testing.TB) *Set {
	t.Helper()
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// source is the records as people write them, with their examples.
func source(t testing.TB) []Record {
	t.Helper()
	records, err := Records(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	return records
}

// best is the surest fact about field.
func best(list []lan.Fact, field string) (value string) {
	var confidence float64
	for _, f := range list {
		if f.Field == field && f.Confidence > confidence {
			value, confidence = f.Value, f.Confidence
		}
	}
	return value
}

// alone is the rule of one record, made by way of its packed form.
func alone(t testing.TB, record Record) *rule {
	t.Helper()
	text, err := Pack([]Record{record})
	if err != nil {
		t.Fatal(err)
	}
	s, err := open(string(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, sec := range s.sections {
		if rules := sec().rules; len(rules) == 1 {
			return rules[0]
		}
	}
	t.Fatalf("%s: does not survive packing: %q", record.ID, text)
	return nil
}

// says is what one rule alone makes of h.
func (r *rule) says(h lan.Heard) []lan.Fact {
	return r.hears(heard{withNames(h), map[string]string{}})
}

func (r *rule) hears(h heard) []lan.Fact {
	f := facts{}
	r.read(&f, h)
	return f.sorted()
}

func TestRecordsReadTheirExamples(t *testing.T) {
	records := source(t)
	if len(records) < 60 {
		t.Fatalf("%d records", len(records))
	}
	for _, r := range records {
		rule := alone(t, r)
		for _, e := range r.Examples.Match {
			got := rule.says(e.Heard)
			if len(e.Expect) == 0 {
				t.Errorf("%s: example %v expects nothing", r.ID, e.Heard)
			}
			for field, want := range e.Expect {
				if v := best(got, field); v != want {
					t.Errorf("%s: %v gives %s %q, want %q", r.ID, e.Heard, field, v, want)
				}
			}
		}
		for _, h := range r.Examples.NotMatch {
			if got := rule.says(h); len(got) > 0 {
				t.Errorf("%s: must not match %v, gives %v", r.ID, h, got)
			}
		}
	}
}

// What the program carries is what people wrote.
func TestPackedIsSource(t *testing.T) {
	records := source(t)
	want, err := Pack(records)
	if err != nil {
		t.Fatal(err)
	}
	if Packed() != string(want) {
		t.Fatal("records.txt is not what data/*.json says: run go generate ./probes/knowledge/fingerprints")
	}
	all := load(t).All()
	if len(all) != len(records) {
		t.Fatalf("%d records of %d survive packing", len(all), len(records))
	}
	slices.SortFunc(all, func(a, b Record) int { return strings.Compare(a.ID, b.ID) })
	for i, r := range records {
		got, match := all[i], all[i].Match
		r.Examples, got.Match = Examples{}, nil
		if wrote := r.Match; !maps.Equal(wrote, match) {
			t.Errorf("%s: matches %v, want %v", r.ID, match, wrote)
		}
		r.Match = nil
		if got.ID != r.ID || !slices.Equal(got.said(), r.said()) || got.Confidence != r.Confidence ||
			got.KindConfidence != r.KindConfidence || got.Source != r.Source || got.Checked != r.Checked {
			t.Errorf("packed as %+v, want %+v", got, r)
		}
	}
}

// No other record may claim an example for another maker or another model: the
// whole Set must come to what the record's own example says.
func TestNoRecordIsShadowed(t *testing.T) {
	s := load(t)
	for _, r := range source(t) {
		for _, e := range r.Examples.Match {
			got := s.Read(e.Heard, "")
			for field, want := range e.Expect {
				if field == lan.FieldName {
					continue // a device may go by several
				}
				if v := best(got, field); v != want {
					t.Errorf("%s: the whole set says %s %q of %v, want %q", r.ID, field, v, e.Heard, want)
				}
			}
		}
	}
}

// swallowed lists what makes later records pointless: the same Match twice, or
// another record that matches every example and is as sure of something else in
// every field.
func swallowed(t testing.TB, records []Record) (wrong []string) {
	rules := make([]*rule, len(records))
	for i, r := range records {
		rules[i] = alone(t, r)
	}
	for i, r := range records {
		swallows := make([]int, len(records)) // by other record, of how many examples
		for _, e := range r.Examples.Match {
			h := heard{withNames(e.Heard), map[string]string{}}
			mine := rules[i].hears(h)
			for j := range records {
				if i != j && outdone(mine, rules[j].hears(h)) {
					swallows[j]++
				}
			}
		}
		for j, other := range records {
			if i < j && maps.Equal(r.Match, other.Match) {
				wrong = append(wrong, r.ID+" and "+other.ID+" match the same")
			}
			if n := swallows[j]; n > 0 && n == len(r.Examples.Match) {
				wrong = append(wrong, r.ID+" is swallowed by "+other.ID)
			}
		}
	}
	return wrong
}

// outdone reports whether theirs are as sure of every field of mine, and say
// something else in each.
func outdone(mine, theirs []lan.Fact) bool {
	if len(mine) == 0 || len(theirs) == 0 {
		return false
	}
	for _, m := range mine {
		at := slices.IndexFunc(theirs, func(f lan.Fact) bool { return f.Field == m.Field })
		if at < 0 || theirs[at].Value == m.Value || theirs[at].Confidence < m.Confidence {
			return false
		}
	}
	return true
}

func TestNoRecordIsSwallowed(t *testing.T) {
	for _, wrong := range swallowed(t, source(t)) {
		t.Error(wrong)
	}
	one := func(id, vendor, pattern string, confidence float64) Record {
		return Record{ID: id, Match: map[string]string{lan.HTTPTitle: pattern}, Vendor: vendor, Confidence: confidence,
			Examples: Examples{Match: []Example{{Heard: lan.Heard{lan.HTTPTitle: "Acme One"}}}}}
	}
	for name, list := range map[string][]Record{
		"twice":   {one("a", "Acme", "^Acme One$", 0.5), one("b", "Acme", "^Acme One$", 0.5)},
		"shadow":  {one("a", "Acme", "^Acme One$", 0.5), one("b", "Other", "^Acme", 0.6)},
		"earlier": {one("a", "Other", "^Acme", 0.6), one("b", "Acme", "^Acme One$", 0.5)},
	} {
		if len(swallowed(t, list)) == 0 {
			t.Errorf("%s: not noticed", name)
		}
	}
	if wrong := swallowed(t, []Record{one("a", "Acme", "^Acme One$", 0.7), one("b", "Other", "^Acme", 0.6)}); len(wrong) != 1 || !strings.HasPrefix(wrong[0], "b ") {
		t.Errorf("the surer of two: %v", wrong)
	}
}

// A pattern that matches the empty text matches every device with that field.
func TestPatternsSaySomething(t *testing.T) {
	for _, r := range source(t) {
		for field, pattern := range r.Match {
			if regexp.MustCompile(pattern).MatchString("") {
				t.Errorf("%s: pattern of %s matches the empty text", r.ID, field)
			}
		}
	}
}

func TestModuleMakersAreNoBrand(t *testing.T) {
	s := load(t)
	for _, maker := range []string{"Espressif Inc.", "Tuya Smart Inc.", "Realtek Semiconductor Corp.", "Murata Manufacturing Co., Ltd.", "AzureWave Technology Inc.", "Hon Hai Precision Ind. Co.,Ltd.",
		"Hui Zhou Gaoshengda Technology Co.,LTD", "SHENZHEN BILIAN ELECTRONIC CO.,LTD", "Fn-Link Technology Limited", "Intel Corporate", "AMPAK Technology, Inc.", "Liteon Technology Corporation", "Private"} {
		for _, field := range []string{lan.UPnPManufacturer, lan.OUIVendor, "acme.vendor"} {
			if got := best(s.Read(lan.Heard{field: maker}, ""), lan.FieldVendor); got != "" {
				t.Errorf("%s %q became the vendor %q", field, maker, got)
			}
		}
	}
}

// maxHeap is what all records may weigh with every pattern compiled.
const maxHeap = 3 << 20

// A home meets few of the records; this is what it costs to have met them all.
func TestResidentCost(t *testing.T) {
	var before, loaded, after runtime.MemStats
	settle := func(into *runtime.MemStats) {
		runtime.GC()
		runtime.GC() // what the first one found in a pool
		runtime.ReadMemStats(into)
	}
	settle(&before)
	s := load(t)
	n := len(s.All())
	settle(&loaded)
	for _, sec := range s.sections {
		for _, r := range sec().rules {
			for i := range r.conditions {
				r.conditions[i].find("x")
			}
		}
	}
	settle(&after)
	runtime.KeepAlive(s)
	heap := after.HeapAlloc - before.HeapAlloc
	t.Logf("%d records, %d bytes packed: %d bytes of heap loaded, %d with every pattern compiled",
		n, len(Packed()), loaded.HeapAlloc-before.HeapAlloc, heap)
	if after.HeapAlloc > before.HeapAlloc && heap > maxHeap {
		t.Errorf("%d records take %d bytes of heap, want at most %d", n, heap, maxHeap)
	}
}

func BenchmarkRead(b *testing.B) {
	s := load(b)
	h := lan.Heard{
		lan.HTTPServer: "lighttpd/1.4.69", lan.HTTPTitle: "Login", lan.HTTPRealm: "NETGEAR R7000",
		lan.SSHBanner: "SSH-2.0-dropbear_2022.83", lan.UPnPManufacturer: "NETGEAR, Inc.",
	}
	for b.Loop() {
		s.Read(h, "http")
	}
}

// One banner against 600 patterns on banners, as if all were about its field.
func BenchmarkBanner(b *testing.B) {
	var many []Record
	for _, r := range source(b) {
		field := sortedKeys(r.Match)[0]
		if strings.Contains("http ssh ftp telnet snmp rtsp ssdp tls", protocolOf(field)) {
			many = append(many, Record{ID: r.ID, Match: map[string]string{lan.HTTPTitle: r.Match[field]}, Vendor: "Acme", Confidence: 0.5})
		}
	}
	for len(many) < 600 {
		many = append(many, many[:min(len(many), 600-len(many))]...)
	}
	text, err := Pack(many)
	if err != nil {
		b.Fatal(err)
	}
	s, err := open(string(text))
	if err != nil {
		b.Fatal(err)
	}
	h := lan.Heard{lan.HTTPTitle: "RT-AX58U wireless router - please log in to go on"}
	for b.Loop() {
		s.Read(h, "http")
	}
}
