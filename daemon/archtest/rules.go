// Package archtest holds the arrows that must not be drawn between packages,
// each with its reason, and proves each rule on a planted breach.
package archtest

import (
	"path"
	"slices"
	"strings"
)

// module is the prefix of our own packages.
const module = "github.com/homesweep/homesweep/"

// Rule forbids packages to import others. From, But and To are patterns over
// import paths: a "/..." at the end takes everything below, "*" one element;
// our own packages are named from the root of the repository ("probes/lan").
type Rule struct {
	From  []string // the packages that the rule binds
	But   []string // save these
	To    []string // what they never import
	Allow []string // save these
	Why   string
}

// Rules are all of them.
var Rules = []Rule{
	{
		From: []string{"probes/lan"}, To: []string{"ours/...", "net/http", "os", "os/...", "syscall"},
		Why: "nouns do no I/O and know nobody",
	},
	{
		From: []string{"probes", "probes/..."}, To: []string{"daemon/...", "ui", "ui/...", "openwrt/...", "go.etcd.io/bbolt"},
		Why: "measuring must not know who remembers",
	},
	{
		From: []string{"probes/checks", "probes/identify", "probes/proof"}, To: []string{"probes/reach"},
		Why: "they are handed the road to the network",
	},
	{
		From: []string{"ui", "ui/..."}, To: []string{"daemon/...", "go.etcd.io/bbolt", "probes", "probes/...", "openwrt/..."},
		Allow: []string{"probes/lan"},
		Why:   "a dashboard cannot scan",
	},
	{
		From: []string{"daemon/sweep", "daemon/census"}, To: []string{"daemon/store", "ui", "ui/...", "probes/reach"},
		Why: "the line is given its parts",
	},
	{
		From: []string{"ours/..."}, But: []string{"daemon/store"}, To: []string{"go.etcd.io/bbolt", "go.etcd.io/bbolt/..."},
		Why: "one owner of the bytes",
	},
	{
		From: []string{"ours/..."}, But: []string{"probes/discover/mdns", "probes/probetest", "daemon/announce"},
		To:  []string{"github.com/grandcat/zeroconf", "github.com/hashicorp/mdns"},
		Why: "their channel rules stay fenced",
	},
	{
		From: []string{"ours/..."}, But: []string{"probes/discover/*", "probes/ports", "probes/wire", "probes/probetest"},
		To:  []string{"github.com/google/gopacket", "github.com/google/gopacket/..."},
		Why: "its panics stay fenced",
	},
	{
		From: []string{"ours/..."}, But: []string{"daemon/lab", "daemon/lab/...", "daemon/cmd/homesweep-demo", "daemon/archtest", "probes/probetest", "probes/probetest/..."},
		To:  []string{"daemon/lab", "daemon/lab/...", "probes/probetest", "probes/probetest/...", "ui/chromium", "github.com/vishvananda/..."},
		Why: "test households are never linked into the product",
	},
	{
		From: []string{"ours/..."}, But: []string{"daemon/lab", "daemon/lab/...", "daemon/cmd/homesweep-demo", "probes/probetest", "probes/probetest/..."},
		To: []string{
			"text/template", "html/template", "expvar", "net/http/pprof",
			"github.com/spf13/cobra", "github.com/alecthomas/kong", "github.com/urfave/cli/...",
			"github.com/prometheus/client_golang/...", "go.opentelemetry.io/...", "google.golang.org/protobuf/...",
		},
		Why: "each costs a small router megabytes",
	},
}

// Breach is one import that a rule forbids.
type Breach struct {
	From, To string
	Why      string
}

// Check holds imports (package path to the paths it imports) against rules.
func Check(rules []Rule, imports map[string][]string) []Breach {
	var found []Breach
	for from, list := range imports {
		for _, to := range list {
			for _, r := range rules {
				if matchAny(r.From, from) && !matchAny(r.But, from) && matchAny(r.To, to) && !matchAny(r.Allow, to) {
					found = append(found, Breach{from, to, r.Why})
				}
			}
		}
	}
	slices.SortFunc(found, func(a, b Breach) int { return strings.Compare(a.From+a.To, b.From+b.To) })
	return found
}

func matchAny(patterns []string, importPath string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return match(p, importPath) })
}

// match compares one pattern with an import path.
func match(pattern, importPath string) bool {
	short, ours := strings.CutPrefix(importPath, module)
	if pattern == "ours/..." {
		return ours
	}
	if ours {
		importPath = short
	}
	if below, deep := strings.CutSuffix(pattern, "/..."); deep {
		return importPath == below || strings.HasPrefix(importPath, below+"/")
	}
	ok, _ := path.Match(pattern, importPath)
	return ok
}
