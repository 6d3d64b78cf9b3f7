package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func FuzzDecode(f *testing.F) {
	seed, err := encode(noon, "spend", map[string]any{"device": "a", "account": "admin"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add(seed[:len(seed)-1])
	f.Add([]byte("00000000 \n"))
	f.Add(line([]byte(`{"at":"2026-11-22T12:00:00Z","kind":"x","value":null}`)))
	f.Add(line([]byte(`{"kind":""}`)))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		e, ok := decode(b)
		if !ok {
			return
		}
		if e.Kind == "" || len(b) > MaxLine {
			t.Errorf("%q was taken for an entry", b)
		}
		if !bytes.Equal(line(b[crcSize+1:len(b)-1]), b) {
			t.Errorf("%q is not what encode writes", b)
		}
		if bytes.Count(b, []byte("\n")) > 1 && slices.ContainsFunc(slices.Collect(lines(b)), func(l []byte) bool { _, ok := decode(l); return ok }) {
			t.Errorf("%q holds an entry within an entry", b)
		}
	})
}

func FuzzOpen(f *testing.F) {
	seed, err := encode(noon, "spend", 1)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(slices.Concat(seed, seed))
	f.Add(slices.Concat(seed, []byte("x\n"), seed[:9]))
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "j")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		j, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer j.Close()
		count := func() (n int) {
			j.Replay("", func(time.Time, json.RawMessage) error { n++; return nil })
			return n
		}
		before := count()
		if err := j.Append("new", 1); err != nil && !errors.Is(err, ErrFull) {
			t.Fatal(err)
		} else if err == nil && count() != before+1 {
			t.Errorf("%d entries, then %d", before, count())
		}
	})
}
