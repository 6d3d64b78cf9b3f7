package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// atBothWidths runs a flow on a phone and on a desk, each with a home of its own,
// and holds its page to silence: nothing on the console, nobody else asked. may
// are words that the console may say, such as the status of a refusal.
func atBothWidths(t *testing.T, scene string, flow func(*testing.T, *stage, *chromium, string), may ...string) {
	for _, width := range []int{390, 1280} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			s := newStage(t, scene)
			s.house.lively = true
			c, url := s.stand(t)
			c.window(width, "light")
			flow(t, s, c, url)
			for _, words := range may {
				kept := c.said[:0]
				for _, what := range c.said {
					if !strings.Contains(what, words) {
						kept = append(kept, what)
					}
				}
				c.said = kept
			}
			c.quiet(url)
		})
	}
}

// TestFirstRunInBrowser: the code from the log, a password, how far to go; then the first
// sweep is seen as it goes, device by device, and what it found.
func TestFirstRunInBrowser(t *testing.T) {
	atBothWidths(t, "setup", func(t *testing.T, s *stage, c *chromium, url string) {
		found := newHouse(t).sweep
		c.visit(url)
		c.write("code", "wrong-0000-code")
		c.write("password", "short")
		c.enterKey()
		c.reads("The password has fewer than 12 characters.")
		c.write("password", password)
		c.enterKey()
		c.reads("That is not the code from the log.")
		s.forgiven()
		c.write("code", code)
		c.write("password", password)
		c.enterKey()
		c.reads("How far may homesweep go?")
		c.press("Keep and go on")
		c.reads("When may it look?")
		c.press("Keep and go on")
		c.write("contact", "Anna, first floor")
		c.press("Keep and start the first check")
		c.reads("Having the first look around")
		if s.house.Touch() != lan.Ask || s.house.begun() != 1 || s.house.Contact() != "Anna, first floor" {
			t.Errorf("touch %v, %d sweeps, looked after by %q", s.house.Touch(), s.house.begun(), s.house.Contact())
		}
		s.sweeps(c, found)
		c.reads("things need you now")
	}, "status of 403")
}

// sweeps lets the sweep that was begun find what it finds, which the page follows.
func (s *stage) sweeps(c *chromium, found lan.Sweep) {
	c.t.Helper()
	all := len(found.Devices)
	for i, phase := range []string{"presence", "ports", "services", "checks"} {
		n := all * (i + 1) / 4
		s.house.tell(lan.Progress{Running: true, Phase: phase, Started: noon, Devices: n, Finished: n / 2, Probes: 500 * (i + 1), Total: 2000, Problems: i})
		c.until(fmt.Sprintf(`document.querySelector('.sweeping').checkVisibility() && document.querySelector('.sweeping').innerText.includes('%d devices found')`, n))
	}
	var share int
	if c.eval(`document.querySelector('.sweeping progress').value`, &share); share < 30 || share > 99 {
		c.t.Errorf("near the end the bar stands at %d of 100", share)
	}
	s.house.holds(found)
	s.house.tell(lan.Progress{Phase: "done", Started: noon, Devices: all, Finished: all, Probes: 2000, Total: 2000, Problems: 9})
	c.until(`!document.querySelector('.sweeping').checkVisibility()`)
}

// TestSignInInBrowser: a wrong password is refused in words, the right one lets in, and
// logging out locks the page.
func TestSignInInBrowser(t *testing.T) {
	atBothWidths(t, "home", func(t *testing.T, s *stage, c *chromium, url string) {
		c.visit(url + "/#/settings")
		c.write("password", "not the password at all")
		c.enterKey()
		c.reads("That is not the password.")
		s.forgiven()
		c.write("password", password)
		c.enterKey()
		c.press("Log out")
		c.reads("This is the password of homesweep, not of your Wi-Fi.")
		var status int
		if c.eval(`fetch('/api/v1/state').then((r) => r.status)`, &status); status != 401 {
			t.Errorf("after logging out the state is answered with %d", status)
		}
	}, "status of 403", "status of 401")
}

// TestSweepInBrowser: a sweep begun on the first page is followed there, and can
// be stopped.
func TestSweepInBrowser(t *testing.T) {
	atBothWidths(t, "home", func(t *testing.T, s *stage, c *chromium, url string) {
		c.enter(url)
		c.visit(url)
		<-s.house.watching
		c.press("Check again")
		c.reads("The check has begun.")
		s.sweeps(c, s.house.Sweep())
		c.press("Check again")
		c.until(`document.querySelector('.sweeping').checkVisibility()`)
		c.press("Stop")
		c.until(`!document.querySelector('.sweeping').checkVisibility()`)
		if s.house.begun() != 2 {
			t.Errorf("%d sweeps", s.house.begun())
		}
	})
}

