package pack

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// sdk runs the feed's Makefile for the target with testdata/sdk, which has of an
// OpenWrt SDK what a package's Makefile meets, and gives what it prints.
func sdk(t *testing.T, makefile, target string, set ...string) string {
	t.Helper()
	need(t, "make", "install")
	top, err := filepath.Abs("testdata/sdk")
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"-s", "--no-print-directory", "-C", makefile, "TOPDIR=" + top, "PKG_BUILD_DIR=" + t.TempDir()}
	return run(t, nil, "make", append(append(args, set...), target)...)
}

// TestFeedInstallsTheSame has make follow the Makefile's recipe, and holds what it
// puts into the root directory to the ipk.
func TestFeedInstallsTheSame(t *testing.T) {
	root := t.TempDir()
	sdk(t, openwrt+"/homesweep", "install", "ROOT="+root, "BINARY="+standIn(t))
	made := list{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		var text string
		switch {
		case info.Mode().IsRegular():
			text = read(t, path)
		case info.Mode()&fs.ModeSymlink != 0:
			text, err = os.Readlink(path)
		}
		made[strings.TrimPrefix(path, root+"/")] = entry{info.Mode().String(), text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	data, _ := homesweep(t)
	if made.String() != data.String() {
		t.Errorf("make installs\n%s\nthe ipk has\n%s", made, data)
	}
	for name, e := range made {
		if data[name].text != e.text {
			t.Errorf("%s is another with make", name)
		}
	}
}

// TestFeedSays holds what the Makefile tells OpenWrt, in the project's tree and as
// a lone copy in another feed.
func TestFeedSays(t *testing.T) {
	lone := t.TempDir()
	if err := os.WriteFile(filepath.Join(lone, "Makefile"), []byte(read(t, openwrt, "homesweep/Makefile")), 0o600); err != nil {
		t.Fatal(err)
	}
	_, control := homesweep(t)
	for dir, proto := range map[string]string{openwrt + "/homesweep": "", lone: "git"} {
		told := sdk(t, dir, "tell")
		for _, want := range []string{
			"PKG_VERSION=" + upstream(t), "PKG_SOURCE_PROTO=" + proto, "PKG_BUILD_FLAGS=no-mips16",
			"GO_PKG=github.com/homesweep/homesweep", "GO_PKG_BUILD_PKG=github.com/homesweep/homesweep/daemon/cmd/homesweep",
			"GO_PKG_LDFLAGS_X=github.com/homesweep/homesweep/daemon/wiring.Version=" + upstream(t),
			"USERID=homesweep=8480:homesweep=8480", "== conffiles\n/etc/config/homesweep\n/etc/homesweep/\n",
			"== postinst\n" + control["postinst-pkg"].text, "== postrm\n" + control["postrm"].text,
		} {
			if !strings.Contains(told, want) {
				t.Errorf("%s: no %q in\n%s", dir, want, told)
			}
		}
	}
	if told := sdk(t, lone, "prepare"); !strings.Contains(told, "https://github.com/homesweep/homesweep.git at v"+upstream(t)) {
		t.Errorf("a lone Makefile: %s", told)
	}
}

// TestFeedTakesTheTree holds that a build in the project's own tree has all that
// the program and its package are made of.
func TestFeedTakesTheTree(t *testing.T) {
	build := t.TempDir()
	sdk(t, openwrt+"/homesweep", "prepare", "PKG_BUILD_DIR="+build)
	for _, want := range []string{"LICENSE", "go.sum", "daemon/cmd/homesweep/main.go", "probes/knowledge/oui/registry.bin", "ui/packed/index.html.gz", "openwrt/homesweep/Makefile"} {
		if _, err := os.Stat(filepath.Join(build, want)); err != nil {
			t.Error(err)
		}
	}
}

// TestFeedTakesEmbedded holds GO_PKG_INSTALL_EXTRA to what the program embeds:
// golang-build.sh copies code, go.mod and testdata, and else only what is named.
func TestFeedTakesEmbedded(t *testing.T) {
	line := regexp.MustCompile(`(?m)^GO_PKG_INSTALL_EXTRA:=(.*)$`).FindStringSubmatch(read(t, openwrt, "homesweep/Makefile"))
	if line == nil {
		t.Fatal("the Makefile takes nothing else along")
	}
	extra := strings.Fields(line[1])
	used := map[string]bool{}
	for _, file := range embedded(t) {
		taken := strings.Contains(file, "/testdata/") || strings.HasSuffix(file, ".go")
		for _, pattern := range extra {
			if strings.Contains(file, pattern) {
				taken, used[pattern] = true, true
			}
		}
		if !taken {
			t.Errorf("%s is embedded and not taken along: name its folder in GO_PKG_INSTALL_EXTRA", file)
		}
	}
	if len(used) != len(extra) {
		t.Errorf("of %q only %v are embedded", extra, used)
	}
}

// embedded are the files, from the tree's root, that the daemon embeds.
func embedded(t *testing.T) []string {
	t.Helper()
	c := exec.Command("go", "list", "-deps", "-json=ImportPath,EmbedFiles", "./daemon/cmd/homesweep")
	c.Dir = "../.."
	out, err := c.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var files []string
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			EmbedFiles []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		dir, ours := strings.CutPrefix(p.ImportPath, "github.com/homesweep/homesweep/")
		for _, file := range p.EmbedFiles {
			if ours {
				files = append(files, "./"+dir+"/"+file)
			}
		}
	}
	if len(files) < 50 {
		t.Fatalf("only %d embedded files were found", len(files))
	}
	return files
}

// TestFeedBuildsLean holds the recipe of HOMESWEEP_LEAN to the scripts that there
// are, and to the processor that the SDK builds for.
func TestFeedBuildsLean(t *testing.T) {
	build := t.TempDir()
	if plain := sdk(t, openwrt+"/homesweep", "compile", "-n"); strings.Contains(plain, ".ci/") {
		t.Errorf("a plain build runs\n%s", plain)
	}
	sdk(t, openwrt+"/homesweep", "prepare", "PKG_BUILD_DIR="+build)
	lean := sdk(t, openwrt+"/homesweep", "compile", "PKG_BUILD_DIR="+build, "CONFIG_HOMESWEEP_LEAN=y", "-n")
	for _, script := range []string{".ci/lean", ".ci/build"} {
		if !regexp.MustCompile(`GOARCH=mipsle GOMIPS=softfloat .*` + regexp.QuoteMeta(script) + ` \.go_work/lean`).MatchString(lean) {
			t.Errorf("%s is not in\n%s", script, lean)
		}
		if info, err := os.Stat(filepath.Join(build, script)); err != nil || info.Mode()&0o100 == 0 {
			t.Errorf("%s: %v", script, err)
		}
	}
}
