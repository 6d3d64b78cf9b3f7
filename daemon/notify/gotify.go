package notify

import (
	"context"
	"errors"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

func checkGotify(c *lan.Channel) error {
	if c.Key == "" {
		return errors.New("it needs the token of an application; Gotify shows it under Apps")
	}
	return checkURL(c.Server)
}

// gotify sends a message as an application (https://gotify.net/docs/pushmsg and
// https://gotify.net/api-docs, read 2026-11-23). From priority 4 a phone sounds,
// from 8 it shakes.
func (n *Notifier) gotify(ctx context.Context, c *lan.Channel, m *message) error {
	return n.postJSON(ctx, c, strings.TrimRight(c.Server, "/")+"/message", map[string]string{"X-Gotify-Key": c.Key}, struct {
		Title    string `json:"title"`
		Message  string `json:"message"`
		Priority int    `json:"priority"`
	}{m.Title, m.Words, [...]int{4, 4, 6, 8}[m.Severity]})
}
