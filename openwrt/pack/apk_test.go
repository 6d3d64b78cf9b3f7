package pack

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// laidOut is the folder that openwrt/apk makes for an SDK.
func laidOut(t *testing.T) string {
	t.Helper()
	need(t, "sh", "tar", "sed", "install", "sha256sum")
	dir := filepath.Join(t.TempDir(), "apk")
	run(t, nil, openwrt+"/apk", "mipsel_24kc", standIn(t), dir)
	return dir
}

// TestApkPayload holds /lib/apk/packages, without which the stock post-install
// neither enables nor starts the service nor makes the user.
func TestApkPayload(t *testing.T) {
	dir := laidOut(t)
	data, _ := homesweep(t)
	files := []string{"/lib/apk/packages/homesweep.rusers"}
	for name, e := range data {
		if !strings.HasPrefix(e.mode, "d") {
			files = append(files, "/"+name)
		}
		if strings.HasPrefix(e.mode, "-") && read(t, dir, "files", name) != e.text {
			t.Errorf("%s is another than the ipk's", name)
		}
	}
	slices.Sort(files)
	config := fmt.Sprintf("/etc/config/homesweep %x\n", sha256.Sum256([]byte(data["etc/config/homesweep"].text)))
	for name, want := range map[string]string{
		"list":             strings.Join(files, "\n") + "\n",
		"conffiles":        "/etc/config/homesweep\n/etc/homesweep/\n",
		"conffiles_static": config,
		"rusers":           "homesweep=8480:homesweep=8480\n",
	} {
		if got := read(t, dir, "files/lib/apk/packages/homesweep."+name); got != want {
			t.Errorf("homesweep.%s: %q, want %q", name, got, want)
		}
	}
}

// TestApkScripts runs apk's scripts as TestScripts does the ipk's.
func TestApkScripts(t *testing.T) {
	dir := laidOut(t)
	for name, want := range map[string]string{
		"post-install": "user of homesweep\npostinst \n", "post-upgrade": "user of homesweep\npostinst \n",
		"pre-deinstall": "prerm \n", "post-deinstall": "",
	} {
		root, log := router(t)
		if got := called(t, read(t, dir, "scripts", name), log, "IPKG_INSTROOT="+root); got != want {
			t.Errorf("%s calls %q, want %q", name, got, want)
		}
	}
	if !strings.Contains(read(t, dir, "scripts/post-upgrade"), "\nexport PKG_UPGRADE=1\n") {
		t.Error("an upgrade does not say that it is one")
	}
}

// TestApkCommand runs the command that has the SDK's apk make the package, with a
// stand-in that tells what it was given.
func TestApkCommand(t *testing.T) {
	dir := laidOut(t)
	apk := filepath.Join(t.TempDir(), "apk")
	if err := os.WriteFile(apk, []byte("#!/bin/sh\nprintf '%s\\n' \"$@\"\nfor file in scripts/*; do [ -x \"$file\" ] || exit 1; done\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	given := strings.Split(run(t, nil, filepath.Join(dir, "mkpkg"), apk, "/tmp/out"), "\n")
	v := version(t, "homesweep/Makefile")
	for _, want := range []string{
		"mkpkg", "name:homesweep", "version:" + v, "arch:mipsel_24kc", "depends:ca-bundle rpcd", "license:Apache-2.0",
		"post-install:scripts/post-install", "pre-deinstall:scripts/pre-deinstall", "files", "/tmp/out/homesweep-" + v + ".apk",
	} {
		if !slices.Contains(given, want) {
			t.Errorf("apk is not given %q but %q", want, given)
		}
	}
}
