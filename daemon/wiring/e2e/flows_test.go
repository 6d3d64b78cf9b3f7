package e2e

import (
	"slices"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// password is the household's for its dashboard, contact whom its people can ask.
const (
	password = "four plain words here"
	contact  = "Anna, first floor"
)

// aMinute is how long what goes over the network may take on a loaded machine.
const aMinute = time.Minute

// firstRun: the code from the log and a password, then how far, when and who.
func firstRun(t *testing.T, h *home) {
	h.page.Visit(h.url)
	h.page.Write("code", h.code(t))
	h.page.Write("password", password)
	h.page.EnterKey()
	h.page.Reads("How far may homesweep go?")
	h.page.Press("Keep and go on")
	h.page.Reads("When may it look?")
	h.page.Press("Keep and go on")
	h.page.Write("contact", contact)
	h.page.Until(`!document.querySelector('.sweeping').checkVisibility()`) // it has listened by itself
	h.follow()
	h.page.Press("Keep and start the first check")
	h.page.Until(`location.hash === '#/' && document.querySelector('.sweeping').checkVisibility()`)
	if h.daemon.Home.Touch() != lan.Ask || h.daemon.Home.Contact() != contact {
		t.Errorf("touch %v, looked after by %q", h.daemon.Home.Touch(), h.daemon.Home.Contact())
	}
}

// follow has the page write down how its bar moves.
func (h *home) follow() {
	h.page.Eval(`(() => {
		const bar = document.querySelector('.sweeping'), seen = window.seen = {words: [], shares: [], devices: 0};
		new MutationObserver(() => {
			if (!bar.checkVisibility()) return;
			const words = bar.querySelector('strong').textContent, share = bar.querySelector('progress').value;
			if (seen.words.at(-1) !== words) seen.words.push(words);
			if (seen.shares.at(-1) !== share) seen.shares.push(share);
			seen.devices = Math.max(seen.devices, parseInt(bar.querySelector('.soft').textContent) || 0);
		}).observe(bar, {subtree: true, childList: true, characterData: true, attributes: true});
	})()`, nil)
}

// followed waits for the end of the sweep that the page follows, and holds it to
// what it wrote down: the steps in their order, a bar that never goes back, all
// devices.
func (h *home) followed(t *testing.T) {
	t.Helper()
	h.page.Within(2*aMinute, `!document.querySelector('.sweeping').checkVisibility() && document.body.innerText.includes('last checked')`)
	var seen struct {
		Words   []string
		Shares  []int
		Devices int
	}
	h.page.Eval(`window.seen`, &seen)
	t.Logf("the bar said %q, stood at %v, with %d devices", seen.Words, seen.Shares, seen.Devices)
	at := -1
	for _, step := range []string{"Finding your devices", "Looking for open doors", "Asking what they are"} {
		i := slices.Index(seen.Words, step)
		if i >= 0 && i < at {
			t.Errorf("%q comes too early in %q", step, seen.Words)
		}
		at = max(at, i)
	}
	if len(seen.Words) < 2 || len(seen.Shares) < 3 || !slices.IsSorted(seen.Shares) || seen.Devices < len(h.running) {
		t.Errorf("the bar said %q, stood at %v, with %d devices", seen.Words, seen.Shares, seen.Devices)
	}
	s := h.daemon.Home.Sweep()
	if s.Touch != lan.Ask || s.Finished.IsZero() || len(s.Devices) < len(h.running)+1 {
		t.Errorf("a sweep at touch %v that found %d devices", s.Touch, len(s.Devices))
	}
}

// firstCheck: the check that the first run begins is followed to its end, and each
// device is on the list, none of them tried by a login.
func firstCheck(t *testing.T, h *home) {
	h.followed(t)
	h.page.Press("Devices")
	for name := range h.running {
		d := h.device(t, name)
		h.page.Until(`document.querySelector('a.row[href="#/device/` + d.ID + `"]')`)
		if len(h.running[name].Counters().Logins) != 0 {
			t.Errorf("%s: logins were tried without consent: %+v", name, h.running[name].Counters().Logins)
		}
	}
}

// signIn: logging out locks the page, a wrong password is refused in words, the right
// one lets in.
func signIn(t *testing.T, h *home) {
	h.see("settings")
	h.page.Press("Log out")
	h.page.Reads("This is the password of homesweep, not of your Wi-Fi.")
	h.page.Write("password", "not the password at all")
	h.page.EnterKey()
	h.page.Reads("That is not the password.")
	for begun := time.Now(); ; { // a wrong one has to be waited for
		h.page.Write("password", password)
		h.page.EnterKey()
		h.page.Until(`document.querySelector('nav') || document.querySelector('.trouble')?.checkVisibility()`)
		var in bool
		if h.page.Eval(`Boolean(document.querySelector('nav'))`, &in); in {
			break
		}
		if time.Since(begun) > aMinute {
			t.Fatal("the right password does not let in")
		}
	}
}
