package code

import (
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// leftover is why checks without a finding were not made on a device, although
// they might have applied.
type leftover struct {
	touch lan.Touch // as far as the sweep went
	alone bool      // no check at all was made, save of what the router knows
	rests bool      // it suffered, so that checks stopped
	why   string    // for either, in a sentence
	do    string
}

// leftOut is what s left out on d. A device that anything was asked of has the
// findings of the checks that concern every device; without any it was left alone.
func leftOut(d lan.Device, s lan.Sweep) leftover {
	asked := func(f lan.Finding) bool { return !lan.ByRouter(f.Check) }
	l := leftover{touch: s.Touch, alone: !slices.ContainsFunc(d.Findings, asked), rests: d.Resting(s.Finished)}
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
	case l.alone && !d.LastSeen.IsZero() && d.LastSeen.Before(s.Started):
		l.why = "It was asleep, switched off or gone during the sweep."
		l.do = "Sweep again while it is switched on."
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
func (l leftover) out(c *entry) bool {
	return c.Touch != learned && (l.alone || l.rests || l.touch < lan.Ask && c.Touch > l.touch)
}

// stopped reports whether some of looks were not made because of the device.
func (l leftover) stopped(looks []look) bool {
	for _, k := range looks {
		if k.finding == nil && (l.alone || l.rests) {
			return true
		}
	}
	return false
}

// told is why some of looks were not made, and what the owner can do about it; both
// are empty if all were.
func (l leftover) told(looks []look) (why, do string) {
	if l.stopped(looks) {
		return l.why, l.do
	}
	least := look{check: &entry{Check: Check{Touch: learned}}}
	for _, k := range looks {
		if k.verdict == lan.NotTested && (least.check.Touch == learned || k.check.Touch < least.check.Touch) {
			least = k
		}
	}
	var which string
	if left := topics(looks, lan.NotTested, lan.NotTested); left != "" {
		which = "Not tried: " + left + ". "
	}
	switch touch := least.check.Touch; {
	case touch == learned:
		return "", ""
	case touch == lan.Login && l.touch < lan.Login:
		return which + "Logins are tried only when you allow it.", "Allow logins to be tried (touch \"login\")."
	case touch == lan.Login:
		return which + "Logins are tried only so often, and only where that is allowed.", "Sweep again tomorrow."
	case least.finding != nil && least.finding.Advice != "":
		return which + least.finding.Advice, ""
	case touch <= l.touch:
		return which + "That did not work this time.", "Sweep again."
	case l.touch == lan.Listen:
		why = "The sweep only listened, and asked nothing."
	default:
		why = "The sweep only looked which doors are open, and asked nothing behind them."
	}
	return which + why, "Let read-only questions be asked (touch \"ask\")."
}
