package ui

import (
	"bytes"
	"compress/gzip"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/ui/bare"
)

// sources are the files of static/ by name.
func sources(t *testing.T) map[string]string {
	t.Helper()
	entries, err := os.ReadDir("static")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join("static", e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(b)
	}
	return all
}

func TestPacked(t *testing.T) {
	files, err := unpack()
	if err != nil {
		t.Fatal(err)
	}
	want, sum := sources(t), 0
	for name, f := range files {
		sum += len(f.gz)
		z, err := gzip.NewReader(bytes.NewReader(f.gz))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		plain, err := io.ReadAll(z)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if source, ok := want[name]; !ok || bare.Text(name, source) != string(plain) {
			t.Errorf("packed/%s.gz is not static/%s any more: run go generate ./ui", name, name)
		}
		if z.Name != "" || !z.ModTime.IsZero() {
			t.Errorf("%s carries a name or a time: %+v", name, z.Header)
		}
		delete(want, name)
	}
	for name := range want {
		t.Errorf("static/%s is not packed: run go generate ./ui", name)
	}
	const most = 150 << 10
	if t.Logf("%d files, %d bytes gzipped", len(files), sum); sum > most {
		t.Errorf("the dashboard has %d bytes gzipped, budget %d", sum, most)
	}
}

func TestStatic(t *testing.T) {
	h := newPublic(t, newHouse(t))
	js, err := os.ReadFile("static/app.js")
	if err != nil {
		t.Fatal(err)
	}
	zipped := visit(h, "GET", "/app.js", "127.0.0.1", "", "Accept-Encoding", "br, gzip;q=0.8")
	if zipped.Header().Get("Content-Encoding") != "gzip" || zipped.Body.Len() >= len(js) {
		t.Errorf("zipped: %d bytes, %v", zipped.Body.Len(), zipped.Header())
	}
	plain := visit(h, "GET", "/app.js", "127.0.0.1", "", "Accept-Encoding", "gzip;q=0, br")
	if plain.Header().Get("Content-Encoding") != "" || plain.Body.String() != bare.Text("app.js", string(js)) {
		t.Errorf("plain: %d bytes, %v", plain.Body.Len(), plain.Header())
	}
	if plain.Header().Get("ETag") == zipped.Header().Get("ETag") {
		t.Error("both forms have one ETag")
	}
	again := visit(h, "GET", "/app.js", "127.0.0.1", "", "Accept-Encoding", "gzip", "If-None-Match", zipped.Header().Get("ETag"))
	if again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Errorf("asked again: %d with %d bytes", again.Code, again.Body.Len())
	}
	for path, want := range map[string]int{
		"/": 200, "/mark.svg": 200, "/.well-known/security.txt": 200, "/nothing.js": 404,
		"/packed/app.js.gz": 404, "/..%2fui.go": 404, "/static/": 404, "/api/": 404,
	} {
		if w := visit(h, "GET", path, "127.0.0.1", ""); w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
}

// TestSecurityText holds the file to what RFC 9116 asks for.
func TestSecurityText(t *testing.T) {
	body := visit(newPublic(t, newHouse(t)), "GET", "/.well-known/security.txt", "127.0.0.1", "").Body.String()
	for _, want := range []string{`(?m)^Contact: https://\S+$`, `(?m)^Expires: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`} {
		if !regexp.MustCompile(want).MatchString(body) {
			t.Errorf("security.txt does not match %s:\n%s", want, body)
		}
	}
	// RFC 9116 section 2.5.5: an hour that is yet to come, less than a year ahead.
	_, after, _ := strings.Cut(body, "Expires: ")
	expires, err := time.Parse(time.RFC3339, strings.SplitN(after, "\n", 2)[0])
	if ahead := time.Until(expires); err != nil || ahead <= 0 || ahead > 366*24*time.Hour {
		t.Errorf("security.txt expires in %s: renew it (%v)", ahead, err)
	}
}

var (
	// banned are the words of the code of practice, section 6: claims that
	// nobody can make from a router.
	banned = regexp.MustCompile(`(?i)\b(un)?(safe|compliant|compliance|certified|hacked|illegal|PSTI)\b`)
	// outside is an address elsewhere; the namespace of SVG is a name only.
	outside = regexp.MustCompile(`(?i)(https?:)?//[a-z0-9-]+\.[a-z]`)
	// markup is what would let a stranger's text become elements.
	markup = regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|\.srcdoc|javascript:`)
	inline = regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|<script(?: type="module" src="/[a-z.]+")?>[^<]`)
)

func TestStaticFiles(t *testing.T) {
	for name, text := range sources(t) {
		words := strings.ReplaceAll(text, "safe-area-inset", "") // a word of CSS
		if hit := banned.FindString(words); hit != "" {
			t.Errorf("%s says %q", name, hit)
		}
		if name == "security.txt" {
			continue
		}
		if hit := outside.FindString(strings.ReplaceAll(text, "http://www.w3.org/2000/svg", "")); hit != "" {
			t.Errorf("%s names another host: %q", name, hit)
		}
		if hit := markup.FindString(text); hit != "" {
			t.Errorf("%s uses %s", name, hit)
		}
		if hit := inline.FindString(text); hit != "" && strings.HasSuffix(name, ".html") {
			t.Errorf("%s has inline script or style: %q", name, hit)
		}
	}
}

// TestSentences holds the strings of the Go files to the same words.
func TestSentences(t *testing.T) {
	set := token.NewFileSet()
	names, err := filepath.Glob("*.go")
	if err != nil || len(names) < 5 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && banned.MatchString(lit.Value) {
				t.Errorf("%s says %s", set.Position(lit.Pos()), lit.Value)
			}
			return true
		})
	}
}

// TestImports: every module that a file imports or preloads is there.
func TestImports(t *testing.T) {
	all := sources(t)
	ref := regexp.MustCompile(`(?:from '\./|(?:href|src)="/)([a-z]+\.[a-z]+)['"]`)
	for name, text := range all {
		for _, m := range ref.FindAllStringSubmatch(text, -1) {
			if _, ok := all[m[1]]; !ok {
				t.Errorf("%s wants %s, which is not there", name, m[1])
			}
		}
	}
}
