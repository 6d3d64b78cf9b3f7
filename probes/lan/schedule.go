package lan

import (
	"fmt"
	"time"
)

// Hours is a part of each day, by the machine's time zone; From after To goes over
// midnight, the zero Hours is none.
type Hours struct {
	From string `json:"from"` // "22:30"
	To   string `json:"to"`
}

// IsZero reports whether h is no time of the day.
func (h Hours) IsZero() bool { return h.From == h.To }

// Validate is nil for hours that can be read.
func (h Hours) Validate() error {
	for _, clock := range []string{h.From, h.To} {
		if _, err := minutes(clock); err != nil && !(h.From == "" && h.To == "") {
			return err
		}
	}
	return nil
}

// End is when the hours that t lies in end; t itself outside of them.
func (h Hours) End(t time.Time) time.Time {
	from, err := minutes(h.From)
	to, err2 := minutes(h.To)
	if err != nil || err2 != nil || from == to {
		return t
	}
	now := clock(t)
	if in := from <= now && now < to || from > to && (now >= from || now < to); !in {
		return t
	}
	const day = 24 * 60
	end := t.Truncate(time.Minute).Add(time.Duration((to-now+day)%day) * time.Minute)
	off := (to - clock(end) + day) % day // the clocks were set in between
	if off > day/2 {
		off -= day
	}
	if set := end.Add(time.Duration(off) * time.Minute); clock(set) == to || set.After(end) {
		return set
	}
	return end // they skip the time of the end
}

// clock is the time of the day, in minutes.
func clock(t time.Time) int { return t.Hour()*60 + t.Minute() }

// minutes since midnight.
func minutes(text string) (int, error) {
	t, err := time.Parse("15:04", text)
	if err != nil || len(text) != len("15:04") {
		return 0, fmt.Errorf("%q is no time of the day such as 22:30", Printable(text, MaxName))
	}
	return clock(t), nil
}

// Schedule is when the daemon sweeps by itself.
type Schedule struct {
	Hours int   `json:"hours"` // between two sweeps, 1 to 168
	Quiet Hours `json:"quiet,omitzero"`
}

// LinkChoice is a link that may be looked at.
type LinkChoice struct {
	Link
	Chosen bool `json:"chosen"`
	// Why says why it is not looked at unless the owner says so: "faces the
	// internet".
	Why string `json:"why,omitempty"`
}

// Upkeep is what the daemon costs the machine it runs on.
type Upkeep struct {
	RSS        int64   `json:"rss"`         // bytes of memory held now
	CPUToday   float64 `json:"cpu_today"`   // seconds of processor since midnight or the start
	FlashToday int64   `json:"flash_today"` // bytes written to lasting storage since midnight
	FlashDay   int64   `json:"flash_day"`   // bytes a day on average, of the days before
	// Rung is what the machine lets the daemon do: "raw", or "connect" where it may not
	// open packet sockets; empty until there is a link.
	Rung string `json:"rung,omitempty"`
	// Room is how short memory is: empty where there is enough, "little" or "tight"
	// where a sweep has fewer connections for it, "none" where it only listens.
	Room string `json:"room,omitempty"`
}
