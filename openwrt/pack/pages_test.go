package pack

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var pages = []string{"README.md", "HOUSEHOLD.md"}

// block is a fenced block of a page: its language and its lines.
type block struct {
	language string
	lines    []string
}

func blocks(t *testing.T, page string) []block {
	t.Helper()
	var all []block
	inside := false
	for line := range strings.Lines(read(t, openwrt, page)) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "```"):
			if inside = !inside; inside {
				all = append(all, block{language: strings.TrimPrefix(line, "```")})
			}
		case inside:
			all[len(all)-1].lines = append(all[len(all)-1].lines, line)
		}
	}
	if len(all) < 3 {
		t.Fatalf("%s has %d blocks", page, len(all))
	}
	return all
}

// TestPagesAreShell has the router's shell read every command of the pages.
func TestPagesAreShell(t *testing.T) {
	need(t, "busybox")
	for _, page := range pages {
		for _, b := range blocks(t, page) {
			if b.language != "sh" {
				continue
			}
			name := filepath.Join(t.TempDir(), "block")
			if err := os.WriteFile(name, []byte(strings.Join(b.lines, "\n")), 0o600); err != nil {
				t.Fatal(err)
			}
			if said, err := try(nil, "busybox", "ash", "-n", name); err != nil {
				t.Errorf("%s: %s\n%s", page, said, strings.Join(b.lines, "\n"))
			}
		}
	}
}

// TestPagesVerbs holds each command of ours, the unit's too, to what the program
// takes: with -h at its end a verb reads its options and sends nothing.
func TestPagesVerbs(t *testing.T) {
	program := built(t)
	found := 0
	commands := blocks(t, pages[0])
	for _, page := range pages[1:] {
		commands = append(commands, blocks(t, page)...)
	}
	commands = append(commands, block{lines: []string{strings.TrimPrefix(settings(t)["ExecStart"][0], "/usr/local/bin/")}})
	for _, b := range commands {
		for _, line := range b.lines {
			line, _, _ = strings.Cut(line, " #")
			line, _, _ = strings.Cut(line, " > ")
			words := strings.Fields(strings.TrimPrefix(strings.TrimPrefix(line, "ExecStart="), "sudo "))
			if len(words) < 2 || filepath.Base(words[0]) != "homesweep" {
				continue
			}
			found++
			if said, err := try(nil, program, append(words[1:], "-h")...); err != nil || !strings.HasPrefix(said, "homesweep "+words[1]) {
				t.Errorf("%s: %v\n%s", line, err, said)
			}
		}
	}
	if found < 12 {
		t.Errorf("only %d commands were found", found)
	}
}

// TestPagesForget: all is deleted while no daemon runs, or not at all.
func TestPagesForget(t *testing.T) {
	found := 0
	for _, page := range pages {
		for _, b := range blocks(t, page) {
			if at := slices.Index(b.lines, "homesweep forget -yes"); at >= 0 {
				found++
				if !slices.Contains(b.lines[:at], "service homesweep stop") {
					t.Errorf("%s deletes while homesweep runs", page)
				}
			}
		}
	}
	if found == 0 {
		t.Error("no page deletes anything")
	}
}

// built is the daemon's program.
func built(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "homesweep")
	run(t, nil, "go", "build", "-o", program, "../../daemon/cmd/homesweep")
	return program
}

