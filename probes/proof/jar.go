package proof

import (
	"net/http"
	"strings"
)

// Bounds of a jar.
const (
	maxCookies = 32
	maxCookie  = 4 << 10 // bytes of one, name included (RFC 6265 section 6.1)
)

// jar keeps the cookies of one visit to one server, whatever paths and domains
// they are meant for: it never leaves that server, and ends with the visit. Nor
// does it ask the clock: a device that has none dates its cookies to 1970.
type jar struct{ list []*http.Cookie }

// keep takes over what resp sets, and drops what it takes back.
func (j *jar) keep(resp *http.Response) {
	for _, c := range resp.Cookies() {
		at := len(j.list)
		for i, old := range j.list {
			if old.Name == c.Name {
				at = i
			}
		}
		switch gone := c.MaxAge < 0 || c.Value == "" || c.Value == "deleted"; {
		case gone && at < len(j.list):
			j.list = append(j.list[:at], j.list[at+1:]...)
		case gone || len(c.Name)+len(c.Value) > maxCookie:
		case at < len(j.list):
			j.list[at] = c
		case at < maxCookies:
			j.list = append(j.list, c)
		}
	}
}

// set puts in a cookie that a script of the page would set.
func (j *jar) set(name, value string) {
	j.keep(&http.Response{Header: http.Header{"Set-Cookie": {name + "=" + value}}})
}

// value is the cookie of that name, empty for none.
func (j *jar) value(name string) string {
	for _, c := range j.list {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// send adds the cookies to a request.
func (j *jar) send(h http.Header) {
	var all []string
	for _, c := range j.list {
		value := c.Value
		if c.Quoted {
			value = `"` + value + `"`
		}
		all = append(all, c.Name+"="+value)
	}
	if len(all) > 0 {
		h.Set("Cookie", strings.Join(all, "; "))
	}
}
