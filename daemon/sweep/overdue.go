package sweep

import (
	"context"
	"net/netip"
	"net/url"
	"slices"

	"github.com/homesweep/homesweep/probes/discover/ssdp"
	"github.com/homesweep/homesweep/probes/lan"
)

// overdue fetches the UPnP description that d has named and that did not come while
// everybody was asked at once: where many answer, or d is slow, its time was too
// short. It costs one connection, and d three seconds at most.
func (r *run) overdue(ctx context.Context, d *lan.Device) {
	heard := d.Heard
	location := heard[lan.UPnPLocation]
	if r.want.Touch < lan.Ask || location == "" || heard[ssdp.Refused] != "" ||
		heard[lan.UPnPFriendlyName]+heard[lan.UPnPManufacturer]+heard[lan.UPnPModelName] != "" {
		return
	}
	u, err := url.Parse(location)
	if err != nil {
		return
	}
	addr, err := netip.ParseAddr(u.Hostname())
	at := slices.IndexFunc(r.want.Links, func(l lan.Link) bool { return l.Name == d.Link })
	if err != nil || at < 0 || !slices.Contains(d.Addresses, addr) {
		return
	}
	s, err := ssdp.Fetch(ctx, r.road(ctx), r.want.Links[at], addr, location)
	if err != nil {
		r.Log.Info("a description did not come again", "device", d.ID, "location", location, "error", err)
		return
	}
	r.see(s)
	r.join(d)
}
