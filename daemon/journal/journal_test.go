package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func mustOpen(t *testing.T, path string) *Journal {
	t.Helper()
	j, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	j.Now = func() time.Time { return noon }
	return j
}

func mustAppend(t *testing.T, j *Journal, kind string, values ...int) {
	t.Helper()
	for _, v := range values {
		if err := j.Append(kind, v); err != nil {
			t.Fatal(err)
		}
	}
}

// values are the numbers kept under kind.
func values(t *testing.T, j *Journal, kind string) (list []int) {
	t.Helper()
	err := j.Replay(kind, func(at time.Time, raw json.RawMessage) error {
		var v int
		list = append(list, v)
		return json.Unmarshal(raw, &list[len(list)-1])
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// damages is how many times the journal was found damaged.
func damages(t *testing.T, j *Journal) (n int) {
	t.Helper()
	err := j.Replay(Damage, func(_ time.Time, raw json.RawMessage) error {
		n++
		var h Health
		if err := json.Unmarshal(raw, &h); err != nil || h.Damaged == 0 {
			t.Errorf("noted as %s, %v", raw, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return n
}

func file(t *testing.T) string { return filepath.Join(t.TempDir(), "etc", "decisions.journal") }

func TestAppendReplay(t *testing.T) {
	path := file(t)
	j := mustOpen(t, path)
	mustAppend(t, j, "spend", 1, 2)
	mustAppend(t, j, "consent", 7)
	mustAppend(t, j, "spend", 3)
	j.Close()

	j = mustOpen(t, path)
	if got := values(t, j, "spend"); !slices.Equal(got, []int{1, 2, 3}) {
		t.Errorf("spend = %v", got)
	}
	if got := values(t, j, ""); !slices.Equal(got, []int{1, 2, 7, 3}) {
		t.Errorf("all = %v", got)
	}
	if j.Health() != (Health{}) {
		t.Errorf("health of a sound journal: %+v", j.Health())
	}
	stop := errors.New("enough")
	n := 0
	err := j.Replay("spend", func(at time.Time, _ json.RawMessage) error {
		if n++; !at.Equal(noon) {
			t.Errorf("at %s", at)
		}
		return stop
	})
	if !errors.Is(err, stop) || n != 1 {
		t.Errorf("%v after %d entries", err, n)
	}
	for name, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

func TestBusy(t *testing.T) {
	path := file(t)
	j := mustOpen(t, path)
	if _, err := Open(path); !errors.Is(err, ErrBusy) || !strings.Contains(err.Error(), path) {
		t.Errorf("second Open: %v", err)
	}
	early, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer early.Close()
	if err := j.Compact(0, everything); err != nil {
		t.Fatal(err)
	}
	if stillAt(early, path) {
		t.Error("a file opened before Compact is taken for the journal")
	}
	if _, err := Open(path); !errors.Is(err, ErrBusy) {
		t.Errorf("second Open after Compact: %v", err)
	}
	j.Close()
	mustOpen(t, path)
}

func TestBounds(t *testing.T) {
	j := mustOpen(t, file(t))
	if err := j.Append("", 1); err == nil {
		t.Error("an entry without a kind was kept")
	}
	if err := j.Append("x", strings.Repeat("y", MaxLine)); err == nil {
		t.Error("an entry larger than MaxLine was kept")
	}
	if err := j.Append("x", func() {}); err == nil {
		t.Error("a function was kept")
	}
	filler, n := strings.Repeat("z", MaxLine-200), 0
	var err error
	for ; err == nil; n++ {
		err = j.Append("filler", filler)
	}
	if !errors.Is(err, ErrFull) || j.Size() > MaxSize || n < 16 {
		t.Fatalf("%v after %d entries, %d bytes", err, n, j.Size())
	}
	err = j.Compact(1, func(kind string, _ time.Time, raw json.RawMessage) bool { return kind != "filler" })
	if err != nil || j.Size() != 0 {
		t.Fatalf("%d bytes, %v", j.Size(), err)
	}
	mustAppend(t, j, "spend", 1)
	if got := values(t, j, ""); !slices.Equal(got, []int{1}) {
		t.Errorf("after Compact: %v", got)
	}
}

func TestCompactKeepsTimes(t *testing.T) {
	path := file(t)
	j := mustOpen(t, path)
	mustAppend(t, j, "spend", 1, 2, 3, 4)
	before, _ := os.ReadFile(path)
	err := j.Compact(1, func(_ string, at time.Time, raw json.RawMessage) bool { return at.Equal(noon) && string(raw) != "2" })
	if err != nil {
		t.Fatal(err)
	}
	after, _ := os.ReadFile(path)
	whole := slices.Collect(lines(before))
	if !bytes.Equal(after, slices.Concat(whole[0], whole[2], whole[3])) {
		t.Errorf("compacted to %q", after)
	}
	mustAppend(t, j, "spend", 5)
	if got := values(t, j, "spend"); !slices.Equal(got, []int{1, 3, 4, 5}) {
		t.Errorf("after Compact: %v", got)
	}
}

// TestRepair opens files that a power cut or bad flash left.
func TestRepair(t *testing.T) {
	whole := func() []byte {
		path := file(t)
		j := mustOpen(t, path)
		mustAppend(t, j, "spend", 1, 2, 3)
		b, _ := os.ReadFile(path)
		return b
	}()
	third := len(whole) / 3
	flip := func(at int) []byte { b := bytes.Clone(whole); b[at] ^= 4; return b }
	tests := map[string]struct {
		file []byte
		want []int
		torn bool
		bad  int
	}{
		"empty":                {nil, nil, false, 0},
		"sound":                {whole, []int{1, 2, 3}, false, 0},
		"torn":                 {whole[:len(whole)-5], []int{1, 2}, true, 0},
		"only a newline short": {whole[:len(whole)-1], []int{1, 2}, true, 0},
		"zeros after":          {append(bytes.Clone(whole), make([]byte, 4096)...), []int{1, 2, 3}, true, 0},
		"first damaged":        {flip(20), []int{2, 3}, false, 1},
		"middle damaged":       {flip(third + 20), []int{1, 3}, false, 1},
		"checksum damaged":     {flip(third + 3), []int{1, 3}, false, 1},
		"newline damaged":      {flip(2*third - 1), []int{1}, false, 1},
		"damaged and torn":     {flip(third + 20)[:len(whole)-4], []int{1}, true, 1},
		"blank line":           {slices.Concat(whole[:third], []byte("\n"), whole[third:]), []int{1, 2, 3}, false, 1},
		"not a journal":        {[]byte("hello\nworld"), nil, true, 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "j")
			if err := os.WriteFile(path, tt.file, 0o600); err != nil {
				t.Fatal(err)
			}
			for round := range 2 { // the second time it is sound
				j := mustOpen(t, path)
				if got := values(t, j, "spend"); !slices.Equal(got, append(tt.want, make([]int, round)...)) {
					t.Errorf("round %d: %v, want %v", round, got, tt.want)
				}
				if n := damages(t, j); n != min(tt.bad, 1) {
					t.Errorf("round %d: damage is noted %d times", round, n)
				}
				h := j.Health()
				if round == 0 && (h.Torn != tt.torn || h.Damaged != tt.bad || (h.Kept != "") != (tt.bad > 0)) {
					t.Errorf("health %+v", h)
				}
				if round == 1 && h != (Health{}) {
					t.Errorf("health after the repair %+v", h)
				}
				mustAppend(t, j, "spend", 0)
				j.Close()
			}
			if tt.bad > 0 {
				if b, err := os.ReadFile(path + ".damaged"); err != nil || len(b) == 0 || !bytes.Contains(tt.file, b) {
					t.Errorf("kept aside: %q, %v", b, err)
				}
			}
		})
	}
}

func TestTooLarge(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j")
	if err := os.WriteFile(path, make([]byte, maxRead+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("Open: %v", err)
	}
}

func TestUnwritable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "no-directory")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(filepath.Join(path, "j")); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("Open below a file: %v", err)
	}
}
