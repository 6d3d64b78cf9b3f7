package ui

import (
	"encoding"
	"encoding/json"
	"net/http/httptest"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// schema is a part of the API's description, as far as it is used there.
type schema struct {
	Ref        string            `json:"$ref"`
	Type       string            `json:"type"`
	Properties map[string]schema `json:"properties"`
	Items      *schema           `json:"items"`
}

// operation is what can be asked of a path.
type operation struct {
	Summary   string
	Security  *[]map[string][]string
	Responses map[string]struct {
		Content map[string]struct{ Schema schema }
	}
}

// description is the API's.
type description struct {
	OpenAPI    string
	Paths      map[string]map[string]operation
	Components struct{ Schemas map[string]schema }
}

func describe(t *testing.T) (d description) {
	t.Helper()
	text, err := os.ReadFile("static/" + described)
	if err == nil {
		err = json.Unmarshal(text, &d)
	}
	if err != nil || d.OpenAPI != "3.1.0" {
		t.Fatalf("OpenAPI %q: %v", d.OpenAPI, err)
	}
	return d
}

// TestDescribedRoutes: what is served is described, and the other way round, with
// who may ask for it.
func TestDescribedRoutes(t *testing.T) {
	m := newHome(t, password)
	d, err := newDashboard(Options{House: m.house, Door: m.door})
	if err != nil {
		t.Fatal(err)
	}
	doc := describe(t)
	files := []string{"GET /{$}", "GET /{file}", "GET /.well-known/security.txt"}
	for _, r := range d.all() {
		method, path, _ := strings.Cut(r.pattern, " ")
		if slices.Contains(files, r.pattern) {
			continue
		}
		op, ok := doc.Paths[path][strings.ToLower(method)]
		if !ok || op.Summary == "" {
			t.Errorf("%s is served and not described", r.pattern)
			continue
		}
		delete(doc.Paths[path], strings.ToLower(method))
		req := httptest.NewRequest(method, strings.ReplaceAll(path, "{id}", "nas"), nil)
		w := httptest.NewRecorder()
		r.serve(w, req)
		if free := op.Security != nil && len(*op.Security) == 0; free == (w.Code == 401) {
			t.Errorf("%s: a stranger gets %d, and it is described as free: %t", r.pattern, w.Code, free)
		}
	}
	for path, rest := range doc.Paths {
		for method := range rest {
			t.Errorf("%s %s is described and not served", method, path)
		}
	}
}

// TestDescribedTypes: each schema has the very keys of its Go type, of the same
// kind, and nothing is described that is no answer.
func TestDescribedTypes(t *testing.T) {
	doc := describe(t)
	met := map[string]bool{}
	for name, v := range map[string]any{
		"State": whole{}, "DevicePage": one{}, "Standing": standing{}, "Refusal": trouble{}, "EventPage": eventPage{}, "DayList": dayList{},
		"Settings": settingList{}, "AlertPage": alertList{}, "Contact": contact{}, "ChosenLinks": chosen{}, "ChannelName": channel{}, "Upkeep": lan.Upkeep{},
		"Schedule": lan.Schedule{}, "Progress": lan.Progress{}, "Grant": lan.Grant{}, "Decision": lan.Decision{}, "Alerts": lan.Alerts{}, "KnowledgeInUse": Knowledge{},
	} {
		holds(t, doc, name, schema{Ref: "#/components/schemas/" + name}, reflect.TypeOf(v), met)
	}
	for name := range doc.Components.Schemas {
		if !met[name] {
			t.Errorf("schema %s is of no answer", name)
		}
	}
	for path, ops := range doc.Paths {
		for method, op := range ops {
			for _, answer := range op.Responses {
				for _, c := range answer.Content {
					if name := strings.TrimPrefix(c.Schema.Ref, "#/components/schemas/"); name != "" && !met[name] {
						t.Errorf("%s %s answers with %s, which there is not", method, path, name)
					}
				}
			}
		}
	}
}

// holds compares one schema with a Go type, and what it refers to.
func holds(t *testing.T, doc description, at string, s schema, of reflect.Type, met map[string]bool) {
	if of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		if met[name] {
			return
		}
		met[name], s = true, doc.Components.Schemas[name]
	}
	if want := jsonType(of); s.Type != want {
		t.Errorf("%s is described as %q, and is %q", at, s.Type, want)
		return
	}
	switch {
	case s.Type == "array" && s.Items != nil:
		holds(t, doc, at+"[]", *s.Items, of.Elem(), met)
	case s.Type == "object" && of.Kind() == reflect.Struct:
		fields := keys(of)
		for key, f := range fields {
			if sub, ok := s.Properties[key]; ok {
				holds(t, doc, at+"."+key, sub, f, met)
			} else {
				t.Errorf("%s lacks %q", at, key)
			}
		}
		for key := range s.Properties {
			if fields[key] == nil {
				t.Errorf("%s has %q, which %s has not", at, key, of)
			}
		}
	}
}

// jsonType is what encoding/json makes of a type.
func jsonType(of reflect.Type) string {
	if of == reflect.TypeFor[time.Time]() || of.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		return "string"
	}
	switch of.Kind() {
	case reflect.Struct, reflect.Map:
		return "object"
	case reflect.Slice, reflect.Array:
		return "array"
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Float64, reflect.Float32:
		return "number"
	}
	return "integer"
}

// keys are the JSON keys of a struct, those of embedded ones with them.
func keys(of reflect.Type) map[string]reflect.Type {
	all := map[string]reflect.Type{}
	for i := range of.NumField() {
		f := of.Field(i)
		if f.Anonymous {
			for key, sub := range keys(f.Type) {
				all[key] = sub
			}
			continue
		}
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); f.IsExported() && name != "-" {
			all[name] = f.Type
		}
	}
	return all
}

// TestDescriptionServed: for who has logged in only.
func TestDescriptionServed(t *testing.T) {
	m := newHome(t, password)
	m.ask("GET", "/api/v1/openapi.json", "", 401)
	m.ask("GET", "/openapi.json", "", 404)
	m.ask("POST", "/api/v1/login", enter, 200)
	w := m.ask("GET", "/api/v1/openapi.json", "", 200)
	if kind := w.Header().Get("Content-Type"); kind != "application/json" || !json.Valid(w.Body.Bytes()) {
		t.Errorf("%s: %.80s", kind, w.Body)
	}
}
