package checks

import (
	"cmp"
	"context"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// A device that still waits for its first owner takes whoever comes first: it says
// so when it is searched for, or its web page leads to its set-up. Where the page
// itself leads is asked for once; nothing is filled in.
var _ = register(probes.Check{
	ID:        "setup-unfinished",
	Topic:     "Its set-up",
	Title:     "Its set-up is not finished",
	Advice:    "Anyone on your network could finish it for you and choose the password. If you use the device, open its page or its maker's app, finish the set-up and choose a password of your own. If you do not use it, unplug it or remove the program.",
	Guideline: 12, Provision: "5.12-1", Severity: lan.Soon, Touch: lan.Ask,
	Applies: func(d lan.Device, s lan.Service) bool {
		_, told := ownWord(d, s)
		return told != "" || paged(d, s)
	},
	Run: setupUnfinished,
})

// factory is what devices say of their own set-up, by the field it is kept under:
// the word for a device that waits for it, and for one that has it behind it; "~"
// begins a word that is only part of what is said.
var factory = [...]struct{ field, waits, done string }{
	{"hikvision.Activated", "false", "true"}, // SADP
	{"dahua.initialized", "no", "yes"},
	{"jellyfin.setup_done", "false", "true"}, // StartupWizardCompleted of its API
	{"plex.claimed", "0", "1"},
	{lan.TelnetBanner, "~Use 'passwd' to set your login password", ""}, // OpenWrt's login.sh
	{lan.HTTPGoto, "~/onboarding.html", ""},                            // Home Assistant
	{lan.HTTPGoto, "~/wp-admin/install.php", ""},                       // WordPress
	{lan.HTTPGoto, "~/wp-admin/setup-config.php", ""},
	{lan.HTTPGoto, "~/QIS_wizard.htm", ""}, // ASUS
	{lan.HTTPTitle, "Synology Web Assistant", ""},
}

// heard is what was said under field: by a service that talks of itself, or by the
// device when s is the zero Service.
func heard(d lan.Device, s lan.Service, field string) string {
	switch s.Name {
	case "":
		if strings.HasPrefix(field, "hikvision.") || strings.HasPrefix(field, "dahua.") {
			return said(d, field)
		}
		return ""
	case "http", "https", "telnet":
		return s.Heard[field]
	}
	return ""
}

// ownWord is what d, or its service s, says of its set-up, and the words it says.
func ownWord(d lan.Device, s lan.Service) (lan.Verdict, string) {
	verdict, told := lan.NotApplicable, ""
	for _, sign := range factory {
		words := heard(d, s, sign.field)
		part, loose := strings.CutPrefix(sign.waits, "~")
		switch {
		case words == "":
		case words == sign.waits, loose && strings.Contains(words, part):
			return lan.Fail, sign.field + ": " + words
		case words == sign.done:
			verdict, told = lan.Pass, sign.field+": "+words
		}
	}
	return verdict, told
}

// paged reports whether s has a front page that asks for a password or leads on;
// a printer's leads to its everyday settings.
func paged(d lan.Device, s lan.Service) bool {
	return (s.Name == "http" || s.Name == "https") && d.Kind != "printer" && (s.Heard[lan.HTTPForm] != "" || lead(s) != "")
}

// The pages of a set-up. wizard is how the path is called to which a front page
// leads, inSetup what such a page has for a title. Neither proves it alone: some
// devices call their everyday settings so.
var (
	wizard = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)/(install(er|ation)?|set-?up(-?(wizard|database))?|wizard|first-?(run|time|use)|onboarding|oobe|init(ial)?-?(set-?up|config\w*)?|activat(e|ion))(\.\w{2,5})?/?$`)
	})
	inSetup = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)\b(set-?up|install(ation|er)?|onboarding|first[- ](run|use)|getting started|initial config\w*|create (an? )?(admin\w* )?(account|password))\b`)
	})
	signIn = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)\b(log|sign)[ -]?(in|on)\b`) })
)

func setupUnfinished(ctx context.Context, p *probes.Pass) (lan.Verdict, error) {
	if verdict, told := ownWord(p.Device, p.Service); told != "" {
		p.Saw("read what it says of itself", told)
		return verdict, nil
	}
	path, said, page := lead(p.Service), "read its front page", p.Service.Heard
	if path != "" {
		r, err := ask(ctx, p, path, "", maxPage)
		if err != nil {
			return lan.Undecided, err
		}
		said, page = "GET "+path+", where its front page leads", identify.Page(r.body, r.kind)
		page.Set(lan.HTTPStatus, strconv.Itoa(r.status))
	}
	p.Saw(said, strings.TrimSpace(page[lan.HTTPStatus]+" "+page[lan.HTTPTitle]+" "+page[lan.HTTPForm]))
	return stage(path, page), nil
}

// stage is how far a set-up has come by the words of a page; path is where it was
// found, if not at the front.
func stage(path string, page lan.Heard) lan.Verdict {
	signs := 0
	for _, sign := range [...]bool{wizard().MatchString(path), inSetup().MatchString(page[lan.HTTPTitle]), page[lan.HTTPForm] == "new-password"} {
		if sign {
			signs++
		}
	}
	switch status := page[lan.HTTPStatus]; {
	case page[lan.HTTPForm] == "first-password": // whatever the status: LuCI asks for a login with 403
		return lan.Fail
	case page[lan.HTTPForm] == "login" && signIn().MatchString(page[lan.HTTPTitle]):
		return lan.LikelyPass // it knows somebody, whatever its pages are called
	case status == "200" && signs > 1:
		return lan.LikelyFail
	case status == "200", status == "401", status == "403", page[lan.HTTPForm] == "login":
		return lan.LikelyPass // nothing of a set-up is there, or it knows somebody
	}
	return lan.Undecided
}

// lead is the path to which a front page leads on the same server; "" where it
// stays or leads elsewhere.
func lead(s lan.Service) string {
	to := cmp.Or(s.Heard[lan.HTTPGoto], s.Heard[identify.HTTPRefresh])
	u, err := url.Parse(to)
	if to == "" || err != nil || u.Opaque != "" || u.Host != "" && (u.Hostname() != s.Address.WithZone("").String() || u.Scheme == "https" != s.TLS) {
		return ""
	}
	u = (&url.URL{Path: "/"}).ResolveReference(u)
	return "/" + strings.TrimPrefix(u.EscapedPath(), "/")
}
