package ui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// problem is a finding of the made-up home that asks for something.
func problem(check string, severity lan.Severity, service, title string) lan.Finding {
	return lan.Finding{Check: check, Verdict: lan.Fail, Severity: severity, Service: service, Title: title, Advice: "Advice on " + title, FirstSeen: noon}
}

// crowded is a home in which one camera has a lot of findings, of which two
// press, one of them behind two doors; and a TV with something to know only.
func crowded(t *testing.T) *fakeHouse {
	house := newHouse(t)
	for i := range house.sweep.Devices {
		d := &house.sweep.Devices[i]
		d.Findings = nil
		switch d.ID {
		case "cam-front":
			d.Findings = []lan.Finding{
				problem("cleartext-login", lan.ForInfo, "", "Known one"), problem("raw-print", lan.ForInfo, "", "Known two"),
				problem("upnp-igd", lan.WhenYouCan, "", "Some day"), problem("telnet-open", lan.Soon, "tcp/23", "Rather soon"),
				problem("default-login", lan.ActNow, "tcp/21", "At once"), problem("default-login", lan.ActNow, "tcp/80", "At once"),
				{Check: "no-login", Verdict: lan.Pass, Title: "Control without a password"},
				{Check: "weak-tls", Verdict: lan.Undecided, Title: "How well its connections are encrypted"},
				{Check: "ftp-anonymous", Verdict: lan.NotTested, Title: "Files by FTP for visitors without an account"},
			}
		case "tv":
			d.Findings = []lan.Finding{problem("local-control", lan.ForInfo, "", "Known three")}
		}
	}
	return house
}

// folded reports whether text stands on the page in the closed fold named key.
func folded(dom, key, text string) bool {
	_, rest, ok := strings.Cut(dom, `<details class="fold" data-key="`+key+`">`)
	inside, _, _ := strings.Cut(rest, "</details>")
	return ok && strings.Contains(inside, text)
}

// TestCalm: what presses is told first and once, what can wait and what is only
// good to know is one tap away, and is counted nowhere as something to do.
func TestCalm(t *testing.T) {
	house := crowded(t)
	srv := owned(t, house)
	home := dump(t, srv.URL+"/#/")
	for _, want := range []string{">One thing needs you now<", ">And then<", "Rather soon"} {
		if !strings.Contains(home, want) {
			t.Errorf("the first page lacks %q", want)
		}
	}
	if n := strings.Count(home, ">At once<"); n != 1 {
		t.Errorf("the first page tells one problem %d times", n)
	}
	for key, title := range map[string]string{"later for_info": "Known three", "later when_you_can": "Some day"} {
		if !folded(home, key, title) {
			t.Errorf("%q is not folded away on the first page", title)
		}
	}
	if list := dump(t, srv.URL+"/#/devices"); !strings.Contains(list, `Needs attention<span class="count">1</span>`) || !strings.Contains(list, "Act now +2") {
		t.Error("the list counts what is only good to know, or does not count what is to do")
	}
	device := dump(t, srv.URL+"/#/device/cam-front")
	at := 0
	for _, want := range []string{"What to do", "Advice on At once", "Advice on Rather soon", `data-key="later when_you_can"`, `data-key="later for_info"`, "Looks fine", "Can it be used without logging in?", "We can’t tell from here", "Not checked", "Can its files be opened without an account?"} {
		i := strings.Index(device[at:], want)
		if i < 0 {
			t.Fatalf("the device's page lacks %q, or has it in another place", want)
		}
		at += i
	}
	for _, title := range []string{"Known one", "Known two"} {
		if !folded(device, "later for_info", "Advice on "+title) {
			t.Errorf("%q is not folded away on the device's page", title)
		}
	}
	if deep := dump(t, srv.URL+"/#/device/cam-front/raw-print"); folded(deep, "later for_info", "Known two") {
		t.Error("a link to a finding leaves it folded away")
	}
}

// TestNothingToDo: what is only good to know does not turn good news into bad.
func TestNothingToDo(t *testing.T) {
	house := crowded(t)
	for i := range house.sweep.Devices {
		if d := &house.sweep.Devices[i]; d.ID == "cam-front" {
			d.Findings = d.Findings[:1]
		}
	}
	srv := owned(t, house)
	for at, wants := range map[string][]string{
		"/#/":                 {">Nothing here needs you right now<", ">Nothing needs doing<", ">Good to know<"},
		"/#/devices":          {`>For your information<`},
		"/#/device/cam-front": {">Nothing needs doing<", "listed below"},
	} {
		dom := dump(t, srv.URL+at)
		for _, want := range wants {
			if !strings.Contains(dom, want) {
				t.Errorf("%s lacks %q", at, want)
			}
		}
		if strings.Contains(dom, ">Needs attention<") || strings.Contains(dom, "No problem was found") {
			t.Errorf("%s is alarmed, or tells less than is known", at)
		}
	}
}

// TestCards: three different problems come before three times the same.
func TestCards(t *testing.T) {
	house := crowded(t)
	for i := range house.sweep.Devices {
		house.sweep.Devices[i].Findings = []lan.Finding{problem("default-login", lan.ActNow, "", "At once")}
	}
	last := &house.sweep.Devices[len(house.sweep.Devices)-1]
	last.Findings = append(last.Findings, problem("rtsp-open", lan.ActNow, "", "Seen by all"))
	dom := dump(t, owned(t, house).URL+"/#/")
	if first, _, _ := strings.Cut(dom, ">And then<"); strings.Count(first, "Seen by all") < 1 {
		t.Error("another problem waits behind the same one on other devices")
	}
	if want := fmt.Sprintf(">%d devices<", len(house.sweep.Devices)-2); !strings.Contains(dom, want) {
		t.Errorf("the same on several devices is not %q", want)
	}
}
