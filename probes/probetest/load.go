package probetest

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of a device's folder: a web page is at most 64 KiB and a description
// 256 KiB on the wire, and a folder is something a person can read.
const (
	maxFile    = 256 << 10 // bytes of one file
	maxFiles   = 64        // files of a folder
	maxDevices = 256       // folders of a root
	definition = "device.json"
)

// Load reads one device's folder. Errors name the file and what to mend.
func Load(dir fs.FS) (*Device, error) {
	d, err := readDefinition(dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", definition, err)
	}
	if d.files, err = readBodies(dir); err != nil {
		return nil, err
	}
	if err := d.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", definition, err)
	}
	return d, nil
}

// LoadAll reads every folder of root, in order of name. It also holds that a
// device is named as its folder and that no two share a hardware address.
func LoadAll(root fs.FS) ([]*Device, error) {
	entries, err := fs.ReadDir(root, ".")
	if err != nil {
		return nil, fmt.Errorf("read the devices: %w", err)
	}
	var all []*Device
	owner := map[lan.MAC]string{}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		if len(all) == maxDevices {
			return nil, fmt.Errorf("more than %d devices", maxDevices)
		}
		d, err := loadNamed(root, e.Name())
		if err != nil {
			return nil, fmt.Errorf("%s/%w", e.Name(), err)
		}
		if other, taken := owner[d.MAC]; taken {
			return nil, fmt.Errorf("%s/%s: mac %v is %s's too", e.Name(), definition, d.MAC, other)
		}
		owner[d.MAC] = d.Name
		all = append(all, d)
	}
	return all, nil
}

func loadNamed(root fs.FS, name string) (*Device, error) {
	dir, err := fs.Sub(root, name)
	if err != nil {
		return nil, err
	}
	d, err := Load(dir)
	if err != nil {
		return nil, err
	}
	if d.Name != name {
		return nil, fmt.Errorf("%s: name %q is not the folder's", definition, d.Name)
	}
	return d, nil
}

func readDefinition(dir fs.FS) (*Device, error) {
	text, err := readFile(dir, definition)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields() // a typing error must not pass as a default
	d := &Device{}
	if err := dec.Decode(d); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more text after the device")
	}
	return d, nil
}

// readBodies reads the folder's other files. A ".hex" file is a hex dump whose
// lines may end in a comment after "#"; it stands for the bytes it spells.
func readBodies(dir fs.FS) (map[string][]byte, error) {
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return nil, err
	}
	if len(entries) > maxFiles {
		return nil, fmt.Errorf("%d files, at most %d", len(entries), maxFiles)
	}
	files := map[string][]byte{}
	for _, e := range entries {
		name := e.Name()
		if name == definition {
			continue
		}
		body, err := readFile(dir, name)
		if err == nil && path.Ext(name) == ".hex" {
			body, err = unhex(body)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		files[name] = body
	}
	return files, nil
}

func readFile(dir fs.FS, name string) ([]byte, error) {
	f, err := dir.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(body) > maxFile {
		return nil, fmt.Errorf("more than %d bytes", maxFile)
	}
	return body, nil
}

func unhex(dump []byte) ([]byte, error) {
	var digits strings.Builder
	for line := range strings.Lines(string(dump)) {
		spelled, _, _ := strings.Cut(line, "#")
		for word := range strings.FieldsSeq(spelled) {
			digits.WriteString(word)
		}
	}
	return hex.DecodeString(digits.String())
}
