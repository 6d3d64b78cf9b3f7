package wiring

import (
	"context"

	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/daemon/watch"
	"github.com/homesweep/homesweep/probes/lan"
)

// sweep is watch.Sweeper. Links are chosen anew each time: a laptop moves.
func (d *Daemon) sweep(ctx context.Context, touch lan.Touch, skip map[string]bool, talk sweep.Talk) (lan.Sweep, error) {
	where, err := d.links()
	if err != nil {
		return lan.Sweep{}, err
	}
	return d.line(ctx, where, watch.Visit{Touch: touch, Skip: skip}, talk)
}

// visit is watch.Visitor. The links are cut to the devices it is about, so that the
// scope refuses everybody else; those without an address are only listened to.
func (d *Daemon) visit(ctx context.Context, v watch.Visit, talk sweep.Talk) (lan.Sweep, error) {
	where, err := d.links()
	if err != nil {
		return lan.Sweep{}, err
	}
	if narrow := sweep.Narrow(where, v.Only); len(narrow) == 0 {
		v.Touch = lan.Listen
	} else if v.Touch > lan.Listen {
		where = narrow
	}
	return d.line(ctx, where, v, talk)
}

// line runs the line of a sweep on the links where, for all devices or for those of v.
func (d *Daemon) line(ctx context.Context, where []lan.Link, v watch.Visit, talk sweep.Talk) (lan.Sweep, error) {
	sufferers, err := OpenSufferers(d.config.State)
	d.warn(err)
	known := sufferers.Among(d.Home.Known())
	rung, err := Rung(where[0])
	if err != nil {
		return lan.Sweep{}, err
	}
	room := ReadRoom("/")
	d.footing.stand(rung, room, d.log)
	if room.word() == roomNone {
		v.Touch = lan.Listen
	}
	parts, err := d.library.parts(rung, room, d.config, where, d.book.Ledger, d.log, d.Home.LeftAlone(known)...)
	if err != nil {
		return lan.Sweep{}, err
	}
	want := Want(d.config, where, v.Touch)
	want.Skip, want.Only, want.Heard, want.First = v.Skip, v.Only, v.Heard, v.First
	if v.Touch == lan.Ask && d.Home.Granted() && d.held == nil { // the count of tries has to last
		want.Touch, want.Consent = lan.Login, d.consent(v.Asked)
	}
	want.Known, want.Told = known, d.Home.Decisions()
	s, err := sweep.Run(ctx, parts, want, talk)
	d.warn(d.keepSufferers(&sufferers, s))
	return s, err
}
