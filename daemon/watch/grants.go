package watch

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/homesweep/homesweep/daemon/journal"
	"github.com/homesweep/homesweep/probes/lan"
)

// grantKind is the word under which grants stand in the journal.
const grantKind = "grant"

// grantLine is a line of grants: a word of the owner's, or, with Found, what of the
// journal was found damaged until then, by journal.Lost.
type grantLine struct {
	lan.Grant
	Found int `json:"found,omitempty"`
}

// recallGrants reads the owner's grants. Where the journal was damaged since, a word
// that took one back may be missing, so that none from before holds any more.
func (h *Home) recallGrants() error {
	known, found := 0, 0
	err := h.o.Journal.Replay(grantKind, func(_ time.Time, raw json.RawMessage) error {
		var line grantLine
		if err := json.Unmarshal(raw, &line); err != nil {
			return fmt.Errorf("reading a grant: %w", err)
		}
		if line.Found > 0 {
			known, h.grants = line.Found, void(h.grants)
		} else {
			h.grants = grant(h.grants, line.Grant)
		}
		return nil
	})
	if err == nil {
		err = h.o.Journal.Replay(journal.Damage, func(_ time.Time, raw json.RawMessage) error {
			found = journal.Lost(found, raw)
			return nil
		})
	}
	if err != nil || found == 0 || found == known {
		return err
	}
	h.grants = void(h.grants)
	if err := h.o.Journal.Append(grantKind, grantLine{Found: found}); err != nil {
		h.o.Log.Warn("that no grant from before the damage holds could not be written down", "error", err)
	}
	return nil
}

// void leaves of the grants what takes one back.
func void(list []lan.Grant) []lan.Grant {
	return slices.DeleteFunc(list, func(g lan.Grant) bool { return !g.Stops() })
}

// grant puts g in the place of an earlier word on the same device.
func grant(list []lan.Grant, g lan.Grant) []lan.Grant {
	list = slices.DeleteFunc(list, func(old lan.Grant) bool { return old.Device == g.Device })
	return append(list, g)
}

// SetGrant keeps the owner's word on trying factory logins, at once, from now on.
// One that stops is in force even if it cannot be kept.
func (h *Home) SetGrant(g lan.Grant) error {
	h.word.Lock()
	defer h.word.Unlock()
	if g.At = h.o.Now(); !g.Stops() && (!g.Holds(g.At) || g.Until.Sub(g.At) > lan.MaxGrantTime) {
		return errors.New("a grant holds for 90 days at most")
	}
	err := h.o.Journal.Append(grantKind, g)
	if err == nil || g.Stops() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.grants = grant(h.grants, g)
	}
	if err != nil {
		return fmt.Errorf("the choice could not be kept: %w", err)
	}
	h.o.Log.Info("grant changed", "device", g.Device, "until", g.Until, "telnet and ftp", g.Clear, "by", g.By)
	return nil
}

// Grants are the owner's latest words on trying factory logins, oldest first. What
// was said of a device that is one with another by now is said of that other.
func (h *Home) Grants() (list []lan.Grant) {
	h.mu.Lock()
	defer h.mu.Unlock()
	into := h.goneInto()
	for _, g := range h.grants {
		if id, gone := into[g.Device]; gone {
			g.Device = id
		}
		list = grant(list, g)
	}
	return list
}

// Granted reports whether the owner allows anything at all now.
func (h *Home) Granted() bool {
	now := h.o.Now()
	return slices.ContainsFunc(h.Grants(), func(g lan.Grant) bool { return g.Holds(now) })
}

// Grant is the word that holds for the device now, zero when none does. clear is
// for Telnet and FTP. Who took the word on one device back did so until it is
// given anew, whatever is said of all. None does on a device that is to be left
// alone, from the moment on at which that is said.
func (h *Home) Grant(device string, clear bool) lan.Grant {
	if h.skipped()[device] {
		return lan.Grant{}
	}
	now, list := h.o.Now(), h.Grants()
	for _, id := range []string{device, ""} {
		i := slices.IndexFunc(list, func(g lan.Grant) bool { return g.Device == id })
		switch {
		case i < 0:
		case list[i].Stops(), list[i].Holds(now) && clear && !list[i].Clear:
			return lan.Grant{}
		case list[i].Holds(now):
			return list[i]
		}
	}
	return lan.Grant{}
}
