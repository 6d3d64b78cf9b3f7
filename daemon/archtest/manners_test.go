package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// roads are the ways to the network that checks and identifiers must not take:
// everything goes by the Reach they are handed.
var roads = map[string][]string{
	"net":  {"Dial", "DialTimeout", "DialTCP", "DialUDP", "DialIP", "DialUnix", "Dialer", "Listen", "ListenPacket", "ListenUDP", "ListenMulticastUDP"},
	"tls":  {"Dial", "DialWithDialer", "Dialer"},
	"http": {"Get", "Head", "Post", "PostForm", "DefaultClient", "DefaultTransport", "Client", "Transport", "ListenAndServe"},
}

// spelling is a type's name, which may be used without making one.
var spelling = []string{"Client", "Transport", "Dialer"}

func TestChecksAndIdentifiersKeepToTheirRoad(t *testing.T) {
	for _, dir := range []string{"../../probes/checks", "../../probes/identify", "../../probes/proof"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) < 5 {
			t.Fatalf("%s: %d files, %v", dir, len(files), err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, wrong := range strays(t, name, string(text)) {
				t.Error(wrong)
			}
		}
	}
}

func TestStraysAreSeen(t *testing.T) {
	for _, body := range []string{
		`go func() {}()`, `net.Dial("tcp", "x")`, `net.DialTimeout("tcp", "x", 0)`, `tls.Dial("tcp", "x", nil)`,
		`http.Get("x")`, `http.DefaultClient.Do(nil)`, `_ = http.Client{}`, `_ = &net.Dialer{}`,
	} {
		text := "package x\nimport (\"net\"; \"net/http\"; \"crypto/tls\")\nfunc f() { " + body + " }"
		if len(strays(t, "x.go", text)) == 0 {
			t.Errorf("%s is not seen", body)
		}
	}
	if found := strays(t, "x.go", "package x\nimport \"net/http\"\ntype d struct { c *http.Client }"); len(found) != 0 {
		t.Errorf("a field's type is taken for a road: %v", found)
	}
}

// strays lists what a file does that checks and identifiers must not.
func strays(t *testing.T, name, text string) []string {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, text, 0)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	report := func(n ast.Node, what string) {
		found = append(found, fmt.Sprintf("%s: %s", set.Position(n.Pos()), what))
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			report(n, "starts a goroutine; one goroutine owns one device")
		case *ast.CompositeLit:
			if pkg, word := selector(n.Type); slices.Contains(roads[pkg], word) {
				report(n, "makes a "+pkg+"."+word)
			}
		case *ast.SelectorExpr:
			if pkg, word := selector(n); slices.Contains(roads[pkg], word) && !slices.Contains(spelling, word) {
				report(n, "uses "+pkg+"."+word)
			}
		}
		return true
	})
	return found
}

func selector(e ast.Expr) (pkg, word string) {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	if id, ok := s.X.(*ast.Ident); ok {
		return id.Name, s.Sel.Name
	}
	return "", ""
}