// TestAcceptInBrowser: a finding that the owner decides to leave is off the list,
// and comes back when that is taken back; one that is fixed goes by itself.
func TestAcceptInBrowser(t *testing.T) {
	atBothWidths(t, "home", func(t *testing.T, s *stage, c *chromium, url string) {
		const title = "It still speaks the oldest kind of file sharing"
		s.house.only("nas", lan.Finding{Check: "smb1", Verdict: lan.Fail, Severity: lan.Soon, Title: title, Advice: "Switch SMB 1 off.", FirstSeen: noon})
		c.enter(url)
		c.visit(url + "/#/device/nas")
		c.press("I know, leave it")
		c.reads("You decided to leave")
		c.press("Home")
		c.lacks(title)
		c.eval(`location.hash = '#/device/nas'`, nil)
		c.reads("You decided to leave")
		c.eval(openFolds, nil)
		c.press("Put it back on my list")
		c.reads("I know, leave it")
		c.press("Home")
		c.reads(title)
		s.house.only("nas", lan.Finding{Check: "smb1", Verdict: lan.Pass, Title: title})
		s.house.tell(lan.Progress{Running: true, Started: noon.Add(time.Hour)})
		s.house.tell(lan.Progress{Phase: "done", Started: noon.Add(time.Hour)})
		c.lacks(title)
		if got := s.house.Decisions(); len(got) != 2 || got[0].Value != "yes" || got[1].Value != "" {
			t.Errorf("decided %+v", got)
		}
	})
}

// TestMergeInBrowser: two entries are one when the owner says so, and are not
// asked about again when they are not.
func TestMergeInBrowser(t *testing.T) {
	atBothWidths(t, "same", func(t *testing.T, s *stage, c *chromium, url string) {
		c.enter(url)
		c.visit(url + "/#/")
		c.press("Same device")
		c.reads("Noted. They are shown as one device now.")
		c.lacks("new private address")
		c.press("Perhaps one computer with two connections")
		c.press("Not the same")
		c.reads("Noted. You are not asked about these two again.")
		c.lacks("with two connections")
		said := s.house.Decisions()
		if n := len(said); n != 5 || said[3].What != "merge" || said[3].Device != "iphone-before" || said[3].Value != "iphone" || said[4].What != "split" {
			t.Errorf("decided %+v", said)
		}
	})
}

// TestAlertsInBrowser: a way is set up, tried, found broken, mended; a rule leads
// to it; and what became of the messages is told.
func TestAlertsInBrowser(t *testing.T) {
	atBothWidths(t, "empty", func(t *testing.T, s *stage, c *chromium, url string) {
		c.enter(url)
		c.visit(url + "/#/alerts")
		c.press("Set up the first way")
		c.write("way-to", "home-4711")
		c.write("way-name", "Anna’s phone")
		c.press("Tell me of new devices and of what should not wait")
		c.press("Save")
		c.reads("Without a rule nothing is sent.")
		s.alarm.breaks("ntfy.sh does not answer")
		c.press("Test")
		c.reads("tfy.sh does not answer")
		s.alarm.breaks("")
		c.press("Test")
		c.reads("The test message was taken.")
		c.press("Add a rule")
		c.press("Everything that happens")
		c.press("Once a day, all in one")
		c.press("Save")
		c.reads("once a day")
		got := s.alarm.Alerts()
		if len(got.Channels) != 1 || got.Channels[0].Kind != "ntfy" || got.Channels[0].To != "home-4711" || len(got.Rules) != 1 || !got.Rules[0].Digest || len(got.Rules[0].Events) != 0 || got.Rules[0].Channel != got.Channels[0].ID {
			t.Errorf("kept %+v", got)
		}
		if len(s.alarm.tested) != 2 || len(s.alarm.Deliveries()) != 2 {
			t.Errorf("tested %v", s.alarm.tested)
		}
	}, "Failed to load resource: the server responded with a status of ")
}

// TestEraseInBrowser: everything is deleted by whoever types the word for it, and
// by nobody else.
func TestEraseInBrowser(t *testing.T) {
	atBothWidths(t, "home", func(t *testing.T, s *stage, c *chromium, url string) {
		c.enter(url)
		c.visit(url + "/#/settings")
		c.press("Delete my data")
		c.write("word", "delet")
		c.until(`[...document.querySelectorAll('button')].some((e) => e.innerText.trim() === 'Delete everything' && e.disabled)`)
		c.write("word", "delete")
		c.press("Delete everything")
		c.reads("Everything was deleted.")
		c.lacks("192.168.1.")
		s.house.mu.Lock()
		defer s.house.mu.Unlock()
		if s.house.erased != 1 || s.door.kept != password {
			t.Errorf("erased %d times, the password is %q", s.house.erased, s.door.kept)
		}
	})
}

// TestConsentInBrowser: factory passwords are tried from when the owner says so,
// and not after that is taken back.
func TestConsentInBrowser(t *testing.T) {
	atBothWidths(t, "home", func(t *testing.T, s *stage, c *chromium, url string) {
		c.enter(url)
		c.visit(url + "/#/settings")
		c.press("Also by Telnet and FTP")
		c.press("They are mine: allow for 30 days")
		c.reads("Allowed until 22 December 2026")
		c.reads("also by Telnet and FTP")
		if got := s.house.Grants(); len(got) != 1 || !got[0].Clear || !got[0].Until.After(noon.Add(29*24*time.Hour)) {
			t.Errorf("granted %+v", got)
		}
		c.press("Stop for all devices")
		c.reads("They are mine: allow for 30 days")
		if got := s.house.Grants(); len(got) != 1 || !got[0].Until.IsZero() {
			t.Errorf("granted %+v", got)
		}
	})
}
