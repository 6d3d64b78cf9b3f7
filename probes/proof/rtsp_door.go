package proof

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/challenge"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

// rtspDoor is the description of a stream (RFC 2326 section 10.2, RFC 7826
// section 13.2) behind HTTP's Basic or Digest (RFC 7826 section 19.1). Nothing
// is set up, so there is no session to end.
type rtspDoor struct {
	reach probes.Reach
	ep    lan.Endpoint
	url   string
}

var _ = register("rtsp", func(p *probes.Pass, r logins.Record) Door {
	ep := p.Service.Endpoint()
	path := r.Path
	if path == "" {
		path = "/"
	}
	host := net.JoinHostPort(ep.Addr.WithZone("").String(), strconv.Itoa(int(ep.Port)))
	return &rtspDoor{p.Reach, ep, "rtsp://" + host + path}
})

func (d *rtspDoor) Name() string { return "RTSP DESCRIBE" }

func (d *rtspDoor) Look(ctx context.Context) (state State, heard string, err error) {
	err = d.talk(ctx, func(ask asking) error {
		said, err := ask("")
		heard = said.line
		switch {
		case err != nil:
			return err
		case said.code == "200":
			state = Open
		case said.code == "401":
			if _, ok := said.challenge(); !ok {
				heard += ", asks for a login in a way we do not speak"
				return nil
			}
			state = Closed
		}
		return nil
	})
	return state, heard, err
}

func (d *rtspDoor) Try(ctx context.Context, l Login) (outcome probes.Outcome, heard string, err error) {
	err = d.talk(ctx, func(ask asking) error {
		said, err := ask("")
		if err != nil {
			return err
		}
		asked, ok := said.challenge()
		if heard = said.line; said.code != "401" || !ok {
			return nil
		}
		header, err := answer(asked, 1, "DESCRIBE", d.url, l)
		if err != nil {
			return err
		}
		if said, err = ask(header); err != nil {
			return err
		}
		heard, outcome = said.line, said.outcome()
		if again, _ := said.challenge(); said.code == "401" && again.Stale {
			return errStale
		}
		return nil
	})
	return outcome, heard, err
}

// asking asks for the description with an Authorization, empty for none.
type asking func(authorization string) (rtspReply, error)

// talk holds one conversation, on one connection: cameras tie a nonce to it.
func (d *rtspDoor) talk(ctx context.Context, with func(asking) error) error {
	conn, hangUp, err := dial(ctx, d.reach, d.ep)
	if err != nil {
		return err
	}
	defer hangUp()
	in := textproto.NewReader(bufio.NewReader(io.LimitReader(conn, maxPage)))
	number := 0
	return with(func(authorization string) (rtspReply, error) {
		number++
		ask := "DESCRIBE " + d.url + " RTSP/1.0\r\nCSeq: " + strconv.Itoa(number) + "\r\nAccept: application/sdp\r\nUser-Agent: homesweep\r\n"
		if authorization != "" {
			ask += "Authorization: " + authorization + "\r\n"
		}
		if _, err := io.WriteString(conn, ask+"\r\n"); err != nil {
			return rtspReply{}, fmt.Errorf("RTSP: %w", err)
		}
		return readRTSP(in)
	})
}

// rtspReply is an answer's head.
type rtspReply struct {
	code, line string
	header     textproto.MIMEHeader
}

// readRTSP reads an answer, past its body.
func readRTSP(in *textproto.Reader) (rtspReply, error) {
	line, err := in.ReadLine()
	if err != nil {
		return rtspReply{}, fmt.Errorf("RTSP: %w", err)
	}
	version, rest, _ := strings.Cut(line, " ")
	status, _, _ := strings.Cut(rest, " ")
	if n, err := strconv.Atoi(status); !strings.HasPrefix(version, "RTSP/") || err != nil || n < 100 || n > 999 {
		return rtspReply{}, errors.New("RTSP: not an answer of this protocol")
	}
	said := rtspReply{code: status, line: "status " + status}
	said.header, err = in.ReadMIMEHeader()
	if err != nil && !errors.Is(err, io.EOF) {
		return said, fmt.Errorf("RTSP: %w", err)
	}
	if n, err := strconv.Atoi(said.header.Get("Content-Length")); err == nil && n > 0 {
		_, _ = io.CopyN(io.Discard, in.R, int64(min(n, maxPage)))
	}
	return said, nil
}

// challenge is what the answer asks for; ok is false where we cannot answer it.
func (r rtspReply) challenge() (challenge.Challenge, bool) {
	return pickChallenge(r.header.Values("WWW-Authenticate"))
}

// outcome reads the answer to a login. That there is no such stream is only
// said to who may see it: the door was closed before.
func (r rtspReply) outcome() probes.Outcome {
	switch r.code {
	case "200", "404", "454":
		return probes.Accepted
	case "401":
		if asked, _ := r.challenge(); !asked.Stale {
			return probes.Rejected
		}
	case "423", "429":
		return probes.Locked
	}
	if r.header.Get("Retry-After") != "" {
		return probes.Locked
	}
	return probes.Unclear
}
