package identify

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestOrder: who is asked before whom depends on rank and name, whatever file
// comes first, and no two have the same name.
func TestOrder(t *testing.T) {
	for i, id := range identifiers[1:] {
		before := identifiers[i]
		if before.rank > id.rank || before.rank == id.rank && before.Name() >= id.Name() {
			t.Errorf("%s is asked before %s", before.Name(), id.Name())
		}
	}
}

// TestSilenceIsClaimedOnce: of all TCP ports, a silent one is claimed by one
// question at most, where one is asked by no other first, and by none where a
// stray line does harm.
func TestSilenceIsClaimedOnce(t *testing.T) {
	for port := range 1 << 16 {
		ep := at(uint16(port))
		var claims []string
		for _, id := range identifiers {
			if id.Likely(ep, nil) && id.rank != byDefault {
				claims = append(claims, id.Name())
			}
		}
		if len(claims) > 1 {
			t.Errorf("port %d is claimed by %v", port, claims)
		}
	}
	for _, port := range []uint16{139, 445, 548, 3389, 5555} {
		if id, ok := (&turn{road: &road{ep: at(port), left: 1}}).pick(nil, greets); !ok || id.rank == byDefault {
			t.Errorf("silent port %d would be sent a GET first", port)
		}
	}
	for _, port := range []uint16{21, 22, 23, 25, 502, 513, 1502, 2323, 4370, 4567, 6668, 7547, 8899, 9527, 9999, 10001, 34599, 37778, 62078} {
		if (web{}).Likely(at(port), nil) {
			t.Errorf("silent port %d would be sent a GET", port)
		}
	}
}

func TestNameOf(t *testing.T) {
	for _, tt := range []struct {
		transport lan.Transport
		port      uint16
		want      string
	}{
		{lan.TCP, 515, "printer"}, {lan.TCP, 9100, "pdl-datastream"}, {lan.TCP, 9101, ""},
		{lan.TCP, 34567, "xiongmai-dvr"}, {lan.TCP, 37777, "dahua-dvr"}, {lan.TCP, 6053, ""}, {lan.TCP, 80, ""}, {lan.UDP, 515, ""},
	} {
		if got := NameOf(tt.transport, tt.port); got != tt.want {
			t.Errorf("%s/%d is %q, want %q", tt.transport, tt.port, got, tt.want)
		}
	}
}

// TestParsersAreFuzzed: by the package's convention a function that reads
// foreign bytes is called parse…, and each has a Fuzz test of its name.
func TestParsersAreFuzzed(t *testing.T) {
	parsers, fuzzers := functionsOf(t)
	if len(parsers) < 13 {
		t.Fatalf("found only %v", parsers)
	}
	for _, p := range parsers {
		if want := "FuzzP" + strings.TrimPrefix(p, "p"); !slices.Contains(fuzzers, want) {
			t.Errorf("%s has no %s", p, want)
		}
	}
}

// functionsOf lists the package's parsers and its tests' fuzzers.
func functionsOf(t *testing.T) (parsers, fuzzers []string) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		isTest := strings.HasSuffix(e.Name(), "_test.go")
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			switch {
			case !ok:
			case isTest && strings.HasPrefix(fn.Name.Name, "Fuzz"):
				fuzzers = append(fuzzers, fn.Name.Name)
			case !isTest && strings.HasPrefix(fn.Name.Name, "parse"):
				parsers = append(parsers, fn.Name.Name)
			}
		}
	}
	return parsers, fuzzers
}
