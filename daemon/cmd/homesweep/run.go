package main

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"

	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/lan"
)

// watch is the verb run: the daemon.
func watch(ctx context.Context, c call) (int, error) {
	if c.config.Touch > lan.Ask {
		return failed, errors.New("the daemon takes -touch listen, look or ask; which devices it may try logins on, you say on its dashboard, under Settings")
	}
	debug.SetGCPercent(15) // the live heap is a few megabytes: collecting often costs little
	debug.SetMemoryLimit(wiring.MemoryLimit("/proc/meminfo"))
	log := slog.New(slog.NewTextHandler(c.talk, &slog.HandlerOptions{Level: c.config.Level()}))
	listener, err := wiring.Listen(c.config)
	if err != nil {
		return failed, err
	}
	daemon, err := wiring.NewDaemon(c.config, listener, false, log)
	if err != nil {
		return failed, err
	}
	if err := daemon.Run(ctx); err != nil {
		return failed, err
	}
	return ok, nil
}
