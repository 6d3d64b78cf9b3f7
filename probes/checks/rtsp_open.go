package checks

import (
	"context"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// A description of the stream given without a login (RFC 2326 section 10.2)
// means that the picture is there for anyone who asks. Only "/" is asked for,
// so another answer than 200 or 401 decides nothing. What plays films or passes on
// television is open by design; a camera is not.
var _ = register(probes.Check{
	ID:        "rtsp-open",
	Topic:     "Its video stream",
	Title:     "Anyone on your network can watch this camera without a password",
	Advice:    "A guest, or an infected phone on your Wi-Fi, could look into your home. In the camera's settings set a password for the video stream (often called RTSP or ONVIF user). If you only use the maker's app, turn the stream off instead.",
	Guideline: 5, Provision: "5.5-4", Severity: lan.ActNow, Touch: lan.Ask,
	Applies: onService("rtsp", "rtsps"),
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		status := p.Service.Heard[lan.RTSPDescribe]
		p.Saw("DESCRIBE / without a login", heardOr("status", status))
		switch status {
		case "200":
			media := p.Service.Heard[identify.RTSPMedia]
			switch p.Saw("read what the description offers", heardOr("media:", media)); {
			case watches(p.Device):
			case !strings.Contains(media, "video"): // music, or a yes to everything
				return lan.Undecided, nil
			case p.Device.Kind.Known():
				p.Title, p.Advice = openVideo, filmAdvice
				p.Grade(lan.ForInfo)
			}
			return lan.Fail, nil
		case "401":
			return lan.Pass, nil
		case "404":
			p.Advice = "If it is a camera, its picture is under another path, so we can't tell from here. Try the stream in a player without a password."
		}
		return lan.Undecided, nil
	},
})
