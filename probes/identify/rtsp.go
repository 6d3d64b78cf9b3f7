package identify

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(rtsp{}, asks)

// RTSPMedia is the field of Heard with what a description that was given without a
// login offers, space separated: "video audio" (SDP, RFC 8866, section 5.14).
const RTSPMedia = "rtsp.media"

// rtspPublic are the methods that a server says it has.
const rtspPublic = "rtsp.public"

// rtsp asks OPTIONS and then DESCRIBE without a login (RFC 2326, sections 10.1
// and 10.2), as a player does before it shows a picture.
type rtsp struct{}

// Name is "rtsp".
func (rtsp) Name() string { return "rtsp" }

// Likely claims an RTSP answer, and the silent ports where cameras serve it.
func (rtsp) Likely(ep lan.Endpoint, said []byte) bool {
	if len(said) > 0 {
		return bytes.HasPrefix(said, []byte("RTSP/"))
	}
	usual := ep.Port == 554 || ep.Port == 5543
	return ep.Transport == lan.TCP && (usual || moved(ep.Port, 554) || moved(ep.Port, 8554))
}

// Identify asks both questions on one connection, or the second on a new one
// when the server hangs up after the first. Answers are taken in order whatever
// their CSeq, which not every camera copies.
func (rtsp) Identify(ctx context.Context, r probes.Reach, ep lan.Endpoint) (lan.Service, error) {
	svc := found(ep, "rtsp")
	conn, err := r.Dial(ctx, ep)
	if err != nil {
		return svc, fmt.Errorf("connect to %s: %w", ep, err)
	}
	defer func() { conn.Close() }()
	in := bufio.NewReader(conn)
	options, _, err := rtspAsk(conn, in, "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: homesweep\r\n\r\n")
	if err != nil {
		return svc, err
	}
	readRTSP(&svc, options)
	describe := fmt.Sprintf("DESCRIBE rtsp://%s/ RTSP/1.0\r\nCSeq: 2\r\nAccept: application/sdp\r\nUser-Agent: homesweep\r\n\r\n",
		authority(ep))
	answer, said, err := rtspAsk(conn, in, describe)
	if err != nil && ctx.Err() == nil && !errors.Is(err, probes.ErrNotMine) {
		again, dialErr := r.Dial(ctx, ep)
		if dialErr != nil {
			return svc, nil // the first answer has named it
		}
		conn = again
		answer, said, err = rtspAsk(conn, bufio.NewReader(conn), describe)
	}
	if err == nil {
		readRTSP(&svc, answer)
		svc.Heard.Set(lan.RTSPDescribe, answer.status)
		readSDP(&svc, said)
	}
	return svc, nil
}

func (rtsp) overhear(ep lan.Endpoint, said []byte) lan.Service {
	svc := found(ep, "rtsp")
	if h, ok := parseHead(said, "RTSP/"); ok {
		readRTSP(&svc, h)
	}
	return svc
}

// rtspAsk sends one request and reads the answer's head and its body, which must
// say how long it is. An answer in another protocol is
// probes.ErrNotMine, none at all the connection's own error.
func rtspAsk(conn net.Conn, in *bufio.Reader, request string) (head, []byte, error) {
	if _, err := io.WriteString(conn, request); err != nil {
		return head{}, nil, fmt.Errorf("ask rtsp: %w", err)
	}
	if _, err := in.Peek(1); err != nil {
		return head{}, nil, fmt.Errorf("read rtsp answer: %w", err)
	}
	h, err := readHead(in, "RTSP/")
	if err != nil {
		return h, nil, err
	}
	var body []byte
	if n, err := strconv.Atoi(h.get("Content-Length")); err == nil && n > 0 {
		body, _ = io.ReadAll(io.LimitReader(in, int64(min(n, maxBody)))) // as far as it comes
	}
	return h, body, nil
}

// readRTSP notes what an answer's head says.
func readRTSP(svc *lan.Service, h head) {
	svc.Heard.Set(rtspPublic, h.get("Public"))
	if server := h.get("Server"); server != "" {
		svc.Heard.Set(lan.RTSPServer, server)
		svc.Product, svc.Version = parseProduct(server)
	}
	if c, ok := loginAsked(h.values("WWW-Authenticate")); ok {
		svc.Heard.Set(lan.RTSPAuth, c.Scheme)
		svc.Heard.Set(lan.RTSPRealm, c.Realm)
	}
}

// maxMedia bounds the lines of a description that are kept.
const maxMedia = 8

// readSDP notes the kinds of media in a description: "m=video 0 RTP/AVP 96".
func readSDP(svc *lan.Service, body []byte) {
	found := 0
	for line := range bytes.Lines(body) {
		media, described := bytes.CutPrefix(line, []byte("m="))
		if kind, _, whole := bytes.Cut(media, []byte(" ")); described && whole && found < maxMedia {
			svc.Heard.Add(RTSPMedia, string(kind))
			found++
		}
	}
}
