package ui

import (
	"fmt"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/ui/chromium"
)

// atBothWidths runs a flow on a phone and on a desk, each with a home of its own,
// and holds its page to silence: nothing on the console, nobody else asked. may
// are words that the console may say, such as the status of a refusal.
func atBothWidths(t *testing.T, scene string, flow func(*testing.T, *stage, *chromium.Page, string), may ...string) {
	for _, width := range []int{390, 1280} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			s := newStage(t, scene)
			s.house.lively = true
			c, url := s.stand(t)
			c.Window(width, "light")
			flow(t, s, c, url)
			for _, words := range may {
				c.Excuse(words)
			}
			c.Quiet(url)
		})
	}
}

// TestFirstRunInBrowser: the code from the log, a password, how far to go; then the first
// sweep is seen as it goes, device by device, and what it found.
func TestFirstRunInBrowser(t *testing.T) {
	atBothWidths(t, "setup", func(t *testing.T, s *stage, c *chromium.Page, url string) {
		found := newHouse(t).sweep
		c.Visit(url)
		c.Write("code", "wrong-0000-code")
		c.Write("password", "short")
		c.EnterKey()
		c.Reads("The password has fewer than 12 characters.")
		c.Write("password", password)
		c.EnterKey()
		c.Reads("That is not the code from the log.")
		s.forgiven()
		c.Write("code", code)
		c.Write("password", password)
		c.EnterKey()
		c.Reads("How far may homesweep go?")
		c.Press("Keep and go on")
		c.Reads("When may it look?")
		c.Press("Keep and go on")
		c.Write("contact", "Anna, first floor")
		c.Press("Keep and start the first check")
		c.Reads("Having the first look around")
		if s.house.Touch() != lan.Ask || s.house.begun() != 1 || s.house.Contact() != "Anna, first floor" {
			t.Errorf("touch %v, %d sweeps, looked after by %q", s.house.Touch(), s.house.begun(), s.house.Contact())
		}
		s.sweeps(c, found)
		c.Reads("things need you now")
	}, "status of 403")
}

// sweeps lets the sweep that was begun find what it finds, which the page follows.
func (s *stage) sweeps(c *chromium.Page, found lan.Sweep) {
	c.T.Helper()
	all := len(found.Devices)
	for i, phase := range []string{"presence", "ports", "services", "checks"} {
		n := all * (i + 1) / 4
		s.house.tell(lan.Progress{Running: true, Phase: phase, Started: noon, Devices: n, Finished: n / 2, Probes: 500 * (i + 1), Total: 2000, Problems: i})
		c.Until(fmt.Sprintf(`document.querySelector('.sweeping').checkVisibility() && document.querySelector('.sweeping').innerText.includes('%d devices found')`, n))
	}
	var share int
	if c.Eval(`document.querySelector('.sweeping progress').value`, &share); share < 30 || share > 99 {
		c.T.Errorf("near the end the bar stands at %d of 100", share)
	}
	s.house.holds(found)
	s.house.tell(lan.Progress{Phase: "done", Started: noon, Devices: all, Finished: all, Probes: 2000, Total: 2000, Problems: 9})
	c.Until(`!document.querySelector('.sweeping').checkVisibility()`)
}

// TestSignInInBrowser: a wrong password is refused in words, the right one lets in, and
// logging out locks the page.
func TestSignInInBrowser(t *testing.T) {
	atBothWidths(t, "home", func(t *testing.T, s *stage, c *chromium.Page, url string) {
		c.Visit(url + "/#/settings")
		c.Write("password", "not the password at all")
		c.EnterKey()
		c.Reads("That is not the password.")
		s.forgiven()
		c.Write("password", password)
		c.EnterKey()
		c.Press("Log out")
		c.Reads("This is the password of homesweep, not of your Wi-Fi.")
		var status int
		if c.Eval(`fetch('/api/v1/state').then((r) => r.status)`, &status); status != 401 {
			t.Errorf("after logging out the state is answered with %d", status)
		}
	}, "status of 403", "status of 401")
}

// TestSweepInBrowser: a sweep begun on the first page is followed there, and can
// be stopped.
func TestSweepInBrowser(t *testing.T) {
	atBothWidths(t, "home", func(t *testing.T, s *stage, c *chromium.Page, url string) {
		logIn(c, url)
		c.Visit(url)
		<-s.house.watching
		c.Press("Check again")
		c.Reads("The check has begun.")
		s.sweeps(c, s.house.Sweep())
		c.Press("Check again")
		c.Until(`document.querySelector('.sweeping').checkVisibility()`)
		c.Press("Stop")
		c.Until(`!document.querySelector('.sweeping').checkVisibility()`)
		if s.house.begun() != 2 {
			t.Errorf("%d sweeps", s.house.begun())
		}
	})
}

