package archtest

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// listed is what `go list` tells of a package.
type listed struct {
	ImportPath string
	Imports    []string
}

func list(t *testing.T, args ...string) []listed {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list", "-json=ImportPath,Imports"}, args...)...).Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestNoForbiddenArrow(t *testing.T) {
	imports := map[string][]string{}
	for _, p := range list(t, module+"...") {
		imports[p.ImportPath] = p.Imports
	}
	if len(imports) < 15 {
		t.Fatalf("only %d packages were listed", len(imports))
	}
	for _, b := range Check(Rules, imports) {
		t.Errorf("%s imports %s: %s", b.From, b.To, b.Why)
	}
}

// TestEachRuleSeesItsBreach plants, for every package pattern of every rule and
// every import it forbids, an import that breaks it.
func TestEachRuleSeesItsBreach(t *testing.T) {
	for i, r := range Rules {
		for _, from := range r.From {
			for _, to := range r.To {
				planted := map[string][]string{example(from): {example(to)}}
				found := Check(Rules[i:i+1], planted)
				if len(found) != 1 || found[0].Why != r.Why {
					t.Errorf("rule %q does not see %v", r.Why, planted)
				}
			}
		}
		for _, but := range r.But {
			if found := Check(Rules[i:i+1], map[string][]string{example(but): {example(r.To[0])}}); len(found) != 0 {
				t.Errorf("rule %q binds %s, which it excepts", r.Why, but)
			}
		}
	}
}

// example is an import path that pattern matches.
func example(pattern string) string {
	p := strings.NewReplacer("ours/...", "daemon/newcomer", "/...", "/deep/below", "*", "one").Replace(pattern)
	if first, _, _ := strings.Cut(p, "/"); slices.Contains([]string{"daemon", "probes", "ui", "openwrt"}, first) {
		return module + p
	}
	return p
}

// TestProductStaysSmall holds the packages that are linked into the program,
// however far down, against those that must not be.
func TestProductStaysSmall(t *testing.T) {
	banned := []string{
		"text/template", "html/template", "testing", "net/http/pprof", "expvar",
		"github.com/spf13/cobra", "github.com/alecthomas/kong", "github.com/urfave/cli/...",
		"github.com/prometheus/client_golang/...", "go.opentelemetry.io/...", "google.golang.org/protobuf/...",
		"github.com/vishvananda/...", "daemon/lab", "daemon/lab/...", "probes/probetest", "probes/probetest/...",
	}
	linked := list(t, "-deps", module+"daemon/cmd/homesweep")
	if len(linked) < 100 {
		t.Fatalf("only %d packages are linked, which cannot be", len(linked))
	}
	for _, p := range linked {
		if matchAny(banned, p.ImportPath) {
			t.Errorf("%s is linked into the product", p.ImportPath)
		}
	}
	if !matchAny(banned, "html/template") {
		t.Error("the ban does not see html/template")
	}
}
