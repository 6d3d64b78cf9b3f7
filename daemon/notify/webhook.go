package notify

import (
	"context"
	"errors"

	"github.com/homesweep/homesweep/probes/lan"
)

// payload is what a webhook and an MQTT topic are given.
type payload struct {
	Schema int          `json:"schema"` // lan.Schema
	ID     string       `json:"id"`     // the message's, by which one that comes twice is known
	Title  string       `json:"title"`
	Words  string       `json:"words"`
	Events []*lan.Event `json:"events"`
	More   int          `json:"more,omitempty"` // events beyond these that there was no room for
}

func (m *message) payload() payload {
	return payload{lan.Schema, m.ID, m.Title, m.Words, m.Events, m.Missed}
}

func checkWebhook(c *lan.Channel) error {
	if c.User != "" && c.Key == "" {
		return errors.New("there is a user name but no password")
	}
	return checkURL(c.Server)
}

// webhook posts JSON to any address.
func (n *Notifier) webhook(ctx context.Context, c *lan.Channel, m *message) error {
	return n.postJSON(ctx, c, c.Server, authorization(c), m.payload())
}
