package watch

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestAgain: the first look at a newcomer is a short one, and the rest is asked once,
// after the pause between two looks; one that the owner wants, or that is known, is
// whole at once, and of a fragile one there is no rest.
func TestAgain(t *testing.T) {
	for name, c := range map[string]struct {
		kind  lan.Kind
		touch lan.Touch
		want  int // looks in an hour
	}{"careful": {"camera", lan.Ask, 2}, "fragile": {"plug", lan.Ask, 1}, "only heard": {"camera", lan.Listen, 1}} {
		synctest.Test(t, func(t *testing.T) {
			l := newLodge(t, c.touch)
			stop := l.live(t)
			defer stop()
			l.kind = c.kind
			l.ear.hear("lan0", lan.Sighting{MAC: newMAC, Addr: at4(50)})
			time.Sleep(time.Hour)
			visits := l.seen()
			if len(visits) != c.want {
				t.Fatalf("%s: %d visits, want %d", name, len(visits), c.want)
			}
			for i, v := range visits {
				if first := v.First[v.Only[0].ID]; first != (i == 0) || i > 0 && l.at[i].Sub(l.at[i-1]) < settle {
					t.Errorf("%s: look %d at %v: a first one %t", name, i, l.at[i], first)
				}
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		l := newLodge(t, lan.Ask)
		stop := l.live(t)
		defer stop()
		if err := l.Inspect("plug"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if got := l.seen(); len(got) != 1 || got[0].First["plug"] {
			t.Errorf("one that is known: %+v", got)
		}
	})
}
