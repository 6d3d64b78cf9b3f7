package proof

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

// animal is a page that has made somebody's scanner cry wolf.
type animal struct {
	page    func(*acme) // changes the device
	record  func(*logins.Record)
	outcome []probes.Outcome // of the tries; none where no login may be sent
	verdict lan.Verdict      // Undecided where it says nothing
}

// says answers with a status and a body.
func says(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// wrong is a device whose answer to a login is h; the password is not acmePass.
func wrong(h http.HandlerFunc) func(*acme) { return func(a *acme) { a.wrong = h } }

// right is a device that takes acmePass and then answers with h, but whose
// protected page does not show.
func right(h http.HandlerFunc) func(*acme) {
	return func(a *acme) { a.pass, a.inside = acmePass, func() string { return "one moment" }; a.right = h }
}

// shows is a device with another login page.
func shows(text string) func(*acme) {
	return func(a *acme) { a.form = func(int) string { return text } }
}

// meets is a device whose protected page is h without a login.
func meets(h http.HandlerFunc) func(*acme) { return func(a *acme) { a.outside = h } }

func formWith(inputs string) string {
	return `<form action=login.cgi method=post><input name=u>` + inputs + `<input type=password name=p></form>`
}

var (
	no         = []probes.Outcome{probes.Rejected}
	dunno      = []probes.Outcome{probes.Unclear}
	locks      = []probes.Outcome{probes.Locked}
	twice      = []probes.Outcome{probes.Accepted, probes.Accepted}
	refused401 = says(401, "no", "WWW-Authenticate", `Basic realm="box"`)
)

var zoo = map[string]animal{
	"200 on failure":                      {wrong(says(200, "Welcome to the box")), nil, no, lan.Pass},
	"200 on failure, everywhere":          {func(a *acme) { a.wrong = says(200, "?"); a.outside = says(200, acmeForm) }, nil, no, lan.Pass},
	"login page again with an error":      {wrong(says(200, "<p>Invalid credentials</p>"+acmeForm)), nil, no, lan.Pass},
	"captcha on the login page":           {shows(`<img src=/captcha.jpg>` + acmeForm), nil, nil, lan.Undecided},
	"captcha as a field":                  {shows(formWith(`<input name=vcode>`)), nil, nil, lan.Undecided},
	"captcha after a failure":             {wrong(says(200, "<div class=g-recaptcha>captcha</div>"+acmeForm)), nil, dunno, lan.Undecided},
	"redirect to the login":               {wrong(http.RedirectHandler("/login.html?err=1", http.StatusFound).ServeHTTP), nil, no, lan.Pass},
	"redirect on any answer":              {wrong(http.RedirectHandler("/status.html", http.StatusFound).ServeHTTP), nil, no, lan.Pass},
	"redirect to another host":            {wrong(http.RedirectHandler("http://192.0.2.9/status.html", http.StatusFound).ServeHTTP), nil, dunno, lan.Undecided},
	"redirect to a name":                  {wrong(http.RedirectHandler("http://router.example/", http.StatusFound).ServeHTTP), nil, dunno, lan.Undecided},
	"redirect to https":                   {wrong(http.RedirectHandler("https://127.0.0.1/", http.StatusMovedPermanently).ServeHTTP), nil, dunno, lan.Undecided},
	"redirect that sends the form again":  {wrong(http.RedirectHandler("/login.cgi", http.StatusTemporaryRedirect).ServeHTTP), nil, dunno, lan.Undecided},
	"redirects in a circle":               {meets(http.RedirectHandler("/status.html", http.StatusFound).ServeHTTP), nil, nil, lan.Undecided},
	"protected page on another host":      {meets(http.RedirectHandler("http://192.0.2.9/login.html", http.StatusFound).ServeHTTP), nil, nil, lan.Undecided},
	"404 that speaks of credentials":      {wrong(says(404, "credentials not found: logout, Box status")), nil, dunno, lan.Undecided},
	"protected page is a 404 with a form": {meets(says(404, acmeForm)), nil, nil, lan.Undecided},
	"any password accepted":               {func(a *acme) { a.takes = func(map[string]string) bool { return true } }, nil, twice, lan.Undecided},
	"any password accepted by Basic": {meets(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			refused401(w, r)
		}
	}), basic, twice, lan.Undecided},
	"maintenance after the login":   {wrong(says(503, "Maintenance. Box status will be back")), nil, dunno, lan.Undecided},
	"maintenance page":              {meets(says(503, "<h1>Maintenance</h1>")), nil, nil, lan.Undecided},
	"firmware upgrade":              {wrong(says(200, "Upgrading firmware, do not switch off"+acmeForm)), nil, dunno, lan.Undecided},
	"another user is logged in":     {wrong(says(200, "Another user is logged in."+acmeForm)), nil, dunno, lan.Undecided},
	"sessions full":                 {right(says(200, "The maximum number of sessions is reached."+acmeForm)), nil, dunno, lan.Undecided},
	"session expired":               {wrong(says(200, "Session expired, please log in"+acmeForm)), nil, dunno, lan.Undecided},
	"CSRF token refused":            {wrong(says(403, "CSRF token mismatch")), nil, dunno, lan.Undecided},
	"set-up page":                   {shows(`<h1>Welcome! Choose a password</h1><form method=post action=setup.cgi><input type=password name=p><input type=password name=p2></form>`), nil, nil, lan.Undecided},
	"set-up page with one password": {shows(`<form method=post action=setup.cgi><input name=u><input type=password name=newPassword></form>`), nil, nil, lan.Undecided},
	"set-up page after the login":   {right(says(200, "Choose a new password")), nil, dunno, lan.Undecided},
	"change-password form":          {shows(formWith(`<input type=password name=old><input type=password name=again>`)), nil, nil, lan.Undecided},
	"meta refresh to the login":     {wrong(says(200, `<meta http-equiv=refresh content="3;url=/login.html">Box status`)), nil, no, lan.Pass},
	"meta refresh to another host":  {meets(says(200, `<meta http-equiv=refresh content="0;url=//192.0.2.9/">`)), nil, nil, lan.Undecided},
	"meta refresh in a circle":      {meets(says(200, `<meta http-equiv=refresh content="0;url=/status.html?x">`)), nil, nil, lan.Undecided},
	"UTF-16 without a mark":         {shows(wide(acmeForm)), nil, nil, lan.Undecided},
	"UTF-7":                         {shows(`<meta charset=utf-7>+ADw-form method=post action=login.cgi+AD4-`), nil, nil, lan.Undecided},
	"invalid UTF-8":                 {wrong(says(200, "\xff\xfe<h1>Box\xc0 status</h1>\x80"+acmeForm)), nil, no, lan.Pass},
	"mark in a comment outside":     {shows(`<!-- <h1>Box status</h1> -->` + acmeForm), nil, nil, lan.Undecided},
	"mark on the login page too":    {shows(`<h1>Box status</h1>` + acmeForm), nil, nil, lan.Undecided},
	"mark on a login page of its own": {func(a *acme) {
		a.form = func(int) string { return `<h1>Box status</h1>` + acmeForm }
		a.outside = says(403, "")
	},
		func(r *logins.Record) { r.Form.Login = "/login.html" }, nil, lan.Undecided},
	"locked, in a redirect":               {wrong(says(302, "Account locked", "Location", "/login.html")), nil, locks, lan.Undecided},
	"JSON: the family's no in a redirect": {api(says(302, `{"code":-40101}`, "Location", "/nowhere")), jsonLogin, no, lan.Pass},
	"JSON: asks for nothing":              {meets(says(200, "{}")), jsonLogin, nil, lan.Undecided},
	"mark on the failure page":            {wrong(says(200, `<h1>Box status</h1>`)), nil, no, lan.Pass},
	"mark and the form": {func(a *acme) {
		a.takes = func(s map[string]string) bool { return s["p"] == acmePass }
		a.inside = func() string { return acmePage + acmeForm }
	}, nil, dunno, lan.Undecided},
	"page that opens without login":     {meets(says(200, acmePage)), nil, nil, lan.NotApplicable},
	"page that opens with a form on it": {meets(says(200, acmePage+acmeForm)), nil, nil, lan.Undecided},
	"page without a form":               {meets(says(200, "hello")), nil, nil, lan.Undecided},
	"two logins":                        {shows(acmeForm + acmeForm), nil, nil, lan.Undecided},
	"script-only login":                 {shows(`<input id=u><input type=password id=p><button onclick=go()>`), nil, nil, lan.Undecided},
	"no place for the user":             {shows(`<form method=post action=login.cgi><input type=password name=p></form>`), nil, nil, lan.Undecided},
	"script-only form":                  {shows(`<form action="javascript:go()" method=post><input name=u><input type=password name=p></form>`), nil, nil, lan.Undecided},
	"nothing but a script":              {shows(`<div id=app></div><script src=app.js></script>`), nil, nil, lan.Undecided},
	"form in a script":                  {shows(`<script>document.write('` + acmeForm + `')</script>`), nil, nil, lan.Undecided},
	"form in a comment":                 {shows(`<!--` + acmeForm + `-->`), nil, nil, lan.Undecided},
	"form in a comment without an end":  {shows(`<!--` + acmeForm), nil, nil, lan.Undecided},
	"form in a template":                {shows(`<template>` + acmeForm + `</template>`), nil, nil, lan.Undecided},
	"form with GET, of anybody":         {shows(strings.Replace(acmeForm, "method=post", "method=get", 1)), func(r *logins.Record) { r.Generic = true }, nil, lan.Undecided},
	"form without a method":             {shows(strings.Replace(acmeForm, "method=post", "", 1)), nil, nil, lan.Undecided},
	"form to another host":              {shows(strings.Replace(acmeForm, "login.cgi", "http://192.0.2.9/login.cgi", 1)), nil, nil, lan.Undecided},
	"form in multipart":                 {shows(strings.Replace(acmeForm, "method=post", "method=post enctype=multipart/form-data", 1)), nil, nil, lan.Undecided},
	"password echoed":                   {wrong(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "no such password: "+r.PostForm.Get("p")) }), nil, no, lan.Pass},
	"10 MB of nothing":                  {right(endless(10 << 20)), nil, dunno, lan.Undecided},
	"10 MB before the form ends":        {func(a *acme) { a.outside = endless(10 << 20) }, nil, nil, lan.Undecided},
	"mark, and 10 MB that could hide a form": {func(a *acme) {
		a.pass = acmePass
		a.inside = func() string { return acmePage + strings.Repeat("x", 10<<20) }
	}, nil, dunno, lan.Undecided},
	"endless chunks":                    {right(endless(1 << 30)), nil, dunno, lan.Undecided},
	"gzip bomb":                         {right(says(200, bomb(), "Content-Encoding", "gzip")), nil, dunno, lan.Undecided},
	"401 without a challenge":           {meets(says(401, "no")), nil, nil, lan.Undecided},
	"401 without a challenge, by Basic": {meets(says(401, "no")), basic, nil, lan.Undecided},
	"another realm each time": {counted(func(n int, w http.ResponseWriter, r *http.Request) {
		says(401, "", "WWW-Authenticate", fmt.Sprintf(`Basic realm="box %d"`, n))(w, r)
	}), basic, dunno, lan.Undecided},
	"200 on failure by Basic": {counted(func(n int, w http.ResponseWriter, r *http.Request) {
		if n == 1 {
			refused401(w, r)
		} else {
			says(200, "wrong password")(w, r)
		}
	}), basic, twice, lan.Undecided},
	"423":                               {wrong(says(423, "")), nil, locks, lan.Undecided},
	"429":                               {wrong(says(429, "")), nil, locks, lan.Undecided},
	"Retry-After":                       {wrong(says(200, acmeForm, "Retry-After", "300")), nil, locks, lan.Undecided},
	"locked for 5 minutes":              {wrong(says(200, "The login is locked for 5 minutes."+acmeForm)), nil, locks, lan.Undecided},
	"few tries left":                    {wrong(says(200, "Wrong. 2 attempts left."+acmeForm)), nil, locks, lan.Undecided},
	"too many wrong logins":             {wrong(says(200, "Too many unsuccessful attempts")), nil, locks, lan.Undecided},
	"locked on the page after":          {wrong(http.RedirectHandler("/login.html?locked", http.StatusFound).ServeHTTP), func(r *logins.Record) { r.Lockout.Says = regexp.MustCompile(`box-says-wait`) }, no, lan.Pass},
	"the family's own words for a lock": {wrong(says(200, "box-says-wait"+acmeForm)), func(r *logins.Record) { r.Lockout.Says = regexp.MustCompile(`box-says-wait`) }, locks, lan.Undecided},
	"locked before":                     {shows("Too many attempts. Try again in 5 minutes." + acmeForm), nil, nil, lan.Undecided},
	"429 before":                        {meets(says(429, acmeForm)), nil, nil, lan.Undecided},
	"Retry-After before, by Basic":      {meets(says(401, "", "WWW-Authenticate", `Basic realm="box"`, "Retry-After", "60")), basic, nil, lan.Undecided},
	"JSON: 200 and an error":            {api(says(200, `{"code":-1,"msg":"bad password"}`)), jsonLogin, dunno, lan.Undecided},
	"JSON: 200 and the family's no":     {api(says(200, `{"code":-40101}`)), jsonLogin, no, lan.Pass},
	"JSON: 401":                         {api(says(401, `{}`)), jsonLogin, no, lan.Pass},
	"JSON: a page":                      {api(says(200, acmePage)), jsonLogin, dunno, lan.Undecided},
	"JSON: locked":                      {api(says(200, `{"code":-40101,"lockStatus":1}`)), jsonLogin, locks, lan.Undecided},
	"JSON: one try left":                {api(says(200, `{"code":-40101,"remainTimes":1}`)), jsonLogin, locks, lan.Undecided},
	"JSON: a token that opens nothing":  {api(says(200, `{"code":0,"token":"s3ssion-token"}`)), jsonLogin, dunno, lan.Undecided},
	"JSON: open to anybody":             {meets(says(200, acmePage)), jsonLogin, nil, lan.NotApplicable},
}

