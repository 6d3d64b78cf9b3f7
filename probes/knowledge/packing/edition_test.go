package packing

import (
	"testing"
	"testing/fstest"
	"time"
)

func TestRenew(t *testing.T) {
	files := fstest.MapFS{}
	for _, name := range Files {
		files[name] = &fstest.MapFile{Data: []byte(name)}
	}
	day := time.Date(2026, 11, 23, 23, 0, 0, 0, time.UTC)
	first, err := Renew(Edition{}, files, day)
	if err != nil || first.Serial != 2026112301 || !first.Created.Equal(day) {
		t.Fatalf("%+v, %v", first, err)
	}
	if same, err := Renew(first, files, day.AddDate(0, 1, 0)); err != nil || same != first {
		t.Errorf("without a change: %+v, %v", same, err)
	}
	files[Files[0]].Data = []byte("other")
	for at, want := range map[time.Time]int64{day: 2026112302, day.AddDate(0, 0, 9): 2026120201, day.AddDate(-1, 0, 0): 2026112302} {
		if next, err := Renew(first, files, at); err != nil || next.Serial != want || next.Sum == first.Sum {
			t.Errorf("on %s: %+v, %v", at, next, err)
		}
	}
	delete(files, Files[1])
	if e, err := Renew(first, files, day); err == nil || e != first {
		t.Errorf("without a file: %+v, %v", e, err)
	}
	if e, err := ParseEdition("\n"); err != nil || e != (Edition{}) {
		t.Errorf("an empty file: %+v, %v", e, err)
	}
	if _, err := ParseEdition("x"); err == nil {
		t.Error("a damaged file")
	}
}
