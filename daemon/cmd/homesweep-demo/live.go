package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"time"

	"github.com/homesweep/homesweep/daemon/config"
	"github.com/homesweep/homesweep/daemon/lab"
	"github.com/homesweep/homesweep/daemon/report"
	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/space"
)

// street is the household's network.
var street = netip.MustParsePrefix("192.168.77.0/24")

// live builds the household and sweeps it. It runs inside the namespace.
func live(ctx context.Context, once bool, devices string) error {
	if err := space.Settle(); err != nil {
		return err
	}
	house, err := lab.Household(street, os.DirFS(devices))
	if err != nil {
		return err
	}
	defer house.Close()
	state, err := os.MkdirTemp("", "homesweep-demo-")
	if err != nil {
		return fmt.Errorf("making a place for the demonstration's memory: %w", err)
	}
	defer os.RemoveAll(state)

	// The household is ours, so its factory logins may be tried.
	c := config.Default()
	c.Touch, c.State, c.Every = lan.Login, state, time.Hour
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if once {
		return sweepOnce(ctx, c, log)
	}
	return serve(ctx, c, log)
}

func sweepOnce(ctx context.Context, c config.Config, log *slog.Logger) error {
	book, err := wiring.OpenBook(c.State)
	if err != nil {
		return err
	}
	defer book.Close()
	choice, err := wiring.Links(c)
	if err != nil {
		return err
	}
	parts, err := wiring.Parts(c, choice.Links, book.Ledger, log)
	if err != nil {
		return err
	}
	want := wiring.Want(c, choice.Links, c.Touch)
	want.Consent = sweep.Yes
	s, err := sweep.Run(ctx, parts, want, sweep.Talk{})
	if err != nil {
		return err
	}
	return report.JSON(os.Stdout, wiring.Conclude(s, parts.Knowledge.Howtos))
}

// serve runs the daemon on the listener that was handed in.
func serve(ctx context.Context, c config.Config, log *slog.Logger) error {
	file := os.NewFile(listenerFD, "dashboard")
	if file == nil {
		return errors.New("the dashboard's listener was not handed in")
	}
	l, err := net.FileListener(file)
	if err != nil {
		return fmt.Errorf("taking over the dashboard's address: %w", err)
	}
	_ = file.Close()
	daemon, err := wiring.NewDaemon(c, l, true, log)
	if err != nil {
		return err
	}
	ours := lan.Grant{Clear: true, By: "the demonstration", Until: time.Now().Add(lan.GrantTime)}
	if err := errors.Join(daemon.Home.SetTouch(lan.Ask), daemon.Home.SetGrant(ours), daemon.Home.Start()); err != nil {
		return err
	}
	go announce(ctx, daemon)
	return daemon.Run(ctx)
}

// announce says on the terminal when the first sweep is done.
func announce(ctx context.Context, d *wiring.Daemon) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	d.Home.Watch(ctx, func(p lan.Progress) {
		if p.Phase != "done" {
			return
		}
		n := map[lan.Severity]int{}
		for _, device := range d.Home.Sweep().Devices {
			for _, f := range device.Findings {
				if f.Verdict.Problem() {
					n[f.Severity]++
				}
			}
		}
		fmt.Printf("Swept %d devices in %s: %d things to act on now, %d soon, %d when there is time, %d for information. The dashboard stays open.\n",
			p.Finished, time.Since(p.Started).Round(100*time.Millisecond), n[lan.ActNow], n[lan.Soon], n[lan.WhenYouCan], n[lan.ForInfo])
		cancel()
	})
}
