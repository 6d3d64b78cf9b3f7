package ledger

import (
	"testing"
	"time"
)

// TestSince: what has passed for certain, however clocks jump.
func TestSince(t *testing.T) {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	epoch := time.Unix(0, 0)
	then := Moment{Wall: noon, Boot: "a", Up: time.Hour, Sure: true}
	unsure := then
	unsure.Sure = false
	for name, c := range map[string]struct {
		then, now Moment
		want      time.Duration
	}{
		"an hour later":                             {then, Moment{noon.Add(time.Hour), "a", 2 * time.Hour, true}, time.Hour},
		"the clock was set forward by years":        {then, Moment{noon.AddDate(10, 0, 0), "a", 2 * time.Hour, true}, time.Hour},
		"the clock fell to 1970":                    {then, Moment{epoch, "a", 2 * time.Hour, false}, time.Hour},
		"started anew, the clock not yet right":     {then, Moment{epoch, "b", time.Minute, false}, time.Minute},
		"started anew, the clock ahead":             {then, Moment{noon.AddDate(10, 0, 0), "b", time.Minute, false}, time.Minute},
		"started anew, and right":                   {then, Moment{noon.Add(5 * time.Hour), "b", time.Minute, true}, 5 * time.Hour},
		"tried in 1970, right since another start":  {Moment{epoch, "a", 0, false}, Moment{noon, "b", time.Minute, true}, time.Minute},
		"tried in 1970, right since, same start":    {Moment{epoch, "a", 0, false}, Moment{noon, "a", time.Minute, true}, time.Minute},
		"tried in 2036, set back, started anew":     {Moment{noon.AddDate(10, 0, 0), "a", 0, true}, Moment{noon, "b", 25 * time.Hour, true}, 25 * time.Hour},
		"without a word for the start":              {then, Moment{noon.Add(time.Hour), "", 40 * time.Hour, true}, time.Hour},
		"without one, and the clock not to be told": {unsure, Moment{noon.Add(48 * time.Hour), "", 40 * time.Hour, true}, 0},
	} {
		if got := c.now.since(c.then); got != c.want {
			t.Errorf("%s: %v have passed, want %v", name, got, c.want)
		}
	}
}

// TestAge: on a machine that nobody tells the time, and that is started anew every
// few hours, a try is over when it was up for a day in all.
func TestAge(t *testing.T) {
	l := &Ledger{now: func() Moment { return Moment{} }}
	for seq := range 6 {
		l.note(try{Seq: 2 * seq, Moment: Moment{Boot: string('a' + rune(seq)), Up: time.Hour}})
		l.note(try{Seq: 2*seq + 1, Moment: Moment{Boot: string('a' + rune(seq)), Up: 7 * time.Hour}})
		l.note(try{Seq: 2 * seq, Outcome: "rejected", Moment: Moment{Boot: string('a' + rune(seq)), Up: time.Hour}})
	}
	now := Moment{Boot: "z", Up: 2 * time.Hour}
	for i, want := range map[int]time.Duration{11: 2 * time.Hour, 10: 8 * time.Hour, 9: 9 * time.Hour, 0: 43 * time.Hour} {
		if got := l.age(l.tries[i], now); got != want {
			t.Errorf("try %d: %v, want %v", i, got, want)
		}
	}
}

// TestNow: this machine has clocks.
func TestNow(t *testing.T) {
	a, b := Now(), Now()
	if a.Boot == "" || a.Boot != b.Boot || a.Up <= 0 || b.Up < a.Up || a.Wall.IsZero() {
		t.Errorf("%+v, then %+v", a, b)
	}
}