// TestPagesPaths holds every path of the pages to what the package installs, and
// every folder and script of the project's to the tree.
func TestPagesPaths(t *testing.T) {
	data, _ := homesweep(t)
	onRouter := []string{
		"etc/homesweep", "etc/homesweep/", // made by the service
		"etc/openwrt_release", "lib/apk/packages/homesweep.list", // OpenWrt's, apk's
		"etc/hosts", "etc/ethers", "etc/resolv.conf", "etc/config/dhcp",
		"usr/local/bin/homesweep", "etc/systemd/system/homesweep.service", "var/lib/homesweep", // not on a router
	}
	for _, page := range pages {
		text := read(t, openwrt, page)
		for _, m := range regexp.MustCompile("(?:^|[ `(=])/((?:etc|lib|usr|var|www)/[A-Za-z0-9_./-]*)").FindAllStringSubmatch(text, -1) {
			if _, there := data[m[1]]; !there && !slices.Contains(onRouter, m[1]) {
				t.Errorf("%s names /%s, which is not in the package", page, m[1])
			}
		}
		for _, m := range regexp.MustCompile("(?:^|[ `(])((?:openwrt|daemon|ui|probes|\\.ci)/[A-Za-z0-9_./-]*)").FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join("../..", m[1])); err != nil && m[1] != "openwrt/packages" {
				t.Errorf("%s: %v", page, err)
			}
		}
		for _, m := range regexp.MustCompile(`\]\(([A-Za-z0-9_./-]+)\)`).FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(openwrt, m[1])); err != nil {
				t.Errorf("%s: %v", page, err)
			}
		}
		for _, m := range regexp.MustCompile(`homesweep[_-](\d+\.\d+\.\d+)(-r\d+)?`).FindAllStringSubmatch(text, -1) {
			if want := version(t, "homesweep/Makefile"); m[1] != upstream(t) || m[2] != "" && m[1]+m[2] != want {
				t.Errorf("%s speaks of %s, this is %s", page, m[0], want)
			}
		}
	}
}

// TestInstalledFilesExplained holds the README's table to the package.
func TestInstalledFilesExplained(t *testing.T) {
	data, _ := homesweep(t)
	text := read(t, openwrt, "README.md")
	for name, e := range data {
		if !strings.HasPrefix(e.mode, "d") && !strings.Contains(text, "`/"+name+"`") {
			t.Errorf("the README's table lacks /%s", name)
		}
	}
}

// TestHouseholdWords holds what the household is told to press to what stands on
// the dashboard and on LuCI's pages.
func TestHouseholdWords(t *testing.T) {
	words := read(t, "../../ui/static/en.js")
	views, err := filepath.Glob(openwrt + "/luci-app-homesweep/htdocs/luci-static/resources/view/homesweep/*.js")
	if err != nil || len(views) == 0 {
		t.Fatalf("no views: %v", err)
	}
	for _, view := range views {
		words += read(t, view)
	}
	luci := []string{"Update lists…", "Upload Package…", "Configure opkg…"} // luci-app-package-manager's
	found := regexp.MustCompile(`\*\*(.+?)\*\*`).FindAllStringSubmatch(read(t, openwrt, "HOUSEHOLD.md"), -1)
	for _, m := range found {
		if !slices.Contains(luci, m[1]) && !strings.Contains(words, "'"+m[1]+"'") {
			t.Errorf("nothing is called %q", m[1])
		}
	}
	if len(found) < 8 {
		t.Errorf("only %d words were found", len(found))
	}
}

// TestPackagesFromThePage runs the README's commands that need no SDK, with a
// stand-in for the two that build the program, and looks for what they promise.
func TestPackagesFromThePage(t *testing.T) {
	need(t, "sh", "tar", "gzip", "sed", "install", "sha256sum")
	dir := t.TempDir()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"openwrt", "daemon", "LICENSE"} {
		if err := os.Symlink(filepath.Join(root, name), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	var script []string
	for _, b := range blocks(t, "README.md") {
		for _, line := range b.lines {
			switch {
			case strings.Contains(line, ".ci/build "):
				script = append(script, "mkdir out", "echo stand-in > out/homesweep")
			case strings.HasPrefix(line, "openwrt/"):
				script = append(script, line)
				if _, made, _ := strings.Cut(line, "# "); strings.HasPrefix(made, "homesweep") || strings.HasPrefix(made, "luci") {
					script = append(script, "test -s out/"+made)
				}
			}
		}
	}
	script = append(script, "test -x out/apk/mkpkg")
	if len(script) < 8 {
		t.Fatalf("the page has only %q", script)
	}
	run(t, nil, "sh", "-ec", "cd "+dir+"\n"+strings.Join(script, "\n"))
}
