package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// inChild runs the test in a process of its own, as what it limits is a whole
// process's. It reports whether this is that process.
func inChild(t *testing.T) bool {
	t.Helper()
	const env = "HOMESWEEP_JOURNAL_TEST"
	if os.Getenv(env) == t.Name() {
		return true
	}
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	child.Env = append(os.Environ(), env+"="+t.Name())
	if out, err := child.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	return false
}

// limit lets the kernel refuse to write beyond n bytes of any file.
func limit(t *testing.T, n uint64) {
	t.Helper()
	var r syscall.Rlimit
	err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &r)
	if r.Cur = min(n, r.Max); err == nil {
		err = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &r)
	}
	if err != nil {
		t.Fatal(err)
	}
}

const noLimit = 1<<64 - 1

// TestDiskFull: an entry that did not fit is not there, and the next one is.
func TestDiskFull(t *testing.T) {
	if !inChild(t) {
		return
	}
	path := file(t)
	j := mustOpen(t, path)
	mustAppend(t, j, "spend", 1)
	limit(t, uint64(j.Size())+10) // room for part of a line
	err := j.Append("spend", 2)
	limit(t, 10)
	cerr := j.Compact(0, everything)
	limit(t, noLimit)
	if !errors.Is(err, syscall.EFBIG) || !strings.Contains(err.Error(), path) {
		t.Errorf("Append on a full disk: %v", err)
	}
	if !errors.Is(cerr, syscall.EFBIG) {
		t.Errorf("Compact on a full disk: %v", cerr)
	}
	if _, err := os.Stat(path + ".new"); err == nil {
		t.Error("a failed Compact left its temporary file")
	}
	mustAppend(t, j, "spend", 3)
	j.Close()
	j = mustOpen(t, path)
	if got := values(t, j, ""); !slices.Equal(got, []int{1, 3}) || j.Health() != (Health{}) {
		t.Errorf("afterwards %v, %+v", got, j.Health())
	}
}

// TestStartsOnFullDisk: what is torn and damaged is read as if it were mended, and is
// mended once there is room.
func TestStartsOnFullDisk(t *testing.T) {
	if !inChild(t) {
		return
	}
	path := file(t)
	j := mustOpen(t, path)
	mustAppend(t, j, "spend", 1, 2, 3, 4)
	j.Close()
	b, _ := os.ReadFile(path)
	b[len(b)/4+20] ^= 4 // in the second
	if err := os.WriteFile(path, b[:len(b)-3], 0o600); err != nil {
		t.Fatal(err)
	}
	limit(t, 0)
	for range 2 {
		j = mustOpen(t, path)
		h := j.Health()
		if got := values(t, j, "spend"); !slices.Equal(got, []int{1, 3}) || damages(t, j) != 1 || h.Damaged != 1 || h.Kept != path {
			t.Errorf("%v, %d times damaged, %+v", got, damages(t, j), h)
		}
		if err := j.Append("spend", 9); !errors.Is(err, syscall.EFBIG) {
			t.Errorf("Append: %v", err)
		}
		j.Close()
	}
	j = mustOpen(t, path)
	limit(t, noLimit)
	mustAppend(t, j, "spend", 5)
	if got := values(t, j, "spend"); !slices.Equal(got, []int{1, 3, 5}) || damages(t, j) != 1 {
		t.Errorf("%v, %d times damaged", got, damages(t, j))
	}
	j.Close()
	for range 2 {
		j = mustOpen(t, path)
		if got := values(t, j, "spend"); !slices.Equal(got, []int{1, 3, 5}) || damages(t, j) != 1 {
			t.Errorf("mended: %v, %d times damaged", got, damages(t, j))
		}
		j.Close()
	}
	if kept, err := os.ReadFile(path + ".damaged"); err != nil || !bytes.Contains(b, kept) || len(kept) == 0 {
		t.Errorf("kept aside: %q, %v", kept, err)
	}
}

// failing is a medium of which some things fail.
type failing struct {
	medium
	write, sync, truncate error
}

func (f *failing) Write(b []byte) (int, error) {
	if f.write != nil {
		n, err := f.medium.Write(b[:len(b)/2])
		return n, errors.Join(f.write, err)
	}
	return f.medium.Write(b)
}

func (f *failing) Sync() error {
	if f.sync != nil {
		return f.sync
	}
	return f.medium.Sync()
}

func (f *failing) Truncate(n int64) error {
	if f.truncate != nil {
		return f.truncate
	}
	return f.medium.Truncate(n)
}

// TestFailingMedium: whatever fails, an entry that was refused is not there, those
// before it are, and nothing is added to what is not on the disk.
func TestFailingMedium(t *testing.T) {
	bad := syscall.EIO
	for name, f := range map[string]failing{
		"write": {write: bad}, "sync": {sync: bad}, "write and truncate": {write: bad, truncate: bad},
		"sync and truncate": {sync: bad, truncate: bad}, "all": {write: bad, sync: bad, truncate: bad},
	} {
		path := file(t)
		j := mustOpen(t, path)
		mustAppend(t, j, "spend", 1)
		f.medium, j.f = j.f, &f
		for range 2 {
			if err := j.Append("spend", 2); !errors.Is(err, bad) {
				t.Errorf("%s: %v", name, err)
			}
			if got := values(t, j, ""); !slices.Equal(got, []int{1}) {
				t.Errorf("%s: %v while it fails", name, got)
			}
		}
		if f.write = nil; f.truncate != nil { // the end of the file is still in the way
			if err := j.Append("spend", 3); !errors.Is(err, bad) {
				t.Errorf("%s: %v", name, err)
			}
		}
		f.sync, f.truncate = nil, nil
		mustAppend(t, j, "spend", 4)
		j.Close()
		j = mustOpen(t, path)
		if got := values(t, j, ""); !slices.Equal(got, []int{1, 4}) || j.Health() != (Health{}) {
			t.Errorf("%s: %v afterwards, %+v", name, got, j.Health())
		}
	}
}

