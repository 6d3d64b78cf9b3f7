package bundles

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/knowledge"
)

// TestCost prints what reading and importing the whole knowledge takes. It holds
// nothing to a time; memory it holds to a small router's.
func TestCost(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(25)) // the daemon's
	s := store(t)
	if err := os.WriteFile(s.dir+"/whole", file(t, publisher, "base", own(t)+1, carried()), 0o600); err != nil {
		t.Fatal(err)
	}
	peak := weigh(t, "import", func() {
		whole, err := readBounded(s.dir+"/whole", 4<<20)
		if err != nil {
			t.Fatal(err)
		}
		must(t, s, whole)
	})
	if peak > 24<<20 {
		t.Errorf("an import takes %d bytes of heap", peak)
	}
	load := func() { base(t, s) }
	weigh(t, "the first reading", load)
	weigh(t, "each later one", load)
	must(t, s, file(t, provider, "my-isp", 1, site(page("acme", "/about"))))
	weigh(t, "the first with a layer", load)
	if peak := weigh(t, "each later one", load); peak > 12<<20 {
		t.Errorf("reading takes %d bytes of heap", peak)
	}
	weigh(t, "the program's own", func() {
		if _, err := knowledge.Load(); err != nil {
			t.Fatal(err)
		}
	})
}

// weigh prints what f takes, and gives the most heap that it had at one moment.
func weigh(t *testing.T, what string, f func()) (peak uint64) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var most atomic.Uint64
	done, watched := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				var now runtime.MemStats
				runtime.ReadMemStats(&now)
				most.Store(max(most.Load(), now.HeapAlloc-min(before.HeapAlloc, now.HeapAlloc)))
			}
		}
	}()
	begun := time.Now()
	f()
	took := time.Since(begun)
	runtime.ReadMemStats(&after)
	close(done)
	<-watched
	peak = max(most.Load(), after.HeapAlloc-min(before.HeapAlloc, after.HeapAlloc))
	t.Logf("%-24s %6.1f ms, %5.1f MB allocated, %5.1f MB of heap at most", what, took.Seconds()*1e3,
		float64(after.TotalAlloc-before.TotalAlloc)/1e6, float64(peak)/1e6)
	return peak
}

// TestNoNoteInAnothersDirectory: root, who sweeps by hand beside a daemon that is
// another user's, writes nothing where that user could lead him astray.
func TestNoNoteInAnothersDirectory(t *testing.T) {
	s := store(t)
	must(t, s, file(t, publisher, "base", own(t)+1, site(page("acme", "/about"))))
	if err := os.Chown(filepath.Dir(s.dir), 8480, 8480); err != nil {
		if os.Geteuid() == 0 {
			t.Fatal(err)
		}
		t.Skip("this user gives nothing away")
	}
	base(t, s)
	if _, err := os.Lstat(s.dir + "/checked.json"); !os.IsNotExist(err) {
		t.Errorf("there is a note, %v", err)
	}
}

// TestRowsAreCheckedOnce: by each program once, and again when anything changed.
func TestRowsAreCheckedOnce(t *testing.T) {
	s := store(t)
	must(t, s, file(t, publisher, "base", own(t)+1, site(page("acme", "/about"))))
	note := s.dir + "/checked.json"
	if _, err := os.Stat(note); err == nil {
		t.Fatal("noted before it was read")
	}
	base(t, s)
	first, err := os.ReadFile(note)
	if err != nil || s.recall().Sound == "" {
		t.Fatal(err)
	}
	// A later program would refuse a row that this one took: rows of a signed file
	// that the note covers go unchecked, of any other not.
	bad := file(t, publisher, "base", own(t)+2, site(page("acme", "/reboot")))
	put(t, s.path("base"), bad)
	for range 2 { // looked at, then remembered
		if b, said := base(t, s); has(b, "acme") != "" || said == "" {
			t.Error(said)
		}
	}
	m := s.recall()
	if len(m.Refused) != 1 || m.Sound == "" {
		t.Errorf("%+v", m)
	}
	m.Sound, m.Refused = shelf{stored{hash: hashOf(bad)}}.mark(), nil
	s.remember(m)
	if b, _ := base(t, s); has(b, "acme") != "/reboot" {
		t.Error("what is noted as sound is checked again")
	}
	put(t, note, append(first[:len(first):len(first)], ' '))
	if b, _ := base(t, s); has(b, "acme") != "" {
		t.Error("a note of other files counts")
	}
	other := strings.Replace(string(first), program(), "another program", 1)
	if put(t, note, []byte(other)); other == string(first) || s.recall().Sound != "" {
		t.Error("what another program noted counts")
	}
}

func hashOf(file []byte) [sha256.Size]byte { return sha256.Sum256(file) }
