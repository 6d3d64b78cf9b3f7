package notify

import (
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

func TestConceal(t *testing.T) {
	const u = lan.Unsaid
	long := strings.Repeat("k", 200)
	hook := lan.Channel{Server: "https://hooks.example.org/services/T0TOPSECRET?key=s%20ecret-of-mine"}
	for name, c := range map[string]struct {
		c          lan.Channel
		text, want string
	}{
		"said back":          {lan.Channel{Key: "topsecret"}, "you said topsecret\nhere", "you said " + u + " here"},
		"across the cut":     {lan.Channel{Key: long}, strings.Repeat("x", 150) + long, strings.Repeat("x", 150) + u},
		"between letters":    {lan.Channel{Key: "topsecret"}, "top\u200bsecret", u},
		"encoded":            {lan.Channel{User: "u", Key: "k"}, "Basic dTpr", "Basic " + u},
		"path":               {hook, "no /services/T0TOPSECRET?key=s%20ecret-of-mine here", "no /" + u + " here"},
		"part of it":         {hook, "no team T0TOPSECRET", "no team " + u},
		"read":               {hook, "key s ecret-of-mine", "key " + u},
		"short path":         {lan.Channel{Server: "https://x.example.org/api"}, "no /api", "no /api"},
		"short in the query": {lan.Channel{Server: "https://x.example.org/in?k=abc1234&v=1"}, "no abc1234, v 1, 401", "no " + u + ", v " + u + ", 401"},
		"read in the query":  {lan.Channel{Server: "https://x.example.org/?k=a%2Bb+c"}, "no a+b c", "no " + u},
		"with a sign":        {lan.Channel{Server: "https://x.example.org/?k=ab=="}, "no ab==", "no " + u},
		"topic":              {lan.Channel{Kind: "ntfy", To: "our-home_5"}, "topic our-home_5 is reserved", "topic " + u + " is reserved"},
		"short topic":        {lan.Channel{Kind: "ntfy", To: "hs"}, "https://x/hs: no hs", "https://x/" + u + ": no " + u},
		"an address":         {lan.Channel{Kind: "smtp", To: "anna@example.org"}, "no anna@example.org", "no anna@example.org"},
		"blank":              {lan.Channel{Key: "\u200b"}, "no", "no"},
	} {
		if got := conceal(&c.c, c.text, 200); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
