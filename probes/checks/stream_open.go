package checks

import (
	"context"
	"regexp"
	"strings"
	"sync"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// A camera's picture on the web: a front page that is itself a stream, or the
// address under which the maker documents a picture. Only the answer's head is
// looked at, and the picture is never read.
var _ = register(probes.Check{
	ID:        "stream-open",
	Topic:     "Its picture on the web",
	Title:     "Anyone on your network can see its pictures without a password",
	Advice:    "A guest, or an infected phone on your Wi-Fi, could look into your home. In the camera's settings turn on a password for viewing, or turn off \"anonymous\" or \"guest\" viewing. If it has no such setting, update it, or use a program that asks for a password. Point it away from private rooms until then.",
	Guideline: 5, Provision: "5.5-4", Severity: lan.ActNow, Touch: lan.Ask,
	Applies: func(d lan.Device, s lan.Service) bool {
		switch s.Name {
		case "http", "https":
			return moving(s.Heard[lan.HTTPType]) || watches(d) && picture(d, s) != ""
		}
		return s.Name == "macromedia-fcs" && watches(d)
	},
	Run: streamOpen,
})

// What is told of video that is not a camera's: a television's, or films.
const (
	openVideo  = "Anyone on your network can watch its video without a password"
	filmAdvice = "That is how televisions and players share films at home. If it shows a camera's picture, or something that is nobody's business, turn on a password for it in its settings, or turn the sharing off."
)

// watches reports whether d is known to be a camera or a recorder of cameras.
func watches(d lan.Device) bool { return d.Kind == "camera" || d.Kind == "nvr" }

// moving reports whether a media type is that of a stream of pictures.
func moving(kind string) bool {
	return strings.HasPrefix(kind, "multipart/x-mixed-replace") || strings.HasPrefix(kind, "video/") ||
		strings.HasPrefix(kind, "application/vnd.apple.mpegurl") || strings.HasPrefix(kind, "application/x-mpegurl")
}

// pictures are where makers document a single picture, by the maker's name or by
// what their web server says of itself.
var pictures = [...]struct{ maker, path string }{
	{"axis", "/axis-cgi/jpg/image.cgi"},                              // VAPIX, Video streaming
	{"hikvision|^app-webs", "/ISAPI/Streaming/channels/101/picture"}, // ISAPI
	{"dahua|amcrest|lorex", "/cgi-bin/snapshot.cgi"},                 // Dahua's HTTP API
	{"netwave|foscam", "/snapshot.cgi"},                              // Foscam's IP camera CGI
	{"vivotek", "/cgi-bin/viewer/video.jpg"},                         // Vivotek's URL commands
	{"d-link|trendnet", "/image/jpeg.cgi"},
	{"panasonic|i-pro", "/SnapshotJPEG"},
	{"mobotix", "/record/current.jpg"},
	{"sony", "/oneshotimage.jpg"},
	{"bosch", "/snap.jpg"},
	{"mjpg-streamer", "/?action=snapshot"}, // its input's README
}

// makers are the patterns of pictures, compiled when first needed.
var makers = sync.OnceValue(func() (all []*regexp.Regexp) {
	for _, p := range pictures {
		all = append(all, regexp.MustCompile("(?i)"+p.maker))
	}
	return all
})

// picture is where d's maker has a picture, "" where we do not know.
func picture(d lan.Device, s lan.Service) string {
	for i, maker := range makers() {
		if maker.MatchString(d.Vendor) || maker.MatchString(s.Heard[lan.HTTPServer]) {
			return pictures[i].path
		}
	}
	return ""
}

func streamOpen(ctx context.Context, p *probes.Pass) (lan.Verdict, error) {
	if p.Service.Name == "macromedia-fcs" {
		p.Saw(greeted(p.Service), "It offers video (RTMP), whose name would have to be known to ask for it.")
		return lan.Undecided, nil
	}
	if kind := p.Service.Heard[lan.HTTPType]; moving(kind) {
		p.Saw("asked for its front page without a login", p.Service.Heard[lan.HTTPStatus]+" "+kind)
		if p.Service.Heard[lan.HTTPStatus] != "200" {
			return lan.Undecided, nil
		}
		if !watches(p.Device) { // a film from a computer is a stream, too
			p.Title, p.Advice = openVideo, filmAdvice
			p.Grade(lan.ForInfo)
			if !p.Device.Kind.Known() {
				p.Grade(lan.WhenYouCan)
			}
			return lan.LikelyFail, nil
		}
		return lan.Fail, nil
	}
	path := picture(p.Device, p.Service)
	r, err := ask(ctx, p, path, "", 0)
	if err != nil {
		return lan.Undecided, err
	}
	p.Saw("asked for "+path+" without a login, and read only the answer's head", r.line+" "+r.kind)
	kind := strings.ToLower(r.kind)
	switch {
	case r.refuses():
		return lan.Pass, nil
	case r.status == 200 && (strings.HasPrefix(kind, "image/jpeg") || moving(kind)):
		return lan.Fail, nil
	}
	return lan.Undecided, nil
}
