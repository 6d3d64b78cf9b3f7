package checks

import (
	"io"
	"net/http"
	"net/netip"
	"testing"

	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// only is a web server that has this page at path and nothing else.
func only(path, page string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != path || r.Method != http.MethodGet || r.Header.Get("Authorization") != "" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, page)
	}
}

func leads(to string) lan.Service { return port("http", lan.Heard{lan.HTTPGoto: to}) }

const choose = `<form><input type=password name=one><input type=password name=confirm></form>`

var _ = hold("setup-unfinished",
	twin{name: "a Hikvision camera that is not activated", device: lan.Device{Heard: lan.Heard{"hikvision.Activated": "false"}}, want: lan.Fail},
	twin{name: "one that is", device: lan.Device{Heard: lan.Heard{"hikvision.Activated": "true"}}, want: lan.Pass},
	twin{name: "a Dahua camera without a password", device: lan.Device{Heard: lan.Heard{"dahua.initialized": "no"}}, want: lan.Fail},
	twin{name: "Jellyfin before its wizard", service: port("http", lan.Heard{"jellyfin.setup_done": "false"}), want: lan.Fail},
	twin{name: "Jellyfin after its wizard", service: port("http", lan.Heard{"jellyfin.setup_done": "true", lan.HTTPGoto: "web/"}), want: lan.Pass},
	twin{name: "a Plex server that is nobody's", service: port("http", lan.Heard{"plex.claimed": "0"}), want: lan.Fail},
	twin{name: "Home Assistant, new", service: leads("/onboarding.html"), want: lan.Fail},
	twin{name: "WordPress, new", service: leads("http://192.0.2.1/wp-admin/install.php"), want: lan.Fail},
	twin{name: "OpenWrt by Telnet, new", service: port("telnet", lan.Heard{lan.TelnetBanner: "=== IMPORTANT === Use 'passwd' to set your login password"}), want: lan.Fail},
	twin{name: "a Telnet login", service: port("telnet", lan.Heard{lan.TelnetBanner: "BusyBox login:"}), want: lan.NotApplicable},
	twin{name: "LuCI without a password", service: port("http", lan.Heard{identify.HTTPRefresh: "cgi-bin/luci/"}),
		web: only("/cgi-bin/luci/", `<title>OpenWrt - LuCI</title><h4>No password set!</h4><input type="password">`), want: lan.Fail},
	twin{name: "LuCI without a password, which it asks for all the same", service: leads("/cgi-bin/luci/"), web: func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `<h4>No password set!</h4><input type="password">`)
	}, want: lan.Fail},
	twin{name: "LuCI with one", service: port("http", lan.Heard{identify.HTTPRefresh: "cgi-bin/luci/"}),
		web: only("/cgi-bin/luci/", `<title>OpenWrt - LuCI</title><input type="password">`), want: lan.LikelyPass},
	twin{name: "a page that leads to a set-up", service: leads("/setup"), web: only("/setup", "<title>Welcome</title>"+choose), want: lan.LikelyFail},
	twin{name: "one whose installer says so", service: leads("/install.html"), web: only("/install.html", "<title>Setup AdGuard Home</title>"), want: lan.LikelyFail},
	twin{name: "Nextcloud's installer at the front", service: port("http", lan.Heard{lan.HTTPForm: "first-password", lan.HTTPStatus: "200"}), want: lan.Fail},
	twin{name: "a wizard at the front", service: port("http", lan.Heard{lan.HTTPForm: "new-password", lan.HTTPStatus: "200", lan.HTTPTitle: "Setup Wizard"}), want: lan.LikelyFail},
	twin{name: "a printer leads on", device: lan.Device{Kind: "printer"}, service: leads("/setup"), want: lan.NotApplicable},
	twin{name: "a set-up that is shut", service: leads("/setup"), web: func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, "<title>Setup</title>")
	}, want: lan.Undecided},
	twin{name: "everyday settings called so, behind a login", service: leads("/setup.htm"), web: only("/", ""), want: lan.Undecided},
	twin{name: "a page that is called so without a password to choose", service: leads("/index.html"), web: only("/index.html", "<title>Phone Setup</title>"), want: lan.LikelyPass},
	twin{name: "somebody changes a password", service: leads("/profile"), web: only("/profile", "<title>You</title>"+choose), want: lan.LikelyPass},
	twin{name: "a login", service: port("http", lan.Heard{lan.HTTPForm: "login", lan.HTTPStatus: "200"}), want: lan.LikelyPass},
	twin{name: "leads to another device", service: leads("http://192.0.2.77/setup"), want: lan.NotApplicable},
	twin{name: "a plain page", service: port("http", lan.Heard{lan.HTTPTitle: "Hello"}), want: lan.NotApplicable})

func TestLead(t *testing.T) {
	for to, want := range map[string]string{
		"": "", "/a?b=c": "/a", "a/b": "/a/b", "../x": "/x", "http://192.0.2.1:8080/y": "/y", "http://192.0.2.1": "/",
		"https://192.0.2.1/": "", "http://192.0.2.2/": "", "//example.org/x": "", "http://[bad": "", "javascript:go()": "",
	} {
		s := leads(to)
		s.Address = netip.MustParseAddr("192.0.2.1")
		if got := lead(s); got != want {
			t.Errorf("%q leads to %q, want %q", to, got, want)
		}
	}
}
