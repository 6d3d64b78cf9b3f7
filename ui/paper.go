package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// PaperData is what Paper writes down.
type PaperData struct {
	Sweep    lan.Sweep `json:"sweep"`
	Version  string    `json:"version"` // of the program that writes
	Made     time.Time `json:"made"`    // when it is written
	Redacted bool      `json:"redacted"`
}

// paperStyles are the dashboard's own, in the order in which they hold.
var paperStyles = []string{"base.css", "parts.css", "report.css"}

// Paper writes d as one HTML file: the dashboard's own modules and styles with
// the data inside. The file asks nobody for anything, and its content policy
// allows nothing but the script and the styles written here. Whatever a device
// said is data: JSON in which <, > and & are escaped, shown as text. Errors are
// those of w, or say which of the program's own files is broken.
func Paper(w io.Writer, d PaperData) error {
	style, err := styles()
	if err != nil {
		return err
	}
	script, err := bundle("paper.js")
	if err != nil {
		return err
	}
	icons, err := asset("icons.svg")
	if err != nil {
		return err
	}
	data, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("ui: the report's data: %w", err)
	}
	for _, part := range []string{
		paperHead, `<meta http-equiv="Content-Security-Policy" content="`, paperPolicy(script, style), "\">\n<style>", style,
		"</style>\n</head>\n<body class=\"paper\">\n", icons, paperBody, `<script type="application/json" id="data">`, string(data),
		"</script>\n<script type=\"module\">", script, "</script>\n</body>\n</html>\n",
	} {
		if _, err := io.WriteString(w, part); err != nil {
			return err
		}
	}
	return nil
}

const paperHead = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>homesweep report</title>
`

const paperBody = `<main id="main">
<noscript><section class="card notice"><h1>This report draws itself</h1>
<p>The script that does so is in this very file, and it asks nobody for anything. Open the file in a browser that runs scripts. A preview in a mail program may not.</p></section></noscript>
</main>
`

// paperPolicy allows the one script and the one style by their hashes.
func paperPolicy(script, style string) string {
	return "default-src 'none'; script-src " + integrity(script) + "; style-src " + integrity(style) +
		"; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
}

// integrity is text's hash as a source of a content policy (CSP level 3,
// section 2.3.1).
func integrity(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func styles() (string, error) {
	var all strings.Builder
	for _, name := range paperStyles {
		text, err := asset(name)
		if err != nil {
			return "", err
		}
		all.WriteString(text)
	}
	return all.String(), nil
}

// asset is the text of a packed file.
func asset(name string) (string, error) {
	gz, err := packed.ReadFile("packed/" + name + ".gz")
	if err != nil {
		return "", fmt.Errorf("ui: report file %s: %w", name, err)
	}
	z, err := gzip.NewReader(bytes.NewReader(gz))
	if err != nil {
		return "", fmt.Errorf("ui: report file %s: %w", name, err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return "", fmt.Errorf("ui: report file %s: %w", name, err)
	}
	return string(text), nil
}
