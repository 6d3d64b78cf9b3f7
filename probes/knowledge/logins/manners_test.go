package logins

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestAttackLayerForgetsLockout: a layer that replaces a record cannot make a
// family that locks its owner out bear more tries.
func TestAttackLayerForgetsLockout(t *testing.T) {
	for _, e := range load(t).entries {
		if e.Lockout.Max == 0 || e.Lockout.Window == "" {
			continue
		}
		for _, forged := range []lockout{{}, {Max: 50, Window: "1s"}} {
			m := e.meta
			m.Lockout = forged
			over, err := json.Marshal([]meta{m})
			if err != nil {
				t.Fatal(err)
			}
			for name, read := range map[string]func(Rows, ...Rows) (*Set, error){"read": Read, "reread": Reread} {
				s, err := read(Rows{}, Rows{Records: over})
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range s.All() {
					if r.ID == e.ID && (r.Lockout.Max != e.Lockout.Max || r.Lockout.Window != e.window || (r.Lockout.Says == nil) != (e.Lockout.Says == "")) {
						t.Errorf("%s, %s: %+v", name, e.ID, r.Lockout)
					}
				}
			}
		}
	}
}

// TestAttackLayerActs: no record has us ask for a page that does something, or
// send more than a login.
func TestAttackLayerActs(t *testing.T) {
	var form meta
	for _, e := range load(t).entries {
		if e.Auth.Type == "form" && e.Auth.Login != "" {
			form = e.meta
		}
	}
	for name, spoil := range map[string]func(*auth){
		"path": func(a *auth) { a.Path = "/cgi-bin/reboot.cgi" }, "escaped": func(a *auth) { a.Path = "/%72eboot" },
		"login": func(a *auth) { a.Login = "/goform/FactoryDefault" }, "logout": func(a *auth) { a.Logout = "POST /api/system/shutdown" },
		"action": func(a *auth) { a.Action, a.Fields = "/apply.cgi", fields{"u", "p"} },
		"query":  func(a *auth) { a.Path = "/param.cgi?action=set&x=1" },
		"body":   func(a *auth) { a.Action, a.Fields, a.Body = "/in", fields{"u", "p"}, map[string]any{"cmd": "reboot"} },
	} {
		m := form
		spoil(&m.Auth)
		over, err := json.Marshal([]meta{m})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Read(Rows{}, Rows{Records: over}); err == nil || !strings.Contains(err.Error(), "does something") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
