package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/knowledge/feeds"
	"github.com/homesweep/homesweep/probes/knowledge/firmware"
)

// TestLayer turns one list of each kind into a layer that the packages which read
// it take.
func TestLayer(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	kev := file("kev.json", `{"catalogVersion":"1","vulnerabilities":[{"cveID":"CVE-2023-1389","vendorProject":"TP-Link","dateAdded":"2020-01-02"}]}`)
	eol := file("acme.json", `[{"cycle":"1","eol":"2020-01-02"},{"cycle":"2","eol":false}]`)
	recog := file("ftp.xml", `<fingerprints matches="ftp.banner"><fingerprint pattern="^Acme FTP (\S+)$"><example>Acme FTP 1.2</example>
		<param pos="0" name="hw.vendor" value="Netgear"/></fingerprint><fingerprint pattern="(?=x)"/></fingerprints>`)
	for _, c := range []struct {
		args               string
		rows, prints, left int
	}{
		{"-kev " + kev, 1, 0, 0},
		{"-eol " + eol + " -product acme -vendor Acme -firmware Acme.{cycle}", 1, 0, 1},
		{"-recog " + recog, 0, 1, 1},
	} {
		var out, talk bytes.Buffer
		if err := run(strings.Fields(c.args), &out, &talk); err != nil {
			t.Errorf("%s: %v", c.args, err)
			continue
		}
		var l feeds.Layer
		if err := json.Unmarshal(out.Bytes(), &l); err != nil || len(l.Firmware) != c.rows || len(l.Fingerprints) != c.prints || strings.Count(talk.String(), "left out:") != c.left {
			t.Errorf("%s: %v\n%s%s", c.args, err, talk.String(), out.String())
		}
		rows, err := json.Marshal(l.Firmware)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := firmware.Read(nil, rows); len(l.Firmware) > 0 && err != nil {
			t.Errorf("%s: %v", c.args, err)
		}
	}
}

func TestLayerRefuses(t *testing.T) {
	for _, args := range []string{"", "-kev a -eol b", "-kev /nowhere", "-eol main.go -product x -vendor y -model z", "-nonsense"} {
		if err := run(strings.Fields(args), &bytes.Buffer{}, &bytes.Buffer{}); err == nil {
			t.Errorf("%q was taken", args)
		}
	}
}
