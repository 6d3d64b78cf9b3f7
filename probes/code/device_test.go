package code

import (
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

func TestDevice(t *testing.T) {
	s := Fill(household(), known, nil)
	for _, c := range []struct {
		device            string
		guideline         int
		verdict           lan.Verdict
		checked, possible int
		words, why, do    string // each begins so
	}{
		{"camera", 1, lan.NotTested, 0, 1, "Not checked.", "Not tried: Its factory password. Logins are tried only when you allow it.", "Allow logins"},
		{"camera", 2, lan.LikelyPass, 1, 1, "Nothing worrying seen: Who to tell about a security flaw in it.", guidelines[1].why, guidelines[1].instead},
		{"camera", 3, lan.LikelyFail, 1, 2, "Probably a problem: A problem that firmware-outdated sees.",
			"No sure answer came on: How long its maker supports it.", guidelines[2].instead},
		{"camera", 4, lan.LikelyPass, 1, 1, "Nothing worrying", guidelines[3].why, ""},
		{"camera", 5, lan.LikelyPass, 1, 2, "Nothing worrying seen: Control without a password.",
			"No sure answer came on: How well its connections are encrypted.", ""},
		{"camera", 6, lan.Fail, 2, 2, "Problem found: A problem that telnet-open sees.", guidelines[5].why, ""},
		{"camera", 12, lan.Undecided, 0, 0, cannotTell + ": it shows no set-up page", guidelines[11].why, ""},
		{"camera", 13, lan.Undecided, 0, 0, cannotTell + ": " + never, "We don't attack your devices to find out.", "Install its updates"},
		{"bulb", 1, lan.Undecided, 0, 0, cannotTell + ": we know no factory password", guidelines[0].why, ""},
		{"bulb", 3, lan.Undecided, 0, 2, "We can't tell", "No sure answer came on: How old its software is; How long its maker supports it.", ""},
		{"nas", 2, lan.Stale, 0, 1, "Not checked lately.", "No sure answer came on: Who to tell", ""},
		{"nas", 3, lan.LikelyPass, 2, 2, "Nothing worrying", guidelines[2].why, ""},
		{"phone", 5, lan.NotApplicable, 0, 0, "Does not apply.", "The Code is written for smart products and does not speak of phones.", "Keep it updated"},
		{"laptop", 6, lan.Fail, 1, 1, "Problem found", "The Code is written for smart products and does not speak of computers. A problem", ""},
		{"laptop", 5, lan.NotApplicable, 0, 0, "Does not apply.", "", ""},
		{"asleep", 3, lan.NotTested, 0, 2, "Not checked.", "It was not looked at to the end", "Sweep again while it is switched on."},
		{"away", 3, lan.NotTested, 0, 2, "Not checked.", "It was asleep, switched off or gone during the sweep.", "Sweep again"},
		{"asleep", 7, lan.Undecided, 0, 0, "We can't tell", guidelines[6].why, guidelines[6].instead},
		{"tired", 6, lan.LikelyPass, 1, 2, "Nothing worrying", "It did not bear being asked", "Sweep again tomorrow"},
		{"tired", 1, lan.NotTested, 0, 1, "Not checked.", "It did not bear being asked", ""},
		{"heard", 1, lan.NotTested, 0, 1, "Not checked.", "It was only heard", ""},
		{"self", 6, lan.NotTested, 0, 2, "Not checked.", "It is the machine that homesweep runs on", "Run homesweep on another"},
	} {
		g := guidelineOf(s, c.device, c.guideline)
		if g.Verdict != c.verdict || g.Checked != c.checked || g.Possible != c.possible || !strings.HasPrefix(g.Words, c.words) ||
			!strings.HasPrefix(g.Why, c.why) || !strings.HasPrefix(g.Instead, c.do) {
			t.Errorf("%s, guideline %d: want %v\ngot %+v", c.device, c.guideline, c, g)
		}
	}
}

func guidelineOf(s lan.Sweep, id string, n int) lan.Guideline {
	for _, d := range s.Devices {
		if d.ID == id {
			return d.Guidelines[n-1]
		}
	}
	return lan.Guideline{}
}

// TestTouch: below "ask" nobody knows which checks would apply, so that all those
// beyond the touch were left out; from there on a check without a finding had
// nothing to look at.
func TestTouch(t *testing.T) {
	for touch, want := range map[lan.Touch][2]int{lan.Listen: {2, 1}, lan.Look: {1, 1}, lan.Ask: {0, 0}, lan.Login: {0, 0}} {
		s := lan.Sweep{Finished: noon, Touch: touch, Devices: []lan.Device{device("a", "tv", found("firmware-outdated", lan.Undecided))}}
		g := Fill(s, known, nil).Devices[0].Guidelines
		if got := [2]int{g[5].Possible, g[0].Possible}; got != want {
			t.Errorf("touch %s: %v checks possible, want %v", touch, got, want)
		}
		if left := g[5].Verdict == lan.NotTested; left != (want[0] > 0) {
			t.Errorf("touch %s: %s", touch, g[5].Verdict)
		}
		if touch == lan.Listen && !strings.HasPrefix(g[5].Why, "The sweep only listened") ||
			touch == lan.Look && !strings.HasPrefix(g[5].Instead, "Let read-only questions be asked") {
			t.Errorf("touch %s: %q %q", touch, g[5].Why, g[5].Instead)
		}
	}
}

// TestNotTried: what was not tried is named, with the reason that its check gives,
// or else that of the sweep.
func TestNotTried(t *testing.T) {
	login, own := found("default-login", lan.NotTested), found("no-login", lan.NotTested)
	own.Advice = "It does not show who may control it, and we never try."
	for _, c := range []struct {
		finding lan.Finding
		touch   lan.Touch
		why, do string
	}{
		{login, lan.Ask, "Not tried: Its factory password. Logins are tried only when you allow it. ", "Allow logins to be tried (touch \"login\"). "},
		{login, lan.Login, "Not tried: Its factory password. Logins are tried only so often", "Sweep again tomorrow. "},
		{own, lan.Ask, "Not tried: Control without a password. It does not show who may control it, and we never try. ", guidelines[4].instead},
		{found("no-login", lan.NotTested), lan.Ask, "Not tried: Control without a password. That did not work this time. ", "Sweep again. "},
	} {
		g := Device(device("a", "camera", c.finding), lan.Sweep{Touch: c.touch}, known, nil)[c.finding.Guideline-1]
		if g.Verdict != lan.NotTested || !strings.HasPrefix(g.Why, c.why) || !strings.HasPrefix(g.Instead, c.do) {
			t.Errorf("touch %s: want %+v\ngot %+v", c.touch, c, g)
		}
	}
}

// TestServices: a check that passed on one service and could not tell on another
// came to no answer.
func TestServices(t *testing.T) {
	web, telnet := found("default-login", lan.Pass), found("default-login", lan.Undecided)
	web.Service, telnet.Service = "tcp/80", "tcp/23"
	for _, c := range []struct {
		findings []lan.Finding
		want     lan.Verdict
		checked  int
	}{
		{[]lan.Finding{web}, lan.LikelyPass, 1},
		{[]lan.Finding{web, telnet}, lan.Undecided, 0},
		{[]lan.Finding{web, telnet, found("default-login", lan.Fail)}, lan.Fail, 1},
		{[]lan.Finding{web, found("default-login", lan.NotApplicable)}, lan.LikelyPass, 1},
		{[]lan.Finding{found("default-login", lan.NotApplicable)}, lan.Undecided, 0},
	} {
		g := Device(device("a", "camera", c.findings...), lan.Sweep{Touch: lan.Login}, known, nil)[0]
		if g.Verdict != c.want || g.Checked != c.checked {
			t.Errorf("%v: %s, %d of %d", c.findings, g.Verdict, g.Checked, g.Possible)
		}
	}
}

// TestWorstIsNamed: of several problems the surest and most pressing is named, and
// the others are counted.
func TestWorstIsNamed(t *testing.T) {
	first, second := found("snmp-public", lan.Fail), found("telnet-open", lan.Fail)
	second.Severity = lan.ActNow
	for want, findings := range map[string][]lan.Finding{
		"Problem found: A problem that telnet-open sees. And 1 more.":      {first, second},
		"Problem found: A problem that snmp-public sees. And 1 more.":      {first, found("telnet-open", lan.LikelyFail)},
		"Probably a problem: A problem that snmp-public sees. And 1 more.": {found("telnet-open", lan.LikelyFail), found("snmp-public", lan.LikelyFail)},
		"Problem found: a-check-of-tomorrow.":                              {{Check: "a-check-of-tomorrow", Guideline: 6, Verdict: lan.Fail}},
	} {
		if got := Device(device("a", "camera", findings...), lan.Sweep{Touch: lan.Ask}, known, nil)[5].Words; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestProvisionsOfDevice: each provision lists its own checks and their verdict.
func TestProvisionsOfDevice(t *testing.T) {
	got := guidelineOf(Fill(household(), known, nil), "camera", 6).Provisions
	want := []lan.Provision{
		{ID: "5.6-1", Verdict: lan.Fail, Checks: []string{"telnet-open"}},
		{ID: "5.6-2", Verdict: lan.LikelyPass, Checks: []string{"snmp-public"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	if got := guidelineOf(Fill(household(), known, nil), "phone", 6).Provisions; got == nil || len(got) != 0 {
		t.Errorf("%#v is not an empty list", got)
	}
}

func TestDisposal(t *testing.T) {
	long := strings.Repeat("x", 500)
	for _, c := range []struct {
		wipe  []string
		lines int
	}{{nil, 7}, {[]string{"a", "b"}, 8}, {[]string{"1", "2", "3", "4", "5", long}, 11}, {[]string{long + "\x1b[2J"}, 7}} {
		for _, kind := range append(lan.Kinds, "") {
			steps := Device(lan.Device{Kind: kind, Addresses: []netip.Addr{{}}}, lan.Sweep{}, known, c.wipe)[10].Steps
			if beside(kind) {
				if steps != nil {
					t.Errorf("%s has steps", kind)
				}
				continue
			}
			if len(steps) != c.lines {
				t.Errorf("%s: %d steps, want %d: %q", kind, len(steps), c.lines, steps)
			}
			for _, step := range steps {
				if len(step) > maxStep+20 || c.wipe == nil && len(step) > 140 || strings.Contains(step, "\x1b") {
					t.Errorf("%d bytes: %q", len(step), step)
				}
			}
			wiped := "Reset it"
			if c.wipe != nil {
				wiped = "Wipe it, 1 of"
			}
			order(t, steps, "account", "cloud", wiped, "set up like a new one", "new password", "forgotten here")
		}
	}
}

// order wants each of words in a later step than the one before.
func order(t *testing.T, steps []string, words ...string) {
	t.Helper()
	for _, step := range steps {
		if len(words) > 0 && strings.Contains(step, words[0]) {
			words = words[1:]
		}
	}
	if len(words) > 0 {
		t.Errorf("%q does not come where it should in %q", words[0], steps)
	}
}