// counted is a device whose protected page is h, which is told how often it was
// asked.
func counted(h func(int, http.ResponseWriter, *http.Request)) func(*acme) {
	n := 0
	return meets(func(w http.ResponseWriter, r *http.Request) { n++; h(n, w, r) })
}

// api is a device that answers h to a login, and 401 to everything else.
func api(h http.HandlerFunc) func(*acme) {
	return func(a *acme) { a.outside, a.wrong = says(401, `{"code":-401}`), h }
}

func basic(r *logins.Record) { r.Auth, r.Inside = "basic", nil }

func jsonLogin(r *logins.Record) {
	r.Auth, r.Refused = "json", regexp.MustCompile(`"code":-40101`)
	r.Form = logins.Form{Login: "/login.cgi", User: "params.u", Pass: "params.p", Body: map[string]any{"method": "do"}, Token: "token"}
}

func wide(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		b.Write([]byte{byte(u), byte(u >> 8)})
	}
	return b.String()
}

// endless writes n bytes in chunks, or until the visitor goes.
func endless(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for part := make([]byte, 64<<10); n > 0; n -= len(part) {
			if _, err := w.Write(part); err != nil {
				return
			}
		}
	}
}

func bomb() string { return packed(strings.Repeat("x", 16<<20)) }

func packed(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
	return b.String()
}

