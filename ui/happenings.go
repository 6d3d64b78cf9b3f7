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
		out.last = n
		return d.catchUp(out)
	}
	return out.write("id: " + strconv.FormatUint(out.last, 10) + "\n\n")
}

// catchUp tells what happened since the last event, oldest first.
func (d *dashboard) catchUp(out *stream) error {
	house, ok := d.House.(Chronicle)
	if !ok {
		return nil
	}
	page, err := house.Events("", 0, 1)
	if err == nil && len(page) > 0 && page[0].ID > out.last+1 {
		page, err = house.Events("", 0, fullPage) // more may have happened meanwhile
	}
	if err != nil {
		d.Log.Error("the events could not be read", "error", err)
		return nil // of the next one there will be word again
	}
	if len(page) == 0 || page[0].ID < out.last { // all was deleted
		out.last = 0
	}
	for _, e := range slices.Backward(page) {
		if e.ID <= out.last {
			continue
		}
		out.last = e.ID
		told, tell := d.tellable(e)
		if !tell {
			continue
		}
		if err := out.event("id: "+strconv.FormatUint(e.ID, 10)+"\nevent: happening\n", told); err != nil {
			return err
		}
	}
	return nil
}
