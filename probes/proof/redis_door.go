package proof

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

// redisDoor is a Redis server's AUTH, by a password alone or with a user name
// (redis.io, commands AUTH and PING; "Redis serialization protocol"). What only
// a visitor inside hears is the answer to PING.
type redisDoor struct {
	reach probes.Reach
	ep    lan.Endpoint
}

var _ = register("redis", func(p *probes.Pass, _ logins.Record) Door {
	return &redisDoor{reach: p.Reach, ep: p.Service.Endpoint()}
})

// maxRedis bounds what one conversation may send us.
const maxRedis = 4 << 10

func (d *redisDoor) Name() string { return "Redis PING" }

// Look sends PING.
func (d *redisDoor) Look(ctx context.Context) (State, string, error) {
	v, hangUp, err := d.visit(ctx)
	if err != nil {
		return Unclear, "", err
	}
	defer hangUp()
	said, err := v.command("PING")
	v.leave()
	switch {
	case err != nil:
		return Unclear, "", err
	case said == "+PONG":
		return Open, said, nil
	case wantsAuth(said):
		return Closed, said, nil
	}
	return Unclear, said, nil // DENIED too: no login helps a stranger there
}

// wantsAuth reports an error that asks for a login, in the words of Redis 2.8
// and later, and of those before.
func wantsAuth(said string) bool {
	return strings.HasPrefix(said, "-NOAUTH") || strings.HasPrefix(said, "-ERR operation not permitted")
}

func (d *redisDoor) Try(ctx context.Context, l Login) (probes.Outcome, string, error) {
	v, hangUp, err := d.visit(ctx)
	if err != nil {
		return probes.Unclear, "", err
	}
	defer hangUp()
	login := []string{"AUTH", l.User, l.Password}
	if l.User == "" {
		login = []string{"AUTH", l.Password}
	}
	said, err := v.command(login...)
	if err == nil && said == "+OK" {
		said, err = v.command("PING")
		said = "AUTH +OK, " + said
	}
	v.leave()
	if err != nil {
		return probes.Unclear, "", err
	}
	said = struck(said, l.Password)
	return redisOutcome(said), said, nil
}

// redisOutcome reads the last answer of a login. An account that may not even
// PING is inside all the same: a stranger hears NOAUTH.
func redisOutcome(said string) probes.Outcome {
	word, _, _ := strings.Cut(said, " ")
	switch {
	case said == "AUTH +OK, +PONG", strings.HasPrefix(said, "AUTH +OK, -NOPERM"):
		return probes.Accepted
	case strings.HasPrefix(said, "AUTH "):
		return probes.Unclear
	case lockedIn(said, nil):
		return probes.Locked
	case word == "-WRONGPASS", strings.HasPrefix(said, "-ERR invalid password"):
		return probes.Rejected
	}
	return probes.Unclear // wrong number of arguments, no password set, loading …
}

// redisVisit is one conversation.
type redisVisit struct {
	conn net.Conn
	in   *bufio.Reader
}

func (d *redisDoor) visit(ctx context.Context) (*redisVisit, func(), error) {
	conn, hangUp, err := dial(ctx, d.reach, d.ep)
	if err != nil {
		return nil, nil, err
	}
	return &redisVisit{conn, bufio.NewReader(io.LimitReader(conn, maxRedis))}, hangUp, nil
}

// command sends an array of bulk strings, which may hold any byte, and gives
// the first line of the answer.
func (v *redisVisit) command(words ...string) (string, error) {
	b := []byte("*" + strconv.Itoa(len(words)) + "\r\n")
	for _, w := range words {
		b = append(b, "$"+strconv.Itoa(len(w))+"\r\n"+w+"\r\n"...)
	}
	if _, err := v.conn.Write(b); err != nil {
		return "", fmt.Errorf("redis: %w", err)
	}
	line, err := v.in.ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("redis: %w", err)
	}
	return lan.Printable(line, lan.MaxValue), nil
}

// leave ends the session.
func (v *redisVisit) leave() { _, _ = v.conn.Write([]byte("*1\r\n$4\r\nQUIT\r\n")) }
