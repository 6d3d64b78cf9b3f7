package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// saved is the result that the report's golden files are made of.
const saved = "../../../testdata/sweeps/home.json"

// changedHome is that result, a day before and with another firmware, in a file.
func changedHome(t *testing.T) string {
	t.Helper()
	s, err := readSweep(saved)
	if err != nil {
		t.Fatal(err)
	}
	s.Started, s.Finished, s.Notes = s.Started.AddDate(0, 0, -1), s.Finished.AddDate(0, 0, -1), nil
	for i := range s.Devices {
		if d := &s.Devices[i]; d.Firmware != "" {
			d.Firmware = "1.9"
		}
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "old.json")
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// runReport runs the verb report on the saved result with a state directory of its own.
func runReport(t *testing.T, args ...string) (status int, out string, err error) {
	t.Helper()
	return homesweep(t, append([]string{"report", saved, "-state", t.TempDir()}, args...)...)
}

// TestReportForms: a saved result in every form; status and files are as a sweep
// would give them.
func TestReportForms(t *testing.T) {
	dir := t.TempDir()
	page, table := filepath.Join(dir, "r.html"), filepath.Join(dir, "r.csv")
	for _, path := range []string{page, table} {
		if err := os.WriteFile(path, []byte("the one before"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(page, filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	status, out, err := runReport(t, "-html", filepath.Join(dir, "link"), "-csv", table, "-compare", changedHome(t), "-guidelines")
	if err != nil || status != findings {
		t.Fatalf("status %d, %v", status, err)
	}
	for _, want := range []string{"NEEDS ATTENTION", "CHANGED SINCE 21 NOVEMBER 2026", "Its firmware was 1.9", "THE CODE OF PRACTICE", "Asks: "} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in the text", want)
		}
	}
	for path, want := range map[string]string{page: "<!doctype html>", table: "\ufeffdevice,name,"} {
		text, err := os.ReadFile(path)
		if err != nil || !strings.HasPrefix(string(text), want) {
			t.Fatalf("%s: %v, %.40q", path, err, text)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	left, err := os.ReadDir(dir)
	if len(left) != 3 || err != nil {
		t.Errorf("beside the files there are %v, %v", left, err)
	}
	if status, _, err := runReport(t, "-fail-on", "act_now"); status != findings || err != nil {
		t.Errorf("act_now: status %d, %v", status, err)
	}
}

// TestReportStandard: one form takes the place of the text on standard output.
func TestReportStandard(t *testing.T) {
	_, page, err := runReport(t, "-html", "-")
	if err != nil || !strings.HasPrefix(page, "<!doctype html>") || strings.Contains(page, "NEEDS ATTENTION") {
		t.Errorf("-html -: %v, %.60q", err, page)
	}
	_, table, err := runReport(t, "-csv", "-")
	if rows, cerr := csv.NewReader(strings.NewReader(table)).ReadAll(); err != nil || cerr != nil || len(rows) < 5 {
		t.Errorf("-csv -: %v, %v, %d rows", err, cerr, len(rows))
	}
	_, text, err := runReport(t, "-json", "-compare", changedHome(t))
	var s lan.Sweep
	if jerr := json.Unmarshal([]byte(text), &s); err != nil || jerr != nil {
		t.Fatal(err, jerr)
	}
	if s.Changes == nil || s.Changes.None() || len(s.First) != 1 || s.First[0].Check != "default-login" || len(s.Guidelines) != 13 || len(s.Devices[0].Guidelines) != 13 {
		t.Errorf("changes %v, first %v, %d guidelines", s.Changes, s.First, len(s.Guidelines))
	}
}

// TestReportRedact: no form tells who is at home, and the copy is no use to compare.
func TestReportRedact(t *testing.T) {
	dir := t.TempDir()
	page, table, copied := filepath.Join(dir, "r.html"), filepath.Join(dir, "r.csv"), filepath.Join(dir, "r.json")
	_, text, err := runReport(t, "-redact", "-json", "-html", page, "-csv", table, "-compare", changedHome(t))
	if err != nil {
		t.Fatal(err)
	}
	all := text
	for _, path := range []string{page, table} {
		form, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, data, isPage := strings.Cut(string(form), `id="data">`); isPage { // the rest of a page is ours
			data, _, _ = strings.Cut(data, "</script>")
			form = []byte(data)
		}
		all += string(form)
	}
	for _, secret := range []string{"192.168.1.", "fe80::212", "00:12:34", "a6:01:02", "Front door", "居間", "router.lan", "br-lan", "cam-1"} {
		if strings.Contains(all, secret) {
			t.Errorf("%q is in a copy", secret)
		}
	}
	for _, stays := range []string{"Acme", "C1 Outdoor", "2.1.4 build 1180", "printed in its manual", struck} {
		if strings.Count(all, stays) < 2 {
			t.Errorf("%q is lost", stays)
		}
	}
	if err := os.WriteFile(copied, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := runReport(t, "-compare", copied); err == nil || !strings.Contains(err.Error(), "known again") {
		t.Errorf("comparing with a copy: %v", err)
	}
	if _, _, err := homesweep(t, "report", copied, "-state", dir, "-compare", saved); err == nil || !strings.Contains(err.Error(), "known again") {
		t.Errorf("comparing a copy: %v", err)
	}
}

// TestOutputsFailFirst: what cannot be written or read is said before any work. The
// link does not exist, so that nothing is swept if it is not.
func TestOutputsFailFirst(t *testing.T) {
	dir := t.TempDir()
	fifo := filepath.Join(dir, "device")
	if err := os.Symlink("/dev/null", fifo); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-html", filepath.Join(dir, "none", "r.html")}, "nothing can be written at"},
		{[]string{"-csv", dir}, "is a directory"},
		{[]string{"-csv", fifo}, "is no ordinary file"},
		{[]string{"-compare", filepath.Join(dir, "none.json")}, "no such file"},
		{[]string{"-compare", dir}, "is no ordinary file"},
		{[]string{"-compare", "-"}, "not standard input"},
		{[]string{"-html", "-", "-csv", "-"}, "both go to standard output"},
		{[]string{"-html", "-", "-json"}, "-json goes to standard output"},
		{[]string{"-html", filepath.Join(dir, "x"), "-csv", filepath.Join(dir, ".", "x")}, "named twice"},
		{[]string{"-html", saved, "-compare", saved}, "named twice"},
		{[]string{"-html", filepath.Join(dir, "good.html"), "-csv", dir}, "is a directory"},
		{[]string{"-html", filepath.Join(dir, "good.html")}, "nosuch0"},
	} {
		status, out, err := homesweep(t, append([]string{"sweep", "-link", "nosuch0", "-state", filepath.Join(dir, "state")}, c.args...)...)
		if status != failed || out != "" || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: status %d, %v, printed %q; want %q", c.args, status, err, out, c.want)
		}
	}
	if left, err := os.ReadDir(dir); len(left) != 1 || err != nil {
		t.Errorf("files were left: %v, %v", left, err)
	}
	if _, _, err := homesweep(t, "report", saved, "-csv", saved); err == nil || !strings.Contains(err.Error(), "named twice") {
		t.Errorf("over what is read: %v", err)
	}
	if _, _, err := homesweep(t, "report"); err == nil || !strings.Contains(err.Error(), "needs a FILE") {
		t.Errorf("without a file: %v", err)
	}
}

// TestReadSweep: a file from anybody is refused in plain words.
func TestReadSweep(t *testing.T) {
	path := filepath.Join(t.TempDir(), "old.json")
	devices := strings.Repeat(`{"id":"a"},`, maxDevices) + `{"id":"b"}`
	for text, want := range map[string]string{
		"":                         "is no result",
		"[]":                       "is no result",
		"{}":                       "names no schema",
		`{"schema":2}`:             "is of schema 2",
		`{"schema":"1"}`:           "is no result",
		`{"schema":1,"devices":1}`: "is damaged",
		`{"schema":1,"devices":[{"findings":[{"verdict":"hacked"}]}]}`:  `verdict "hacked"`,
		`{"schema":1,"devices":[{"macs":["x"]}]}`:                       "is not a hardware address",
		`{"schema":1} {"schema":1}`:                                     "is no result",
		`{"schema":1,"devices":[` + devices + `]}`:                      "more than any home",
		`{"schema":1,"tool":"` + strings.Repeat("\\\"", maxText) + `"}`: "longer than any",
		strings.Repeat(`{"a":`, 20000):                                  "is no result",
		`{"schema":1}`:                                                  "",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := readSweep(path)
		switch {
		case want == "" && err != nil:
			t.Errorf("%.40s: %v", text, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || len(s.Devices) != 0):
			t.Errorf("%.40s: %v, want %q", text, err, want)
		}
	}
	if err := os.Truncate(path, maxSaved+1); err != nil {
		t.Fatal(err)
	}
	if _, err := readSweep(path); err == nil || !strings.Contains(err.Error(), "larger than 64 MiB") {
		t.Errorf("a large file: %v", err)
	}
}

func FuzzParseSweep(f *testing.F) {
	text, err := os.ReadFile(saved)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"schema":1,"devices":[{"identity":[{}],"services":[{}],"findings":[{}]}],"changes":{}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := parseSweep(text)
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := (call{out: &b, json: true}).print(s); err != nil || b.Len() == 0 {
			t.Errorf("what was read cannot be written: %v", err)
		}
	})
}

// TestFileOfSudo: who started the program by sudo can read what it wrote.
func TestFileOfSudo(t *testing.T) {
	mine := filepath.Join(t.TempDir(), "mine")
	if err := os.WriteFile(mine, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(mine, 12345, 12346); err != nil {
		t.Skip("only root, and outside of a container, can give a file away")
	}
	t.Setenv("SUDO_UID", "12345")
	t.Setenv("SUDO_GID", "12346")
	path := filepath.Join(t.TempDir(), "r.csv")
	if _, _, err := runReport(t, "-csv", path); err != nil {
		t.Fatal(err)
	}
	if owner := ownerOf(t, path); owner != [2]uint32{12345, 12346} {
		t.Errorf("it belongs to %v", owner)
	}
}
