package census

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/homesweep/homesweep/probes/lan"
)

var (
	hasAddress = regexp.MustCompile(`\d{1,3}(\.\d{1,3}){3}`)
	hasSerial  = regexp.MustCompile(`(?i)[0-9a-f]*\d[0-9a-f]{5,}|[0-9a-f]{6,}\d[0-9a-f]*|([0-9a-f]{2}:){3}`)
)

// software are programs that announce themselves under their own name, whatever
// the device is called that runs them.
var software = words(`apache avahi cadvisor caddy cockpit cups deluge dnsmasq domoticz emby esphome forkeddaapd
	gerbera git grafana homebridge icecast influxdb jellyfin kodi lighttpd lyrion minidlna miniupnpd mopidy mosquitto mpd
	mumble mysql nextcloud nginx nodered octoprint openhab openssh owntone pihole plex plexmediaserver portainer
	postgresql prometheus pulseaudio pipewire qbittorrent readymedia redis samba shairportsync slimserver snapserver
	snapcast spotifyd squeezelite syncthing transmission tvheadend uhttpd upmpdcli vlc webmin zigbee2mqtt
	localhost unknown none null default`)

func words(text string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(text) {
		set[word] = true
	}
	return set
}

// dull are the words, in plain form, that say of d what it runs or what model it
// is, and so do not tell it from another.
func dull(d lan.Device) map[string]bool {
	set := map[string]bool{plain(d.Model): true, plain(d.Made()): true, plain(d.Vendor): true}
	for _, s := range d.Services {
		set[plain(s.Product)], set[plain(s.Name)] = true, true
	}
	for t := range strings.FieldsSeq(d.Heard[lan.MDNSTypes]) {
		set[plain(t)] = true
	}
	return set
}

// nicest sorts names, the one a person would use first: "Kitchen" before
// "sonos-f0f6c1300011" before "192.168.1.21 - Sonos Era 300", and a device's own
// name before that of a program it runs. dull are words that tell nothing.
func nicest(names []string, dull map[string]bool) []string {
	rank := func(name string) int { return clumsy(name) + idle(name, names, dull) }
	return lan.Sorted(slices.Values(names), func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), compareBool(!given(a), !given(b)),
			cmp.Compare(len(a), len(b)), strings.Compare(a, b))
	})
}

// clumsy counts what makes a name hard to use.
func clumsy(name string) (n int) {
	if hasAddress.MatchString(name) {
		n += 4
	}
	if hasSerial.MatchString(name) {
		n += 2
	}
	if len(name) > 32 || strings.ContainsAny(name, "@<>") {
		n++
	}
	return n
}

// idle counts what makes a name say little of this very device: it is a
// program's or the model's, or one of the others with a program's before it.
func idle(name string, others []string, dull map[string]bool) (n int) {
	p := plain(name)
	switch {
	case software[p]:
		n += 3
	case dull[p]:
		n++
	}
	for _, other := range others {
		for _, between := range []string{" on ", "@", "@ ", ": ", " - "} {
			tail := between + strings.ToLower(other)
			if len(name) > len(tail) && strings.HasSuffix(strings.ToLower(name), tail) {
				return n + 2
			}
		}
	}
	return n
}

// given reports whether a name looks as if a person gave it: of several words,
// or in capital and small letters. Host names are neither.
func given(name string) bool {
	return strings.Contains(name, " ") ||
		strings.IndexFunc(name, unicode.IsUpper) >= 0 && strings.IndexFunc(name, unicode.IsLower) >= 0
}
