package wiring

import (
	"context"

	"github.com/homesweep/homesweep/daemon/ledger"
	"github.com/homesweep/homesweep/daemon/sweep"
)

// OpenBookAt is OpenBook by another clock.
var OpenBookAt = openBook

// Consent is the daemon's sweep.Consent.
func (d *Daemon) Consent(ctx context.Context, all []sweep.Request) sweep.Allowed {
	return d.consent(ctx, all)
}

// Ledger is the daemon's.
func (d *Daemon) Ledger() *ledger.Ledger { return d.book.Ledger }
