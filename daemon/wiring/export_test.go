package wiring

import (
	"context"

	"github.com/homesweep/homesweep/daemon/ledger"
	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/probes/lan"
)

// OpenBookAt is OpenBook by another clock.
var OpenBookAt = openBook

// Consent is the daemon's sweep.Consent.
func (d *Daemon) Consent(ctx context.Context, all []sweep.Request) sweep.Allowed {
	return d.consent(nil)(ctx, all)
}

// ConsentAsked is that of a look that the owner asked for.
func (d *Daemon) ConsentAsked(ctx context.Context, device string, all []sweep.Request) sweep.Allowed {
	return d.consent(map[string]bool{device: true})(ctx, all)
}

// Spared is the daemon's ui.Sparing.
func (d *Daemon) Spared(device string) string { return household{d.Home, d}.Spared(device) }

// Remember keeps a sweep as if the daemon had made it; it knows of it when it starts anew.
func (d *Daemon) Remember(s lan.Sweep) error { return d.store.Commit(s) }

// Append writes a line into the daemon's journal.
func (d *Daemon) Append(kind string, value any) error { return d.book.Append(kind, value) }

// Ledger is the daemon's.
func (d *Daemon) Ledger() *ledger.Ledger { return d.book.Ledger }
