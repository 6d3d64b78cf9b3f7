package store

import (
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// keptDays is how many days are remembered of when a device was here.
const keptDays = int(lan.EventsKept / (24 * time.Hour))

// history is when a device was here, counted up at its transitions: a device that
// stays costs no writes. Its last day is kept apart, as today.
type history struct {
	Last string `json:"last,omitempty"` // the date of the last of Days
	Days []int  `json:"days,omitempty"` // minutes it was here, oldest day first; unseen for none
}

// today is the last day of a history. It is kept with what each transition writes
// anyway, so that the history itself is written once a day.
type today struct {
	Date    string    `json:"date,omitempty"`
	Minutes int       `json:"minutes,omitempty"`
	Counted time.Time `json:"counted,omitzero"` // all before is counted
}

const unseen = -1

// add counts the time from one moment to the other, both days included; of a
// personal device only that it was seen.
func (h *history) add(from, to time.Time, personal bool) {
	if oldest := to.AddDate(0, 0, -keptDays); from.Before(oldest) {
		from = oldest
	}
	for day := lan.DayOf(from, to.Location()); !day.After(to); day = nextDay(day) {
		here := earlier(to, nextDay(day)).Sub(later(from, day))
		if personal {
			here = 0
		}
		h.mark(day.Format(time.DateOnly), int((here+30*time.Second)/time.Minute))
	}
}

// mark counts minutes for one day.
func (h *history) mark(date string, minutes int) {
	ahead := daysBetween(h.Last, date)
	if len(h.Days) == 0 || ahead > keptDays {
		h.Last, h.Days, ahead = date, nil, 1
	}
	for ; ahead > 0; ahead-- {
		h.Days = append(h.Days, unseen)
	}
	if h.Last < date {
		h.Last = date
	}
	h.Days = h.Days[max(0, len(h.Days)-keptDays):]
	if i := len(h.Days) - 1 + min(0, daysBetween(h.Last, date)); i >= 0 {
		h.Days[i] = min(max(0, h.Days[i])+minutes, 24*60)
	}
}

// cut takes the days after date off.
func (h *history) cut(date string) {
	if n := daysBetween(date, h.Last); n >= len(h.Days) {
		*h = history{}
	} else if n > 0 {
		h.Last, h.Days = date, h.Days[:len(h.Days)-n]
	}
}

// part takes the last day off.
func (h *history) part() (date string, minutes int) {
	last := len(h.Days) - 1
	if last < 0 {
		return "", 0
	}
	date, minutes = h.Last, h.Days[last]
	h.Last, h.Days = "", h.Days[:last]
	if day, err := time.Parse(time.DateOnly, date); err == nil && last > 0 {
		h.Last = day.AddDate(0, 0, -1).Format(time.DateOnly)
	}
	return date, minutes
}

// on is what is known of that day.
func (h *history) on(date string) (minutes int) {
	if i := len(h.Days) - 1 + daysBetween(h.Last, date); len(h.Days) > 0 && i >= 0 && i < len(h.Days) {
		return h.Days[i]
	}
	return unseen
}

// daysBetween is how many days b is later than a.
func daysBetween(a, b string) int {
	from, err := time.Parse(time.DateOnly, a)
	to, err2 := time.Parse(time.DateOnly, b)
	if err != nil || err2 != nil {
		return 0
	}
	return int(to.Sub(from) / (24 * time.Hour))
}

// nextDay is when the day after that which began at day begins: by its noon, which
// no clock skips.
func nextDay(day time.Time) time.Time {
	y, m, d := day.Date()
	return lan.DayOf(time.Date(y, m, d+1, 12, 0, 0, 0, day.Location()), day.Location())
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// slack is what a time may lie after the horizon, as clocks are put back a little and days
// begin earlier in another zone.
const slack = 24 * time.Hour

// uncounted is from when a device that is here is still to be counted; not ok if it is
// not here, or no clock that was right said since when.
func (s sight) uncounted(horizon time.Time) (from time.Time, ok bool) {
	for _, t := range []time.Time{s.Stands.Since, s.Today.Counted} {
		if !t.Before(dawn) && !t.After(horizon.Add(slack)) {
			from = later(from, t)
		}
	}
	return from, here(s.Stands) && !from.IsZero()
}

// newest is the latest of times that are not after horizon.
func newest(times []time.Time, horizon time.Time) (t time.Time) {
	for _, one := range times {
		if !one.After(horizon) {
			t = later(t, one)
		}
	}
	return t
}
