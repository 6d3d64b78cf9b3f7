package ui

import (
	"context"
	"slices"
	"strconv"

	"github.com/homesweep/homesweep/probes/lan"
)

// herald says that something happened, as often as somebody comes for it; done
// closes when nobody will any more.
func (d *dashboard) herald(ctx context.Context) (news chan struct{}, done chan struct{}) {
	news, done = make(chan struct{}, 1), make(chan struct{})
	house, ok := d.House.(Herald)
	if !ok {
		close(done)
		return news, done
	}
	go func() {
		defer close(done)
		house.Happenings(ctx, func(lan.Event) {
			select {
			case news <- struct{}{}:
			default: // what is there already stands for this one too
			}
		})
	}()
	return news, done
}

// resume begins where the reader left off, at most a page ago, or now. An id
// without data is kept by the browser and is no event to the page.
func (d *dashboard) resume(out *stream, left string) error {
	house, ok := d.House.(Chronicle)
	if !ok {
		return nil
	}
	newest, err := house.Events("", 0, 1)
	if err != nil {
		d.Log.Error("the events could not be read", "error", err)
		return nil
	}
	if len(newest) > 0 {
		out.last = newest[0].ID
	}
	// A number that we have not come to yet is of a memory that is lost.
	if n, err := strconv.ParseUint(left, 10, 64); err == nil && n < out.last {
		out.last = max(n, out.last-min(out.last, fullPage))
		return d.catchUp(out)
	}
	return out.write("id: " + strconv.FormatUint(out.last, 10) + "\n\n")
}

// catchUp tells what happened since the last event, oldest first: all of it, a page
// at a time, so that nothing is lost when much happens at once.
func (d *dashboard) catchUp(out *stream) error {
	house, ok := d.House.(Chronicle)
	if !ok {
		return nil
	}
	newest, err := house.Events("", 0, 1)
	switch {
	case err != nil:
		d.Log.Error("the events could not be read", "error", err)
		return nil // of the next one there will be word again
	case len(newest) == 0:
		out.last = 0
		return nil
	case newest[0].ID < out.last: // all was deleted
		out.last = 0
	case newest[0].ID == out.last:
		return nil
	}
	whose := d.somebodys()
	for first := max(out.last+1, newest[0].ID-min(newest[0].ID, lan.MaxEvents)+1); first <= newest[0].ID; first += fullPage {
		page, err := house.Events("", first+fullPage, fullPage)
		if err != nil {
			d.Log.Error("the events could not be read", "error", err)
			return nil
		}
		for _, e := range slices.Backward(page) {
			if e.ID <= out.last {
				continue
			}
			if err := d.tellOf(out, e, whose); err != nil {
				return err
			}
			out.last = e.ID
		}
	}
	return nil
}

// tellOf writes one event, if it may be told.
func (d *dashboard) tellOf(out *stream, e lan.Event, whose map[string]bool) error {
	e, tell := d.tellable(e, whose)
	if !tell {
		return nil
	}
	return out.event("id: "+strconv.FormatUint(e.ID, 10)+"\nevent: happening\n", e)
}
