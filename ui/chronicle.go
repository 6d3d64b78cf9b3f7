package ui

import (
	"cmp"
	"net/http"
	"strconv"

	"github.com/homesweep/homesweep/probes/lan"
)

// How many events one answer has.
const (
	somePage = 50
	fullPage = 200
)

// eventPage is the answer to GET /api/v1/events-log.
type eventPage struct {
	Events []lan.Event `json:"events"` // newest first
}

// dayList is the answer to GET /api/v1/devices/{id}/days.
type dayList struct {
	Days []lan.Day `json:"days"` // oldest first
}

// eventsLog is what happened, a page at a time.
func (d *dashboard) eventsLog(w http.ResponseWriter, r *http.Request) {
	house, ok := d.House.(Chronicle)
	if !ok {
		refuse(w, http.StatusNotFound, "What happens is not written down here.", "Look at the devices instead.")
		return
	}
	q := r.URL.Query()
	before, err := strconv.ParseUint(cmp.Or(q.Get("before"), "0"), 10, 64)
	limit, lerr := strconv.Atoi(cmp.Or(q.Get("limit"), strconv.Itoa(somePage)))
	if err != nil || lerr != nil || limit < 1 || limit > fullPage {
		refuse(w, http.StatusBadRequest, "That part of the list cannot be shown.", "Ask for 1 to 200 events before a number.")
		return
	}
	list, err := d.past(house, q.Get("device"), before, limit)
	if err != nil {
		d.Log.Error("the events could not be read", "error", err)
		refuse(w, http.StatusInternalServerError, "What happened could not be read.", "Look at homesweep's log.")
		return
	}
	reply(w, http.StatusOK, eventPage{Events: list})
}

// past are the limit events before one that may be told of, newest first.
func (d *dashboard) past(house Chronicle, device string, before uint64, limit int) ([]lan.Event, error) {
	out, whose := []lan.Event{}, d.somebodys()
	for len(out) < limit {
		page, err := house.Events(device, before, limit)
		if err != nil {
			return nil, err
		}
		for _, e := range page {
			if before != 0 && e.ID >= before {
				return out, nil // no page of ours: it would be asked for again and again
			}
			before = e.ID
			if e, tell := d.tellable(e, whose); tell && len(out) < limit {
				out = append(out, e)
			}
		}
		if len(page) < limit || before == 0 {
			break
		}
	}
	return out, nil
}

// somebodys are the devices that go where a person goes, by ID: what is one now may
// have been of no known kind when something happened to it.
func (d *dashboard) somebodys() map[string]bool {
	whose := map[string]bool{}
	for _, dev := range d.House.Sweep().Devices {
		if dev.Personal() {
			whose[dev.ID] = true
		}
	}
	return whose
}

// tellable is e as anybody in the home may read it; whose are those of which the day
// alone is told. Where an event stands between others would tell when a phone came home,
// whatever its time says, so what happens to one as it comes is left to the days:
// its comings and goings, another address, a service that answers again.
func (d *dashboard) tellable(e lan.Event, whose map[string]bool) (lan.Event, bool) {
	if !e.Kind.Personal() && !whose[e.Device] {
		return e, true
	}
	e.At = lan.DayOf(e.At, d.Now().Location())
	switch e.What {
	case lan.DeviceBack, lan.DeviceGone, lan.DeviceRenewed, lan.AddressChanged, lan.ServiceOpened:
		return e, false
	}
	return e, true
}

// days are how a device spent the last 90 days.
func (d *dashboard) days(w http.ResponseWriter, r *http.Request) {
	house, ok := d.House.(Chronicle)
	if !ok {
		refuse(w, http.StatusNotFound, "What happens is not written down here.", "Look at the device itself.")
		return
	}
	dev, ok := listed(w, r, d.House.Sweep())
	if !ok {
		return
	}
	list, err := house.Days(dev.ID)
	if err != nil {
		d.Log.Error("the days could not be read", "device", dev.ID, "error", err)
		refuse(w, http.StatusInternalServerError, "The days of this device could not be read.", "Look at homesweep's log.")
		return
	}
	list = append([]lan.Day{}, list...)
	for i := range list {
		if dev.Personal() {
			list[i].Minutes = 0
		}
	}
	reply(w, http.StatusOK, dayList{Days: list})
}

// inspect looks at one device now. The message of its answer is what that leaves out.
func (d *dashboard) inspect(w http.ResponseWriter, r *http.Request) {
	house, ok := d.House.(Inspector)
	if !ok {
		refuse(w, http.StatusNotFound, "A single device cannot be looked at here.", "Start a sweep instead.")
		return
	}
	dev, ok := listed(w, r, d.House.Sweep())
	if !ok {
		return
	}
	spared := ""
	if house, ok := d.House.(Sparing); ok {
		spared = house.Spared(dev.ID)
	}
	if err := house.Inspect(dev.ID); err != nil {
		refuse(w, http.StatusConflict, sentence(err), "Try again in a moment.")
		return
	}
	p := d.House.Progress()
	p.Message = spared
	reply(w, http.StatusAccepted, p)
}
