package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// packed holds static/ file by file, gzipped by "go generate ./ui".
//
//go:embed packed/*.gz
var packed embed.FS

// file is one packed file, ready to serve.
type file struct {
	gz   []byte
	kind string // content type
	tag  string // hash of the packed bytes
}

// kinds are the content types of what static/ holds. The mime package is not
// asked: it reads the machine's own tables, which may differ.
var kinds = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
	".txt":  "text/plain; charset=utf-8",
	".json": "application/json",
}

// described is the file that describes the API.
const described = "openapi.json"

// unpack lists the packed files by the name they are served under. They stay
// packed: the bytes are those in the binary.
func unpack() (map[string]file, error) {
	entries, err := packed.ReadDir("packed")
	if err != nil {
		return nil, fmt.Errorf("ui: dashboard files: %w", err)
	}
	files := map[string]file{}
	for _, e := range entries {
		gz, err := packed.ReadFile(path.Join("packed", e.Name()))
		if err != nil {
			return nil, fmt.Errorf("ui: dashboard file %s: %w", e.Name(), err)
		}
		name := strings.TrimSuffix(e.Name(), ".gz")
		kind, ok := kinds[path.Ext(name)]
		if !ok {
			return nil, fmt.Errorf("ui: dashboard file %s: no content type for it", name)
		}
		sum := sha256.Sum256(gz)
		files[name] = file{gz: gz, kind: kind, tag: hex.EncodeToString(sum[:8])}
	}
	return files, nil
}

// static serves one file. Browsers keep it but ask each time whether it is
// still the same, so an upgraded router never shows half of an old page.
func (d *dashboard) static(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f, ok := d.files[name]
		if !ok {
			http.Error(w, "There is nothing at this address. Open the dashboard's first page.", http.StatusNotFound)
			return
		}
		zipped := acceptsGzip(r.Header.Get("Accept-Encoding"))
		tag := `"` + f.tag + `"`
		if !zipped {
			tag = `"` + f.tag + `-plain"`
		}
		h := w.Header()
		h.Set("Content-Type", f.kind)
		h.Set("Cache-Control", "no-cache")
		h.Set("Vary", "Accept-Encoding")
		h.Set("ETag", tag)
		if strings.Contains(r.Header.Get("If-None-Match"), tag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		if zipped {
			h.Set("Content-Encoding", "gzip")
			h.Set("Content-Length", strconv.Itoa(len(f.gz)))
			w.Write(f.gz)
			return
		}
		if plain, err := gzip.NewReader(bytes.NewReader(f.gz)); err == nil {
			io.Copy(w, plain)
		}
	}
}

// acceptsGzip reads an Accept-Encoding header (RFC 9110 section 12.5.3) as far
// as it concerns gzip.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, weight, _ := strings.Cut(part, ";")
		coding = strings.ToLower(strings.TrimSpace(coding))
		if coding != "gzip" && coding != "*" {
			continue
		}
		_, q, ok := strings.Cut(weight, "=")
		if value, err := strconv.ParseFloat(strings.TrimSpace(q), 64); !ok || err != nil || value > 0 {
			return true
		}
	}
	return false
}
