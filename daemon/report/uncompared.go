package report

import (
	"fmt"
)

// notes say what could not be compared.
func (c *comparing) notes(p *pairs) {
	note := func(when bool, text string) {
		if when {
			c.out.Notes = append(c.out.Notes, text)
		}
	}
	old, now := c.old.sweep, c.now.sweep
	note(len(p.old) > 0 && len(p.now) > 0 && p.none(), "No device of the earlier sweep was known again. It may be of another home.")
	note(old.Finished.After(now.Started) && !now.Started.IsZero(), "The sweep to compare with is the later one of the two.")
	note(old.Touch != now.Touch, fmt.Sprintf("The earlier sweep went as far as %q and this one as far as %q. What only one of them could see is not compared.", old.Touch, now.Touch))
	note(!c.old.whole, "The earlier sweep missed something, so what it does not have is not called new.")
	note(!c.now.whole, "This sweep missed something, so what it does not have is not called gone.")
	note(c.missed > 0, count(c.missed, "device")+" of the earlier sweep could not have been met by this one.")
	note(c.blind > 0, count(c.blind, "device")+" of this sweep could not have been met by the earlier one.")
	note(p.unsure > 0, count(p.unsure, "device")+" may be the same as before or another at the same address, and cannot be compared."+c.unsaid(p))
	note(old.Knowledge.Serial != now.Knowledge.Serial, "homesweep's knowledge is of another edition than then. Some of what is new may be newly known only.")
}

// unsaid says how many problems of then and now are not compared, as nobody can
// match their devices for sure.
func (c *comparing) unsaid(p *pairs) string {
	if c.unsure+p.problems == 0 {
		return ""
	}
	return " Left out are " + count(p.problems, "problem") + " of then and " + count(c.unsure, "problem") + " of now."
}

// none reports whether no device was known again.
func (p *pairs) none() bool {
	for _, j := range p.then {
		if j >= 0 {
			return false
		}
	}
	return true
}
