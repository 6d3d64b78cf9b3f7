package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"

	"github.com/homesweep/homesweep/daemon/ledger"
	"github.com/homesweep/homesweep/daemon/report"
	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/lan"
)

// bindSweep binds the options of the verb sweep alone.
func bindSweep(f *flag.FlagSet, c *call) {
	f.BoolVar(&c.yes, "yes", false, "with -touch login, try without asking at the terminal: I own all devices of this network or may test them")
	bindOutputs(f, c)
}

// sweepOnce is the verb sweep.
func sweepOnce(ctx context.Context, c call) (int, error) {
	debug.SetGCPercent(50) // a big network's sweep keeps little of what it makes
	out, err := c.delivery()
	if err != nil {
		return failed, err
	}
	defer out.discard()
	choice, err := wiring.Links(c.config)
	if err != nil {
		return failed, err
	}
	for _, r := range choice.Refused {
		slog.Debug("link left alone", "link", r.Link, "why", r.Why)
	}
	line := newLine(c.talk)
	may, err := c.logins(line.clear)
	if err != nil {
		return failed, err
	}
	defer may.done()
	parts, err := wiring.Parts(c.config, choice.Links, may.ledger, c.log())
	if err != nil {
		return failed, err
	}
	sufferers, err := wiring.OpenSufferers(c.config.State)
	c.warn(err)
	want := wiring.Want(c.config, choice.Links, c.config.Touch)
	want.Known, want.Consent = sufferers.Among(nil), may.consent
	s, err := sweep.Run(ctx, parts, want, sweep.Talk{Progress: line.show})
	line.clear()
	c.warn(sufferers.Keep(s.Devices))
	stopped, partial := errors.Is(err, context.Canceled), errors.Is(err, sweep.ErrPartial)
	if err != nil && !stopped && !partial {
		return failed, err
	}
	if may.missing != nil {
		s.Notes = append(s.Notes, "No login was tried: "+may.missing.Error()+".")
	}
	s = wiring.Conclude(s, parts.Knowledge.Howtos)
	if err := out.give(s); err != nil {
		return failed, fmt.Errorf("writing the result: %w", err)
	}
	if stopped {
		return failed, errors.New("stopped before the sweep was done; what was found until then was given out")
	}
	if partial || may.missing != nil {
		return failed, cmp.Or(may.missing, err)
	}
	return status(s, c.config.FailOn), nil
}

func (c call) print(s lan.Sweep) error {
	if c.json {
		return report.JSON(c.out, s)
	}
	o := report.TextOptions{Width: 100, Guidelines: c.outputs.guidelines}
	if f, ok := c.out.(*os.File); ok {
		if width, tty := terminal(f); tty {
			o.Width, o.Color = width, os.Getenv("NO_COLOR") == ""
		}
	}
	return report.Text(c.out, s, o)
}

// logins is what a sweep needs to try logins.
type logins struct {
	ledger  *ledger.Ledger
	consent sweep.Consent
	missing error // why none is tried, though that was asked for
	done    func()
}

// logins asks for what there must be before a sweep begins: somebody who can say
// yes, which is an error if not, and a budget that can be kept.
func (c call) logins(clear func()) (logins, error) {
	may := logins{done: func() {}}
	if c.config.Touch < lan.Login {
		return may, nil
	}
	var leave func()
	var err error
	if may.consent, leave, err = c.consent(terminalPath, clear); err != nil {
		return may, err
	}
	may.done = leave
	book, err := wiring.OpenLasting(c.config)
	if err != nil {
		may.missing = fmt.Errorf("the budget of wrong passwords cannot be kept: %w", err)
		c.warn(may.missing)
		return may, nil
	}
	may.ledger, may.done = book.Ledger, func() { leave(); c.warn(book.Close()) }
	if h := book.Health(); h.Damaged > 0 {
		c.warn(fmt.Errorf("the journal in %s was damaged, so that no login is tried for a day; the lines that cannot be read are at %s", c.config.State, h.Kept))
	}
	return may, nil
}

// status is findings if a problem of s is at or above severity.
func status(s lan.Sweep, severity lan.Severity) int {
	for _, d := range s.Devices {
		for _, f := range d.Findings {
			if f.Verdict.Problem() && f.Severity >= severity {
				return findings
			}
		}
	}
	return ok
}

// plan is the verb plan.
func plan(ctx context.Context, c call) (int, error) {
	choice, err := wiring.Links(c.config)
	if err != nil {
		return failed, err
	}
	parts, err := wiring.Parts(c.config, choice.Links, nil, c.log())
	if err != nil {
		return failed, err
	}
	sufferers, err := wiring.OpenSufferers(c.config.State)
	c.warn(err)
	want := wiring.Want(c.config, choice.Links, c.config.Touch)
	want.Known = sufferers.Among(nil)
	p := sweep.MakePlan(ctx, parts, want)
	if c.json {
		enc := json.NewEncoder(c.out)
		enc.SetIndent("", "  ")
		err = enc.Encode(p)
	} else {
		err = p.Text(c.out)
		for _, r := range choice.Refused {
			fmt.Fprintf(c.out, "Left alone: %s (%s).\n", r.Link, r.Why)
		}
	}
	if err != nil {
		return failed, fmt.Errorf("writing the plan: %w", err)
	}
	return ok, nil
}

// warn tells of what went wrong beside the work, which goes on.
func (c call) warn(err error) {
	if err != nil {
		fmt.Fprintln(c.talk, "homesweep:", err)
	}
}

// log goes to standard error; below warn only when asked for, so that it does
// not tear the progress line.
func (c call) log() *slog.Logger {
	level := c.config.Level()
	if level == slog.LevelInfo {
		level = slog.LevelWarn
	}
	return slog.New(slog.NewTextHandler(c.talk, &slog.HandlerOptions{Level: level}))
}
