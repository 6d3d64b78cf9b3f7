package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestTheCodeAppliedToOurselves reads SECURITY.md's table: each of the 13
// guidelines has a row, and every test that a row points at exists.
func TestTheCodeAppliedToOurselves(t *testing.T) {
	text, err := os.ReadFile("../../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile(`(?m)^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$`)
	named := regexp.MustCompile("`([a-z/.]+)\\.((?:Test|Fuzz)\\w+)`")
	next := 1
	for _, m := range row.FindAllStringSubmatch(string(text), -1) {
		if m[1] != strconv.Itoa(next) {
			t.Fatalf("row %s stands where row %d should", m[1], next)
		}
		next++
		tests := named.FindAllStringSubmatch(m[4], -1)
		if len(tests) == 0 {
			t.Errorf("guideline %s points at no test", m[1])
		}
		for _, n := range tests {
			if !declared(t, n[1], n[2]) {
				t.Errorf("guideline %s points at %s in %s, which is not there", m[1], n[2], n[1])
			}
		}
	}
	if next != 14 {
		t.Errorf("the table has %d rows, want 13", next-1)
	}
}

// declared reports whether the package in folder has the test.
func declared(t *testing.T, folder, test string) bool {
	files, err := filepath.Glob(filepath.Join("../..", folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "\nfunc "+test+"(") {
			return true
		}
	}
	return false
}

// TestSupportPeriodHasAnEnd: every version that SECURITY.md lists has a last day of
// security fixes.
func TestSupportPeriodHasAnEnd(t *testing.T) {
	text, err := os.ReadFile("../../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	versions := regexp.MustCompile(`(?m)^\| (\d+\.\d+) \| (\S+) \|$`).FindAllStringSubmatch(string(text), -1)
	if len(versions) == 0 {
		t.Fatal("no version is listed")
	}
	for _, v := range versions {
		if _, err := time.Parse(time.DateOnly, v[2]); err != nil {
			t.Errorf("version %s ends on %q, which is no day", v[1], v[2])
		}
	}
}
