package code

import (
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// leftover is why checks without a finding were not made on a device, although
// they might have applied.
type leftover struct {
	touch lan.Touch // as far as the sweep went
	alone bool      // no check at all was made
	rests bool      // it suffered, so that checks stopped
	why   string    // for either, in a sentence
	do    string
}

// leftOut is what s left out on d. A device that anything was asked of has the
// findings of the checks that concern every device; without any it was left alone.
func leftOut(d lan.Device, s lan.Sweep) leftover {
	l := leftover{touch: s.Touch, alone: len(d.Findings) == 0, rests: d.Resting(s.Finished)}
	switch {
	case d.Self:
		l.why = "It is the machine that homesweep runs on, which does not knock on itself."
		l.do = "Run homesweep on another computer at home to have this one looked at."
	case l.rests:
		l.why = "It did not bear being asked, so it is left alone for a day."
		l.do = "Sweep again tomorrow: it is then asked more gently."
	case len(d.Addresses) == 0:
		l.why = "It was only heard; it has no address to ask it at."
		l.do = "Sweep again while it is in use."
	case l.alone:
		l.why = "It was not looked at to the end: it was asleep or gone, the sweep was cut short, or you said to leave it alone."
		l.do = "Sweep again while it is switched on."
	}
	return l
}

// out reports whether c was left out on the device, and not found to have nothing
// to look at. What a service is comes out only when it may be asked: below that,
// nobody knows which checks would apply. With it, a check of a farther touch that
// applies has its finding, "not tested".
func (l leftover) out(c *Check) bool {
	return c.Touch != learned && (l.alone || l.rests || l.touch < lan.Ask && c.Touch > l.touch)
}

// stopped reports whether some of looks were not made because of the device.
func (l leftover) stopped(looks []look) bool {
	return (l.alone || l.rests) && slices.ContainsFunc(looks, func(k look) bool { return k.finding == nil })
}

// reason is why some of looks were not made; empty if all were.
func (l leftover) reason(looks []look) string {
	if l.stopped(looks) {
		return l.why
	}
	switch untested := least(looks); {
	case untested < 0:
		return ""
	case untested == lan.Login:
		return "Logins are tried only when you allow it, and only so often."
	case untested <= l.touch:
		return "It could not be looked at this time."
	case l.touch == lan.Listen:
		return "The sweep only listened, and asked nothing."
	}
	return "The sweep only looked which doors are open, and asked nothing behind them."
}

// instead is what the owner can do about that.
func (l leftover) instead(looks []look) string {
	if l.stopped(looks) {
		return l.do
	}
	switch untested := least(looks); {
	case untested < 0:
		return ""
	case untested == lan.Login:
		return "Allow a login to be tried (-touch login)."
	case untested <= l.touch:
		return "Sweep again."
	}
	return "Let read-only questions be asked (-touch ask)."
}

// least is the least touch of the checks that were not made or not tested; -1 if
// there are none.
func least(looks []look) lan.Touch {
	touch := lan.Touch(-1)
	for _, k := range looks {
		if k.verdict == lan.NotTested && (touch < 0 || k.check.Touch < touch) {
			touch = k.check.Touch
		}
	}
	return touch
}
