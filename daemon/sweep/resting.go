package sweep

import (
	"cmp"
	"fmt"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// called is d as people know it.
func called(d lan.Device) string {
	text := d.Made()
	if len(d.Names) > 0 {
		text = d.Names[0]
	}
	if len(d.Addresses) == 0 {
		return cmp.Or(text, "A device")
	}
	return cmp.Or(text, "The device") + " (" + d.Addresses[0].String() + ")"
}

// Resting is a device that a plan leaves alone because it suffered.
type Resting struct {
	Device string    `json:"device"`
	Until  time.Time `json:"until"`
	Sign   string    `json:"sign"`
}

// resting are those of list that are left alone at now.
func resting(list []lan.Device, now time.Time) (out []Resting) {
	for _, d := range list {
		if d.Resting(now) {
			out = append(out, Resting{called(d), d.Suffered.At.Add(lan.Rest), d.Suffered.Sign})
		}
	}
	return out
}

// text is one line of a plan.
func (q Resting) text() string {
	return fmt.Sprintf("leave %s alone until %s: %s", q.Device, q.Until.Local().Format("2 January 2006 15:04"), q.Sign)
}