// TestAcceptInBrowser: a finding that the owner decides to leave is off the list,
// and comes back when that is taken back; one that is fixed goes by itself.
func TestAcceptInBrowser(t *testing.T) {
	atBothWidths(t, "home", func(t *testing.T, s *stage, c *chromium.Page, url string) {
		const title = "It still speaks the oldest kind of file sharing"
		s.house.only("nas", lan.Finding{Check: "smb1", Verdict: lan.Fail, Severity: lan.Soon, Title: title, Advice: "Switch SMB 1 off.", FirstSeen: noon})
		logIn(c, url)
		c.Visit(url + "/#/device/nas")
		c.Press("I know, leave it")
		c.Reads("You decided to leave")
		c.Press("Home")
		c.Lacks(title)
		c.Eval(`location.hash = '#/device/nas'`, nil)
		c.Reads("You decided to leave")
		c.Eval(openFolds, nil)
		c.Press("Put it back on my list")
		c.Reads("I know, leave it")
		c.Press("Home")
		c.Reads(title)
		s.house.only("nas", lan.Finding{Check: "smb1", Verdict: lan.Pass, Title: title})
		s.house.tell(lan.Progress{Running: true, Started: noon.Add(time.Hour)})
		s.house.tell(lan.Progress{Phase: "done", Started: noon.Add(time.Hour)})
		c.Lacks(title)
		if got := s.house.Decisions(); len(got) != 2 || got[0].Value != "yes" || got[1].Value != "" {
			t.Errorf("decided %+v", got)
		}
	})
}

// TestMergeInBrowser: two entries are one when the owner says so, and are not
// asked about again when they are not.
func TestMergeInBrowser(t *testing.T) {
	atBothWidths(t, "same", func(t *testing.T, s *stage, c *chromium.Page, url string) {
		logIn(c, url)
		c.Visit(url + "/#/")
		c.Press("Same device")
		c.Reads("Noted. They are shown as one device now.")
		c.Lacks("new private address")
		c.Press("Perhaps one computer with two connections")
		c.Press("Not the same")
		c.Reads("Noted. You are not asked about these two again.")
		c.Lacks("with two connections")
		said := s.house.Decisions()
		if n := len(said); n != 5 || said[3].What != "merge" || said[3].Device != "iphone-before" || said[3].Value != "iphone" || said[4].What != "split" {
			t.Errorf("decided %+v", said)
		}
	})
}

// TestAlertsInBrowser: a way is set up, tried, found broken, mended; a rule leads
// to it; and what became of the messages is told.
func TestAlertsInBrowser(t *testing.T) {
	atBothWidths(t, "empty", func(t *testing.T, s *stage, c *chromium.Page, url string) {
		logIn(c, url)
		c.Visit(url + "/#/alerts")
		c.Press("Set up the first way")
		c.Write("way-to", "home-4711")
		c.Write("way-name", "Anna’s phone")
		c.Press("Tell me of new devices and of what should not wait")
		c.Press("Save")
		c.Reads("Without a rule nothing is sent.")
		s.alarm.breaks("ntfy.sh does not answer")
		c.Press("Test")
		c.Reads("tfy.sh does not answer")
		s.alarm.breaks("")
		c.Press("Test")
		c.Reads("The test message was taken.")
		c.Press("Add a rule")
		c.Press("Everything that happens")
		c.Press("Once a day, all in one")
		c.Press("Save")
		c.Reads("once a day")
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
	atBothWidths(t, "home", func(t *testing.T, s *stage, c *chromium.Page, url string) {
		logIn(c, url)
		c.Visit(url + "/#/settings")
		c.Press("Delete my data")
		c.Write("word", "delet")
		c.Until(`[...document.querySelectorAll('button')].some((e) => e.innerText.trim() === 'Delete everything' && e.disabled)`)
		c.Write("word", "delete")
		c.Press("Delete everything")
		c.Reads("Everything was deleted.")
		c.Lacks("192.168.1.")
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
	atBothWidths(t, "home", func(t *testing.T, s *stage, c *chromium.Page, url string) {
		logIn(c, url)
		c.Visit(url + "/#/settings")
		c.Press("Also by Telnet and FTP")
		c.Press("They are mine: allow for 30 days")
		c.Reads("Allowed until 22 December 2026")
		c.Reads("also by Telnet and FTP")
		if got := s.house.Grants(); len(got) != 1 || !got[0].Clear || !got[0].Until.After(noon.Add(29*24*time.Hour)) {
			t.Errorf("granted %+v", got)
		}
		c.Press("Stop for all devices")
		c.Reads("They are mine: allow for 30 days")
		if got := s.house.Grants(); len(got) != 1 || !got[0].Until.IsZero() {
			t.Errorf("granted %+v", got)
		}
	})
}
