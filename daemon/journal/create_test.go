package journal

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// theirs makes dir another user's, where this one may; ours else.
func theirs(t *testing.T, dir string) (uid uint32) {
	t.Helper()
	if os.Geteuid() != 0 {
		return uint32(os.Geteuid())
	}
	if err := os.Chown(dir, 8480, 8480); errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.EPERM) {
		return 0 // of a root of itself alone
	} else if err != nil {
		t.Fatal(err)
	}
	return 8480
}

// TestInAnotherUsersDirectory: whatever root leaves there is that user's to read again,
// and whatever that user laid there leads root nowhere.
func TestInAnotherUsersDirectory(t *testing.T) {
	dir, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "shadow")
	if err := os.WriteFile(elsewhere, []byte("root's own\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	uid := theirs(t, dir)
	path := filepath.Join(dir, "journal")
	if err := os.WriteFile(path, []byte("damaged\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	j := mustOpen(t, path)
	mustAppend(t, j, "n", 1, 2)
	if err := j.Compact(0, everything); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, path + damagedSuffix} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Sys().(*syscall.Stat_t).Uid; got != uid {
			t.Errorf("%s belongs to %d, want %d", name, got, uid)
		}
	}
	for _, name := range []string{"other", "other" + damagedSuffix} {
		link := filepath.Join(dir, name)
		if err := os.Symlink(elsewhere, link); err != nil {
			t.Fatal(err)
		}
		if name != "other" {
			if err := errors.Join(os.Remove(filepath.Join(dir, "other")), os.WriteFile(filepath.Join(dir, "other"), []byte("damaged\n"), 0o600)); err != nil {
				t.Fatal(err)
			}
		}
		if j, err := Open(filepath.Join(dir, "other")); err == nil {
			j.Close()
		}
		if b, err := os.ReadFile(elsewhere); string(b) != "root's own\n" || err != nil {
			t.Fatalf("%s led to %q, %v", name, b, err)
		}
	}
}

// TestNoOrdinaryFile: a pipe is not waited for.
func TestNoOrdinaryFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, flags := range []int{os.O_RDONLY, os.O_RDWR | os.O_CREATE} {
		if f, err := Create(path, flags); err == nil {
			f.Close()
			t.Errorf("with %#x it is opened", flags)
		}
	}
}

// TestLinkedElsewhere: a file of root's that another user linked to his directory stays
// root's.
func TestLinkedElsewhere(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root gives files away")
	}
	above := t.TempDir()
	dir, mine := filepath.Join(above, "state"), filepath.Join(above, "mine")
	if err := errors.Join(os.Mkdir(dir, 0o700), os.WriteFile(mine, nil, 0o600), os.Link(mine, filepath.Join(dir, "journal"))); err != nil {
		t.Fatal(err)
	}
	theirs(t, dir)
	f, err := Create(filepath.Join(dir, "journal"), os.O_RDWR|os.O_CREATE)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if info, err := os.Stat(mine); err != nil || info.Sys().(*syscall.Stat_t).Uid != 0 {
		t.Errorf("%v, %v", info, err)
	}
}
