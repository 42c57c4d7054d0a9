package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBadInputOfControl(t *testing.T) {
	t.Parallel()
	r := start(t)
	vima, wallet := r.apis["vima"].Origin, r.apis["wallet"].Origin
	for _, test := range []struct {
		name, method, url, body string
		status                  int
		says                    string
	}{
		{"unknown kind", "POST", vima + "/_faults", `{"kind":"explode"}`, 400, `kind: "explode" is not a kind of fault, there are answer, reset-before,`},
		{"unknown operation", "POST", vima + "/_faults", `{"operation":"Pay"}`, 400, `operation: "Pay" is not an operation of this API, there are ListOperations`},
		{"unknown member", "POST", vima + "/_faults", `{"kin":"html"}`, 400, `unknown field "kin"`},
		{"wrong type", "POST", vima + "/_faults", `{"status":"503"}`, 400, `status: must not be a string`},
		{"status out of range", "POST", vima + "/_faults", `{"status":99}`, 400, `status: must be 200 to 599`},
		{"bad delay", "POST", vima + "/_faults", `{"delay":"2"}`, 400, `delay: "2" is not a duration`},
		{"negative delay", "POST", vima + "/_faults", `{"delay":"-2s"}`, 400, `delay: "-2s" is not a duration`},
		{"times", "POST", vima + "/_faults", `{"times":-2}`, 400, `times: must be a number of requests, or -1 without end`},
		{"half a time", "POST", vima + "/_faults", `{"times":1.5}`, 400, `times: 1.5 is not a whole number that is possible here`},
		{"negative seed", "POST", vima + "/_faults", `{"seed":-1}`, 400, `seed: -1 is not a whole number that is possible here`},
		{"probability", "POST", vima + "/_faults", `{"probability":1.5}`, 400, `probability: must be 0 to 1`},
		{"body without status", "POST", vima + "/_faults", `{"body":"x"}`, 400, `body: needs a status`},
		{"line break", "POST", vima + "/_faults", `{"header":{"X-A":"b\r\nX-C: d"}}`, 400, `header: must not contain line breaks`},
		{"header name", "POST", vima + "/_faults", `{"header":{"a b":"c"}}`, 400, `header: "a b" is not a name`},
		{"one of many", "POST", vima + "/_faults", `[{"status":503},{"kind":"x"}]`, 400, `fault 1: kind: "x"`},
		{"no JSON", "POST", vima + "/_faults", `{"status":`, 400, `the body is not the JSON that is needed`},
		{"text", "POST", vima + "/_faults", `"html"`, 400, `the body is a string, a JSON object is needed`},
		{"null", "POST", vima + "/_faults", `null`, 400, `a JSON object is needed`},
		{"empty", "POST", vima + "/_faults", ``, 400, `the body is empty`},
		{"two values", "POST", vima + "/_faults", `{} {}`, 400, `more than one JSON value`},
		{"too large", "POST", vima + "/_faults", `"` + strings.Repeat("x", 2<<20) + `"`, 400, `larger than 1 MiB`},
		{"no duration", "POST", wallet + "/_advance", `{"by":"soon"}`, 400, `by: "soon" is not a duration above 0`},
		{"back in time", "POST", wallet + "/_advance", `{"by":"-1h"}`, 400, `by: "-1h" is not a duration above 0`},
		{"beyond the calendar", "POST", wallet + "/_advance", `{"by":"2540400h"}`, 400, `by: must be at most 87600h`},
		{"nothing to advance by", "POST", wallet + "/_advance", `{}`, 400, `by: "" is not a duration above 0`},
		{"no ledger", "GET", vima + "/_ledger", "", 404, `vima moves no money and has no ledger; wallet and finik have one`},
		{"no events", "GET", vima + "/_events", "", 404, `vima sends no webhook events; wallet and finik do`},
		{"no such path", "GET", vima + "/_fault", "", 404, `GET /_fault is not a control path of vima, there are GET /_openapi.yaml,`},
		{"wrong method", "PUT", vima + "/_faults", "", 404, `PUT /_faults is not a control path of vima`},
	} {
		t.Run(test.name, func(t *testing.T) {
			answer := r.send(t, test.method, test.url, test.body)
			assert.Equal(t, test.status, answer.status)
			var said struct{ Error string }
			require.NoError(t, json.Unmarshal([]byte(answer.text), &said), answer.text)
			assert.Contains(t, said.Error, test.says)
		})
	}
	assert.Equal(t, 200, r.get(t, vimaList(r)).status, "nothing was injected")
	assert.Len(t, requestsOf(t, r, "vima"), 1, "nothing was logged")
}

