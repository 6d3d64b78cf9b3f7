package feeds

import (
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/knowledge/firmware"
)

func TestKEV(t *testing.T) {
	const list = `{"catalogVersion":"2026.11.20","vulnerabilities":[
		{"cveID":"CVE-2023-1389","vendorProject":"TP-Link","product":"Archer AX-21","dateAdded":"2023-05-01"},
		{"cveID":"CVE-2025-0001","vendorProject":"D-Link Systems","product":"DIR","dateAdded":"2025-02-03"},
		{"cveID":"CVE-2024-0002","vendorProject":"D-Link","product":"DIR","dateAdded":"2024-02-03"},
		{"cveID":"CVE-2024-9999","vendorProject":"SimpleHelp","product":"SimpleHelp","dateAdded":"2024-01-01"},
		{"cveID":"CVE-2020-0009","vendorProject":"Ring","product":"x","dateAdded":"soon"}]}`
	rows := []firmware.Row{
		{ID: "known", Vendor: "TP-Link", CVEs: []string{"CVE-2023-1389"}, KEVAdded: "2023-05-01"},
		{ID: "new", Vendor: "TP-Link", CVEs: []string{"CVE-1", "CVE-2023-1389"}},
		{ID: "earliest", Vendor: "D-Link", CVEs: []string{"CVE-2025-0001", "CVE-2024-0002"}},
		{ID: "mixed-up", Vendor: "D-Link", CVEs: []string{"CVE-2024-9999"}},
		{ID: "no-day", Vendor: "Ring", CVEs: []string{"CVE-2020-0009"}},
	}
	l, err := KEV([]byte(list), rows)
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, r := range l.Firmware {
		got += r.ID + " " + r.KEVAdded + ", "
	}
	if want := "new 2023-05-01, earliest 2024-02-03, "; got != want {
		t.Errorf("rows: %s want %s", got, want)
	}
	if left := strings.Join(l.Left, "\n"); !strings.Contains(left, "mixed-up: CVE-2024-9999 is in the catalogue for \"SimpleHelp\"") || !strings.Contains(left, "soon") || len(l.Left) != 2 {
		t.Errorf("left:\n%s", left)
	}
	if rows[1].KEVAdded != "" {
		t.Error("the rows handed in were changed")
	}
}

func TestKEVRefuses(t *testing.T) {
	for _, text := range []string{"", "[]", "{}", `{"catalogVersion":"1"}`, `{"result":{"releases":[]}}`} {
		if _, err := KEV([]byte(text), nil); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

func TestSameMaker(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"TP-Link", "TP-LINK Technologies", true},
		{"D-Link", "D-Link Systems, Inc.", true},
		{"ASUS", "ASUS", true},
		{"Ring", "Spring", false},
		{"Ring", "VMware Spring Framework", false},
		{"", "anything", false},
		{"LG", "LG Electronics", true},
	} {
		if got := sameMaker(c.a, c.b); got != c.want {
			t.Errorf("sameMaker(%q, %q) = %v", c.a, c.b, got)
		}
	}
}
