package proof

import (
	"bytes"
	"context"
	"crypto/md5" //nolint:gosec // the device chooses it
	"net/http"
	"strings"

	"github.com/homesweep/homesweep/probes"
)

// NETGEAR's Plus switches (GS105E, GS108E, GS308E and others): a password
// alone, in MD5 with its letters between those of a number on the login page
// (github.com/foxey/py-netgear-plus, src/py_netgear_plus/fetcher.py, models.py
// and merge_hash).
var netgearFamily = family{
	name: "NETGEAR switch login", path: "/switch_info.cgi", peek: netgearPeek, enter: netgearEnter, leave: netgearLeave,
}

var _ = netgearFamily.as("netgear-plus")

func netgearPeek(ctx context.Context, s *stay) (State, string) {
	p := s.look(ctx, s.at)
	switch {
	case netgearRand(p.body) != "" || contains(bytes.ToLower(p.body), "redirect to login"):
		return Closed, "leads to the login"
	case s.shows(p, contains(p.body, "switch_name")):
		return Open, "the switch's name"
	}
	return Unclear, ""
}

func netgearEnter(ctx context.Context, s *stay, l Login) (probes.Outcome, string) {
	p := s.look(ctx, "/login.cgi")
	number := netgearRand(p.body)
	if number == "" {
		return probes.Unclear, odd
	}
	p = s.send(ctx, "/login.cgi", "password="+digest(md5.New, interleaved(l.Password, number)))
	body := bytes.ToLower(p.body)
	switch {
	case s.cookies.value("SID") != "" || s.cookies.value("GS108SID") != "":
		return probes.Accepted, "gives a session"
	case contains(body, "maximum") && contains(body, "session"):
		return probes.Unclear, "has no session left"
	case netgearRand(p.body) != "":
		return probes.Rejected, "asks for a login again"
	}
	return probes.Unclear, ""
}

// netgearRand is the number that the login form has in <input id="rand">.
func netgearRand(body []byte) string {
	for tag := range bytes.SplitSeq(body, []byte("<")) {
		tag, _, _ = bytes.Cut(tag, []byte(">"))
		if !bytes.HasPrefix(bytes.ToLower(tag), []byte("input")) || attribute(tag, "id") != "rand" {
			continue
		}
		if number := attribute(tag, "value"); plain(number) {
			return number
		}
	}
	return ""
}

// attribute is the value of one of a tag's attributes, with or without quotes.
func attribute(tag []byte, name string) string {
	_, rest, found := bytes.Cut(tag, []byte(" "+name+"="))
	if !found || len(rest) == 0 {
		return ""
	}
	end := " \t\r\n/"
	if rest[0] == '"' || rest[0] == '\'' {
		rest, end = rest[1:], string(rest[0])
	}
	if i := bytes.IndexAny(rest, end); i >= 0 {
		rest = rest[:i]
	}
	return string(rest)
}

// interleaved are the letters of a and b in turn, then what is left of either.
func interleaved(a, b string) string {
	var all strings.Builder
	for i := range max(len(a), len(b)) {
		all.WriteString(a[min(i, len(a)):min(i+1, len(a))])
		all.WriteString(b[min(i, len(b)):min(i+1, len(b))])
	}
	return all.String()
}

func netgearLeave(ctx context.Context, s *stay) {
	s.from(ctx, http.MethodGet, "/logout.cgi", "")
}

// contains reports whether text is in body.
func contains(body []byte, text string) bool { return bytes.Contains(body, []byte(text)) }
