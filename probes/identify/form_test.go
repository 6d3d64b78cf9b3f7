package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

func TestParseForm(t *testing.T) {
	for page, want := range map[string]string{
		"":                                "",
		"<p>hello":                        "",
		"<input type=text name=password>": "",
		`<FORM><INPUT name=u><Input TYPE="Password" name=p></form>`:           "login",
		"<input\n\ttype = 'password'\n>":                                      "login",
		`<!-- <input type="password"> --><p>`:                                 "",
		`<script>x='<input type="password">'</script>`:                        "",
		`<style><input type="password"></style>`:                              "",
		`<input type="password"><input type="password" class=decoy>`:          "login",
		`<input type="password" name=p1><input type="password" id="confirm">`: "new-password",
		`<input type="password" placeholder="Repeat it">`:                     "login",
		"<inputs type=password>":                                              "",
		`<h4>No password set!</h4><input type="password">`:                    "first-password",
		`<p>no password set!</p><input type="password">`:                      "login",
		`<input type="text" name="adminlogin" id="adminlogin">`:               "first-password",
		`<input type="password`:                                               "login",
		"\xff\xfe<\x00i\x00n\x00p\x00u\x00t\x00 \x00t\x00y\x00p\x00e\x00=\x00p\x00a\x00s\x00s\x00w\x00o\x00r\x00d\x00>\x00": "login",
	} {
		if got := parseForm([]byte(page)); got != want {
			t.Errorf("%q: %q, want %q", page, got, want)
		}
	}
}

// TestPage is all that a page says of itself.
func TestPage(t *testing.T) {
	h := Page([]byte(`<title>Gate</title><input type=password>`), "Text/HTML; charset=utf-8")
	if h[lan.HTTPType] != "text/html" || h[lan.HTTPTitle] != "Gate" || h[lan.HTTPForm] != "login" || len(h) != 3 {
		t.Errorf("heard %v", h)
	}
	if h := Page(nil, ""); len(h) != 0 {
		t.Errorf("of nothing: %v", h)
	}
}

func FuzzParseForm(f *testing.F) {
	f.Add([]byte(`<form><input type="password"><input type=password name=confirm></form>`))
	f.Add([]byte("<input<input type='password"))
	f.Add([]byte("\xfe\xff\x00<\x00i"))
	f.Fuzz(func(t *testing.T, page []byte) {
		switch form := parseForm(page); form {
		case "", "login", "new-password", "first-password":
		default:
			t.Errorf("form %q", form)
		}
	})
}
