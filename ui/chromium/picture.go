package chromium

import (
	"flag"
	"os"
	"path/filepath"
)

// Pictures is where Keep writes to.
var Pictures = flag.String("pictures", "", "a `folder` into which the tests write pictures of every page and state; -run Pictures makes all of the dashboard's")

// Keep writes a picture or document of the page into the folder that -pictures
// names, for people to look at.
func (c *Page) Keep(name string, data []byte) {
	if *Pictures == "" {
		return
	}
	if err := os.MkdirAll(*Pictures, 0o755); err != nil {
		c.T.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*Pictures, name), data, 0o644); err != nil {
		c.T.Error(err)
	}
}

// Picture is the whole page as PNG.
func (c *Page) Picture(name string) {
	c.T.Helper()
	if *Pictures == "" {
		return
	}
	var size struct{ X, Y, Width, Height, Scale float64 }
	c.Eval(`({Width: innerWidth, Height: Math.min(document.documentElement.scrollHeight, 12000), Scale: 1})`, &size) // longer ones cannot be had
	var shot struct{ Data []byte }
	c.Ask("Page.captureScreenshot", map[string]any{"format": "png", "captureBeyondViewport": true, "clip": map[string]float64{
		"x": size.X, "y": size.Y, "width": size.Width, "height": size.Height, "scale": size.Scale}}, &shot)
	c.Keep(name, shot.Data)
}

// PDF is the page on paper.
func (c *Page) PDF(name string) []byte {
	c.T.Helper()
	var paper struct{ Data []byte }
	c.Ask("Page.printToPDF", map[string]any{"preferCSSPageSize": true, "printBackground": true, "generateTaggedPDF": true, "generateDocumentOutline": true}, &paper)
	c.Keep(name, paper.Data)
	return paper.Data
}
