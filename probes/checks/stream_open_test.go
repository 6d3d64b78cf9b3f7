package checks

import (
	"io"
	"net/http"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// shows is a web server that answers path so, and everything else with 404.
func shows(path string, status int, kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RequestURI() != path {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = w.Write([]byte("\xff\xd8 a private picture"))
	}
}

func streams(kind string) lan.Service {
	return port("http", lan.Heard{lan.HTTPStatus: "200", lan.HTTPType: kind})
}

var vivotek = lan.Device{Kind: "camera", Vendor: "VIVOTEK"}

const still = "/cgi-bin/viewer/video.jpg"

var _ = hold("stream-open",
	twin{name: "a picture", device: vivotek, service: port("http", nil), web: shows(still, 200, "image/jpeg"), want: lan.Fail},
	twin{name: "a stream of pictures", device: vivotek, service: port("http", nil), web: shows(still, 200, "multipart/x-mixed-replace; boundary=x"), want: lan.Fail},
	twin{name: "named by its server", device: lan.Device{Kind: "camera"}, service: port("http", lan.Heard{lan.HTTPServer: "MJPG-Streamer/0.2"}), web: shows("/?action=snapshot", 200, "image/jpeg"), want: lan.Fail},
	twin{name: "a camera's front page is the stream", device: lan.Device{Kind: "camera"}, service: streams("multipart/x-mixed-replace"), want: lan.Fail},
	twin{name: "somebody's front page is a stream", service: streams("multipart/x-mixed-replace"), want: lan.LikelyFail},
	twin{name: "a list of video", device: lan.Device{Kind: "nvr"}, service: streams("application/vnd.apple.mpegurl"), want: lan.Fail},
	twin{name: "asks for a login", device: vivotek, service: port("http", nil), web: shows(still, 401, "text/html"), want: lan.Pass},
	twin{name: "forbids it", device: vivotek, service: port("http", nil), web: shows(still, 403, "image/jpeg"), want: lan.Pass},
	twin{name: "a page that asks for a login", device: vivotek, service: port("http", nil), web: shows(still, 200, "text/html"), want: lan.Undecided},
	twin{name: "a picture that says it is not there", device: vivotek, service: port("http", nil), web: shows(still, 404, "image/jpeg"), want: lan.Undecided},
	twin{name: "no picture there", device: vivotek, service: port("http", nil), web: shows("/", 200, "image/jpeg"), want: lan.Undecided},
	twin{name: "RTMP of a camera", device: vivotek, service: port("macromedia-fcs", nil), want: lan.Undecided},
	twin{name: "a maker whose address we do not know", device: lan.Device{Kind: "camera", Vendor: "Nobody"}, service: port("http", nil), want: lan.NotApplicable},
	twin{name: "no camera", device: lan.Device{Kind: "nas", Vendor: "VIVOTEK"}, service: port("http", lan.Heard{lan.HTTPType: "text/html"}), want: lan.NotApplicable})

// TestThePictureIsNotRead: the answer's head is all that is looked at.
func TestThePictureIsNotRead(t *testing.T) {
	p := &probes.Pass{Device: vivotek, Service: port("http", nil), Reach: shut{t: t}}
	if got, err := check(t, "stream-open").Run(t.Context(), p); got != lan.Fail || err != nil {
		t.Errorf("%v, %v\n%s", got, err, words(p))
	}
}

// shut is a Reach whose pictures nobody may read.
type shut struct {
	road
	t *testing.T
}

func (s shut) HTTP(lan.Endpoint) *http.Client { return &http.Client{Transport: s} }

func (s shut) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Status: "200 OK", Header: http.Header{"Content-Type": {"image/jpeg"}}, Body: s}, nil
}

func (s shut) Read([]byte) (int, error) {
	s.t.Error("the picture is read")
	return 0, io.EOF
}

func (s shut) Close() error { return nil }
