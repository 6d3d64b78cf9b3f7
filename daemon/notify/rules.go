package notify

import (
	"slices"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// held is an event that waits to be told by a channel.
type held struct {
	Channel string     `json:"channel"`
	Event   *lan.Event `json:"event"`
	About   matter     `json:"about"`
	Ripe    time.Time  `json:"ripe"` // until then it may come to nothing
	Due     time.Time  `json:"due"`  // when it is told, not before Ripe
	Digest  bool       `json:"digest,omitempty"`
}

// same reports whether h and o tell the same by the same channel.
func (h *held) same(o *held) bool {
	return h.About == o.About && h.Event.What == o.Event.What && h.Event.Severity == o.Event.Severity
}

const (
	gather = 3 * time.Second // for which an event waits for those that come with it
	digest = 8               // o'clock, when the day's digest is told
)

// selects reports whether r is about e; room is that of e's device. Gone and back
// are told only where a rule names them. Of what goes where a person goes, or may,
// they are told only by a rule that names the device: a rule about many must not
// come to be a log of somebody's movements.
func selects(r *lan.Rule, e *lan.Event, room string) bool {
	if r.Off || len(r.Events) > 0 && !slices.Contains(r.Events, e.What) {
		return false
	}
	if e.What == lan.DeviceGone || e.What == lan.DeviceBack {
		if len(r.Events) == 0 || follows(e.Kind) && r.Group != "device:"+e.Device {
			return false
		}
	}
	if finding(e.What) && e.Severity < r.Least {
		return false
	}
	return within(r.Group, e.Device, e.Kind, room)
}

// follows reports whether a device of a kind goes where a person goes, or may, since
// nobody knows what it is.
func follows(kind lan.Kind) bool { return kind.Personal() || kind == "" || kind == lan.Unknown }

// within reports whether a group has the device.
func within(group, device string, kind lan.Kind, room string) bool {
	by, value, _ := strings.Cut(group, ":")
	switch by {
	case "":
		return true
	case "kind":
		return device != "" && (lan.Kind(value) == kind || value == lan.Unknown && kind == "")
	case "room":
		return value == room
	}
	return value == device
}

func finding(what lan.Happening) bool {
	return what == lan.FindingNew || what == lan.FindingWorse || what == lan.FindingFixed
}

// take holds e for each channel that a rule sends it to, once a channel: for the
// soonest of its rules. The caller holds mu.
func (n *Notifier) take(e *lan.Event, rooms map[string]string, now time.Time) {
	undone := n.undo(e, now)
	n.follow(e)
	for i := range n.alerts.Rules {
		r := &n.alerts.Rules[i]
		if !selects(r, e, rooms[e.Device]) || undone[r.Channel] {
			continue
		}
		about := matterOf(r.Channel, e)
		ripe, news := n.news(about, e, now)
		if !news {
			continue
		}
		if believed := now.Add(time.Duration(r.Delay) * time.Minute); ripe.Before(believed) {
			ripe = believed
		}
		h := &held{Channel: r.Channel, Event: e, About: about, Ripe: ripe, Due: due(r, ripe), Digest: r.Digest}
		i := slices.IndexFunc(n.held, h.same)
		switch {
		case i < 0:
			n.held = append(n.held, h)
		case h.Due.Before(n.held[i].Due):
			n.held[i] = h
		}
	}
	if len(n.held) > maxHeld+lan.MaxRules { // not at each one, in a flood
		n.thinHeld()
	}
}

// thinHeld keeps held within its bound. The caller holds mu.
func (n *Notifier) thinHeld() {
	kept, out := thin(n.held, maxHeld, (*held).weight)
	for _, h := range out {
		n.lane(h.Channel).missed++
	}
	n.held = kept
}

// wanted reports whether a rule still sends h to its channel.
func wanted(h *held, rules []lan.Rule, rooms map[string]string) bool {
	for i := range rules {
		if r := &rules[i]; r.Channel == h.Channel && selects(r, h.Event, rooms[h.Event.Device]) {
			return true
		}
	}
	return false
}

// due is when r tells what is ripe then.
func due(r *lan.Rule, ripe time.Time) time.Time {
	at := ripe
	switch {
	case r.Digest:
		at = nextDigest(ripe)
	case r.Delay == 0:
		at = ripe.Add(gather)
	}
	return r.Quiet.End(at)
}

// nextDigest is the first digest after t.
func nextDigest(t time.Time) time.Time {
	d := time.Date(t.Year(), t.Month(), t.Day(), digest, 0, 0, 0, t.Location())
	if !d.After(t) {
		d = time.Date(t.Year(), t.Month(), t.Day()+1, digest, 0, 0, 0, t.Location())
	}
	return d
}

// undo drops what e makes untrue before it was due to be believed, and says for which
// channels that leaves nothing to tell: there e is not told either. The caller holds mu.
func (n *Notifier) undo(e *lan.Event, now time.Time) map[string]bool {
	undone := map[string]bool{}
	n.held = slices.DeleteFunc(n.held, func(h *held) bool {
		if !ends(e, h.Event) && !ends(h.Event, e) || !h.Ripe.After(now) {
			return false
		}
		undone[h.Channel] = true
		return true
	})
	for channel := range undone {
		undone[channel] = n.stands(channel, e)
	}
	return undone
}

// stands reports whether a channel's last word, or what it is about to say, is no other
// than e's. The caller holds mu.
func (n *Notifier) stands(channel string, e *lan.Event) bool {
	m := matterOf(channel, e)
	t := n.told[m]
	if !begins(e.What) {
		return !begins(t.What) && !slices.ContainsFunc(n.held, func(h *held) bool { return h.Channel == channel && ends(e, h.Event) })
	}
	if !begins(t.What) || e.Severity > t.Severity {
		return false
	}
	t.After = false // what came after it came to nothing
	n.told[m] = t
	return true
}

// ends reports whether e is the end of what was.
func ends(e, was *lan.Event) bool {
	if e.Device != was.Device {
		return false
	}
	switch was.What {
	case lan.DeviceGone:
		return e.What == lan.DeviceBack
	case lan.FindingNew, lan.FindingWorse, lan.PairingOpen:
		return e.What == lan.FindingFixed && e.Check == was.Check && e.Service == was.Service
	}
	return false
}
