package release

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/daemon/store"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/netns"
)

// flash is a small file system with the state of a home of three devices, whose
// dashboard has a password, and /run is empty as after a boot.
func flash(t *testing.T, program string) (state string) {
	t.Helper()
	dir := t.TempDir()
	mount(t, dir, "size=512k,mode=755")
	mount(t, "/run", "mode=755")
	state = filepath.Join(dir, "state")
	memory, err := store.Open(store.Options{Path: filepath.Join(state, "homesweep.db")})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().Add(-time.Hour)
	s := lan.Sweep{Number: lan.Schema, Tool: "homesweep", Started: now, Finished: now, Touch: lan.Ask}
	for i := range 3 {
		s.Devices = append(s.Devices, lan.Device{ID: fmt.Sprint("d-", i), Kind: "plug", Addresses: []netip.Addr{netip.AddrFrom4([4]byte{192, 168, 90, byte(10 + i)})}})
	}
	if err := errors.Join(memory.Commit(s), memory.Snapshot(), memory.Close()); err != nil {
		t.Fatal(err)
	}
	d := keep(t, exec.CommandContext(t.Context(), program), state)
	d.open()
	d.stop()
	return state
}

func mount(t *testing.T, at, options string) {
	t.Helper()
	if err := unix.Mount("none", at, "tmpfs", 0, options); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Unmount(at, unix.MNT_DETACH) })
}

// keep runs the daemon that cmd begins with, where nobody else is at home.
func keep(t *testing.T, cmd *exec.Cmd, state string) *running {
	t.Helper()
	cmd.Args = append(cmd.Args, "run", "-touch", "listen", "-listen", "127.0.0.1:8480", "-state", state, "-every", "24h")
	d := begin(t, cmd, "127.0.0.1:8480")
	d.line("dashboard is open")
	return d
}

