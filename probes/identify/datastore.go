package identify

import "strings"

// datastore is the database that answers over HTTP and does not say so in its
// Server field: InfluxDB in a field of its own, Elasticsearch and its offspring
// OpenSearch in the page that greets whoever is let in.
func datastore(h head, page []byte) (product, version string) {
	if version = h.get("X-Influxdb-Version"); version != "" {
		return "InfluxDB", version
	}
	tagline := jsonText(page, "tagline")
	switch {
	case tagline == "You Know, for Search":
		product = "Elasticsearch"
	case strings.HasPrefix(tagline, "The OpenSearch Project"):
		product = "OpenSearch"
	default:
		return "", ""
	}
	if number := jsonText(page, "number"); startsVersion(number) {
		version = number
	}
	return product, version
}

// jsonText is the first text of that name in a page, as far as the next quote.
func jsonText(page []byte, name string) string {
	c := beyond(page, `"`+name+`"`)
	if strings.TrimSpace(c.until(`"`)) != ":" {
		return ""
	}
	return c.until(`"`)
}
