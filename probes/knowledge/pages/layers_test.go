package pages

import (
	"strings"
	"testing"
)

const acme = `{"id":"acme","when":[{"http.title":"^Acme$"}],"path":"/about","accept":"json","fields":{"/model":"acme.model"},"source":"https://acme.example.org/"}`

func TestRead(t *testing.T) {
	own, err := Read(nil)
	if err != nil || len(own.All()) != len(load(t).All()) {
		t.Fatalf("the program's own: %v", err)
	}
	s, err := Read([]byte("["+acme+"]"), []byte("["+strings.Replace(acme, "/about", "/me", 1)+"]"), []byte("["+strings.Replace(acme, `"acme"`, `"bee"`, 1)+"]"))
	if err != nil {
		t.Fatal(err)
	}
	if all := s.All(); len(all) != 2 || all[0].Path != "/me" || all[1].ID != "bee" || all[1].Path != "/about" {
		t.Errorf("%+v", all)
	}
	if over, err := Read(nil, []byte("["+acme+"]")); err != nil || len(over.All()) != len(own.All())+1 {
		t.Errorf("over the program's own: %v", err)
	}
}

func FuzzReadLayer(f *testing.F) {
	f.Add([]byte("["+acme+"]"), []byte("[]"))
	f.Add(Packed()[:2000], []byte("[{}]"))
	f.Fuzz(func(t *testing.T, base, over []byte) {
		s, err := Read(base, over)
		if err == nil {
			s.For(80, map[string]string{"http.title": "Acme"}, nil)
		}
	})
}
