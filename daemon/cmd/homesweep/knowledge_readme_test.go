package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// lists are the public lists that the page's commands read, in small.
var lists = map[string]string{
	"known_exploited_vulnerabilities.json": `{"catalogVersion":"1","vulnerabilities":[{"cveID":"CVE-2023-1389","vendorProject":"TP-Link","dateAdded":"2020-01-02"}]}`,
	"openwrt.json":                         `[{"cycle":"21.02","eol":"2023-05-01"},{"cycle":"24.10","eol":false}]`,
	"ftp_banners.xml": `<fingerprints matches="ftp.banner"><fingerprint pattern="^Acme FTP (\S+)$"><description>Acme</description>
		<example>Acme FTP 1.2</example><param pos="0" name="hw.vendor" value="Netgear"/></fingerprint></fingerprints>`,
}

// TestKnowledgePage runs the commands of the page on knowledge files, one after
// the other, in a folder of their own.
func TestKnowledgePage(t *testing.T) {
	page, err := os.ReadFile("../../../probes/knowledge/README.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if said, err := exec.Command("go", "build", "-o", dir, "../../../probes/knowledge/layer").CombinedOutput(); err != nil {
		t.Skipf("no toolchain to build the importer with: %v, %s", err, said)
	}
	t.Chdir(dir)
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	for name, text := range lists {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ours, theirs, inside := 0, 0, false
	for line := range strings.Lines(string(page)) {
		if strings.HasPrefix(line, "```") {
			inside = strings.HasPrefix(line, "```sh")
			continue
		}
		if !inside {
			continue
		}
		words := strings.Fields(line)
		if words[0] == "homesweep" {
			ours++
			if status, out, err := homesweep(t, words[1:]...); status != ok || err != nil {
				t.Fatalf("%s: %s%v", line, out, err)
			}
			continue
		}
		line = strings.Replace(line, "go run ./probes/knowledge/layer", "layer", 1)
		if _, err := exec.LookPath(strings.Fields(line)[0]); err != nil {
			continue // a program of others that is not here
		}
		theirs++
		if said, err := exec.Command("sh", "-c", line).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v, %s", line, err, said)
		}
	}
	if ours < 8 || theirs < 7 {
		t.Errorf("only %d and %d commands were found", ours, theirs)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "eol.json")); err != nil || !strings.Contains(string(text), "eol-openwrt-21-02") {
		t.Errorf("the layer %s, %v", text, err)
	}
}
