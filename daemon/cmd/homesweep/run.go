package main

import (
	"context"
	"errors"
	"log/slog"

	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/lan"
)

// watch is the verb run: the daemon.
func watch(ctx context.Context, c call) (int, error) {
	hangups := wiring.Hangups() // first: one must not end a daemon that is starting
	if c.config.Touch > lan.Ask {
		return failed, errors.New("the daemon takes -touch listen, look or ask; which devices it may try logins on, you say on its dashboard, under Settings")
	}
	log := slog.New(slog.NewTextHandler(c.talk, &slog.HandlerOptions{Level: c.config.Level()}))
	wiring.SetMemory(log)
	listener, err := wiring.Listen(c.config)
	if err != nil {
		return failed, err
	}
	daemon, err := wiring.NewDaemon(c.config, listener, false, log)
	if err != nil {
		return failed, err
	}
	daemon.Hangups = hangups
	if err := daemon.Run(ctx); err != nil {
		return failed, err
	}
	return ok, nil
}
