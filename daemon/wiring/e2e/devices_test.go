package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/probetest"
)

// What is found on the camera and the broker.
const (
	factory = "The password printed in its public manual still opens it"
	anyone  = "The message hub of your smart devices (MQTT) takes anyone in"
)

// ask has a device looked at as soon as may be, from its page.
func (h *home) ask(t *testing.T, name string) {
	t.Helper()
	h.see(h.at(t, name))
	h.page.Press("Look at it now")
	h.page.Reads("Looking at it.")
}

// inspections notes how many looks at single devices are over.
func (h *home) inspections() { h.inspected = strings.Count(h.log.String(), "msg=inspected") }

// awaitInspection waits until one more is.
func (h *home) awaitInspection(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(2 * aMinute); strings.Count(h.log.String(), "msg=inspected") == h.inspected; {
		h.page.Settled()
		if time.Now().After(end) {
			t.Fatal("no device was looked at")
		}
	}
}

// consent: factory logins are tried from when the page allowed it. A look at the
// camera begins, which takes until a second, wrong password was refused; the flows
// in between do not wait for it.
func consent(t *testing.T, h *home) {
	h.see("settings")
	h.page.Press("They are mine: allow for 30 days")
	h.page.Reads("Allowed until")
	h.inspections()
	h.ask(t, camera)
}

// defaultLogin: what the allowed login opened is on the first page, with what to do, is
// among what happened, and is told by every way. That another device was left alone
// meanwhile cut off no try.
func defaultLogin(t *testing.T, h *home) {
	h.awaitInspection(t)
	h.noted(t, func(n note) bool { return strings.Contains(n.body, factory) && n.priority != "3" })
	h.mailed(t, factory)
	h.published(t, `"check":"default-login"`)
	h.see("")
	h.page.Reads(factory)
	if n := h.running[camera].Counters(); n.Logins["admin"] != 1 || n.WrongPasswords["admin"] != 1 {
		t.Errorf("it met other logins than the factory's and one that is wrong: %+v", n)
	}
	h.see(h.at(t, camera))
	h.page.Until(`document.querySelector('article[data-check="default-login"]')`)
	h.page.Reads("New on ")
}

// accept: a problem that its owner leaves is off the list until that is taken back.
func accept(t *testing.T, h *home) {
	h.see(h.at(t, camera))
	h.page.Click(`[data-check="default-login"] [data-key="accept default-login"]`)
	h.page.Reads("You decided to leave")
	h.page.Press("Home")
	h.page.Lacks(factory)
	h.see(h.at(t, camera))
	h.page.Reads("You decided to leave")
	h.page.Eval(`for (const d of document.querySelectorAll('details')) d.open = true`, nil)
	h.page.Press("Put it back on my list")
	h.page.Reads("I know, leave it")
	h.page.Press("Home")
	h.page.Reads(factory)
}

// leaveAlone: nobody asks a device that is to be left alone.
func leaveAlone(t *testing.T, h *home) {
	h.see(h.at(t, stick))
	h.page.Click("#alone")
	h.page.Reads("From now on it is only listened to.")
	h.page.Press("Look at it now")
	h.page.Reads("leave this device alone")
	h.page.Click("#alone")
	h.page.Reads("It is checked again from now on.")
}

// fixed: what the owner mended at a device is gone once it was looked at again. A look
// at the camera begins, whose password is another one by now.
func fixed(t *testing.T, h *home) {
	h.see(h.at(t, broker))
	h.page.Reads(anyone)
	h.change(t, broker, func(d *probetest.Device) {
		for i, l := range d.Listeners {
			if l.MQTT != nil {
				d.Listeners[i].MQTT = &probetest.MQTT{Connack: 5}
			}
		}
	})
	h.inspections()
	h.ask(t, broker)
	h.awaitInspection(t)
	h.see("happened")
	h.page.Reads("Fixed on")
	h.see(h.at(t, broker))
	h.page.Until(`!document.querySelector('article[data-check="mqtt-open"]') && document.querySelector('h1')`)

	h.change(t, camera, func(d *probetest.Device) { d.Accounts[0].Pass = secret })
	h.inspections()
	h.ask(t, camera)
}

// loginFixed: the one factory login that opened the camera was tried once more, as its
// owner asked, and was refused: that problem is gone, and told as fixed.
func loginFixed(t *testing.T, h *home) {
	h.awaitInspection(t)
	if n := h.running[camera].Counters(); n.WrongPasswords["admin"] != 1 || len(n.WrongPasswords)+len(n.Logins) != 1 {
		t.Errorf("tried again: %+v", n)
	}
	h.see(h.at(t, camera))
	h.page.Until(`document.querySelector('h1') && !document.querySelector('article[data-check="default-login"]')`)
	h.page.Reads("Fixed on ")
	h.see("")
	h.page.Lacks(factory)
}

// mergeAndSplit: two devices are one by the owner's word, and two again.
func mergeAndSplit(t *testing.T, h *home) {
	one, other := h.device(t, plug), h.device(t, stick)
	count := len(h.daemon.Home.Sweep().Devices)
	h.see(h.at(t, plug))
	h.page.Press("Two devices, or one?")
	h.page.Choose("id-merge", other.ID)
	h.page.Press("Join")
	h.page.Reads("Noted. They are one device now.")
	h.see("devices")
	h.page.Until(`document.querySelectorAll('.rows a.row').length === ` + number(count-1))
	united := h.device(t, plug)
	if united.ID != h.device(t, stick).ID || len(united.MACs) != len(one.MACs)+len(other.MACs) {
		t.Errorf("they are %+v", united)
	}
	h.see("device/" + united.ID)
	h.page.Press("Take it back")
	h.page.Reads("Taken back.")
	h.see("devices")
	h.page.Until(`document.querySelectorAll('.rows a.row').length === ` + number(count))
	if h.device(t, plug).ID == h.device(t, stick).ID {
		t.Error("they are still one")
	}
}

// stopSweep: a sweep that is begun on the first page is seen there, and stopped.
func stopSweep(t *testing.T, h *home) {
	h.see("")
	h.page.Press("Check again")
	h.page.Until(`document.querySelector('.sweeping').checkVisibility()`)
	h.page.Press("Stop")
	h.page.Within(aMinute, `!document.querySelector('.sweeping').checkVisibility()`)
	if p := h.daemon.Home.Progress(); p.Running {
		t.Errorf("a sweep that was stopped runs: %+v", p)
	}
}
