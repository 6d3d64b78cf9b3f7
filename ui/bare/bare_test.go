package bare

import "testing"

func TestText(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a.js", "// What it is.\n\nlet a = 1; // stays\n  // so\n/** one line */\nlet b = '/* no */';\n/**\n * @param {x}\n */\nlet c;\n", "let a = 1; // stays\nlet b = '/* no */';\nlet c;\n"},
		{"a.css", "/* A heading */\na { b: c; } /* stays */\n/* two\n   lines */\n/* x */ d { e: f; }\n", "a { b: c; } /* stays */\n/* x */ d { e: f; }\n"},
		{"a.html", "<!-- // -->\n\n// text\n", "<!-- // -->\n\n// text\n"},
		{"a.js", "const s = `\n  /x/\n`;\nlet last", "const s = `\n  /x/\n`;\nlet last"},
	} {
		if got := Text(c.name, c.text); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.name, c.text, got, c.want)
		}
	}
}
