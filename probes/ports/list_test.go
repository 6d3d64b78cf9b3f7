package ports

import (
	"slices"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

func TestLists(t *testing.T) {
	for name, c := range map[string]struct {
		list        []uint16
		least, most int
	}{"home": {Home(), 140, 160}, "wide": {Wide(), 900, 1300}, "all": {All(), 65532, 65532}} {
		seen := map[uint16]bool{}
		for _, p := range c.list {
			if p == 0 || seen[p] {
				t.Errorf("%s: port %d twice", name, p)
			}
			seen[p] = true
		}
		for _, p := range untouched {
			if seen[p] {
				t.Errorf("%s: port %d is asked", name, p)
			}
		}
		if n := len(c.list); n < c.least || n > c.most {
			t.Errorf("%s has %d ports", name, n)
		}
		if !slices.Equal(c.list[:len(Home())], Home()) || !slices.Equal(c.list[:25], Short()) {
			t.Errorf("%s: the likely ports do not come first", name)
		}
		var l List
		if err := l.UnmarshalText([]byte(name)); err != nil || l.String() != name || !slices.Equal(l.Ports(), c.list) {
			t.Errorf("%s: %v, %v", name, l, err)
		}
		if text, err := l.MarshalText(); string(text) != name || err != nil {
			t.Errorf("%s: %s, %v", name, text, err)
		}
	}
	if l := WideList; l.UnmarshalText([]byte("most")) == nil || l != WideList {
		t.Error("took a word that is none")
	}
	t.Logf("%d, %d and %d ports", len(Home()), len(Wide()), len(All()))
}

// TestFirst: the list of a first look is a part of the home's, the fragile's before the
// rest, and done within three seconds at a careful device's pace.
func TestFirst(t *testing.T) {
	seen := map[uint16]bool{}
	for _, p := range First() {
		if seen[p] || !slices.Contains(Home(), p) {
			t.Errorf("port %d is there twice or not on the home's list", p)
		}
		seen[p] = true
	}
	if took := float64(len(First())) / lan.Normal.Manners(lan.Careful).Rate; took > 3 || !slices.Equal(First()[:len(fragile)], Short()) {
		t.Errorf("%d ports take %.1f s", len(First()), took)
	}
}

// TestWideRanges keeps the table in order, so that it can be read.
func TestWideRanges(t *testing.T) {
	if len(wide)%2 != 0 {
		t.Fatal("half a range")
	}
	for i := 0; i < len(wide); i += 2 {
		if wide[i] > wide[i+1] || i > 0 && wide[i] <= wide[i-1] {
			t.Errorf("range %d-%d after %d", wide[i], wide[i+1], wide[max(i-1, 0)])
		}
	}
	Short()[0], Home()[0] = 1, 1
	if Short()[0] != 80 || Home()[0] != 80 {
		t.Error("a caller can change the list")
	}
}
