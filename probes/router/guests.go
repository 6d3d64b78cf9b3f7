package router

import (
	"slices"
	"strings"
	"unicode"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/uci"
)

// Words by which owners call what is for visitors, and what is for things that are
// not trusted, in the languages of Europe and a few more. Those of parts count
// within a word too ("MyGuestWifi").
var (
	visitorParts = []string{
		"guest", "besuch", "visit", "invit", "huesped", "huésped", "convidad", "bezoeker", "gäst", "gaest",
		"gæst", "gjest", "vieras", "vieraa", "gość", "gości", "vendég", "vendeg", "misafir", "гост", "访客", "ゲスト",
	}
	thingParts = []string{"smarthome", "smart-home", "smart home", "smart_home", "untrusted", "domotic", "domotik"}
	ownWords   = []string{"lan", "home", "private", "privat", "office", "default", "main", "trusted"}
)

// visitors reports whether name is that of something for visitors.
func visitors(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(visitorParts, func(p string) bool { return strings.Contains(name, p) }) ||
		slices.ContainsFunc(words(name), func(w string) bool {
			// German, Dutch and Swedish (gast, gasten, Gastzugang; not a restaurant), and
			// Italian (ospiti; not a hospital).
			return strings.HasPrefix(w, "gast") && !strings.HasPrefix(w, "gastr") && !strings.HasPrefix(w, "gaston") ||
				strings.HasPrefix(w, "ospit")
		})
}

// things reports whether name is that of something for things.
func things(name string) bool {
	if strings.Contains(name, "IoT") {
		return true
	}
	name = strings.ToLower(name)
	return slices.ContainsFunc(thingParts, func(p string) bool { return strings.Contains(name, p) }) ||
		slices.ContainsFunc(words(name), func(w string) bool { return strings.HasPrefix(w, "iot") || w == "things" })
}

func words(name string) []string {
	return strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// named reports whether zone is called so, or else all its networks are.
func (z *zone) named(as func(string) bool) bool {
	other := func(name string) bool { return !as(name) }
	return as(z.Name) || len(z.networks) > 0 && !slices.ContainsFunc(z.networks, other)
}

// own reports whether z or a network of it bears a name of the home's own.
func (z *zone) own() bool {
	own := func(name string) bool { return slices.Contains(ownWords, strings.ToLower(name)) }
	return own(z.Name) || slices.ContainsFunc(z.networks, own)
}

// called reports whether the access point or a network that it belongs to is.
func called(ap *uci.Section, as func(string) bool) bool {
	return as(ap.Get("ssid")) || slices.ContainsFunc(ap.Words("network"), as)
}

// guests reports whether the owner means z for visitors or for things: by its name
// and its networks', or, where these say nothing, because all its access points are
// called so or keep their stations apart and it may not reach the router's ports.
func (z *zone) guests() bool {
	if z.named(visitors) || z.named(things) {
		return true
	}
	if z.own() || z.Router || len(z.aps) == 0 {
		return false
	}
	return !slices.ContainsFunc(z.aps, func(ap *uci.Section) bool {
		return !called(ap, visitors) && !called(ap, things) && !ap.Bool("isolate", false)
	})
}

// mix notes the wireless networks that are not what their names say: those for
// visitors in the home's own zone or without isolation, and those for things outside
// the zone that there is for them. A home whose own networks all have such names
// ("BeOurGuest") means nothing by it.
func (s settings) mix(list []zone) {
	apart := false
	for i := range list {
		apart = apart || list[i].Guest && list[i].named(things)
	}
	for i := range list {
		z := &list[i]
		only := !slices.ContainsFunc(z.aps, func(ap *uci.Section) bool { return !visitors(ap.Get("ssid")) })
		for _, ap := range z.aps {
			ssid := lan.Printable(ap.Get("ssid"), lan.MaxName)
			home := !z.Guest && !z.Outside
			wrong := called(ap, visitors) && (home && (!only || slices.ContainsFunc(ap.Words("network"), visitors)) || !home && !ap.Bool("isolate", false)) || called(ap, things) && home && apart
			if ssid != "" && wrong && !slices.Contains(z.Mixed, ssid) {
				z.Mixed = append(z.Mixed, ssid)
			}
		}
	}
}
