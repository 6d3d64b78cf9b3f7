package pack

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// TestSameBytes makes everything twice, the second time as another machine would:
// elsewhere, as another user where this one may become that, in another zone and
// tongue, with another mask. The bytes are the same.
func TestSameBytes(t *testing.T) {
	need(t, "sh", "tar", "gzip", "sed", "install", "sha256sum")
	first := made(t, nil, nil)
	elsewhere := []string{"TZ=Pacific/Auckland", "LC_ALL=C.UTF-8", "HOME=/nonexistent", "USER=somebody"}
	defer syscall.Umask(syscall.Umask(0o077))
	if second := made(t, somebody(t), elsewhere); second != first {
		t.Errorf("first\n%s\nthen\n%s", first, second)
	}
	if strings.Count(first, "\n") < 20 {
		t.Errorf("only this was made:\n%s", first)
	}
}

// somebody is a command that has another one run by an ordinary user, and empty
// where there is none to become or the tree is not for everybody to read.
func somebody(t *testing.T) []string {
	t.Helper()
	as := []string{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"}
	if _, err := try(nil, as[0], append(as[1:], "test", "-r", openwrt+"/recipe")...); err != nil {
		t.Logf("as the same user: %v", err)
		return nil
	}
	return as
}

// made builds the packages, the tarball and what apk needs, and gives a line each
// file with its mode and sum.
func made(t *testing.T, as, env []string) string {
	t.Helper()
	out, binary := t.TempDir(), standIn(t)
	for dir, mode := range map[string]os.FileMode{filepath.Dir(out): 0o711, out: 0o777, filepath.Dir(binary): 0o711, binary: 0o644} {
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{
		{openwrt + "/ipk", "x86_64", binary, out}, {openwrt + "/ipk", "luci", out},
		{openwrt + "/tarball", "amd64", binary, out}, {openwrt + "/apk", "x86_64", binary, filepath.Join(out, "apk")},
	} {
		args = append(slices.Clone(as), args...)
		run(t, env, args[0], args[1:]...)
	}
	var b strings.Builder
	err := filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == out {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%s %s", info.Mode(), strings.TrimPrefix(path, out))
		if info.Mode().IsRegular() {
			fmt.Fprintf(&b, " %x", sha256.Sum256([]byte(read(t, path))))
		}
		b.WriteByte('\n')
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestNoDate holds that nothing is made with the time of day.
func TestNoDate(t *testing.T) {
	need(t, "sh", "tar", "gzip", "sed", "install")
	_, err := try([]string{"SOURCE_DATE_EPOCH=", "GIT_DIR=" + t.TempDir()}, openwrt+"/ipk", "luci", t.TempDir())
	if err == nil {
		t.Error("a package of no date")
	}
}

// TestWrongUse holds that the scripts say how they are used.
func TestWrongUse(t *testing.T) {
	for _, name := range []string{"ipk", "apk", "tarball"} {
		if said, err := try(nil, openwrt+"/"+name); err == nil || !strings.HasPrefix(said, "Usage: openwrt/"+name+" ") {
			t.Errorf("%s: %v, %q", name, err, said)
		}
	}
}
