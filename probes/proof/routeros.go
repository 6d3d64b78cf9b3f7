package proof

import (
	"bufio"
	"context"
	"crypto/md5" //nolint:gosec // the device chooses it
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

// routerosDoor is MikroTik's API on ports 8728 and 8729: sentences of words, each
// behind its length (help.mikrotik.com/docs/spaces/ROS/pages/47579160/API).
type routerosDoor struct {
	reach probes.Reach
	ep    lan.Endpoint
}

var _ = register("routeros-api", func(p *probes.Pass, _ logins.Record) Door {
	return &routerosDoor{p.Reach, p.Service.Endpoint()}
})

// Bounds of what the API may answer.
const (
	maxSentences = 64
	maxWords     = 128 // of a sentence
)

// routerosInside only answers who has logged in.
const routerosInside = "/system/resource/print"

func (d *routerosDoor) Name() string { return "RouterOS API" }

func (d *routerosDoor) Look(ctx context.Context) (state State, heard string, err error) {
	err = d.talk(ctx, func(ask func(...string) ([]string, error)) error {
		said, err := ask(routerosInside)
		switch {
		case err != nil:
			return err
		case has(said, "!re"):
			state, heard = Open, "says what it is"
		case has(said, "not logged in"):
			state, heard = Closed, "not logged in"
		}
		return nil
	})
	return state, heard, err
}

func (d *routerosDoor) Try(ctx context.Context, l Login) (outcome probes.Outcome, heard string, err error) {
	err = d.talk(ctx, func(ask func(...string) ([]string, error)) error {
		said, err := ask("/login", "=name="+l.User, "=password="+l.Password)
		if dare := word(said, "=ret="); err == nil && dare != "" { // before RouterOS 6.43
			said, err = ask("/login", "=name="+l.User, "=response=00"+dared(dare, l.Password))
		}
		switch {
		case err != nil:
			return err
		case strings.Contains(word(said, "=message="), "invalid user name or password"), has(said, "=message=cannot log in"):
			outcome, heard = probes.Rejected, "refuses it"
			return nil
		case !has(said, "!done") || has(said, "!trap") || has(said, "!fatal"):
			heard = "neither takes it nor refuses it"
			return nil
		}
		said, err = ask(routerosInside)
		if err == nil && has(said, "!re") && word(said, "=version=") != "" {
			outcome, heard = probes.Accepted, "takes the login and says what it is"
		} else {
			heard = "takes the login, but does not say what it is"
		}
		return err
	})
	return outcome, heard, err
}

// talk holds one conversation, which ends with /quit.
func (d *routerosDoor) talk(ctx context.Context, with func(ask func(...string) ([]string, error)) error) error {
	conn, hangUp, err := dial(ctx, d.reach, d.ep)
	if err != nil {
		return err
	}
	defer hangUp()
	in := bufio.NewReader(io.LimitReader(conn, maxPage))
	err = with(func(words ...string) ([]string, error) {
		if _, err := io.WriteString(conn, sentence(words...)); err != nil {
			return nil, fmt.Errorf("RouterOS API: %w", err)
		}
		return replies(in)
	})
	_, _ = io.WriteString(conn, sentence("/quit"))
	return err
}

// sentence is words as they are sent. The length of a word is its first byte,
// or its first two.
func sentence(words ...string) string {
	var b strings.Builder
	for _, w := range words {
		w = w[:min(len(w), 0x3fff)]
		if len(w) >= 0x80 {
			b.WriteByte(byte(0x80 | len(w)>>8)) //nolint:gosec // at most 0x3f
		}
		b.WriteByte(byte(len(w))) //nolint:gosec // its lower half
		b.WriteString(w)
	}
	b.WriteByte(0)
	return b.String()
}

// replies are the words of all sentences up to the one that ends an answer.
func replies(in *bufio.Reader) (all []string, err error) {
	for range maxSentences {
		first := len(all)
		for range maxWords {
			w, err := nextWord(in)
			if err != nil {
				return all, fmt.Errorf("RouterOS API: %w", err)
			}
			if w == "" {
				break
			}
			all = append(all, w)
		}
		if len(all) > first && (all[first] == "!done" || all[first] == "!fatal") {
			return all, nil
		}
	}
	return all, errors.New("RouterOS API: an answer without an end")
}

// nextWord reads one word, of at most 16 KiB; an empty one ends a sentence.
func nextWord(in *bufio.Reader) (string, error) {
	first, err := in.ReadByte()
	size := int(first)
	if err == nil && first >= 0xc0 {
		return "", errors.New("a word of more than 16 KiB")
	}
	if err == nil && first >= 0x80 {
		first, err = in.ReadByte()
		size = size&0x3f<<8 | int(first)
	}
	if err != nil {
		return "", err
	}
	w := make([]byte, size)
	_, err = io.ReadFull(in, w)
	return string(w), err
}

// has reports whether one of words is w.
func has(words []string, w string) bool {
	for _, one := range words {
		if one == w {
			return true
		}
	}
	return false
}

// word is what follows prefix in the first of words that begins so.
func word(words []string, prefix string) string {
	for _, one := range words {
		if rest, ok := strings.CutPrefix(one, prefix); ok {
			return rest
		}
	}
	return ""
}

// dared answers an old firmware's challenge: MD5 of a zero, the password and
// what the challenge's hex digits stand for.
func dared(challenge, password string) string {
	raw, _ := hex.DecodeString(challenge)
	sum := md5.Sum([]byte("\x00" + password + string(raw))) //nolint:gosec // the device chooses it
	return hex.EncodeToString(sum[:])
}