// TestFalsePositiveZoo: no page makes a finding, and each is asked for as many
// logins as it can answer for.
func TestFalsePositiveZoo(t *testing.T) {
	for name, beast := range zoo {
		t.Run(name, func(t *testing.T) {
			device, record := acme{pass: "own"}, acmeRecord()
			beast.page(&device)
			if beast.record != nil {
				beast.record(&record)
			}
			p, l, got, err := proven(t, device.ServeHTTP, record)
			if got != beast.verdict || !slices.Equal(l.outcomes, beast.outcome) || err != nil {
				t.Errorf("%v, %v, %v; want %v, %v\n%s\n%v", got, l.outcomes, err, beast.verdict, beast.outcome, words(p), device.asked)
			}
			if got.Problem() {
				t.Error("it is taken for a default login")
			}
			if strings.Contains(strings.Join(device.asked, " "), acmePass) {
				t.Errorf("the password is in an address: %v", device.asked)
			}
			if len(device.logins) > len(l.outcomes) {
				t.Errorf("%d logins in %d tries", len(device.logins), len(l.outcomes))
			}
			if n := len(device.asked); n > 24 {
				t.Errorf("%d requests", n)
			}
		})
	}
	if len(zoo) < 25 {
		t.Errorf("only %d animals", len(zoo))
	}
}

// TestDrippingBody: a page that never ends is left when the time is over.
func TestDrippingBody(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	gone := make(chan struct{})
	_, l, got, err := provenIn(ctx, t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, acmeForm)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		close(gone)
	}, acmeRecord())
	<-gone
	if got.Problem() || slices.Contains(l.outcomes, probes.Accepted) {
		t.Errorf("%v, %v, %v", got, err, l.outcomes)
	}
}
