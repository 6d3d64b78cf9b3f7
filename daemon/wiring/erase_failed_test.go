package wiring

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/door"
	"github.com/homesweep/homesweep/probes/lan"
)

// contacts are those that a replay tells of.
func contacts(t *testing.T, b *Book) (list []string) {
	t.Helper()
	err := b.Replay(contactKind, func(_ time.Time, raw json.RawMessage) error {
		list = append(list, string(raw))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestFailedErase: as long as it is not finished nothing new is kept, save a password;
// what is said once it is finished stays.
func TestFailedErase(t *testing.T) {
	dir := t.TempDir()
	d := planting(t, dir)
	plant(t, d, dir)
	bad := errors.New("the disk is in a bad mood")
	if err := d.book.erase(func() error { return bad }); !errors.Is(err, bad) {
		t.Fatal(err)
	}
	err := d.Home.Decide(lan.Decision{Device: "d-1", What: "name", Value: "Hall"})
	if !errors.Is(err, errErasing) || !strings.Contains(err.Error(), "Delete everything once more") {
		t.Errorf("a decision meanwhile: %v", err)
	}
	keeper, err := door.Open(d.book)
	if err != nil || keeper.Set("a password set meanwhile") != nil {
		t.Errorf("a password meanwhile: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	for _, way := range []struct {
		when   string
		finish func()
	}{
		{"by a start", func() { d = planting(t, dir) }},
		{"by another erase", func() { _ = d.book.erase(func() error { return bad }); err = d.erase() }},
	} {
		when := way.when
		way.finish()
		if err != nil {
			t.Fatal(when, err)
		}
		if list := plants(t, dir); list != nil {
			t.Errorf("%s: left in %q", when, list)
		}
		if err := d.Home.SetContact("Ada"); err != nil {
			t.Errorf("%s: %v", when, err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		d = planting(t, dir)
		keeper, err := door.Open(d.book)
		if d.Home.Contact() != "Ada" || err != nil || keeper.Check("a password set meanwhile") != nil {
			t.Errorf("%s: afterwards the contact is %q, %v", when, d.Home.Contact(), err)
		}
	}
	d.Close()
}

// fullDisk runs test in a process of its own; whatever it does while full is set, no
// byte can be written.
func fullDisk(t *testing.T, test func(full func(bool))) {
	const env = "HOMESWEEP_WIRING_TEST"
	if os.Getenv(env) != t.Name() {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
		child.Env = append(os.Environ(), env+"="+t.Name())
		if out, err := child.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	test(func(full bool) {
		var r syscall.Rlimit
		err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &r)
		if r.Cur = r.Max; full {
			r.Cur = 0
		}
		if err == nil {
			err = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &r)
		}
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestEraseOnFullDisk: what is beside the journal goes first. What is in it is not read
// any more from then on, over a start too, and goes before the next word is kept.
func TestEraseOnFullDisk(t *testing.T) {
	fullDisk(t, func(full func(bool)) {
		dir := t.TempDir()
		b := mustBook(t, dir)
		if err := errors.Join(b.Append(passwordKind, []byte("a hash")), b.Append(contactKind, planted), b.append(eraseKind, struct{}{}), b.Close()); err != nil {
			t.Fatal(err)
		}
		full(true)
		for range 2 {
			b = mustBook(t, dir)
			if err := b.resumeErase(dir); err != nil {
				t.Fatalf("it does not start: %v", err)
			}
			if list := contacts(t, b); list != nil {
				t.Errorf("it still reads %q", list)
			}
			if err := b.Append(contactKind, "Ada"); !errors.Is(err, errErasing) {
				t.Errorf("meanwhile: %v", err)
			}
			b.Close()
		}
		b = mustBook(t, dir)
		if err := b.resumeErase(dir); err != nil {
			t.Fatal(err)
		}
		full(false)
		if err := b.Append(contactKind, "Ada"); err != nil {
			t.Errorf("with room again: %v", err)
		}
		b.Close()
		b = mustBook(t, dir)
		if list := contacts(t, b); len(list) != 1 || list[0] != `"Ada"` || b.erasing || plants(t, dir) != nil {
			t.Errorf("in the end there are %q, plants in %q", list, plants(t, dir))
		}
	})
}

// TestEraseWithoutMark: where not even the mark can be written, the rest is deleted, or
// nothing keeps the owner from going on as before.
func TestEraseWithoutMark(t *testing.T) {
	fullDisk(t, func(full func(bool)) {
		b := mustBook(t, t.TempDir())
		if err := b.Append(contactKind, planted); err != nil {
			t.Fatal(err)
		}
		full(true)
		bad := errors.New("in the way")
		if err := b.erase(func() error { return bad }); !errors.Is(err, bad) {
			t.Error(err)
		}
		full(false)
		if err := b.Append(contactKind, "Ada"); err != nil {
			t.Errorf("after an erase that did nothing: %v", err)
		}
		full(true)
		if err := b.erase(func() error { full(false); return nil }); err != nil {
			t.Error(err)
		}
		if list := contacts(t, b); list != nil {
			t.Errorf("left: %q", list)
		}
	})
}

// TestStartOnFullDisk: that the journal cannot be made smaller stops nobody.
func TestStartOnFullDisk(t *testing.T) {
	fullDisk(t, func(full func(bool)) {
		dir := t.TempDir()
		b := mustBook(t, dir)
		for _, name := range []string{"a", "b", "c", "d"} {
			if err := b.Append(contactKind, name); err != nil {
				t.Fatal(err)
			}
		}
		b.Close()
		full(true)
		b = mustBook(t, dir)
		if n := words(t, b)[contactKind]; n != 4 {
			t.Errorf("%d contacts", n)
		}
		b.Close()
		full(false)
		if n := words(t, mustBook(t, dir))[contactKind]; n != 1 {
			t.Errorf("%d contacts with room again", n)
		}
	})
}
