package procd_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// unpacked is a directory with what opkg puts on a router of the package, the program
// apart: the very scripts, in their places. It is made once.
var unpacked = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "homesweep-package-")
	if err != nil {
		return "", err
	}
	cleanup = append(cleanup, dir)
	made := exec.Command("sh", "-ec", `
		echo stands in > "$1/program"
		SOURCE_DATE_EPOCH=0 ../ipk mipsel_24kc "$1/program" "$1"
		mkdir "$1/root"
		tar -xzOf "$1"/*.ipk ./data.tar.gz | tar -xzC "$1/root"
	`, "sh", dir)
	made.Stderr = os.Stderr
	return filepath.Join(dir, "root"), made.Run()
})

// cleanup are directories that go when all tests are done.
var cleanup []string

// install puts the package's files below root.
func install(t *testing.T, root string) {
	t.Helper()
	from, err := unpacked()
	if err == nil {
		err = os.CopyFS(root, os.DirFS(from))
	}
	if err != nil {
		t.Fatalf("unpacking the package: %v", err)
	}
}
