package unixsock

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMake: a socket is its owner's alone, is reached however deep it lies, takes the
// place of one left behind, and of nothing else.
func TestMake(t *testing.T) {
	for _, dir := range []string{t.TempDir(), filepath.Join(t.TempDir(), strings.Repeat("d", 100))} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "s")
		for range 2 { // the second finds what the first left
			conn, err := Make("unixgram", path, net.ListenUnixgram)
			if err != nil {
				t.Fatal(err)
			}
			info, err := os.Lstat(path)
			if err != nil || info.Mode() != os.ModeSocket|0o600 {
				t.Errorf("%v, %v", info, err)
			}
			if _, err := Make("unixgram", path, net.ListenUnixgram); err == nil || !strings.Contains(err.Error(), "another homesweep answers") {
				t.Errorf("a second one: %v", err)
			}
			if _, err := Make("unix", path, net.ListenUnix); err == nil || !strings.Contains(err.Error(), "in the way") {
				t.Errorf("one of another sort: %v", err)
			}
			conn.Close()
		}
		file := filepath.Join(dir, "file")
		if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Make("unix", file, net.ListenUnix); err == nil || !strings.Contains(err.Error(), "in the way") {
			t.Errorf("in place of a file: %v", err)
		}
		if text, err := os.ReadFile(file); err != nil || string(text) != "mine" {
			t.Errorf("the file is %q, %v", text, err)
		}
	}
}
