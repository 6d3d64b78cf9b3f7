package proof

import (
	"context"
	"net"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes/nvt"
)

// Waiting for a terminal: a login program may think for some seconds about a
// wrong password, and a line that ends like a command line is one only if
// nothing follows it.
const (
	longPause = 30 * time.Second
	settling  = 700 * time.Millisecond
)

// telnetVisit is one conversation.
type telnetVisit struct {
	conn   net.Conn
	term   *nvt.Terminal
	ends   time.Time     // of ctx; zero for never
	settle time.Duration // how long a command line is heard out
}

func (d *telnetDoor) visit(ctx context.Context) (v *telnetVisit, hangUp func(), err error) {
	conn, hangUp, err := dial(ctx, d.reach, d.ep)
	if err != nil {
		return nil, nil, err
	}
	v = &telnetVisit{conn: conn, term: nvt.New(conn), settle: d.settle}
	v.ends, _ = ctx.Deadline()
	return v, hangUp, nil
}

// read reads until enough, for at most limit.
func (v *telnetVisit) read(limit time.Duration, enough func(string) bool) (string, error) {
	until := time.Now().Add(limit)
	if !v.ends.IsZero() && v.ends.Before(until) {
		until = v.ends
	}
	_ = v.conn.SetReadDeadline(until)
	return v.term.ReadUntil(enough)
}

// say sends one line and waits for one of the prompts.
func (v *telnetVisit) say(line string, prompts ...nvt.Prompt) (nvt.Prompt, string, error) {
	if err := v.term.Send(line); err != nil {
		return "", "", broken(err)
	}
	v.term.Forget()
	return v.next(prompts...)
}

// next reads until one of the prompts shows, and hears a command line out:
// half a line of hashes looks like one. Without a prompt it gives an error and
// what was said until then.
func (v *telnetVisit) next(prompts ...nvt.Prompt) (nvt.Prompt, string, error) {
	for {
		text, err := v.read(longPause, func(text string) bool { return hasPrompt(text, prompts) })
		prompt := nvt.PromptOf(text)
		switch {
		case !slices.Contains(prompts, prompt):
			return "", text, broken(err)
		case err != nil || prompt != nvt.Shell && prompt != nvt.Menu:
			return prompt, text, nil
		}
		text, err = v.read(v.settle, func(string) bool { return false })
		if prompt = nvt.PromptOf(text); slices.Contains(prompts, prompt) {
			return prompt, text, nil
		}
		if !timedOut(err) {
			return "", text, broken(err)
		}
	}
}

// timedOut reports whether err is only that nothing came in time.
func timedOut(err error) bool {
	e, ok := err.(net.Error)
	return ok && e.Timeout()
}