// TestFolderNotSynced: as long as a new file may not be found again under its name,
// nothing is added to it.
func TestFolderNotSynced(t *testing.T) {
	path := file(t)
	j := mustOpen(t, path)
	mustAppend(t, j, "spend", 1)
	if err := j.Compact(0, everything); err != nil || !j.settled {
		t.Fatal(err)
	}
	dir, away := filepath.Dir(path), filepath.Dir(path)+"-away"
	j.settled = false
	if err := os.Rename(dir, away); err != nil {
		t.Fatal(err)
	}
	if err := j.Append("spend", 2); err == nil {
		t.Error("it was added to")
	}
	if err := os.Rename(away, dir); err != nil {
		t.Fatal(err)
	}
	mustAppend(t, j, "spend", 3)
	if got := values(t, j, ""); !slices.Equal(got, []int{1, 3}) {
		t.Error(got)
	}
}

// TestCompactOrder: the newest is asked for first, what is left keeps its order, and
// for little nothing is written.
func TestCompactOrder(t *testing.T) {
	j := mustOpen(t, file(t))
	mustAppend(t, j, "a", 1, 2)
	mustAppend(t, j, "b", 3)
	mustAppend(t, j, "a", 4)
	seen := map[string]bool{}
	last := func(kind string, _ time.Time, _ json.RawMessage) bool {
		later := seen[kind]
		seen[kind] = true
		return !later
	}
	size := j.Size()
	if err := j.Compact(size/2+1, last); err != nil || j.Size() != size {
		t.Errorf("for %d of %d bytes: %v", size-j.Size(), size, err)
	}
	clear(seen)
	if err := j.Compact(size/2, last); err != nil {
		t.Fatal(err)
	}
	if got := values(t, j, ""); !slices.Equal(got, []int{3, 4}) {
		t.Error(got)
	}
}

// TestDecay: lines that go bad while the journal is open are not dropped in silence,
// unless all is to go.
func TestDecay(t *testing.T) {
	for _, purge := range []bool{false, true} {
		path := file(t)
		j := mustOpen(t, path)
		mustAppend(t, j, "spend", 1, 2, 3)
		b, _ := os.ReadFile(path)
		b[len(b)/2] ^= 4
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		err, noted := j.Compact(MaxSize, everything), 1
		if purge {
			err, noted = j.Purge(func(kind string, _ time.Time, _ json.RawMessage) bool { return kind == "spend" }), 0
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := values(t, j, "spend"); !slices.Equal(got, []int{1, 3}) || damages(t, j) != noted {
			t.Errorf("%v, %d times damaged", got, damages(t, j))
		}
		if _, err := os.Stat(path + damagedSuffix); (err == nil) == purge {
			t.Errorf("purged %v: put aside: %v", purge, err)
		}
	}
}

// TestLeftOver: what a Compact that was cut off had written is gone at the next start.
func TestLeftOver(t *testing.T) {
	path := file(t)
	mustOpen(t, path).Close()
	if err := os.WriteFile(path+newSuffix, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, path)
	if _, err := os.Stat(path + newSuffix); err == nil {
		t.Error("it is still there")
	}
}

// TestRepairFailsAgain: damaged lines that cannot be taken out yet are not put aside
// once more by each start.
func TestRepairFailsAgain(t *testing.T) {
	path := file(t)
	j := mustOpen(t, path)
	mustAppend(t, j, "spend", 1, 2, 3)
	j.Close()
	b, _ := os.ReadFile(path)
	b[len(b)/2] ^= 4
	way := path + newSuffix
	for name, before := range map[string]string{"nothing put aside before": "", "something": "of an earlier repair\n"} {
		err := errors.Join(os.WriteFile(path, b, 0o600), os.MkdirAll(filepath.Join(way, "in the way"), 0o700), os.WriteFile(path+damagedSuffix, []byte(before), 0o600))
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			j = mustOpen(t, path)
			if err := j.Compact(MaxSize, everything); err == nil || j.Health().Kept != path || damages(t, j) != 1 {
				t.Errorf("%s: compacted %v, %+v", name, err, j.Health())
			}
			j.Close()
			if kept, err := os.ReadFile(path + damagedSuffix); string(kept) != before || err != nil {
				t.Errorf("%s: put aside %q, %v", name, kept, err)
			}
		}
		if err := os.RemoveAll(way); err != nil {
			t.Fatal(err)
		}
		mustOpen(t, path).Close()
		if kept, err := os.ReadFile(path + damagedSuffix); len(kept) != len(before)+len(b)/3 || err != nil {
			t.Errorf("%s: in the end %q is put aside, %v", name, kept, err)
		}
	}
}