// TestFlash runs the released daemon on storage as it goes wrong on routers: it always
// starts, shows what it knew, says in plain words what is the matter, and loses nothing
// that was kept.
func TestFlash(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the daemon, which the whole run does")
	}
	netns.Enter(t)
	program := released(t)
	run := func() *exec.Cmd { return exec.CommandContext(t.Context(), program) }
	name := func(value string) lan.Decision { return lan.Decision{Device: "d-1", What: "name", Value: value} }
	knows := func(t *testing.T, d *running, devices int, named string) {
		t.Helper()
		has := d.remembered()
		shown := string(d.must("GET", "/api/v1/state", nil))
		if has != devices || named != "" && !strings.Contains(shown, named) {
			t.Errorf("it shows %d devices of %d, and %q: %t", has, devices, named, strings.Contains(shown, named))
		}
	}

	t.Run("full", func(t *testing.T) {
		state := flash(t, program)
		fill(t, filepath.Dir(state))
		d := keep(t, run(), state)
		knows(t, d, 3, "")
		last, status, words := "", 0, ""
		for n := range 100 { // the rest of a page has room
			if status, words = d.ask("POST", "/api/v1/decisions", name(fmt.Sprint("Hall ", n))); status >= 400 {
				break
			}
			last = fmt.Sprint("Hall ", n)
		}
		if !strings.Contains(words, "no space left") {
			t.Errorf("the last name is taken with %d, %s", status, words)
		}
		d.browse(d.state().Sweep)
		if err := os.Remove(filepath.Join(filepath.Dir(state), "ballast")); err != nil {
			t.Fatal(err)
		}
		if shown := string(d.must("GET", "/api/v1/state", nil)); !strings.Contains(shown, last) {
			t.Errorf("%q is lost", last)
		}
		d.must("POST", "/api/v1/decisions", name("Attic"))
		d.stop()
		knows(t, keep(t, run(), state), 3, "Attic")
	})

	t.Run("full at the first start", func(t *testing.T) {
		dir := t.TempDir()
		mount(t, dir, "size=512k")
		mount(t, "/run", "mode=755")
		state := filepath.Join(dir, "state")
		fill(t, dir)
		d := keep(t, run(), state)
		d.line("The storage of this machine is full")
		if err := os.Remove(filepath.Join(dir, "ballast")); err != nil {
			t.Fatal(err)
		}
		d.open()
		d.stop()
		if list, _ := filepath.Glob(filepath.Join(state, "homesweep.db*")); len(list) == 0 {
			t.Error("with room again nothing is kept")
		}
	})

	t.Run("read-only", func(t *testing.T) {
		state := flash(t, program)
		d := keep(t, run(), state)
		knows(t, d, 3, "")
		d.must("POST", "/api/v1/decisions", name("Hall"))
		d.stop()
		before := contents(t, state)
		if err := unix.Mount("none", filepath.Dir(state), "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
			t.Fatal(err)
		}
		d = keep(t, run(), state)
		d.line("takes no writes")
		knows(t, d, 3, "Hall")
		if notes := strings.Join(d.state().Sweep.Notes, " "); !strings.Contains(notes, "The storage of this machine takes no writes") {
			t.Errorf("the owner reads %q", notes)
		}
		d.must("POST", "/api/v1/decisions", name("Attic"))
		if status, words := d.ask("POST", "/api/v1/erase", map[string]string{"word": "delete"}); status < 400 {
			t.Errorf("deleting what cannot be deleted: %d, %s", status, words)
		}
		d.browse(d.state().Sweep)
		d.stop()
		if after := contents(t, state); after != before {
			t.Error("what was kept is not as it was")
		}
		if err := unix.Mount("none", filepath.Dir(state), "", unix.MS_REMOUNT, ""); err != nil {
			t.Fatal(err)
		}
		knows(t, keep(t, run(), state), 3, "Hall")
	})

	t.Run("jffs2", func(t *testing.T) {
		if why := traceable(); why != nil {
			if os.Getenv("CI") != "" {
				t.Fatal(why)
			}
			t.Skip(why)
		}
		state := flash(t, program)
		refused := func() *exec.Cmd { // as jffs2 answers to mmap(2)
			return exec.CommandContext(t.Context(), "strace", "-D", "-f", "--seccomp-bpf", "-qq", "-o", os.DevNull,
				"-P", filepath.Join(state, "homesweep.db"), "-e", "trace=mmap", "-e", "inject=mmap:error=EINVAL", program)
		}
		d := keep(t, refused(), state)
		if line := d.line("file system cannot hold the database"); !strings.Contains(line, "keeping it in memory with snapshots on disk") || !strings.Contains(line, "/var/run/homesweep/") {
			t.Errorf("it says %s", line)
		}
		knows(t, d, 3, "")
		d.must("POST", "/api/v1/decisions", name("Hall"))
		d.stop()
		if err := errors.Join(unix.Unmount("/run", unix.MNT_DETACH), unix.Mount("none", "/run", "tmpfs", 0, "")); err != nil { // a boot
			t.Fatal(err)
		}
		knows(t, keep(t, refused(), state), 3, "Hall")
	})

	t.Run("power cut in a snapshot", func(t *testing.T) {
		state := flash(t, program)
		snapshot := filepath.Join(state, "homesweep.db.snapshot")
		whole, err := os.ReadFile(snapshot)
		if err != nil {
			t.Fatal(err)
		}
		for what, cut := range map[string]func() error{
			"half written": func() error { return os.WriteFile(snapshot+".new", whole[:len(whole)/2], 0o600) },
			"between the renames": func() error {
				return errors.Join(os.Rename(snapshot, snapshot+".previous"), os.WriteFile(snapshot+".new", whole, 0o600))
			},
			"renamed, not synced": func() error {
				return errors.Join(os.WriteFile(snapshot+".previous", whole, 0o600), os.WriteFile(snapshot, nil, 0o600))
			},
		} {
			d := keep(t, run(), state)
			_ = os.Remove(snapshot + ".previous") // of the cut before
			if err := errors.Join(d.cmd.Process.Kill(), os.WriteFile(snapshot, whole, 0o600), cut()); err != nil {
				t.Fatal(err)
			}
			<-d.ended
			if err := os.Remove(filepath.Join(state, "homesweep.db")); err != nil { // it was in memory
				t.Fatal(err)
			}
			d = keep(t, run(), state)
			t.Log(what)
			knows(t, d, 3, "")
			d.stop()
		}
	})
}

// fill leaves no room on the file system of dir.
func fill(t *testing.T, dir string) {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "ballast"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	if !errors.Is(err, unix.ENOSPC) {
		t.Fatal(err)
	}
}

// contents are all files of dir, to be compared.
func contents(t *testing.T, dir string) string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, path := range list {
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "%s %d %q\n", path, len(text), text)
	}
	return all.String()
}

// traceable is why strace may not trace here, nil where it may.
func traceable() error {
	if out, err := exec.Command("strace", "-f", "-o", os.DevNull, "-e", "trace=none", "strace", "-V").CombinedOutput(); err != nil {
		return fmt.Errorf("a file system that refuses mmap needs strace: %w: %.200s", err, out)
	}
	return nil
}
