package main

import (
	_ "embed"
	"html/template"
	"net/http"
	"strings"
)

//go:embed page.html
var pageHTML string

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// shown is an API as the page and /sandbox.json have it.
type shown struct {
	Name        string       `json:"name"`
	Title       string       `json:"title"`
	URL         string       `json:"url"`
	Origin      string       `json:"origin"` // in front of the control paths
	Credentials []credential `json:"credentials"`
	Seeds       string       `json:"seeds"`
	Operations  []string     `json:"operations"`
	Webhook     string       `json:"webhook,omitempty"`
	Files       []string     `json:"files,omitempty"`
	Examples    []example    `json:"-"`
	Moves       bool         `json:"moves_money"`
}

// page serves the page without scripts, and its content to programs.
func (b *sandbox) page() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
		_ = pageTemplate.Execute(w, map[string]any{
			"APIs": b.shown(), "Reach": b.settings.reach(), "Local": b.settings.local(), "Kinds": strings.Join(kinds, ", "),
			"Seed": b.settings.seed, "URL": b.url, "Control": b.controlExamples(),
		})
	})
	mux.HandleFunc("GET /sandbox.json", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"apis": b.shown()})
	})
	return mux
}

func (b *sandbox) shown() []shown {
	var out []shown
	for _, a := range b.apis {
		one := shown{
			Name: a.name, Title: a.title, URL: a.url(), Origin: a.origin, Credentials: a.credentials, Seeds: a.seeds, Operations: a.operations,
			Webhook: b.settings.webhooks[a.name], Examples: a.examples(a), Moves: a.ledger != nil,
		}
		for _, path := range []string{"/_key.pem", "/_webhook.pem"} {
			if a.files[path] != "" {
				one.Files = append(one.Files, path)
			}
		}
		out = append(out, one)
	}
	return out
}

// controlExamples are the control paths in the order in which they make sense.
func (b *sandbox) controlExamples() []example {
	at := map[string]string{}
	for _, a := range b.apis {
		at[a.name] = a.origin
	}
	return []example{
		{"The next list of vima is refused with 503", curl(`-d '{"status":503,"retry_after":"1","operation":"ListOperations"}' `+at["vima"]+"/_faults") +
			" && curl -sS -i '" + b.apis[0].url() + "?apikey=" + b.apis[0].credentials[0].Value + "'"},
		{"What can be injected", curl(at["vima"] + "/_faults")},
		{
			"The connection breaks behind the next execution, which takes place all the same",
			curl(`-d '{"kind":"reset-after","operation":"ExecutePayment"}' ` + at["wallet"] + "/_faults"),
		},
		{"No more faults", curl("-X DELETE " + at["wallet"] + "/_faults")},
		{"Where the money went", curl(at["wallet"] + "/_ledger")},
		{"What was received", curl(at["finik"] + "/_requests")},
		{"An hour later", curl(`-d '{"by":"1h"}' ` + at["transactions"] + "/_advance")},
		{"Webhook events", curl(at["wallet"] + "/_events")},
		{"The API as OpenAPI 3.1", curl(at["ecommpay"] + "/_openapi.yaml")},
	}
}
