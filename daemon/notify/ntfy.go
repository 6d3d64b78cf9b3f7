package notify

import (
	"context"
	"errors"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// ntfyServer is the makers' own, for a channel that names none.
const ntfyServer = "https://ntfy.sh"

// ntfyBody is the bound of a message in bytes; longer ones become attachments.
const ntfyBody = 4000

func checkNtfy(c *lan.Channel) error {
	if len(c.To) > 64 || c.To == "" || strings.Trim(c.To, letters+"0123456789-_") != "" {
		return errors.New("its topic must be 1 to 64 letters, digits, - and _")
	}
	if c.User != "" && c.Key == "" {
		return errors.New("there is a user name but no password")
	}
	if c.Server == "" {
		return nil
	}
	return checkURL(c.Server)
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// ntfy publishes to a topic (https://docs.ntfy.sh/publish/, read 2026-11-23). A
// title beyond ASCII goes as RFC 2047 says, which ntfy understands.
func (n *Notifier) ntfy(ctx context.Context, c *lan.Channel, m *message) error {
	header := authorization(c)
	header["Title"] = encodedWord(m.Title)
	header["Priority"] = [...]string{"3", "3", "4", "5"}[m.Severity]
	header["Tags"] = "house"
	if m.Severity >= lan.Soon {
		header["Tags"] = "warning"
	}
	address := strings.TrimRight(firstOf(c.Server, ntfyServer), "/") + "/" + c.To
	return n.postHTTP(ctx, c, address, header, []byte(cut(m.Words, ntfyBody)))
}

// cut is s, in whole lines if it has more than max bytes.
func cut(s string, max int) string {
	if len(s) <= max {
		return s
	}
	s = s[:max]
	return s[:strings.LastIndexByte(s, '\n')+1] + "…"
}
