package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

const searchPage = `{
  "name" : "attic", "cluster_name" : "docker-cluster",
  "version" : { "number" : "8.11.1", "build_flavor" : "default" },
  "tagline" : "You Know, for Search"
}`

var (
	_ = fakeOf("http", at(9200), replies("HTTP/1.1 200 OK\r\nX-elastic-product: Elasticsearch\r\nContent-Type: application/json\r\n\r\n"+searchPage),
		lan.Service{Name: "http", Product: "Elasticsearch", Version: "8.11.1"})
	_ = fakeOf("http", at(8086), replies("HTTP/1.1 404 Not Found\r\nX-Influxdb-Build: OSS\r\nX-Influxdb-Version: 1.8.10\r\n\r\n404 page not found\n"),
		lan.Service{Name: "http", Product: "InfluxDB", Version: "1.8.10"})
)

func TestDatastore(t *testing.T) {
	for page, want := range map[string]string{
		searchPage: "Elasticsearch 8.11.1",
		`{"version":{"distribution":"opensearch","number":"2.11.0"},"tagline":"The OpenSearch Project: https://opensearch.org/"}`: "OpenSearch 2.11.0",
		`{"tagline":"You Know, for Search"}`:                             "Elasticsearch ",
		`{"tagline":"You Know, for Search","number":"x"}`:                "Elasticsearch ",
		`{"tagline":"You Know`:                                           " ",
		`{"tagline":"Welcome to our hotel","text":"You Know, for Search`: " ",
		"You Know, for Search":                                           " ",
	} {
		if product, version := datastore(head{}, []byte(page)); product+" "+version != want {
			t.Errorf("%s: got %q %q, want %q", page, product, version, want)
		}
	}
}

func FuzzDatastore(f *testing.F) {
	f.Add([]byte(searchPage))
	f.Add([]byte(`"tagline""number""`))
	f.Fuzz(func(t *testing.T, page []byte) {
		if product, version := datastore(head{}, page); product == "" && version != "" {
			t.Errorf("version %q of nobody", version)
		}
	})
}
