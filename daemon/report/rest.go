package report

import (
	"fmt"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// resting writes who is left alone for a while, as it did not bear being asked,
// until when, and what was seen.
func (p *paper) resting(s lan.Sweep) {
	list := slices.DeleteFunc(slices.Clone(s.Devices), func(d lan.Device) bool { return !d.Resting(s.Finished) })
	if len(list) == 0 {
		return
	}
	p.heading(fmt.Sprintf("LEFT ALONE FOR A DAY (%d)", len(list)))
	for _, d := range list {
		until := d.Suffered.At.Add(lan.Rest).In(s.Finished.Location())
		p.para("", "  ", called(d)+" until "+until.Format("2 January 2006 at 15:04")+". "+clean(d.Suffered.Sign))
	}
	p.para("", "  ", "This says nothing of their security. They are still listened to, and will be asked more gently.")
}
