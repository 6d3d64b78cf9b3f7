package ui

import "encoding/json"

// until waits for an expression to hold, or fails with what is on the page.
func (c *chromium) until(expression string) {
	c.t.Helper()
	var text string
	c.eval(`new Promise((done) => {
		const begun = Date.now();
		(function look() {
			let holds = false;
			try { holds = Boolean(`+expression+`); } catch {}
			if (holds) done('');
			else if (Date.now() - begun > 20000) done(document.body.innerText || 'nothing');
			else requestAnimationFrame(look);
		})();
	})`, &text)
	if text != "" {
		c.t.Fatalf("%s never came to be; the page says\n%.3000s", expression, text)
	}
}

// reads waits for words on the page.
func (c *chromium) reads(words string) {
	c.t.Helper()
	c.until(`document.body.innerText.includes(` + inScript(words) + `)`)
}

// lacks waits until words are nowhere on the page.
func (c *chromium) lacks(words string) {
	c.t.Helper()
	c.until(`!document.body.innerText.includes(` + inScript(words) + `)`)
}

// press presses what can be seen and is called so: a button, link, box or fold.
func (c *chromium) press(name string) {
	c.t.Helper()
	found := `[...document.querySelectorAll('button,a,summary,label')].find((e) => e.checkVisibility() && !e.disabled && (e.innerText.trim() === ` + inScript(name) +
		` || e.querySelector('strong')?.innerText.trim() === ` + inScript(name) + `))`
	c.until(found)
	c.eval(found+`.click()`, nil)
}

// write puts words into a field, as if typed.
func (c *chromium) write(id, words string) {
	c.t.Helper()
	field := `document.getElementById(` + inScript(id) + `)`
	c.until(field)
	c.eval(field+`.focus(); `+field+`.select?.()`, nil)
	c.ask("Input.insertText", map[string]any{"text": words}, nil)
}

// enterKey presses Enter.
func (c *chromium) enterKey() {
	c.t.Helper()
	for _, kind := range []string{"rawKeyDown", "char", "keyUp"} {
		c.ask("Input.dispatchKeyEvent", map[string]any{"type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}, nil)
	}
}

// inScript is a string as a script writes it.
func inScript(words string) string {
	b, err := json.Marshal(words)
	if err != nil {
		panic(err) // a string always can be written
	}
	return string(b)
}
