package wiring

import (
	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/probes/router"
)

// settings are those of the router that the program runs on. There is one, as there
// is one machine: what the bus says of it is kept for links, sources and sweeps.
var settings = router.New("/")

// ownRouter is what a sweep hears of the router that it runs on; nil where this
// machine is none.
func ownRouter(r *router.Reader) sweep.Router {
	if !r.OpenWrt() {
		return nil
	}
	return r.Router
}
