package notify

import (
	"context"
	"errors"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// telegramServer is the makers' own, for a channel that names none.
const telegramServer = "https://api.telegram.org"

func checkTelegram(c *lan.Channel) error {
	number, secret, _ := strings.Cut(c.Key, ":")
	if number == "" || secret == "" || strings.Trim(number, "0123456789") != "" || strings.Trim(secret, letters+"0123456789-_") != "" {
		return errors.New("it needs the token that BotFather gave, like 123456:ABC-DEF")
	}
	if c.To == "" {
		return errors.New("it needs the number of a chat, or the @name of a channel")
	}
	if c.Server == "" {
		return nil
	}
	return checkURL(c.Server)
}

// telegramText is the bound of a message's text in bytes, below that of 4096
// characters.
const telegramText = 4000

// telegram sends a message as a bot (https://core.telegram.org/bots/api#sendmessage,
// read 2026-11-23): as it is, without markup, and without Telegram's fetching what
// looks like a link in what a device called itself.
func (n *Notifier) telegram(ctx context.Context, c *lan.Channel, m *message) error {
	type preview struct {
		Disabled bool `json:"is_disabled"`
	}
	return n.postJSON(ctx, c, strings.TrimRight(firstOf(c.Server, telegramServer), "/")+"/bot"+c.Key+"/sendMessage", map[string]string{}, struct {
		Chat    string  `json:"chat_id"`
		Text    string  `json:"text"`
		Preview preview `json:"link_preview_options"`
	}{c.To, cut(m.Title+"\n\n"+m.Words, telegramText), preview{true}})
}
