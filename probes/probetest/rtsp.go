package probetest

import (
	"fmt"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
)

// RTSP is a camera's stream server (RFC 2326) that describes its stream and
// never plays it.
type RTSP struct {
	Server string `json:"server"` // header, may be empty
	Public string `json:"public"` // answer to OPTIONS; empty is the usual four
	// Auth guards DESCRIBE; without it the stream is described to everybody.
	Auth *Auth `json:"auth"`
	// SDP is the file with the stream's description (RFC 8866).
	SDP string `json:"sdp"`
	// Path of the stream; DESCRIBE of another is 404. Empty is every path.
	Path string `json:"path"`
}

func (t *RTSP) check(d *Device) error {
	for _, text := range []string{t.Server, t.Public} {
		if err := oneLine("rtsp", text); err != nil {
			return err
		}
	}
	if t.Auth != nil {
		if err := t.Auth.check(d); err != nil {
			return fmt.Errorf("rtsp: %w", err)
		}
	}
	return d.wantsFile(t.SDP)
}

func (t *RTSP) serve(s *session) {
	lines := textproto.NewReader(s.in)
	for range maxRequests {
		line, err := lines.ReadLine()
		if err != nil {
			return
		}
		words := strings.Fields(line)
		if len(words) != 3 || !strings.HasPrefix(words[2], "RTSP/1.") {
			s.malformed()
			s.say("RTSP/1.0 400 Bad Request\r\n\r\n")
			return
		}
		header, err := lines.ReadMIMEHeader()
		if err != nil {
			if !gone(err) {
				s.malformed()
			}
			return
		}
		s.asked(words[0] + " " + words[1])
		status, fields, body := t.answer(s, words[0], words[1], header.Get("Authorization"))
		if !t.reply(s, header.Get("CSeq"), status, fields, body) {
			return
		}
	}
}

// answer is what the device says to one request.
func (t *RTSP) answer(s *session, method, uri, authorization string) (status int, fields []string, body []byte) {
	switch method {
	case "OPTIONS":
		if t.Public != "" {
			return http.StatusOK, []string{"Public: " + t.Public}, nil
		}
		return http.StatusOK, []string{"Public: OPTIONS, DESCRIBE, SETUP, TEARDOWN, PLAY"}, nil
	case "DESCRIBE":
		if t.Auth != nil {
			if status, challenge := t.Auth.admit(s, method, uri, authorization); status != 0 {
				if challenge != "" {
					fields = append(fields, "WWW-Authenticate: "+challenge)
				}
				return status, fields, nil
			}
		}
		if t.Path != "" && rtspPath(uri) != t.Path {
			return http.StatusNotFound, nil, nil
		}
		return http.StatusOK, []string{"Content-Type: application/sdp"}, s.r.device.files[t.SDP]
	default:
		return http.StatusMethodNotAllowed, nil, nil
	}
}

// rtspPath is the path of "rtsp://host:port/path".
func rtspPath(uri string) string {
	rest, ok := strings.CutPrefix(uri, "rtsp://")
	if !ok {
		return uri
	}
	_, path, _ := strings.Cut(rest, "/")
	return "/" + path
}

func (t *RTSP) reply(s *session, cseq string, status int, fields []string, body []byte) bool {
	var b strings.Builder
	fmt.Fprintf(&b, "RTSP/1.0 %d %s\r\n", status, http.StatusText(status))
	if _, err := strconv.ParseUint(cseq, 10, 32); err == nil {
		fmt.Fprintf(&b, "CSeq: %s\r\n", cseq)
	}
	if t.Server != "" {
		fields = append(fields, "Server: "+t.Server)
	}
	for _, f := range fields {
		b.WriteString(f + "\r\n")
	}
	if len(body) > 0 {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(body))
	}
	return s.say(b.String() + "\r\n" + string(body))
}
