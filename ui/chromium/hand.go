package chromium

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// soon is how long a page may take to show what it knows already.
const soon = 20 * time.Second

// Until waits for an expression to hold, or fails with what is on the page.
func (c *Page) Until(expression string) {
	c.T.Helper()
	c.Within(soon, expression)
}

// Within is Until for what takes longer than drawing it.
func (c *Page) Within(limit time.Duration, expression string) {
	c.T.Helper()
	var text string
	c.Eval(`new Promise((done) => {
		const begun = Date.now();
		(function look() {
			let holds = false;
			try { holds = Boolean(`+expression+`); } catch {}
			if (holds) done('');
			else if (Date.now() - begun > `+fmt.Sprint(limit.Milliseconds())+`) done(document.body.innerText || 'nothing');
			else setTimeout(look, 20);
		})();
	})`, &text)
	if text != "" {
		c.T.Fatalf("%s never came to be; no answer came to %v; the console says %.900q; the page says\n%.3000s",
			expression, slices.Collect(maps.Values(c.waiting)), c.said, text)
	}
}

// Reads waits for words on the page.
func (c *Page) Reads(words string) {
	c.T.Helper()
	c.Until(`document.body.innerText.includes(` + Script(words) + `)`)
}

// Lacks waits until words are nowhere on the page.
func (c *Page) Lacks(words string) {
	c.T.Helper()
	c.Until(`!document.body.innerText.includes(` + Script(words) + `)`)
}

// Press presses what can be seen and is called so: a button, link, box or fold.
func (c *Page) Press(name string) {
	c.T.Helper()
	found := `[...document.querySelectorAll('button,a,summary,label')].find((e) => e.checkVisibility() && !e.disabled && (e.innerText.trim() === ` + Script(name) +
		` || e.querySelector('strong')?.innerText.trim() === ` + Script(name) + `))`
	c.Until(found)
	c.Eval(found+`.click()`, nil)
}

// Click presses the first that can be seen of what a CSS selector chooses.
func (c *Page) Click(selector string) {
	c.T.Helper()
	found := `[...document.querySelectorAll(` + Script(selector) + `)].find((e) => e.checkVisibility() && !e.disabled)`
	c.Until(found)
	c.Eval(found+`.click()`, nil)
}

// Write puts words into a field, as if typed.
func (c *Page) Write(id, words string) {
	c.T.Helper()
	field := `document.getElementById(` + Script(id) + `)`
	c.Until(field)
	c.Eval(field+`.focus(); `+field+`.select?.()`, nil)
	c.Ask("Input.insertText", map[string]any{"text": words}, nil)
}

// Choose chooses among the options of a list by its value, as if picked.
func (c *Page) Choose(id, value string) {
	c.T.Helper()
	list := `document.getElementById(` + Script(id) + `)`
	c.Until(`[...` + list + `.options].some((o) => o.value === ` + Script(value) + `)`)
	c.Eval(list+`.value = `+Script(value)+`; `+list+`.dispatchEvent(new Event('change', {bubbles: true}))`, nil)
}

// EnterKey presses Enter.
func (c *Page) EnterKey() {
	c.T.Helper()
	for _, kind := range []string{"rawKeyDown", "char", "keyUp"} {
		c.Ask("Input.dispatchKeyEvent", map[string]any{"type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}, nil)
	}
}

// Script is a string as a script writes it.
func Script(words string) string {
	b, err := json.Marshal(words)
	if err != nil {
		panic(err) // a string always can be written
	}
	return string(b)
}
