package ui

import (
	"context"
	"net/http"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

const (
	alertsPath = "/api/v1/alerts"
	maxAlerts  = 64 << 10         // bytes: 8 channels, and 24 rules that name every happening
	testTime   = 25 * time.Second // the server's answer must be out after 30
)

// alertList is the answer to GET /api/v1/alerts.
type alertList struct {
	Alerts     lan.Alerts      `json:"alerts"`
	Deliveries []lan.Delivery  `json:"deliveries"` // newest first
	Happenings []lan.Happening `json:"happenings"` // all that a rule may name
}

// channel is the body and the answer of POST /api/v1/alerts/test.
type channel struct {
	Channel string `json:"channel"`
}

// alarmed is a handler that needs an Alarm.
func (d *dashboard) alarmed(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if d.Alarm == nil {
			refuse(w, http.StatusNotFound, "This homesweep sends no messages.", "Look at the dashboard now and then.")
			return
		}
		next(w, r)
	}
}

func (d *dashboard) alerts(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, alertList{Alerts: d.told(), Deliveries: d.delivered(), Happenings: lan.Happenings()})
}

// delivered are the latest messages. One may be of somebody's phone, and does not
// say so: only the day of each is told, and of the next try, which would give the
// hour away, not even that.
func (d *dashboard) delivered() []lan.Delivery {
	list := append([]lan.Delivery{}, d.Alarm.Deliveries()...)
	for i := range list {
		list[i].At, list[i].Next = lan.DayOf(list[i].At, d.Now().Location()), time.Time{}
	}
	return list
}

// told are the alerts with lists where there is none.
func (d *dashboard) told() lan.Alerts {
	a := d.Alarm.Alerts()
	a.Channels, a.Rules = append([]lan.Channel{}, a.Channels...), append([]lan.Rule{}, a.Rules...)
	for i := range a.Rules {
		a.Rules[i].Events = append([]lan.Happening{}, a.Rules[i].Events...)
	}
	return a
}

func (d *dashboard) setAlerts(w http.ResponseWriter, r *http.Request) {
	var in lan.Alerts
	if !read(w, r, &in) {
		return
	}
	if len(in.Channels) > lan.MaxChannels || len(in.Rules) > lan.MaxRules {
		refuse(w, http.StatusBadRequest, "There can be at most 8 channels and 24 rules.", "Take some away.")
		return
	}
	if err := d.Alarm.SetAlerts(in); err != nil {
		refuse(w, http.StatusUnprocessableEntity, sentence(err), "The alerts stay as they were. Change that and save again.")
		return
	}
	d.Log.Info("alerts changed", "from", r.RemoteAddr)
	reply(w, http.StatusOK, d.told())
}

// testAlert sends a message now, one at a time: it may wait for a server that
// says nothing.
func (d *dashboard) testAlert(w http.ResponseWriter, r *http.Request) {
	var in channel
	if !read(w, r, &in) {
		return
	}
	select {
	case d.testing <- struct{}{}:
		defer func() { <-d.testing }()
	default:
		refuse(w, http.StatusConflict, "Another test message is on its way.", "Try again when it is there.")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), testTime)
	defer cancel()
	if err := d.Alarm.Test(ctx, in.Channel); err != nil {
		refuse(w, http.StatusBadGateway, sentence(err), "Change the channel and try again.")
		return
	}
	reply(w, http.StatusOK, in)
}
