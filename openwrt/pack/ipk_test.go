package pack

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the lists in testdata")

// golden holds what was got to a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	name = filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(name); err != nil || string(want) != got {
		t.Errorf("%s: %v; `go test ./openwrt/pack -update` writes what is there now:\n%s", name, err, got)
	}
}

func homesweep(t *testing.T) (data, control list) {
	t.Helper()
	const arch = "mipsel_24kc"
	return ipk(t, "homesweep_"+version(t, "homesweep/Makefile")+"_"+arch+".ipk", arch, standIn(t))
}

// TestFiles holds the package to the list of its files, and the list to the files
// that there are for it.
func TestFiles(t *testing.T) {
	data, _ := homesweep(t)
	golden(t, "homesweep.list", data.String())
	if data["usr/bin/homesweep"].text != program {
		t.Error("the program is not the one that was given")
	}
	installed := map[string]bool{}
	for _, e := range data {
		installed[e.text] = true
	}
	err := filepath.WalkDir(openwrt+"/files", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && !installed[read(t, path)] {
			t.Errorf("%s is in no package", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestModes holds what is in the package to what reads it: ubusd refuses grants
// that others than root may write, and shells run what is executable.
func TestModes(t *testing.T) {
	data, _ := homesweep(t)
	for name, e := range data {
		want := "-rw-r--r--"
		switch {
		case strings.HasPrefix(e.mode, "d"):
			want = "drwxr-xr-x"
		case strings.HasPrefix(e.mode, "L"):
			want = e.mode
			if _, there := data[strings.TrimPrefix(e.text, "/")]; !there {
				t.Errorf("%s points to %s, which is not there", name, e.text)
			}
		case strings.HasPrefix(e.text, "#!"):
			want = "-rwxr-xr-x"
		case strings.HasPrefix(name, "etc/config/"):
			want = "-rw-------"
		}
		if e.mode != want {
			t.Errorf("%s is %s, want %s", name, e.mode, want)
		}
	}
}

// TestControl holds the fields that opkg and base-files read.
func TestControl(t *testing.T) {
	data, control := homesweep(t)
	if want := "-rw-r--r-- conffiles\n-rw-r--r-- control\n-rwxr-xr-x postinst\n-rwxr-xr-x postinst-pkg\n-rwxr-xr-x postrm\n-rwxr-xr-x prerm\n"; control.String() != want {
		t.Errorf("control.tar.gz has\n%s", control)
	}
	if got := control["conffiles"].text; got != "/etc/config/homesweep\n" {
		t.Errorf("conffiles: %q", got)
	}
	size := int64(512) // the root
	for _, e := range data {
		size += 512
		if strings.HasPrefix(e.mode, "-") {
			size += int64(len(e.text)+511) &^ 511
		}
	}
	size = (size + 2*512 + 10239) / 10240 * 10240 // two empty blocks, then up to a record
	for _, want := range []string{
		"Package: homesweep", "Version: " + version(t, "homesweep/Makefile"), "Depends: ca-bundle, rpcd",
		"License: Apache-2.0", "Section: net", "Require-User: homesweep=8480:homesweep=8480",
		"Architecture: mipsel_24kc", fmt.Sprint("SourceDateEpoch: ", epoch), fmt.Sprint("Installed-Size: ", size),
	} {
		if !slices.Contains(strings.Split(control["control"].text, "\n"), want) {
			t.Errorf("control lacks %q:\n%s", want, control["control"].text)
		}
	}
	if who := control["control"].text; strings.Contains(who, "@") {
		t.Errorf("somebody's address is in control:\n%s", who)
	}
}

var removes = regexp.MustCompile(`\brm\b`)

// TestState holds that nothing of the package is where the state is, which
// therefore outlives its removal and its upgrade, and that sysupgrade keeps it.
func TestState(t *testing.T) {
	data, control := homesweep(t)
	for name := range data {
		if strings.HasPrefix(name, "etc/homesweep") {
			t.Errorf("the package owns %s, and takes it along when it is removed", name)
		}
	}
	if keep := data["lib/upgrade/keep.d/homesweep"].text; !slices.Contains(strings.Fields(keep), "/etc/homesweep/") {
		t.Errorf("sysupgrade keeps %q", keep)
	}
	for name, e := range control {
		if removes.MatchString(e.text) || strings.Contains(e.text, "/etc/homesweep") {
			t.Errorf("%s removes something:\n%s", name, e.text)
		}
	}
}

// TestOneVersion holds the Makefiles to the program.
func TestOneVersion(t *testing.T) {
	for _, name := range []string{"homesweep/Makefile", "luci-app-homesweep/Makefile"} {
		if !strings.Contains(read(t, openwrt, name), "\nPKG_VERSION:="+upstream(t)+"\n") {
			t.Errorf("%s is of another version than the program, which is %s", name, upstream(t))
		}
	}
}

// TestLuci holds the LuCI package to what LuCI reads.
func TestLuci(t *testing.T) {
	name := "luci-app-homesweep_" + version(t, "luci-app-homesweep/Makefile") + "_all.ipk"
	data, control := ipk(t, name, "luci")
	golden(t, "luci-app-homesweep.list", data.String())
	for name, e := range data {
		if !strings.HasPrefix(e.mode, "d") && e.mode != "-rw-r--r--" {
			t.Errorf("%s is %s", name, e.mode)
		}
	}
	for _, want := range []string{"Package: luci-app-homesweep", "Depends: homesweep, luci-base", "Architecture: all", "License: Apache-2.0"} {
		if !slices.Contains(strings.Split(control["control"].text, "\n"), want) {
			t.Errorf("control lacks %q:\n%s", want, control["control"].text)
		}
	}
	if _, there := control["conffiles"]; there {
		t.Error("the settings are the daemon's package's")
	}
}

// TestGerman holds the package of the translation to what luci.mk makes.
func TestGerman(t *testing.T) {
	need(t, "go")
	data, control := ipk(t, "luci-i18n-homesweep-de_"+version(t, "luci-app-homesweep/Makefile")+"_all.ipk", "de")
	golden(t, "luci-i18n-homesweep-de.list", data.String())
	if e := data["usr/lib/lua/luci/i18n/homesweep.de.lmo"]; len(e.text) < 1000 || len(e.text)%4 != 0 {
		t.Errorf("the texts take %d bytes", len(e.text))
	}
	if e := data["etc/uci-defaults/luci-i18n-homesweep-de"]; e.text != "uci set luci.languages.de='Deutsch (German)'; uci commit luci\n" {
		t.Errorf("the language is offered by %q", e.text)
	}
	for _, want := range []string{"Package: luci-i18n-homesweep-de", "Depends: luci-app-homesweep", "Architecture: all"} {
		if !slices.Contains(strings.Split(control["control"].text, "\n"), want) {
			t.Errorf("control lacks %q:\n%s", want, control["control"].text)
		}
	}
	if said, err := try(nil, openwrt+"/ipk", "xx", t.TempDir()); err == nil || !strings.Contains(said, "no translation into xx") {
		t.Errorf("into xx: %v %s", err, said)
	}
}
