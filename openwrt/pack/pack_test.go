// Package pack tests what OpenWrt and Linux machines are given: it builds the
// packages as .ci/openwrt does and reads them back.
package pack

import (
	"archive/tar"
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// The folder of the scripts, and the seconds since 1970 that all files bear.
const (
	openwrt = ".."
	epoch   = 1795454868
)

// program is what stands in for the daemon: no test of a package looks inside.
const program = "#!/bin/sh\necho stands in\n"

// need skips t where this machine lacks a program, which CI never does.
func need(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err == nil {
			continue
		}
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is not there", name)
		}
		t.Skipf("%s is not there", name)
	}
}

// run gives what the command says, in an environment with a date and VAR=VALUE.
func run(t *testing.T, env []string, name string, args ...string) string {
	t.Helper()
	out, err := try(env, name, args...)
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return out
}

func try(env []string, name string, args ...string) (string, error) {
	c := exec.Command(name, args...)
	c.Env = append(append(os.Environ(), fmt.Sprint("SOURCE_DATE_EPOCH=", epoch)), env...)
	out, err := c.CombinedOutput()
	return string(out), err
}

// standIn writes the program into a folder of its own.
func standIn(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "built")
	if err := os.WriteFile(name, []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// entry is a file of a package: its mode as ls -l shows it, then for a link what it
// points to, else what it holds.
type entry struct {
	mode string
	text string
}

// list is what a package holds, by path from the root.
type list map[string]entry

// String is a line a file, sorted by path.
func (l list) String() string {
	var names []string
	for name := range l {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		b.WriteString(l[name].mode + " " + name)
		if strings.HasPrefix(l[name].mode, "L") {
			b.WriteString(" -> " + l[name].text)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// unpack reads a gzipped tar, of which every file must be root's, without a name
// of a person or a machine, and of the one time; it gives paths without "./".
func unpack(t *testing.T, packed []byte) list {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	if !z.ModTime.IsZero() || z.Name != "" {
		t.Errorf("gzip tells %q of %v", z.Name, z.ModTime)
	}
	all := list{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if h.Uid != 0 || h.Gid != 0 || cmp.Or(h.Uname, h.Gname) != "" || !h.ModTime.Equal(time.Unix(epoch, 0)) {
			t.Errorf("%s is of %d:%d (%q, %q), %v", h.Name, h.Uid, h.Gid, h.Uname, h.Gname, h.ModTime)
		}
		name := strings.TrimSuffix(strings.TrimPrefix(h.Name, "./"), "/")
		if name == "" {
			continue // the root itself
		}
		if _, twice := all[name]; twice {
			t.Errorf("%s is there twice", name)
		}
		all[name] = entry{h.FileInfo().Mode().String(), string(text) + h.Linkname}
	}
}

// ipk makes a package and reads it back: its outer form, its files, its control.
func ipk(t *testing.T, wantName string, args ...string) (data, control list) {
	t.Helper()
	need(t, "sh", "tar", "gzip", "sed", "install")
	out := t.TempDir()
	run(t, nil, openwrt+"/ipk", append(args, out)...)
	made, err := os.ReadDir(out)
	if err != nil || len(made) != 1 || made[0].Name() != wantName {
		t.Fatalf("made %v %v, want %s", made, err, wantName)
	}
	packed, err := os.ReadFile(filepath.Join(out, wantName))
	if err != nil {
		t.Fatal(err)
	}
	outer := unpack(t, packed)
	if want := "-rw-r--r-- control.tar.gz\n-rw-r--r-- data.tar.gz\n-rw-r--r-- debian-binary\n"; outer.String() != want {
		t.Fatalf("an ipk of\n%s", outer)
	}
	if outer["debian-binary"].text != "2.0\n" {
		t.Errorf("debian-binary says %q", outer["debian-binary"].text)
	}
	return unpack(t, []byte(outer["data.tar.gz"].text)), unpack(t, []byte(outer["control.tar.gz"].text))
}

// upstream is the program's version, as its source has it.
func upstream(t *testing.T) string {
	t.Helper()
	found := regexp.MustCompile(`(?m)^var Version = "(.+)"$`).FindStringSubmatch(read(t, "../../daemon/wiring/wiring.go"))
	if found == nil {
		t.Fatal("the program has no version")
	}
	return found[1]
}

// version is what the packages are called by.
func version(t *testing.T, makefile string) string {
	t.Helper()
	release := regexp.MustCompile(`(?m)^PKG_RELEASE:=(\d+)$`).FindStringSubmatch(read(t, openwrt, makefile))
	if release == nil {
		t.Fatalf("%s has no PKG_RELEASE", makefile)
	}
	return upstream(t) + "-r" + release[1]
}

func read(t *testing.T, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
