package proof

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"
)

// TestHikvisionHash holds the hashes to what encode_password of
// github.com/petrleocompel/hikaxpro gives for the same words.
func TestHikvisionHash(t *testing.T) {
	const salts = `<salt>22CF57B6ADE75214A4C87042B3272630C55EF5D782AB3BE4C9EC4DA1CD95AF3B</salt>` +
		`<salt2>7BEB8CA39D05B89CABC4003FDCBA5AE73556CB8008BCEE3CBCA48CABC3AC201B</salt2><challenge>82360cd6ffd7beda4398cf67bfbd1ea9</challenge>`
	for kind, want := range map[string]string{
		"<isIrreversible>true</isIrreversible><iterations>100</iterations>":                                       "8066da460542906bf6b4d0db45226ca1cfd786683f0c37499dac8948fd69fcf6",
		"<isIrreversible>false</isIrreversible><iterations>100</iterations>":                                      "79b8c7b38fcd5fee3921a87867228c2621a96fb6dba1ef627bd6ceca83c60684",
		"<isIrreversible>true</isIrreversible><sessionIDVersion>2</sessionIDVersion><iterations>100</iterations>": "284275189a37bd9fe109e40c7c52bd40dfd1fa7e108d820a193e7cc04cfbfdd4",
		"<iterations>0</iterations>":      "",
		"<iterations>-4</iterations>":     "",
		"<iterations>100000</iterations>": "", // of hashing would take the router's time
		"<iterations>many</iterations>":   "",
		"":                                "",
	} {
		got, ok := hikvisionHash(readXML([]byte("<SessionLoginCap>"+kind+salts+"</SessionLoginCap>")), Login{"blabla@blabla.com", "blabla"})
		if got != want || ok != (want != "") {
			t.Errorf("%s: %q, %v; want %q", kind, got, ok, want)
		}
	}
}

// TestUsernameToken holds the digest to the example of ONVIF's Application
// Programmer's Guide.
func TestUsernameToken(t *testing.T) {
	nonce, err := base64.StdEncoding.DecodeString("LKqI6G/AikKCQrN0zqZFlg==")
	if err != nil {
		t.Fatal(err)
	}
	token := usernameToken(nonce, time.Date(2010, 9, 16, 7, 50, 45, 0, time.UTC), Login{"us<er", "userpassword"})
	for _, want := range []string{">tuOSpGlFlIXsozq4HFNeeGeFLEI=<", ">2010-09-16T07:50:45Z<", ">LKqI6G/AikKCQrN0zqZFlg==<", ">us&lt;er<"} {
		if !strings.Contains(token, want) {
			t.Errorf("%s is not in\n%s", want, token)
		}
	}
}

// TestSofia holds the digest to what public clients have for no password
// (github.com/NeiroN/python-dvr).
func TestSofia(t *testing.T) {
	if got := sofia(""); got != "tlJwpbo6" {
		t.Errorf("%q", got)
	}
}

func TestInterleaved(t *testing.T) {
	for _, tt := range [][3]string{{"", "", ""}, {"abc", "12", "a1b2c"}, {"a", "123", "a123"}, {"", "12", "12"}, {"ab", "", "ab"}} {
		if got := interleaved(tt[0], tt[1]); got != tt[2] {
			t.Errorf("%q with %q: %q, want %q", tt[0], tt[1], got, tt[2])
		}
	}
}

func TestNumberAfter(t *testing.T) {
	for script, want := range map[string]int{
		`"error_num":"2"`: 2, `error_num=31&x`: 31, `\"error_num\":\"4\"`: 4, `error_num = 007;`: 7, `error_num: 1234567890123`: 123456789,
		`error_num`: -1, `error_num":"",`: -1, `error_num==x`: -1, `nothing`: -1, ``: -1, "error_num" + strings.Repeat(" ", 100) + "5": -1,
	} {
		n, ok := numberAfter([]byte(script), "error_num")
		if !ok {
			n = -1
		}
		if n != want {
			t.Errorf("%s: %d, want %d", script, n, want)
		}
	}
}

func TestTPLinkPages(t *testing.T) {
	for body, want := range map[string]string{
		`<script>window.parent.location.href = "http://192.168.0.1/HQKATSSCQLVJQNVB/userRpm/Index.htm";</script>`: "HQKATSSCQLVJQNVB",
		`window.parent.location.href = "http://192.168.0.1/userRpm/Index.htm"`:                                    "",
		`<a href="/HQKATSSCQLVJQNVB/userRpm/Index.htm">`:                                                          "",
		`location.href = "http://x/HQKA TSSCQLVJQN/userRpm/Index.htm"`:                                            "",
		`location.href = "http://x/` + strings.Repeat("A", 99) + `/userRpm/Index.htm"`:                            "",
		``: "",
	} {
		if got := tplinkPrefix([]byte(body)); got != want {
			t.Errorf("%s: %q", body, got)
		}
	}
	state, hashed, ok := tplinkState([]byte("var httpAutErrorArray = new Array(\n2, 1, 0,0 );"))
	if state != 2 || hashed != 1 || !ok {
		t.Errorf("%d, %d, %v", state, hashed, ok)
	}
	if _, _, ok := tplinkState([]byte("httpAutErrorArray = ();")); ok {
		t.Error("an array without a number")
	}
}

func TestOnvifClock(t *testing.T) {
	clock := func(year, month, hour string) string {
		return "<E><UTCDateTime><Time><Hour>" + hour + "</Hour><Minute>1</Minute><Second>2</Second></Time><Date><Year>" + year +
			"</Year><Month>" + month + "</Month><Day>3</Day></Date></UTCDateTime></E>"
	}
	for _, tt := range []struct {
		xml string
		ok  bool
	}{
		{clock("2004", "2", "0"), true}, {clock("1970", "1", "23"), true}, {clock("99999", "2", "3"), false}, {clock("2004", "13", "3"), false},
		{clock("2004", "2", ""), false}, {clock("2004", "2", "24"), false}, {strings.ReplaceAll(clock("2004", "2", "3"), "UTC", "Local"), false}, {"", false},
	} {
		if now, ok := onvifClock(readXML([]byte(tt.xml))); ok != tt.ok {
			t.Errorf("%s: %v, %v", tt.xml, now, ok)
		}
	}
}
