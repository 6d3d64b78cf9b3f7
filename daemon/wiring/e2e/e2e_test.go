package e2e

import (
	"fmt"
	"testing"

	"github.com/homesweep/homesweep/probes/probetest/netns"
	"github.com/homesweep/homesweep/probes/probetest/space"
)

// flows are what a household does with its dashboard, in the order in which it does.
// may is what the console may say of it: the status of a refusal.
var flows = []struct {
	name string
	run  func(*testing.T, *home)
	may  string
}{
	{name: "first run", run: firstRun},
	{name: "first check", run: firstCheck},
	{name: "sign-in", run: signIn, may: "status of 4"},
	{name: "ways and rules", run: ways},
	{name: "consent", run: consent},
	{name: "merge and split", run: mergeAndSplit},
	{name: "leave alone", run: leaveAlone, may: "status of 409"},
	{name: "default login", run: defaultLogin},
	{name: "accept", run: accept},
	{name: "fixed", run: fixed},
	{name: "alert", run: alert},
	{name: "factory login fixed", run: loginFixed},
	{name: "stop a sweep", run: stopSweep},
	{name: "delete my data", run: erase},
}

// TestWholeDaemon: what a household does with the dashboard of the real daemon, on a
// phone and on a desk; the page is silent on its console and asks nobody else.
func TestWholeDaemon(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute for each width, which the whole run does")
	}
	netns.Enter(t)
	if space.SingleUser() {
		t.Skip("Exim with a configuration of one's own takes root")
	}
	for _, width := range []int{390, 1280} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			h := settle(t, width)
			for i, flow := range flows {
				if !t.Run(flow.name, func(t *testing.T) {
					h.page.T = t
					flow.run(t, h)
					h.page.Settled()
					h.page.Picture(fmt.Sprintf("%02d-%s-%d.png", i+1, flow.name, width))
					if flow.may != "" {
						h.page.Excuse(flow.may)
					}
					h.page.Quiet(h.url)
				}) {
					t.Fatalf("what comes after %q goes by it", flow.name)
				}
			}
		})
	}
}