func vimaList(r *running) string {
	a := r.apis["vima"]
	return a.URL + "?count=1&apikey=" + a.Credentials[0].Value
}

func requestsOf(t *testing.T, r *running, api string) []masked {
	t.Helper()
	var log struct{ Requests []masked }
	require.NoError(t, json.Unmarshal([]byte(r.get(t, r.apis[api].Origin+"/_requests").text), &log))
	return log.Requests
}

func TestFaults(t *testing.T) {
	t.Parallel()
	r := start(t)
	origin := r.apis["vima"].Origin
	inject := func(body string) {
		answer := r.send(t, "POST", origin+"/_faults", body)
		require.Equal(t, 200, answer.status, answer.text)
	}
	inject(`[{"status":503,"retry_after":"7","times":2,"header":{"x-trace":"a"}},{"kind":"html","status":502}]`)
	for range 2 {
		answer := r.get(t, vimaList(r))
		assert.Equal(t, 503, answer.status)
		assert.Equal(t, "7", answer.header.Get("Retry-After"))
		assert.Equal(t, "a", answer.header.Get("X-Trace"))
		assert.True(t, json.Valid([]byte(answer.text)), "the provider's own error")
	}
	assert.Equal(t, 502, r.get(t, vimaList(r)).status)
	assert.Equal(t, 200, r.get(t, vimaList(r)).status, "all faults are used up")
	inject(`{"status":500,"times":-1,"body":"{\"a\":1}"}`)
	assert.Equal(t, `{"a":1}`, r.get(t, vimaList(r)).text)
	assert.Equal(t, 204, r.send(t, "DELETE", origin+"/_faults", "").status)
	assert.Equal(t, 200, r.get(t, vimaList(r)).status)
	inject(`{"kind":"reset-before"}`)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, vimaList(r), nil)
	require.NoError(t, err)
	_, err = (&http.Client{}).Do(request)
	require.Error(t, err)
	for name, a := range r.apis { // every kind goes to every API
		for _, kind := range kinds {
			answer := r.send(t, "POST", a.Origin+"/_faults", `{"kind":"`+kind+`","operation":"`+a.Operations[0]+`"}`)
			assert.Equal(t, 200, answer.status, name+" "+kind)
		}
	}
}

func TestRequestsAreMasked(t *testing.T) {
	t.Parallel()
	r := start(t)
	assert.Equal(t, 200, r.get(t, vimaList(r)).status)
	walletURL := r.apis["wallet"].URL
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, strings.TrimSuffix(walletURL, "/v1")+"/oauth/token",
		strings.NewReader("grant_type=password&username=%2B996000000001&pass%77ord=topsecret&client_secret=topsecret"))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth("application", "topsecret")
	assert.Equal(t, 401, do(t, request).status)
	r.send(t, "POST", r.apis["transactions"].Origin+"/api/authenticate", `{"username":"a","password":"topsecret","n":12345678901234567890}`)
	r.send(t, "POST", r.apis["ecommpay"].URL+"/chargeback/list", `{"token":"topsecret","signature":"topsecret","filter":{"card":["topsecret"]}}`)
	r.send(t, "POST", r.apis["finik"].URL+"/v2/payment", "password=topsecret")
	all := ""
	for _, name := range apiNames {
		text := r.get(t, r.apis[name].Origin+"/_requests").text
		all += text
		for _, c := range r.apis[name].Credentials {
			if isSecret(c.Name) && c.Name != c.Value { // a password may be "password"
				assert.NotContains(t, text, c.Value, name)
			}
		}
	}
	assert.NotContains(t, all, "topsecret")
	assert.Contains(t, all, `"query": "count=1&apikey=***"`)
	assert.Contains(t, all, `"body": "grant_type=password&username=%2B996000000001&pass%77ord=***&client_secret=***"`)
	assert.Contains(t, all, "12345678901234567890")
	assert.Contains(t, all, "18 bytes that are not JSON")
	assert.Len(t, requestsOf(t, r, "vima"), 1)
	assert.Equal(t, 204, r.send(t, "DELETE", r.apis["vima"].Origin+"/_requests", "").status)
	assert.Empty(t, requestsOf(t, r, "vima"))
}

func TestOpenAPI(t *testing.T) {
	t.Parallel()
	r := start(t)
	for name, a := range r.apis {
		answer := r.get(t, a.Origin+"/_openapi.yaml")
		assert.Equal(t, "application/yaml", answer.header.Get("Content-Type"), name)
		for _, operation := range a.Operations {
			assert.Contains(t, answer.text, "operationId: "+operation+"\n", name)
		}
	}
}
