package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// foreign are the folders whose packages read bytes that somebody else wrote.
var foreign = []string{"probes", "daemon/journal", "daemon/store"}

// parserName is how a function that reads foreign bytes is called.
var parserName = regexp.MustCompile(`^([Pp]arse|[Dd]escribe|[Dd]ecode|[Rr]ead)([A-Z].*)?$`)

// unfuzzed are the functions of such a name that need no fuzz test, each with
// its reason.
var unfuzzed = map[string]string{
	"probes/probetest.Read":         "io.Reader of a connection: copies, does not look",
	"probes/reach.Read":             "the same of a socket: looks at the sender's address",
	"probes/discover/ssdp.describe": "fetches; what comes back is Describe's to read",
	"probes/discover/leases.read":   "takes the path of a file; its text is Parse's to read",
	"probes/links.readFile":         "takes the path of a file of the kernel's",
}

// sources is what the rule needs to know of one package.
type sources struct {
	parsers  map[string]bool            // functions named as parsers that take bytes
	mentions map[string]map[string]bool // by function, tests' too: the names in it
}

// scan reads every package of fsys below the roots.
func scan(fsys fs.FS, roots []string) (map[string]*sources, error) {
	packages := map[string]*sources{}
	for _, root := range roots {
		err := fs.WalkDir(fsys, root, func(file string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || path.Ext(file) != ".go" {
				return err
			}
			text, err := fs.ReadFile(fsys, file)
			if err != nil {
				return err
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, text, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			p := packages[path.Dir(file)]
			if p == nil {
				p = &sources{parsers: map[string]bool{}, mentions: map[string]map[string]bool{}}
				packages[path.Dir(file)] = p
			}
			p.add(parsed, strings.HasSuffix(file, "_test.go"))
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return packages, nil
}

func (p *sources) add(file *ast.File, test bool) {
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Body == nil {
			continue
		}
		name := f.Name.Name
		if !test && parserName.MatchString(name) && takesBytes(f.Type) {
			p.parsers[name] = true
		}
		if p.mentions[name] == nil {
			p.mentions[name] = map[string]bool{}
		}
		ast.Inspect(f.Body, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				p.mentions[name][id.Name] = true
			}
			return true
		})
	}
}

// takesBytes reports whether a parameter can hold text or bytes.
func takesBytes(f *ast.FuncType) bool {
	return slices.ContainsFunc(f.Params.List, func(param *ast.Field) bool {
		switch t := param.Type.(type) {
		case *ast.Ident:
			return t.Name == "string"
		case *ast.ArrayType:
			of, ok := t.Elt.(*ast.Ident)
			return ok && (of.Name == "byte" || of.Name == "string")
		case *ast.SelectorExpr:
			return t.Sel.Name == "Reader"
		case *ast.StarExpr:
			of, ok := t.X.(*ast.SelectorExpr)
			return ok && of.Sel.Name == "Reader"
		}
		return false
	})
}

// reached are the functions that the package's Fuzz functions come to, by name (two
// methods of one name count as one)
// and through other functions of the package.
func (p *sources) reached() map[string]bool {
	seen := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		if seen[name] || p.mentions[name] == nil {
			return
		}
		seen[name] = true
		for next := range p.mentions[name] {
			visit(next)
		}
	}
	for name := range p.mentions {
		if strings.HasPrefix(name, "Fuzz") {
			visit(name)
		}
	}
	return seen
}

// neverFuzzed lists the parsers, as "probes/wire.Decode", that no fuzz test
// comes to.
func neverFuzzed(packages map[string]*sources) (missing []string) {
	for dir, p := range packages {
		reached := p.reached()
		for name := range p.parsers {
			if !reached[name] {
				missing = append(missing, dir+"."+name)
			}
		}
	}
	slices.Sort(missing)
	return missing
}

// TestParsersOfForeignBytesAreFuzzed holds every package, also one not written
// yet.
func TestParsersOfForeignBytesAreFuzzed(t *testing.T) {
	packages, err := scan(os.DirFS("../.."), foreign)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for dir, p := range packages {
		for name := range p.parsers {
			all[dir+"."+name] = true
		}
	}
	if len(all) < 30 {
		t.Fatalf("found only %d parsers: %v", len(all), slices.Sorted(maps.Keys(all)))
	}
	missing := neverFuzzed(packages)
	for _, name := range missing {
		if unfuzzed[name] == "" {
			t.Errorf("%s reads foreign bytes, but no Fuzz function of its package comes to it", name)
		}
	}
	for name := range unfuzzed {
		if !slices.Contains(missing, name) {
			t.Errorf("%s is excepted without need", name)
		}
	}
}

// TestPlantedParserIsSeen proves the rule on sources made for it.
func TestPlantedParserIsSeen(t *testing.T) {
	for name, tt := range map[string]struct {
		source, test string
		seen         bool
	}{
		"bytes":             {"func parseThing(b []byte) {}", "", true},
		"text":              {"func Parse(s string) {}", "", true},
		"lines":             {"func Parse(s []string) {}", "", true},
		"reader":            {"func Describe(r io.Reader) {}", "", true},
		"buffered":          {"func readHead(r *bufio.Reader) {}", "", true},
		"method":            {"type d int\nfunc (d) Decode(frame []byte) {}", "", true},
		"only tested":       {"func parseThing(b []byte) {}", "func TestIt(t *testing.T) { parseThing(nil) }", true},
		"another is fuzzed": {"func parseThing(b []byte) {}\nfunc parseOther(b []byte) {}", "func FuzzIt(f *testing.F) { parseOther(nil) }", true},
		"fuzzed":            {"func parseThing(b []byte) {}", "func FuzzIt(f *testing.F) { f.Fuzz(func(t *testing.T, b []byte) { parseThing(b) }) }", false},
		"fuzzed by another": {"func All(b []byte) { parseThing(b) }\nfunc parseThing(b []byte) {}", "func FuzzIt(f *testing.F) { All(nil) }", false},
		"no parser":         {"func ready(b []byte) {}\nfunc parserOf(s string) {}", "", false},
		"no bytes":          {"func readClock(now time.Time) {}", "", false},
	} {
		planted := fstest.MapFS{
			"probes/newcomer/a.go":      {Data: []byte("package newcomer\n" + tt.source)},
			"probes/newcomer/a_test.go": {Data: []byte("package newcomer\n" + tt.test)},
		}
		packages, err := scan(planted, []string{"probes"})
		if err != nil {
			t.Fatal(err)
		}
		if missing := neverFuzzed(packages); (len(missing) == 1) != tt.seen || len(missing) > 1 {
			t.Errorf("%s: %v", name, missing)
		}
	}
}
