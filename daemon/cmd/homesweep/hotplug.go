package main

import (
	"context"
	"errors"
	"os"

	"github.com/homesweep/homesweep/probes/discover/hotplug"
)

// forward is the verb hotplug: what a script in /etc/hotplug.d was started for is
// passed on to the daemon. Where none listens nobody misses it, and the DHCP server,
// which waits for its scripts, is told nothing.
func forward(_ context.Context, c call) (int, error) {
	if c.what != hotplug.DHCP && c.what != hotplug.Neigh {
		return failed, errors.New("hotplug is for the scripts in /etc/hotplug.d: homesweep hotplug dhcp, or neigh")
	}
	if event, tells := hotplug.FromEnvironment(c.what, os.Getenv); tells && stepDown(c.config.State) == nil {
		_ = hotplug.Send(hotplug.Path(c.config.State), event)
	}
	return ok, nil
}
