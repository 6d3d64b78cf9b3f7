package ledger

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// compact leaves of p what keep wants.
func (p *paper) compact(keep func(json.RawMessage) bool) {
	var left paper
	for i, l := range p.lines {
		if keep(l) {
			left.kinds, left.lines = append(left.kinds, p.kinds[i]), append(left.lines, l)
		}
	}
	*p = left
}

func refuses(context.Context) (probes.Outcome, error) { return probes.Rejected, nil }

// TestErase: no name is left, and nobody's wrong passwords are free again before a
// day has passed, after a restart neither.
func TestErase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, clock := &paper{}, start()
		l, err := Open(p, clock)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Try(t.Context(), camera, probes.Try{Account: "admin"}, refuses); err != nil {
			t.Fatal(err)
		}
		keep, err := l.Erase()
		if err != nil {
			t.Fatal(err)
		}
		p.compact(keep)
		for _, line := range p.lines {
			if text := string(line); strings.Contains(text, "admin") || strings.Contains(text, "192.168") || strings.Contains(text, "00:01:02") || strings.Contains(text, "d-1") {
				t.Errorf("left: %s", text)
			}
		}
		for range 2 { // the same process, and the next
			if _, err := l.Try(t.Context(), camera, probes.Try{Account: "admin"}, refuses); err == nil || !strings.Contains(err.Error(), "deleted") {
				t.Errorf("a try after it: %v", err)
			}
			time.Sleep(11 * time.Hour)
			if l, err = Open(p, clock); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(2*time.Hour + time.Minute)
		if _, err := l.Try(t.Context(), camera, probes.Try{Account: "admin"}, refuses); err != nil {
			t.Errorf("a day later: %v", err)
		}
	})
}

// TestEraseMeanwhile: a try under way lands without being written down, and where none
// was made none is left to wait for.
func TestEraseMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &paper{}
		l, err := Open(p, start())
		if err != nil {
			t.Fatal(err)
		}
		if keep, err := l.Erase(); err != nil || len(p.lines) > 0 || keep == nil {
			t.Fatalf("of nothing there is left %s, %v", p.lines, err)
		}
		_, err = l.Try(t.Context(), camera, probes.Try{Account: "admin"}, func(context.Context) (probes.Outcome, error) {
			keep, err := l.Erase()
			p.compact(keep)
			return probes.Rejected, err
		})
		if err != nil || len(p.lines) != 1 || strings.Contains(string(p.lines[0]), "admin") {
			t.Errorf("left: %s, %v", p.lines, err)
		}
	})
}

// TestEraseAgain: where the journal could not be compacted, the next erase adds nothing
// to it and puts nothing off, over restarts too; after another try it does.
func TestEraseAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, now := &paper{}, start()
		l := open(t, p, now)
		if !tryOn(t, l, camera, on("admin"), probes.Rejected) {
			t.Fatal("not tried")
		}
		for n := range 6 {
			keep, err := l.Erase()
			if err != nil || len(p.lines) != 3 {
				t.Fatalf("erase %d: %d lines, %v", n, len(p.lines), err)
			}
			for i, want := range []bool{false, false, true} {
				if keep(p.lines[i]) != want {
					t.Errorf("erase %d: line %d is kept: %v", n, i, !want)
				}
			}
			if tryOn(t, l, lan.Device{ID: "x"}, on("admin"), probes.Rejected) {
				t.Errorf("erase %d: tried", n)
			}
			if time.Sleep(4 * time.Hour); n%2 == 1 {
				l = open(t, p, now)
			}
		}
		if !tryOn(t, l, camera, on("admin"), probes.Rejected) {
			t.Error("not even a day after the first")
		}
		if _, err := l.Erase(); err != nil || tryOn(t, l, camera, on("admin"), probes.Rejected) {
			t.Errorf("tried right after an erase, %v", err)
		}
	})
}
