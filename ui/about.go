package ui

import (
	"net/http"
	"strings"
)

// about is the page for everybody in the home: that it is looked after, by whom,
// and what is looked at. It says nothing of any device.
func (d *dashboard) about(w http.ResponseWriter, _ *http.Request) {
	who := ""
	if keeper, ok := d.House.(Keeper); ok {
		who = keeper.Contact()
	}
	if who == "" {
		who = "whoever runs the router here"
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	stays := "What is found stays on the machine here."
	if d.Alarm != nil && len(d.Alarm.Alerts().Channels) > 0 {
		stays = "What is found is kept on the machine here; the owner has messages about it sent, which may leave this network."
	}
	w.Write([]byte(aboutHead + plain.Replace(who) + aboutLooks + stays + aboutRest))
}

// plain makes text of what could be markup.
var plain = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

const aboutHead = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>homesweep</title>
<link rel="icon" href="/mark.svg">
<link rel="stylesheet" href="/base.css">
<link rel="stylesheet" href="/parts.css">
</head>
<body>
<main id="main" class="page about">
<section class="card">
<h1>This home's network is being looked after</h1>
<p>A program called homesweep keeps an eye on the devices in this network, so that weak spots are found and closed. Questions, or a device of yours that should be left alone? Ask: `

const aboutLooks = `</p>
</section>
<section class="card">
<h2>What it looks at</h2>
<ul>
<li>Which devices are in the network, by what they announce and answer there.</li>
<li>Which of their services answer to everybody, which software they say they run, and whether that is known to be weak.</li>
<li>Whether a device came or went. Of phones and computers only the day is kept.</li>
</ul>
</section>
<section class="card">
<h2>What it does not look at</h2>
<ul>
<li>What you read, write, watch or say: what goes to and from the internet is not recorded.</li>
<li>Where in the home anybody is, or at what time a phone came or went.</li>
<li>Anything outside this network. `

const aboutRest = `</li>
</ul>
<p>It tries a password only on devices for which the owner has allowed it.</p>
</section>
</main>
</body>
</html>
`
