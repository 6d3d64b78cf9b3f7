package ui

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// written is d as a file's text.
func written(t testing.TB, d PaperData) string {
	t.Helper()
	var b bytes.Buffer
	if err := Paper(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// kept is d as a file on disk.
func kept(t testing.TB, d PaperData) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, []byte(written(t, d)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// nasty are words that want to leave the place where data stand.
var nasty = []string{
	hostile, `</script><script>alert(1)</script>`, `<!--<script>`, "]]>", "\u202egnp.exe\u2066", "a\x00b\x1b[31m", "\xed\xa0\x80 lone", "\u2028\u2029",
	strings.Repeat("Ä", 2048), `"><style>*{display:none}</style>`, "'; alert(1); '", "${alert(1)}", "__proto__",
}

// infested is a home where every word of every device is nasty.
func infested(t testing.TB) PaperData {
	d := furnished(t)
	for i := range d.Sweep.Devices {
		bad, dev := nasty[i%len(nasty)], &d.Sweep.Devices[i]
		poison(dev)
		dev.Names, dev.Vendor, dev.Model, dev.Firmware = []string{bad, bad}, bad, bad, bad
		for n := range dev.Findings {
			dev.Findings[n].Title, dev.Findings[n].Steps = bad, []string{bad}
			dev.Findings[n].Evidence = []lan.Evidence{{Said: bad, Heard: bad}}
		}
	}
	d.Sweep.Tool, d.Sweep.Notes, d.Version = nasty[1], nasty, nasty[1]
	d.Sweep.Knowledge.Layers = nasty
	d.Sweep.Changes = &lan.Changes{Devices: []lan.DeviceChange{{Name: nasty[1], Change: lan.Change(nasty[1]), Words: nasty[0]}}, Notes: nasty}
	return d
}

var (
	dataBlock   = regexp.MustCompile(`(?s)<script type="application/json" id="data">(.*?)</script>`)
	scriptBlock = regexp.MustCompile(`(?s)<script type="module">(.*?)</script>`)
	styleBlock  = regexp.MustCompile(`(?s)<style>(.*?)</style>`)
)

// TestPaper: one script, one style, one block of data, each what the policy says
// and none of them what a device says.
func TestPaper(t *testing.T) {
	for name, d := range map[string]PaperData{"furnished": furnished(t), "infested": infested(t), "empty": {}} {
		text := written(t, d)
		if n := strings.Count(text, "<script"); n != 2 || strings.Count(text, "</script") != 2 || strings.Count(text, "<style") != 1 || strings.Contains(text, "<!--") {
			t.Errorf("%s: %d scripts, or more styles than one, or a comment", name, n)
		}
		if strings.ContainsAny(text, "\x00\u2028\u2029") {
			t.Errorf("%s: a character that ends a line or a file stands in it unescaped", name)
		}
		data := dataBlock.FindStringSubmatch(text)
		var back PaperData
		if err := json.Unmarshal([]byte(data[1]), &back); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if strings.ContainsAny(data[1], "<>&") || len(back.Sweep.Devices) != len(d.Sweep.Devices) {
			t.Errorf("%s: the data are not escaped, or not all there", name)
		}
		policy := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(text)[1]
		for what, block := range map[string]*regexp.Regexp{"script-src": scriptBlock, "style-src": styleBlock} {
			if want := what + " " + integrity(block.FindStringSubmatch(text)[1]) + ";"; !strings.Contains(policy, want) {
				t.Errorf("%s: the policy %q lacks %q", name, policy, want)
			}
		}
		if !strings.HasPrefix(policy, "default-src 'none';") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "data:") {
			t.Errorf("%s: the policy is %q", name, policy)
		}
		if bare := strings.Replace(text, data[1], "", 1); len(bare) > 200<<10 {
			t.Errorf("%s: %d bytes without the data", name, len(bare))
		} else if hit := outside.FindString(strings.ReplaceAll(bare, "http://www.w3.org/2000/svg", "")); hit != "" {
			t.Errorf("%s: it names another host: %q", name, hit)
		}
	}
}

// short takes so many bytes and then fails.
type short int

var errFull = errors.New("the disk is full")

func (s *short) Write(p []byte) (int, error) {
	if *s -= short(len(p)); *s < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestPaperWriter(t *testing.T) {
	d := furnished(t)
	for whole, room := len(written(t, d)), 0; room < whole; room += whole / 16 {
		if s := short(room); !errors.Is(Paper(&s, d), errFull) {
			t.Errorf("with room for %d bytes of %d the writer's error is lost", room, whole)
		}
	}
}

// TestBundle: a module comes once and after all that it imports.
func TestBundle(t *testing.T) {
	text, err := bundle("paper.js")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(text) {
		if name, ok := strings.CutPrefix(line, "const $"); ok {
			name, _, _ = strings.Cut(name, " ")
			if seen[name] {
				t.Errorf("%s comes twice", name)
			}
			seen[name] = true
		}
		if _, from, ok := strings.Cut(line, "} = $"); ok && !seen[strings.TrimSuffix(from, ";\n")] {
			t.Errorf("%q comes before what it takes", line)
		}
		if strings.HasPrefix(line, "import ") || strings.HasPrefix(line, "export ") {
			t.Errorf("%q is left", line)
		}
	}
	for _, never := range []string{"api", "live", "gate", "app"} {
		if seen[never] {
			t.Errorf("the report takes %s.js with it, which talks to a server", never)
		}
	}
	if _, err := bundle("app.js"); err == nil || !strings.Contains(err.Error(), "cannot join") {
		t.Errorf("an import of a form that cannot be joined: %v", err)
	}
	if _, err := bundle("nothing.js"); err == nil {
		t.Error("a module that is not there is joined")
	}
}

func BenchmarkPaper(b *testing.B) {
	d := furnished(b)
	for b.Loop() {
		if err := Paper(&bytes.Buffer{}, d); err != nil {
			b.Fatal(err)
		}
	}
}
