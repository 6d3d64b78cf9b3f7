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
	if c.what != hotplug.DHCP {
		return failed, errors.New("hotplug is for the script in /etc/hotplug.d/dhcp: homesweep hotplug dhcp")
	}
	if event, tells := hotplug.FromEnvironment(os.Getenv); tells {
		if state, err := stepDown(c.config.State); err == nil {
			_ = hotplug.Send(hotplug.Path(state), event)
		}
	}
	return ok, nil
}
